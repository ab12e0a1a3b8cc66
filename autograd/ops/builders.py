"""The builders of the table: what mathematics an operation is, and hence both its rules.

| builder       | the Jacobian                                   | what an entry gives                                 |
|---------------|------------------------------------------------|-----------------------------------------------------|
| `elementwise` | diagonal                                       | one partial derivative per operand                  |
| `reduction`   | diagonal, then summed over axes                | the derivative of the result by each element        |
| `linear`      | the operation itself, in each operand          | the adjoint                                         |
| `predicate`   | zero                                           | nothing                                             |
| `custom`      | none of these: the reason stands in the entry  | a reverse and a forward rule                        |
| `query`       | -                                              | nothing: plain integers or booleans, not recorded   |
| `composite`   | -                                              | a function made of other entries, recorded as those |

One formula serves both modes: with a partial derivative d, reverse is g * d and forward is t * d. Rules are written in
the operators + - * and in operations of the table only, so they run on floats, arrays and Values alike: derivatives of
any order follow. The same letters mean the same everywhere: x, y inputs, z the result, g a cotangent, t a tangent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial, reduce
from typing import Any

from autograd.errors import GlassgradError
from autograd.graph.applying import run, typed
from autograd.graph.cotangents import Masked, add, carry, plain, scale
from autograd.graph.entry import Entry, sample
from autograd.graph.nodes import constant
from autograd.graph.operands import data_of, plain_operands
from autograd.graph.operation import Operation
from autograd.graph.recording import refuse_in_replay
from autograd.graph.value import TABLE, Value, replaying
from autograd.ops.axes import axes_of, kept_shape, shape_of

__all__ = [
    "POSITIVE",
    "REAL",
    "composite",
    "custom",
    "elementwise",
    "linear",
    "predicate",
    "query",
    "reduction",
    "sample",
    "shape_of",
    "sum_of",
]

Partial = Callable[..., Any] | float | None  # a function of (z, *xs, **params), a constant, or None where no path leads

REAL = (float("-inf"), float("inf"))
POSITIVE = (0.0, float("inf"))


class Elementwise(Operation):
    """An operation on each element alone: `d`, a partial derivative per operand, a function of (z, *xs, **params).

    A constant partial is given as a number; None, or the constant 0.0, says that no path leads to the operand, even
    from an infinite cotangent. With one operand it is a method, too; `hot` says that Value has it written out.
    """

    builder = "elementwise"

    def __init__(self, name: str, *, d: Partial | tuple[Partial, ...], hot: bool = False, **entry: Any) -> None:
        partials = d if isinstance(d, tuple) else (d,)
        entry.setdefault("args", "x y" if len(partials) == 2 else "x")
        entry.setdefault("domain", (REAL,) * len(partials))
        entry.setdefault("method", len(partials) == 1 and not hot)
        super().__init__(name, **entry)
        self.d = tuple(None if partial == 0.0 else partial for partial in partials)
        self._scaled = tuple(map(_scaling, self.d))

    def partials(self, z: float, xs: tuple[float, ...], params: Mapping[str, Any]) -> tuple[float | None, ...]:
        return tuple([d(z, *xs, **params) if callable(d) else d for d in self.d])

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        return [self._scaled[i](g, z, xs, params) for i in wanted]

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        return sum_of([self._scaled[i](t, z, xs, params) for i, t in enumerate(ts) if t is not None])


def _scaling(d: Partial) -> Callable[[Any, Any, tuple[Any, ...], Mapping[str, Any]], Any]:
    """The function of (g, z, xs, params) that multiplies g by a partial derivative, made once for each entry."""
    if d is None:
        return lambda g, z, xs, params: None
    if not callable(d):
        return lambda g, z, xs, params: g if d == 1.0 else scale(g, d)
    return lambda g, z, xs, params: scale(g, d(z, *xs, **params) if params else d(z, *xs))


def sum_of(terms: Sequence[Any]) -> Any:
    """The sum of tangents, None where there is none."""
    paths = [term for term in terms if term is not None]
    return reduce(add, paths) if paths else None


class Reduction(Operation):
    """An operation over axes: `d(z, x, axes, **params)`, the derivative of the result by each element.

    It is handed z with the reduced axes kept at length 1, and the axes counted from the front.
    """

    builder = "reduction"

    def __init__(
        self, name: str, *, d: Callable[..., Any], params: Mapping[str, Any] | None = None, **entry: Any
    ) -> None:
        entry.setdefault("args", "a")
        super().__init__(name, params={"axis": None, **(params or {}), "keepdims": False}, **entry)
        self.d = d

    def _derivative(self, z: Any, x: Any, params: Mapping[str, Any]) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
        """The derivative by each element, the reduced axes, and the shape of the result that keeps them."""
        rest = {k: v for k, v in params.items() if k not in ("axis", "keepdims")}
        axes = axes_of(params["axis"], len(shape_of(x)))
        kept = kept_shape(shape_of(x), axes)
        return self.d(TABLE["reshape"](z, kept), x, axes, **rest), axes, kept

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        d, _, kept = self._derivative(z, xs[0], params)
        return [scale(carry(g, lambda h: TABLE["reshape"](h, kept)), d)]

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        d, axes, _ = self._derivative(z, xs[0], params)
        return carry(scale(ts[0], d), lambda h: TABLE["sum"](h, axes, keepdims=params["keepdims"]))


class Linear(Operation):
    """An operation linear in each operand: its forward rule is itself, its reverse rule the `adjoint`.

    One adjoint per operand, each a function of (g, *xs, **params); a variadic entry has one, a function of (xs,
    **params) that returns the function of (g, i) for its i-th operand. `multilinear` says whether it is linear in each
    operand alone, as a product is (so several adjoints are taken to mean), or in all together, as `concatenate` is.
    """

    builder = "linear"

    def __init__(
        self,
        name: str,
        *,
        adjoint: Callable[..., Any] | tuple[Callable[..., Any], ...],
        multilinear: bool | None = None,
        picks: bool = False,
        **entry: Any,
    ) -> None:
        super().__init__(name, **entry)
        self.picks = picks
        self.adjoint = adjoint if isinstance(adjoint, tuple) else (adjoint,)
        self.multilinear = len(self.adjoint) > 1 if multilinear is None else multilinear

    def _apply(self, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        recorder = replaying() if params else None
        if recorder is not None and any(map(_holds_value, params.values())):
            # An index that each replay has its own of: the operand becomes a Value, too, so that the call is seen.
            operands = tuple([x if type(x) is Value else recorder.wrapped(x) for x in operands])
        return super()._apply(operands, params)

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        if self.multilinear:  # the coefficients are the other operands: a mask ends here
            g = plain(g)
        if self.variadic:
            piece = self.adjoint[0](xs, **params)
            return [carry(g, partial(piece, i=i)) for i in wanted]
        if type(g) is not Masked and not self.picks:
            return [self.adjoint[i](g, *xs, **params) for i in wanted]
        return [carry(g, self._rule(i, xs, params), self.picks) for i in wanted]

    def _rule(self, i: int, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Callable[[Any], Any]:
        return lambda g: self.adjoint[i](g, *xs, **params)

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        if len(xs) == 1 and not self.variadic:
            return carry(ts[0], lambda h: self(h, **params))
        ts = tuple(plain(t) for t in ts)
        if self.multilinear:
            return sum_of([self.apply((*xs[:i], t, *xs[i + 1 :]), params) for i, t in enumerate(ts) if t is not None])
        return self.apply(tuple(_zeros_like(x) if t is None else t for t, x in zip(ts, xs, strict=True)), params)


def _holds_value(x: Any) -> bool:
    return any(map(_holds_value, x)) if type(x) is tuple else type(x) is Value


def _zeros_like(x: Any) -> Any:
    from autograd.arrays import np

    return np.zeros(shape_of(x), getattr(x, "dtype", float))


class Predicate(Operation):
    """A question about its operands, answered 0 or 1, with derivative zero.

    It is recorded, so that a picture and a replay know what was decided. On raw arrays it answers booleans, as NumPy
    does, to which Python's `-` does not apply: a rule that calculates with the answer multiplies it by 1.0 first.
    """

    builder = "predicate"

    def __init__(self, name: str, *, args: str = "x", **entry: Any) -> None:
        super().__init__(name, args=args, domain=(REAL,) * len(args.split()), **entry)

    def partials(self, z: float, xs: tuple[float, ...], params: Mapping[str, Any]) -> tuple[float | None, ...]:
        return (None,) * len(xs)

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        return [None] * len(wanted)

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        return None

    def as_floating(self, z: Any, data: Sequence[Any]) -> Any:
        from autograd.arrays import np

        return z.astype(np.result_type(*data, np.float16))  # float16 is the weakest floating dtype: operands decide


class Query(Operation):
    """A question about the data of its operands, answered in plain integers or booleans as NumPy does, not recorded.

    The answer may be used as an index or a condition: where the greatest element is, in which order they are.
    While a program to be replayed is recorded, the answer is a Value, so that each replay gives its own; where its
    shape depends on the data (`of_form` says: "data"), that is refused. "operands": the question is one about the
    shape and dtype of the operands alone, and the answer stays.
    """

    builder = "query"

    def __init__(self, name: str, *, of_form: str = "", **entry: Any) -> None:
        super().__init__(name, **entry)
        self.of_form = of_form

    def _apply(self, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        operands = plain_operands(operands)
        z = run(self, [data_of(x) for x in operands], params)
        recorder = replaying()
        if recorder is None or self.of_form == "operands" or not any(type(x) is Value for x in operands):
            return z
        if self.of_form == "data":
            refuse_in_replay(self.name, "it gives")
        from autograd import arrays

        node = constant(arrays.owned(z, None))
        recorder.computed(node, self, operands, params)
        return node


class Custom(Operation):
    """An operation whose rules none of the other builders can derive; `reason` says why.

    `vjp(g, z, *xs, **params)` gives each operand's contribution, or is a tuple of functions that give one each;
    `jvp(ts, z, *xs, **params)` gives the tangent, and `partials(z, *xs, **params)` the derivatives of a number; None
    says that no path leads there. `masks`: the rules take masked cotangents.
    """

    builder = "custom"

    def __init__(
        self,
        name: str,
        *,
        reason: str,
        vjp: Callable[..., Any] | tuple[Callable[..., Any], ...],
        jvp: Callable[..., Any],
        partials: Callable[..., Any] | None = None,
        masks: bool = False,
        **entry: Any,
    ) -> None:
        super().__init__(name, **entry)
        self.reason = reason
        self.vjp = vjp
        self.jvp = jvp
        self.masks = masks
        self._partials = partials

    def partials(self, z: float, xs: tuple[float, ...], params: Mapping[str, Any]) -> tuple[float | None, ...] | None:
        return self._partials(z, *xs, **params) if self._partials else None

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        g = g if self.masks else plain(g)
        if isinstance(self.vjp, tuple):  # what nobody wants is not computed
            return [self.vjp[i](g, z, *xs, **params) for i in wanted]
        contributions = self.vjp(g, z, *xs, **params)
        return [contributions[i] for i in wanted]

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        return self.jvp(ts if self.masks else tuple(map(plain, ts)), z, *xs, **params)


class Composite(Entry):
    """A function made of other entries, recorded as those."""

    builder = "composite"

    def __init__(self, name: str, function: Callable[..., Any], **entry: Any) -> None:
        super().__init__(name, **entry)
        self.function = function

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            operands, params = self.bind(args, kwargs)
            operands = plain_operands(operands)
            return self.function(operands, **params) if self.variadic else self.function(*operands, **params)
        except GlassgradError as error:
            error.named(self.name)  # the user called this, and may never have heard of its parts
            raise
        except (ValueError, TypeError, IndexError) as error:
            raise typed(error)(str(error)).named(self.name) from error


elementwise, reduction, linear, predicate, query = Elementwise, Reduction, Linear, Predicate, Query
custom, composite = Custom, Composite
