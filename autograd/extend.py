"""Operations of the user's own: one decorator, `primitive`; `defvjp` and `defjvp` as HIPS autograd names them.

Inside an operation the arguments are plain floats and arrays. A rule is written in functions of `autograd` (or of
`autograd.numpy`), so that it runs on Values, too: then it has derivatives of any order.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from typing import Any

from autograd.errors import ArgumentError, DtypeError, SignatureError, UnsupportedError
from autograd.graph.cotangents import plain
from autograd.graph.entry import Sample, sample
from autograd.graph.nodes import record
from autograd.graph.operation import Operation
from autograd.graph.value import TABLE, Value
from autograd.graph.walks import gradients

__all__ = ["Primitive", "defjvp", "defvjp", "primitive", "sample"]

Rule = Callable[..., Any]


class Primitive(Operation):
    """An operation that a user defined with `primitive`; it records, draws and differentiates like the table's own."""

    builder = "custom"
    reason = "It is the user's own."

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
        self.__signature__ = inspect.signature(function)
        self.function = function
        self.vjp = vjp
        self.jvp = jvp
        self.makers: dict[int, Rule | None] = {}  # from defvjp: by argument, (ans, *args) -> (g -> contribution)
        self.pushers: dict[int, Rule | str | None] = {}  # from defjvp: by argument, (t, ans, *args) -> tangent

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
        data = [x.data if type(x) is Value else x for x in operands]
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
        """Each wanted operand's contribution, by `vjp` or by the rules of `defvjp`."""
        g = plain(g)
        if self.vjp is None:
            return [self._rule(i)(z, *xs, **params)(g) for i in wanted]
        contributions = self.vjp(g, z, *xs, **params)
        if not isinstance(contributions, (tuple, list)) or not wanted[-1] < len(contributions) <= len(xs):
            found = f"{len(contributions)} of them" if isinstance(contributions, (tuple, list)) else "no tuple"
            raise ArgumentError(
                f"{self.name}: vjp returned {found}; expected a tuple of {wanted[-1] + 1} contributions, one for each "
                "argument, None where no path leads."
            )
        return [contributions[i] for i in wanted]

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
        for i, h in zip(wanted, self.pull(g, z, xs, params, wanted), strict=True):
            if h is not None:
                total = total + TABLE["sum"](h * ts[i])
        if type(total) is not Value:
            return None
        recorded = any(type(x) is Value for x in (*xs, *ts))
        (t,) = gradients(total, [g], create_graph=recorded)
        return t if recorded else t.data


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
    if not callable(function):
        raise DtypeError(f"primitive: found {type(function).__name__}; expected a function of plain data.")
    return Primitive(function, vjp=vjp, jvp=jvp, samples=samples, **entry)


def defvjp(operation: Primitive, *rules: Rule | None, argnums: Sequence[int] | None = None) -> None:
    """Give a primitive a reverse rule for each argument: (ans, *args) -> (g -> contribution); None for no path.

    >>> from autograd import grad
    >>> @primitive
    ... def cube(x):
    ...     return x**3
    >>> defvjp(cube, lambda ans, x: lambda g: g * 3.0 * x * x)
    >>> grad(grad(cube))(2.0)
    12.0
    """
    _required("defvjp", operation).makers.update(zip(_numbers(rules, argnums), rules, strict=True))


def defjvp(operation: Primitive, *rules: Rule | str | None, argnums: Sequence[int] | None = None) -> None:
    """Give a primitive a forward rule for each argument: (t, ans, *args) -> tangent; "same" where it is linear.

    >>> from autograd import jvp
    >>> @primitive
    ... def double(x):
    ...     return 2.0 * x
    >>> defjvp(double, "same")
    >>> jvp(double, (3.0,), (1.0,))
    (6.0, 2.0)
    """
    texts = [rule for rule in rules if isinstance(rule, str) and rule != "same"]
    if texts:
        raise ArgumentError(f"defjvp: found the rule {texts[0]!r}; expected a function, 'same', or None for no path.")
    _required("defjvp", operation).pushers.update(zip(_numbers(rules, argnums), rules, strict=True))


def _required(name: str, operation: Any) -> Primitive:
    if not isinstance(operation, Primitive):
        raise DtypeError(
            f"{name}: found {type(operation).__name__}; expected an operation made with @primitive: a function of the "
            "table has its rules already."
        )
    return operation


def _numbers(rules: Sequence[Any], argnums: Sequence[int] | None) -> Sequence[int]:
    numbers = range(len(rules)) if argnums is None else argnums
    if len(numbers) != len(rules):
        raise ArgumentError(f"defvjp, defjvp: found {len(rules)} rules and {len(numbers)} argnums; expected as many.")
    return numbers
