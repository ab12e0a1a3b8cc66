"""Operations: entries that record a node. What the walks ask of one, and how one is applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any

from autograd import ieee
from autograd.errors import AxisError, BoundsError, DtypeError, GlassgradError, ShapeError, SignatureError
from autograd.graph.entry import Entry, plain_operands
from autograd.graph.nodes import record
from autograd.graph.value import Value, recording, replaying

__all__ = ["Operation", "is_operand", "typed"]


class Operation(Entry):
    """An entry that records a node: kernels for numbers and arrays, a reverse rule `pull` and a forward rule `push`.

    Args:
        scalar: the kernel on floats; by default the function of the same name in `autograd.ieee`, if there is one.
        kernel: the kernel on arrays: the name of a NumPy function (by default its own), or a function of (np,
            *operands).
        infix: the operator sign, such as "*".
        sign: the operation as micrograd writes it, where it is not the symbol: a text, or a function of the operands.
        kinks: hard points and the derivative pinned there: {point: partial} or {(x, y): (partials)}.
        boundary: a function of the operands that is zero where the derivative jumps; the tests keep away from its
            zeros.
    """

    def __init__(
        self,
        name: str,
        *,
        scalar: Callable[..., float] | None = None,
        kernel: str | Callable[..., Any] | None = None,
        infix: str = "",
        kinks: Mapping[Any, Any] | None = None,
        boundary: Callable[..., float] | None = None,
        sign: str | Callable[..., str] = "",
        **entry: Any,
    ) -> None:
        super().__init__(name, **entry)
        self.scalar = scalar or (getattr(ieee, name) if name in ieee.__all__ else None)
        self._kernel = kernel or name
        self.infix = infix
        self.kinks = dict(kinks or {})
        self.boundary = boundary
        self.sign = sign

    @property
    def symbol(self) -> str:
        """What a picture shows: the operator sign, or the name."""
        return self.infix or self.name

    def sign_of(self, operands: tuple[Any, ...]) -> str:
        """The operation as micrograd writes it: '+', '**2', 'ReLU'."""
        return self.sign(*operands) if callable(self.sign) else self.sign or self.symbol

    @cached_property
    def kernel(self) -> Callable[..., Any]:
        """The kernel on arrays, looked up when the first array comes."""
        from autograd.arrays import np

        return getattr(np, self._kernel) if isinstance(self._kernel, str) else partial(self._kernel, np)

    # ---- rules: what the walks ask ----

    def partials(self, z: float, xs: tuple[float, ...], params: Mapping[str, Any]) -> tuple[float | None, ...] | None:
        """A number's derivative by each operand (None: no path), or None for "ask `pull`"."""
        return None

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        """Reverse rule: what the cotangent g of z contributes to each wanted operand; None where no path leads."""
        raise NotImplementedError

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        """Forward rule: the tangent of z from the operands' tangents, None where an operand has none."""
        raise NotImplementedError

    # ---- applying ----

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._apply(*self.bind(args, kwargs))
        except GlassgradError as error:
            error.named(self.name)
            raise

    def _apply(self, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        operands = plain_operands(operands)
        traced = False  # some operand is a Value
        numbers = True  # all are numbers, NumPy's float64 and integers included
        exact = True  # all are Python's own numbers
        data: list[Any] = []
        for x in operands:
            if type(x) is Value:
                traced = True
                x = x.data
            if type(x) is not float and type(x) is not int and type(x) is not bool:
                exact = False
                numbers = numbers and _acts_as_number(x)
                if not numbers and not is_operand(x):
                    found = f"dtype {x.dtype}" if hasattr(x, "dtype") else f"type {type(x).__name__}"
                    raise DtypeError(
                        f"found an operand of {found}; expected a Value, a real number or an array of them."
                    )
            data.append(x)
        as_numbers = exact or (numbers and traced)  # NumPy's scalars alone are computed by NumPy
        if as_numbers and self.scalar is not None:
            return self._apply_scalar(operands, params, tuple(map(float, data)), traced)
        z = self._run(data, params)
        if as_numbers and getattr(z, "shape", None) == ():
            z = float(z)
        return self._record_array(operands, params, z, data) if traced else z

    def _apply_scalar(
        self, operands: tuple[Any, ...], params: dict[str, Any], xs: tuple[float, ...], traced: bool
    ) -> float | Value:
        z = self.scalar(*xs, **params)  # type: ignore[misc]  # __call__ saw that there is one
        if not traced:
            return z
        partials = self.partials(z, xs, params) if recording() else None
        operands = tuple([x if type(x) is Value else float(x) for x in operands])
        return record(self, operands, params, z, partials)

    def operator(self, *operands: Any) -> Any:
        """Apply as an operator between a Value and something else, which may know better what to do."""
        if all(is_operand(x) for x in operands):
            return self(*operands)
        return NotImplemented

    def _run(self, data: Sequence[Any], params: Mapping[str, Any]) -> Any:
        try:
            return self.kernel(data, **params) if self.variadic else self.kernel(*data, **params)
        except GlassgradError:
            raise
        except (ValueError, TypeError, IndexError) as error:
            shapes = ", ".join(str(getattr(x, "shape", ())) for x in data)
            given = f" with {', '.join(f'{k}={v!r}' for k, v in params.items())}" if params else ""
            raise typed(error)(f"found operands of shape {shapes}{given}, where NumPy says: {error}") from error

    def _record_array(self, operands: tuple[Any, ...], params: dict[str, Any], z: Any, data: Sequence[Any]) -> Value:
        if type(z) is float:
            return record(self, operands, params, z, None)
        from autograd import arrays

        if any(z is x for x in data):  # np.squeeze hands back what has nothing to squeeze
            z = z.view()
        if replaying() is None or _holds_floats(data):  # in a recording, integers that each call has its own of
            z = self._as_floating(z, data)
        z = arrays.result(z)
        shares = z.base is not None and any(
            type(x) is arrays.np.ndarray and arrays.np.may_share_memory(z, x) for x in data
        )
        return record(self, operands, params, z, None, shares)

    def _as_floating(self, z: Any, data: Sequence[Any]) -> Any:
        """The result in a dtype that a Value can hold; a predicate answers booleans and overrides this."""
        if z.dtype.kind != "f":
            raise DtypeError(
                f"the result has dtype {z.dtype}; expected a floating one: use v.data.astype(int) for plain integers."
            )
        return z


def typed(error: Exception) -> type[GlassgradError]:
    """The class of the project's errors that stands for an error of Python or NumPy."""
    if isinstance(error, IndexError):
        return AxisError if isinstance(error, ValueError) else BoundsError
    return SignatureError if isinstance(error, TypeError) else ShapeError


def _acts_as_number(x: Any) -> bool:
    """Whether x acts as a number beside one: bool, NumPy's float64 and integers (by NEP 50 the result is float64)."""
    return isinstance(x, (float, bool)) or (getattr(x, "ndim", None) == 0 and x.dtype.kind in "iub")


def _holds_floats(data: Sequence[Any]) -> bool:
    return any(isinstance(x, float) or getattr(getattr(x, "dtype", None), "kind", "") == "f" for x in data)


def is_operand(x: Any) -> bool:
    """Whether an operation can take x: a Value, a real number, an array of them, or nested lists."""
    if type(x) is Value or isinstance(x, (int, float, list, tuple)):
        return True
    return getattr(getattr(x, "dtype", None), "kind", "") in ("f", "i", "u", "b")
