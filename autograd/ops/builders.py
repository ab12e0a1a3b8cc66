"""The builders of the table: what mathematics an operation is, and hence both its rules.

| builder       | the Jacobian                                   | what an entry gives                                    |
|---------------|------------------------------------------------|--------------------------------------------------------|
| `elementwise` | diagonal                                       | one partial derivative per operand                     |
| `reduction`   | diagonal, then summed over axes                | the partial derivative of the result by each element   |
| `linear`      | the operation itself, in each operand          | the adjoint                                            |
| `predicate`   | zero                                           | nothing                                                |
| `custom`      | none of these: the reason stands in the entry  | a reverse and a forward rule                           |
| `composite`   | -                                              | a function made of other entries, recorded as those    |

One formula serves both modes: with a partial derivative d, reverse is g * d and forward is t * d. Rules are written in the
operators + - * and in operations of the table only, so they run on floats, arrays and Values alike: derivatives of any order
follow. The same letters mean the same everywhere: x, y inputs, z the result, g a cotangent, t a tangent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from autograd.graph.cotangents import add, carry, plain, scale
from autograd.graph.operation import Entry, Operation, call, without_lists
from autograd.graph.value import TABLE, install

__all__ = ["REAL", "Composite", "call", "composite", "custom", "elementwise", "linear", "predicate", "reduced_axes", "reduction"]

Partial = Callable[..., Any] | float | None  # a function of (z, *xs, **params), a constant, or None where no path leads

REAL = (float("-inf"), float("inf"))


class Elementwise(Operation):
    builder = "elementwise"

    def __init__(self, name: str, d: Sequence[Partial], **entry: Any) -> None:
        super().__init__(name, **entry)
        self.d = tuple(d)

    def _partial(self, i: int, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        d = self.d[i]
        return d(z, *xs, **params) if callable(d) else d

    def partials(self, z: float, xs: tuple[float, ...], params: Mapping[str, Any]) -> tuple[float | None, ...]:
        partials = [self._partial(i, z, xs, params) for i in range(len(xs))]
        return tuple([None if d == 0.0 and not callable(rule) else d for d, rule in zip(partials, self.d, strict=True)])

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        return [self._scaled(g, i, z, xs, params) for i in wanted]

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        return _total([self._scaled(t, i, z, xs, params) for i, t in enumerate(ts) if t is not None])

    def _scaled(self, g: Any, i: int, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        d = self._partial(i, z, xs, params)
        if d is None or (type(d) is float and d == 0.0 and not callable(self.d[i])):
            return None  # a constant 0.0 states that there is no path, even against an infinite cotangent
        return g if type(d) is float and d == 1.0 else scale(g, d)


def _total(terms: Sequence[Any]) -> Any:
    total = None
    for term in terms:
        if term is not None:
            total = term if total is None else add(total, term)
    return total


class Reduction(Operation):
    """d(z, x, axes, **params) gives the derivative of the result by each element; z keeps the reduced axes with length 1."""

    builder = "reduction"

    def __init__(self, name: str, d: Callable[..., Any], **entry: Any) -> None:
        super().__init__(name, **entry)
        self.d = d

    def _derivative(self, z: Any, x: Any, params: Mapping[str, Any]) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
        """The derivative by each element, the reduced axes, and the shape of the result that keeps them."""
        rest = {k: v for k, v in params.items() if k not in ("axis", "keepdims")}
        shape = getattr(x, "shape", ())
        axes = reduced_axes(params["axis"], len(shape))
        kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
        return self.d(TABLE["reshape"](z, kept), x, axes, **rest), axes, kept

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        d, _, kept = self._derivative(z, xs[0], params)
        return [scale(carry(g, lambda h: TABLE["reshape"](h, kept)), d)]

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        d, axes, _ = self._derivative(z, xs[0], params)
        return carry(scale(ts[0], d), lambda h: TABLE["sum"](h, axes, keepdims=params["keepdims"]))


def reduced_axes(axis: Any, ndim: int) -> tuple[int, ...]:
    """The axes that a reduction with NumPy's `axis=` runs over, counted from the front."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(int(a) % ndim for a in (axis if isinstance(axis, (tuple, list)) else (axis,)))


class Linear(Operation):
    """adjoint[i](g, *xs, **params) gives operand i's contribution; a variadic entry has one, adjoint(g, xs, i, **params)."""

    builder = "linear"

    def __init__(self, name: str, adjoint: Any, multilinear: bool, **entry: Any) -> None:
        super().__init__(name, **entry)
        self.adjoint = (adjoint,) if callable(adjoint) else tuple(adjoint)
        self.multilinear = multilinear

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        if self.multilinear:  # the coefficients are the other operands: a mask ends here
            g = plain(g)
        if self.variadic:
            return [carry(g, partial(self.adjoint[0], xs=xs, i=i, **params)) for i in wanted]
        return [carry(g, lambda h, rule=self.adjoint[i]: rule(h, *xs, **params)) for i in wanted]  # type: ignore[misc]

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        if len(xs) == 1 and not self.variadic:
            return carry(ts[0], lambda h: self(h, **params))
        ts = tuple(plain(t) for t in ts)
        if self.multilinear:
            return _total([self.apply((*xs[:i], t, *xs[i + 1 :]), params) for i, t in enumerate(ts) if t is not None])
        return self.apply(tuple(0.0 * _shape_like(x) if t is None else t for t, x in zip(ts, xs, strict=True)), params)


def _shape_like(x: Any) -> Any:
    from autograd.arrays import np

    return np.ones(getattr(x, "shape", ()), getattr(x, "dtype", float))


class Predicate(Operation):
    """0 or 1, with derivative zero; recorded, so that a picture and a replay know what was decided."""

    builder = "predicate"

    def partials(self, z: float, xs: tuple[float, ...], params: Mapping[str, Any]) -> tuple[float | None, ...]:
        return (None,) * len(xs)

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        return [None] * len(wanted)

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        return None

    def _as_floating(self, z: Any, data: Sequence[Any]) -> Any:
        from autograd.arrays import np

        return z.astype(np.result_type(*data, np.float16))  # float16 is the weakest floating dtype: operands decide


class Custom(Operation):
    """vjp(g, z, *xs, **params) gives each operand's contribution, jvp(ts, z, *xs, **params) the tangent; None: no path."""

    builder = "custom"

    def __init__(
        self, name: str, *, reason: str, vjp: Callable[..., Any], jvp: Callable[..., Any], masks: bool = False,
        partials: Callable[..., Any] | None = None, **entry: Any,
    ) -> None:  # fmt: skip
        super().__init__(name, **entry)
        self.reason = reason
        self.vjp = vjp
        self.jvp = jvp
        self.masks = masks  # the rules take masked cotangents
        self._partials = partials

    def partials(self, z: float, xs: tuple[float, ...], params: Mapping[str, Any]) -> tuple[float | None, ...] | None:
        return self._partials(z, *xs, **params) if self._partials else None

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        contributions = self.vjp(g if self.masks else plain(g), z, *xs, **params)
        return [contributions[i] for i in wanted]

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        return self.jvp(ts if self.masks else tuple(map(plain, ts)), z, *xs, **params)


class Composite(Entry):
    """A function made of other entries."""

    builder = "composite"

    def __init__(self, name: str, function: Callable[..., Any], **entry: Any) -> None:
        super().__init__(name, **entry)
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        operands, params = self.bind(args, kwargs)
        operands = without_lists(operands)
        return self.function(operands, **params) if self.variadic else self.function(*operands, **params)


def _methods(op: Any, method: bool | Callable[..., Any]) -> Any:
    if method:
        install(op.name, op if method is True else method)
    return op


def elementwise(
    name: str, *, d: Partial | tuple[Partial, ...], hot: bool = False, method: bool | None = None, **entry: Any
) -> Operation:
    """An operation that acts on each element alone: one partial derivative per operand, a function of (z, *xs).

    One operand makes it a method, too; `hot` says that `Value` has the operation written out.
    """
    partials = d if isinstance(d, tuple) else (d,)
    entry.setdefault("args", "x y" if len(partials) == 2 else "x")
    entry.setdefault("domain", (REAL,) * len(partials))
    op = Elementwise(name, partials, **entry)
    return _methods(op, not hot and (len(partials) == 1 if method is None else method))  # type: ignore[no-any-return]


def reduction(
    name: str, *, d: Callable[..., Any], params: Mapping[str, Any] | None = None, method: bool = False, **entry: Any
) -> Operation:
    """An operation over axes, whose result changes with each element by d(z, x, axes)."""
    entry.setdefault("args", "a")
    params = {"axis": None, **(params or {}), "keepdims": False}
    return _methods(Reduction(name, d, params=params, **entry), method)  # type: ignore[no-any-return]


def linear(
    name: str, *, adjoint: Any, multilinear: bool | None = None, method: bool | Callable[..., Any] = False, **entry: Any
) -> Operation:
    """An operation linear in each operand: its forward rule is itself, its reverse rule the adjoint.

    By default several operands make it linear in each one alone (`multilinear`), as a product is; a variadic entry, such as
    `concatenate`, is linear in all of them together.
    """
    if multilinear is None:
        multilinear = not callable(adjoint)
    return _methods(Linear(name, adjoint, multilinear, **entry), method)  # type: ignore[no-any-return]


def predicate(name: str, **entry: Any) -> Operation:
    """A question about its operands, answered 0 or 1."""
    entry.setdefault("domain", (REAL,) * len(entry.get("args", "x").split()))
    return Predicate(name, **entry)


def custom(name: str, *, reason: str, vjp: Callable[..., Any], jvp: Callable[..., Any], **entry: Any) -> Operation:
    """An operation whose rules none of the other builders can derive; `reason` says why."""
    return Custom(name, reason=reason, vjp=vjp, jvp=jvp, **entry)


def composite(
    name: str, function: Callable[..., Any], *, method: bool | Callable[..., Any] = False, **entry: Any
) -> Composite:
    """A function made of other entries, recorded as those."""
    return _methods(Composite(name, function, **entry), method)  # type: ignore[no-any-return]
