"""primitive: an operation of the user's own, made of a function of plain data."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, update_wrapper
from typing import Any

from autograd.errors import (
    ArgumentError,
    DtypeError,
    GlassgradError,
    ShapeError,
    SignatureError,
    UnsupportedError,
)
from autograd.graph.cotangents import plain
from autograd.graph.entry import Sample
from autograd.graph.nodes import record
from autograd.graph.operands import is_operand
from autograd.graph.operation import Operation
from autograd.graph.recording import recorded
from autograd.graph.value import TABLE, Value, replaying
from autograd.graph.walks import gradients

__all__ = ["Primitive", "primitive"]

Rule = Callable[..., Any]


class Primitive(Operation):
    """An operation that a user defined with `primitive`; it records, draws and differentiates like the table's own."""

    builder = "custom"
    reason = "It is the user's own."
    composed = False

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        vjp: Rule | None,
        jvp: Rule | None,
        samples: Sequence[Sample] = (),
        **entry: Any,
    ) -> None:
        names = [p.name for p in inspect.signature(function).parameters.values() if p.kind is not p.KEYWORD_ONLY]
        super().__init__(
            getattr(function, "__name__", "primitive"),
            doc=inspect.getdoc(function) or "An operation of the user's own.",
            args=" ".join(names),
            samples=samples,
            kernel=lambda np, *xs, **params: function(*xs, **params),
            reference=lambda np, *xs, **params: function(*xs, **params),
            register=False,
            **entry,
        )
        update_wrapper(self, function)
        self.function = function
        self.vjp = vjp
        self.jvp = jvp
        self.makers: dict[int, Rule | None] = {}  # from defvjp: by argument, (ans, *args) -> (g -> contribution)
        self.pushers: dict[int, Rule | str | None] = {}  # from defjvp: by argument, (t, ans, *args) -> tangent

    @cached_property
    def __signature__(self) -> inspect.Signature:
        return inspect.signature(self.function)

    def __reduce__(self) -> Any:
        return self.__qualname__  # pickled by its name in its module, as functions are

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            given = self.__signature__.bind(*args, **kwargs)
        except TypeError as error:
            raise SignatureError(f"{self.name}: {error}; expected {self.name}{self.__signature__}.") from None
        operands, params = given.args, given.kwargs
        if any(type(x) is Value for x in params.values()):
            raise SignatureError(
                f"{self.name}: found a Value for an argument that is keyword-only; expected plain data."
            )
        for x in operands:
            if isinstance(x, (list, tuple)) and any(type(part) is Value for part in x):
                raise UnsupportedError(
                    f"{self.name}: found a {type(x).__name__} of Values, which no rule would see; expected Values as "
                    "arguments of their own (def f(*xs)), or one array: autograd.stack."
                )
        data = [_read_only(x) for x in operands]
        z = self.function(*data, **params)
        if not any(type(x) is Value for x in operands):
            return z
        return record(self, operands, params, self._result(z, data), None)

    def _result(self, z: Any, data: Sequence[Any]) -> Any:
        """A float if only numbers went in and one came out, else an array that is nobody else's."""
        if isinstance(z, (int, float)) and not any(getattr(x, "shape", None) is not None for x in data):
            return float(z)
        if getattr(getattr(z, "dtype", None), "kind", "") not in ("f", "i", "u") and not isinstance(z, (int, float)):
            raise DtypeError(
                f"{self.name}: the function returned {type(z).__name__}; expected one real number or one array. "
                "Return several results packed in one array."
            )
        from autograd import arrays

        return arrays.result(arrays.leaf(z))

    # ---- rules ----

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        """Each wanted operand's contribution, by `vjp` or by the rules of `defvjp`.

        A rule need not know Values; while a program to be replayed is recorded, one that does not is called as it is.
        """
        try:
            return self._pulled(g, z, xs, params, wanted)
        except (GlassgradError, TypeError, ValueError, AttributeError):
            if replaying() is None:
                raise
            data = [_read_only(x) for x in (plain(g), z, *xs)]
            found = self._pulled(data[0], data[1], tuple(data[2:]), params, wanted)
            return [
                None if h is None else _Contribution(self, i, params)(plain(g), z, *xs)
                for i, h in zip(wanted, found, strict=True)
            ]

    def _pulled(
        self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]
    ) -> list[Any]:
        g = plain(g)
        if self.vjp is None:
            return [self._checked(self._rule(i)(z, *xs, **params)(g), i, xs[i], z) for i in wanted]
        contributions = self.vjp(g, z, *xs, **params)
        names = self.__signature__.parameters
        most = len(xs) if self.takes_any_number else max(len(xs), len(names))  # a default may have been left out
        if not isinstance(contributions, (tuple, list)) or not wanted[-1] < len(contributions) <= most:
            found = f"{len(contributions)} of them" if isinstance(contributions, (tuple, list)) else "no tuple"
            raise ArgumentError(
                f"{self.name}: vjp returned {found}; expected a tuple of {wanted[-1] + 1} contributions, one for each "
                "argument, None where no path leads."
            )
        return [self._checked(contributions[i], i, xs[i], z) for i in wanted]

    @property
    def takes_any_number(self) -> bool:
        """Whether it is defined with *args."""
        return any(p.kind is p.VAR_POSITIONAL for p in self.__signature__.parameters.values())

    def _checked(self, h: Any, i: int, x: Any, z: Any) -> Any:
        """A contribution, if it can be one: of the argument's shape, or of that which broadcasting gave it."""
        if h is None:
            return None
        if not is_operand(h):
            raise DtypeError(
                f"{self.name}: the reverse rule of argument {i} returned {type(h).__name__} {h!r:.40}; expected a real "
                "number or an array, None where no path leads."
            )
        found, own, result = (getattr(v, "shape", ()) for v in (h, x, z))
        if found != own and not (found == result and _is_broadcast(own, result)):
            raise ShapeError(
                f"{self.name}: the reverse rule of argument {i} returned shape {found}; expected {own}, the "
                f"argument's, or {result}, the result's, where the argument was broadcast."
            )
        return h

    def _rule(self, i: int) -> Rule:
        if i not in self.makers:
            raise self._no_rule(i, "defvjp")
        return self.makers[i] or (lambda *xs, **params: lambda g: None)

    def _no_rule(self, i: int, giver: str) -> UnsupportedError:
        names = list(self.__signature__.parameters)
        return UnsupportedError(
            f"{self.name}: the derivative by argument {i} ({names[min(i, len(names) - 1)]!r}) is needed, and there is "
            f"no rule for it; give one with @primitive(vjp=...) or {giver}({self.name}, ..., argnums=[{i}])."
        )

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        """The tangent, by `jvp`, by the rules of `defjvp`, or else by transposing the reverse rule."""
        ts = tuple(plain(t) for t in ts)
        if self.jvp is not None:
            return self.jvp(ts, z, *xs, **params)
        if not self.pushers:
            return self._transposed(ts, z, xs, params)
        terms = [self._pushed(i, t, z, xs, params) for i, t in enumerate(ts) if t is not None]
        terms = [t for t in terms if t is not None]
        return sum(terms[1:], terms[0]) if terms else None

    def _pushed(self, i: int, t: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        if i not in self.pushers:
            raise self._no_rule(i, "defjvp")
        rule = self.pushers[i]
        if rule == "same":  # linear in this argument: the operation itself, applied to the tangent
            return self(*xs[:i], t, *xs[i + 1 :], **params)
        return rule(t, z, *xs, **params) if callable(rule) else None

    def _transposed(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        # The vjp is linear in its cotangent, so that its own vjp is the jvp (Townsend, A new trick for calculating
        # Jacobian vector products, 2017). Any cotangent will do; zeros are at hand.
        g = Value(0.0 * z.data if type(z) is Value else 0.0 * z)
        wanted = [i for i, t in enumerate(ts) if t is not None]
        total: Any = 0.0
        with recorded():
            for i, h in zip(wanted, self.pull(g, z, xs, params, wanted), strict=True):
                if h is not None:
                    total = total + TABLE["sum"](h * ts[i])
        if type(total) is not Value:
            return None
        create_graph = any(type(x) is Value for x in (*xs, *ts))
        (t,) = gradients(total, [g], create_graph=create_graph)
        return t if create_graph else t.data


class _Contribution(Primitive):
    """What the reverse rule of an operation, which is called on plain data, contributes to one operand."""

    def __init__(self, op: Primitive, i: int, params: Mapping[str, Any]) -> None:
        def function(g: Any, z: Any, *xs: Any) -> Any:
            return op._pulled(g, z, xs, params, [i])[0]

        function.__name__ = f"{op.name}_rule"
        super().__init__(function, vjp=None, jvp=None)


def _is_broadcast(shape: tuple[int, ...], result: tuple[int, ...]) -> bool:
    """Whether an argument of this shape may have been broadcast to the result's."""
    lengths = zip(reversed(shape), reversed(result), strict=False)
    return len(shape) <= len(result) and all(n in (1, m) for n, m in lengths)


def _read_only(x: Any) -> Any:
    """A Value's data as a function may have it: nobody's leaf is to be changed in place."""
    if type(x) is not Value:
        return x
    data = x.data
    if type(data) is not float:
        data = data.view()
        data.flags.writeable = False
    return data


def primitive(
    function: Callable[..., Any] | None = None,
    *,
    vjp: Rule | None = None,
    jvp: Rule | None = None,
    samples: Sequence[Sample] = (),
    **entry: Any,
) -> Any:
    """Make an operation of a function of plain floats and arrays.

    Args:
        function: computes the value; it gets plain data for Values, and returns one number or array.
        vjp: the reverse rule (g, z, *args) -> a contribution for each argument, None where no path leads. Axes along
            which an argument was broadcast are summed for you.
        jvp: the forward rule (ts, z, *args) -> the tangent, where ts has None for arguments that do not move; by
            default it is derived from vjp.
        samples: calls for `autograd.testing.check_operation`, such as sample((2, 3), None): the shapes of the operands.
        entry: what else an entry of the table may say: kinks, domain, prepare, infix, notes ...

    Raises:
        DtypeError: for something that cannot be called.

    >>> import numpy as np
    >>> from autograd import Value, cos
    >>> @primitive(vjp=lambda g, z, x: (g * cos(x),))
    ... def sine(x):
    ...     return np.sin(x)
    >>> x = Value(0.0)
    >>> y = sine(x)
    >>> y.backward()
    >>> y.op.name, x.grad
    ('sine', 1.0)
    """
    if function is None:
        return lambda f: primitive(f, vjp=vjp, jvp=jvp, samples=samples, **entry)
    for what, given in (("function", function), ("vjp", vjp), ("jvp", jvp)):
        if not callable(given) and not (given is None and what != "function"):
            raise DtypeError(f"primitive: {what}: found {type(given).__name__}; expected a function.")
    for call in samples:
        if not (isinstance(call, tuple) and len(call) == 2 and isinstance(call[1], dict)):
            raise ArgumentError(f"primitive: samples: found {call!r:.40}; expected a list of sample((2, 3), ...).")
    return Primitive(function, vjp=vjp, jvp=jvp, samples=samples, **entry)
