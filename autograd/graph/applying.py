"""How an operation is applied: its operands are sorted, a kernel is run, and the result becomes a node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from autograd.errors import AxisError, BoundsError, GlassgradError, ShapeError, SignatureError
from autograd.graph import nodes
from autograd.graph import operands as sorting
from autograd.graph.operands import EXACT, NUMBERS, TRACED
from autograd.graph.recording import stands_for_plain
from autograd.graph.value import Value, recording, replaying

if TYPE_CHECKING:
    from autograd.graph.operation import Operation

__all__ = ["apply", "run", "typed"]


def apply(op: Operation, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
    """The result of an operation: plain data, or a Value where an operand is one."""
    operands = sorting.plain_operands(operands)
    data: list[Any] = []
    found = sorting.gather(operands, data)
    as_numbers = found & EXACT or (found & NUMBERS and found & TRACED)  # NumPy's scalars alone are computed by NumPy
    if as_numbers and op.scalar is not None:
        return _apply_scalar(op, operands, params, tuple(map(float, data)), bool(found & TRACED))
    z = run(op, data, params)
    if as_numbers and getattr(z, "shape", None) == ():
        z = float(z)
    return _record_array(op, operands, params, z, data) if found & TRACED else z


def _apply_scalar(
    op: Operation, operands: tuple[Any, ...], params: dict[str, Any], xs: tuple[float, ...], traced: bool
) -> float | Value:
    z = op.scalar(*xs, **params)  # type: ignore[misc]  # `apply` saw that there is one
    if not traced:
        return z
    partials = op.partials(z, xs, params) if recording() and replaying() is None else None
    return nodes.record(op, tuple([x if type(x) is Value else float(x) for x in operands]), params, z, partials)


def run(op: Operation, data: Sequence[Any], params: Mapping[str, Any]) -> Any:
    """What the kernel for arrays makes of plain data; NumPy's errors as the project's own."""
    if params and replaying() is not None:  # integers among them may be Values
        params = {name: _unwrapped(x) for name, x in params.items()}
    try:
        if op.variadic:
            return op.kernel(data, **params)
        if params:
            return op.kernel(*data, **params)
        if len(data) == 2:  # written out, because Python and C call so fastest what is called most
            return op.kernel(data[0], data[1])
        return op.kernel(*data)
    except GlassgradError:
        raise
    except (ValueError, TypeError, IndexError) as error:
        raise typed(error)(f"{_described(data, params)}, where NumPy says: {error}") from error


def _described(data: Sequence[Any], params: Mapping[str, Any]) -> str:
    shapes = ", ".join(str(getattr(x, "shape", ())) for x in data)
    given = f" with {', '.join(f'{k}={v!r}' for k, v in params.items())}" if params else ""
    return f"found operands of shape {shapes}{given}"


def _record_array(op: Operation, operands: tuple[Any, ...], params: dict[str, Any], z: Any, data: list[Any]) -> Value:
    if type(z) is float:
        return nodes.record(op, operands, params, z, None)
    for x in data:
        if z is x:  # np.squeeze hands back what has nothing to squeeze
            z = z.view()
    if z.dtype.kind != "f" and not _is_plain(operands):
        z = op.as_floating(z, data)
    if not sorting.is_array(z):  # NumPy's kernels give bare scalars for 0-d results
        z = sorting.arrays().np.asarray(z)
    z.flags.writeable = False
    return nodes.record(op, operands, params, z, None, z.base is not None and _shares(z, data))


def _shares(z: Any, data: list[Any]) -> bool:
    return any(sorting.is_array(x) and sorting.arrays().np.may_share_memory(z, x) for x in data)


def typed(error: Exception) -> type[GlassgradError]:
    """The class of the project's errors that stands for an error of Python or NumPy."""
    if isinstance(error, IndexError):
        return AxisError if isinstance(error, ValueError) else BoundsError
    return SignatureError if isinstance(error, TypeError) else ShapeError


def _unwrapped(x: Any) -> Any:
    if type(x) is tuple:
        return tuple([_unwrapped(part) for part in x])
    return sorting.data_of(x)


def _is_plain(operands: tuple[Any, ...]) -> bool:
    """Whether integers and booleans stay what they are, because in a plain run no operand is a Value."""
    return replaying() is not None and all(type(x) is not Value or stands_for_plain(x) for x in operands)
