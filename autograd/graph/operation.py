"""What the graph asks of an operation, and how one is applied: bind the arguments, compute, record a node.

`TABLE` holds every entry by its name. Rules look their helpers up there, because entries refer to each other in circles
(the adjoint of `sum` is `broadcast_to`, whose adjoint is `sum_to`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from types import MethodType
from typing import TYPE_CHECKING, Any

from autograd import ieee
from autograd.errors import ArgumentError, DtypeError, ShapeError, SignatureError
from autograd.graph.nodes import constant, record
from autograd.graph.value import TABLE, Value, bare, recording

if TYPE_CHECKING:
    from inspect import Signature

__all__ = ["Entry", "Operation", "Sample", "call", "lookup", "without_lists"]

Sample = tuple[tuple[Any, ...], dict[str, Any]]  # the shapes of the operands (None: a number), and the parameters


def lookup(name: str) -> Entry:
    """The entry of that name: how a pickled graph finds its operations again."""
    if name not in TABLE:
        raise ArgumentError(f"unpickling: found an operation {name!r}; expected one of this version's table.")
    entry: Entry = TABLE[name]
    return entry


def call(*shapes: Any, **params: Any) -> Sample:
    """A call that the tests make: the shape of each operand (None for a number), and the parameters."""
    return shapes, params


class Entry:
    """A public function of the table: its name, signature, documentation and sample calls.

    `args` names the operands, separated by blanks; "*arrays" is one argument that holds a sequence of operands.
    `optional` gives operands a default, `params` are the parameters that are not differentiated, with their defaults.
    """

    builder = ""

    def __init__(
        self,
        name: str,
        *,
        doc: str,
        example: tuple[str, str],
        args: str = "x",
        optional: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        samples: Sequence[Sample] = (),
        domain: Sequence[tuple[float, float]] | None = None,
        method: bool | Callable[..., Any] = False,
        reference: str | Callable[..., Any] | None = None,
        normalize: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    ) -> None:
        self.name = self.__name__ = self.__qualname__ = name
        self.__doc__ = f"{doc}\n\n>>> {example[0]}\n{example[1]}\n"
        self.variadic = args.startswith("*")
        self.operand_names = tuple(args.lstrip("*").split())
        self.optional = dict(optional or {})
        self.defaults = dict(params or {})
        self.samples = samples
        self.domain = domain
        self.method = method
        self.reference = reference  # the NumPy function of the same meaning, for the tests; by default that of its name
        self.normalize = normalize  # brings the parameters into the form that is recorded
        if name in TABLE:
            raise ArgumentError(f"the table has an entry {name!r} already; choose another name.")
        TABLE[name] = self

    @cached_property
    def __signature__(self) -> Signature:
        import inspect  # slow to import, and only help() and error messages need it

        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        empty = inspect.Parameter.empty
        operands = [inspect.Parameter(n, kind, default=self.optional.get(n, empty)) for n in self.operand_names]
        params = [inspect.Parameter(n, kind, default=empty if v is ... else v) for n, v in self.defaults.items()]
        return inspect.Signature(operands + params)

    def __get__(self, value: Any, owner: type | None = None) -> Any:
        return self if value is None else MethodType(self, value)

    def __repr__(self) -> str:
        return f"<{self.builder} {self.name}{self.__signature__}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return lookup, (self.name,)

    def __copy__(self) -> Entry:
        return self

    def __deepcopy__(self, memo: object) -> Entry:
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        raise NotImplementedError

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Sort a call's arguments into operands and parameters."""
        names = self.operand_names
        if len(args) == len(names) and not kwargs and not self.defaults and not self.variadic and not self.optional:
            return args, {}
        given = dict(zip((*names, *self.defaults), args, strict=False))
        if len(args) > len(names) + len(self.defaults) or any(name in given for name in kwargs):
            raise self._misfit(args, kwargs, "too many arguments")
        given.update(kwargs)
        params = {name: given.pop(name, default) for name, default in self.defaults.items() if self._has(name, given)}
        operands = [given.pop(name, self.optional.get(name)) for name in names if self._has(name, given)]
        if given:
            raise self._misfit(args, kwargs, f"an unknown argument {next(iter(given))!r}")
        if len(params) < len(self.defaults) or len(operands) < len(names):
            raise self._misfit(args, kwargs, "too few arguments")
        if self.optional:  # NumPy's None stands for the default
            operands = [self.optional.get(n) if x is None else x for n, x in zip(names, operands, strict=True)]
        if self.normalize:
            params = self.normalize(params)
        return (tuple(operands[0]) if self.variadic else tuple(operands)), params

    def _has(self, name: str, given: Mapping[str, Any]) -> bool:
        """Whether an argument was given or has a default; a parameter's default `...` says that it has none."""
        return name in given or name in self.optional or self.defaults.get(name, ...) is not ...

    def apply(self, operands: Sequence[Any], params: Mapping[str, Any]) -> Any:
        """Call with operands and parameters that are sorted already."""
        return self(list(operands), **params) if self.variadic else self(*operands, **params)

    def _misfit(self, args: tuple[Any, ...], kwargs: Mapping[str, Any], what: str) -> SignatureError:
        found = f"{len(args)} positional" + (f", and {', '.join(kwargs)}" if kwargs else "")
        return SignatureError(f"{self.name}: found {what} ({found}); expected {self.name}{self.__signature__}.")


class Operation(Entry):
    """An entry that records a node: kernels for numbers and arrays, a reverse rule `pull` and a forward rule `push`.

    Args:
        scalar: the kernel on floats; by default the function of the same name in `autograd.ieee`, if there is one.
        kernel: the kernel on arrays: the name of a NumPy function (by default its own), or a function of (np,
            *operands).
        infix: the operator sign, such as "*".
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
        **entry: Any,
    ) -> None:
        super().__init__(name, **entry)
        self.scalar = scalar or getattr(ieee, name, None)
        self._kernel = kernel or name
        self.infix = infix
        self.kinks = dict(kinks or {})
        self.boundary = boundary

    @property
    def symbol(self) -> str:
        """What a picture shows: the operator sign, or the name."""
        return self.infix or self.name

    def sign_of(self, operands: tuple[Any, ...]) -> str:
        """The operation as micrograd writes it: '+', '**2', 'ReLU'."""
        if self.name == "power" and not isinstance(operands[1], Value):
            return f"**{operands[1]:g}"
        return "ReLU" if self.name == "relu" else self.symbol

    @cached_property
    def kernel(self) -> Callable[..., Any]:
        """The kernel on arrays, looked up when the first array comes."""
        from autograd.arrays import np

        return getattr(np, self._kernel) if isinstance(self._kernel, str) else partial(self._kernel, np)

    # ---- rules: what the walks ask
    # -------------------------------------------------------------------------------------

    def partials(self, z: float, xs: tuple[float, ...], params: Mapping[str, Any]) -> tuple[float | None, ...] | None:
        """A number's derivative by each operand (None: no path), or None for "ask `pull`"."""
        return None

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        """Reverse rule: what the cotangent g of z contributes to each wanted operand; None where no path leads."""
        raise NotImplementedError

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        """Forward rule: the tangent of z from the operands' tangents, None where an operand has none."""
        raise NotImplementedError

    # ---- applying
    # ------------------------------------------------------------------------------------------------------

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        operands, params = self.bind(args, kwargs)
        traced = False  # some operand is a Value
        exact = numbers = (
            True  # all are Python's floats and ints; all are numbers, NumPy's float64 and integers included
        )
        operands = without_lists(operands)
        data: list[Any] = []
        for x in operands:
            if type(x) is Value:
                traced = True
                x = x.data
            if type(x) is not float and type(x) is not int:
                exact = False
                numbers = numbers and _is_number(x)
            data.append(x)
        if self.scalar is not None and (exact or (traced and numbers)):
            return self._apply_scalar(operands, params, tuple(map(float, data)), traced)
        z = self._run(data, params)
        if (exact or (traced and numbers)) and getattr(z, "shape", None) == ():
            z = float(z)
        return self._record_array(operands, params, z, data) if traced else z

    def _apply_scalar(
        self, operands: tuple[Any, ...], params: dict[str, Any], xs: tuple[float, ...], traced: bool
    ) -> float | Value:
        z = self.scalar(*xs, **params)  # type: ignore[misc]
        if not traced:
            return z
        if not recording():
            return bare(z)
        operands = tuple([x if type(x) is Value else float(x) for x in operands])
        return record(self, operands, params, z, self.partials(z, xs, params))

    def operator(self, *operands: Any) -> Any:
        """Apply as an operator between a Value and something else, which may know better what to do."""
        for x in operands:
            if type(x) is not Value and not _is_operand(x):
                return NotImplemented
        return self(*operands)

    def _run(self, data: Sequence[Any], params: Mapping[str, Any]) -> Any:
        try:
            return self.kernel(data, **params) if self.variadic else self.kernel(*data, **params)
        except (ValueError, TypeError) as error:
            for x in data:
                if not _is_operand(x):
                    raise DtypeError(
                        f"{self.name}: found an operand of type {type(x).__name__}; "
                        "expected a Value, a real number or an array."
                    ) from error
            if isinstance(error, TypeError) or type(error) not in (ValueError, *_numpy_errors()):
                raise
            shapes = ", ".join(str(getattr(x, "shape", ())) for x in data)
            given = f" with {', '.join(f'{k}={v!r}' for k, v in params.items())}" if params else ""
            raise ShapeError(f"{self.name}: found operands of shape {shapes}{given}: {error}") from error

    def _record_array(self, operands: tuple[Any, ...], params: dict[str, Any], z: Any, data: Sequence[Any]) -> Value:
        if type(z) is float:
            return record(self, operands, params, z, None) if recording() else constant(z)
        from autograd import arrays

        z = arrays.result(self._as_floating(z, data))
        shares = z.base is not None and any(
            type(x) is arrays.np.ndarray and arrays.np.may_share_memory(z, x) for x in data
        )
        if not recording():
            return constant(z, shares)
        return record(self, operands, params, z, None, shares)

    def _as_floating(self, z: Any, data: Sequence[Any]) -> Any:
        """The result in a dtype that a Value can hold; a predicate answers booleans and overrides this."""
        if z.dtype.kind != "f":
            raise DtypeError(f"{self.name}: the result has dtype {z.dtype}; expected real numbers.")
        return z


def _numpy_errors() -> tuple[type, ...]:
    from autograd.arrays import np

    return (np.exceptions.AxisError,)


def without_lists(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """The operands with nested lists as arrays: a rule wants a shape, and the user may change a list."""
    if not any(isinstance(x, (list, tuple)) for x in operands):
        return operands
    from autograd.arrays import np

    return tuple([np.asarray(x) if isinstance(x, (list, tuple)) else x for x in operands])


def _is_number(x: Any) -> bool:
    """Whether x acts as a number beside one: bool, NumPy's float64 and integers (by NEP 50 the result is float64)."""
    return isinstance(x, (float, bool)) or (getattr(x, "ndim", None) == 0 and x.dtype.kind in "iub")


def _is_operand(x: Any) -> bool:
    if type(x) is Value or isinstance(x, (int, float, list, tuple)):
        return True
    dtype = getattr(x, "dtype", None)
    return getattr(dtype, "kind", "") in ("f", "i", "u", "b")
