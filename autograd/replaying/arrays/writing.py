"""The writer of a program: it folds constants, shares equal statements, and knows a shorter way for some of them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from autograd.arrays import np
from autograd.replaying.arrays.simplifying import SHORTER
from autograd.replaying.arrays.statements import (
    VIEWS,
    Statement,
    Variable,
    checked,
    converted,
    is_basic,
    mapped,
    mapped_values,
    variables,
)

__all__ = ["Writer"]

SMALL = 64  # constants of so few elements are compared with those that are there already


class Writer:
    """Collects statements; each is run on example data as it is written, which gives its result's shape and dtype."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.note = ""  # the operation of the table that is being written
        self._constants: dict[Any, Variable] = {}
        self._known: dict[Any, Variable] = {}
        self._made: dict[Variable, Statement] = {}

    def constant(self, data: Any) -> Variable:
        """A variable that is the same at each call."""
        key: Any
        if isinstance(data, np.ndarray):
            key = (data.dtype, data.shape, data.tobytes()) if data.size <= SMALL else id(data)
        else:
            key = (type(data), float(data).hex())
        if key not in self._constants:
            self._constants[key] = Variable("constant", data)
        return self._constants[key]

    def maker(self, x: Variable) -> Statement | None:
        """The statement that computes a variable."""
        return self._made.get(x)

    def made_by(self, x: Variable, function: Callable[..., Any]) -> Statement | None:
        """The statement that computes a variable, if it calls this function."""
        statement = self._made.get(x)
        return statement if statement is not None and statement.function is function else None

    def apply(
        self, function: Callable[..., Any], args: tuple[Any, ...], params: Mapping[str, Any], method: str = ""
    ) -> Variable:
        """The variable for a call: a constant, one that is there already, a simpler one, or that of a new statement."""
        if all(x.is_constant for x in variables((*args, *params.values()))):
            return self.constant(_array(_run(function, args, params, method)))
        args = self._exact_constants(function, args, method)
        if (function, method) in SHORTER and (not params or function in VIEWS):
            found: Variable | None = SHORTER[function, method](self, *args, **params)
            if found is not None:
                return found
        return self.state(function, args, params, method)

    def state(
        self, function: Callable[..., Any], args: tuple[Any, ...], params: Mapping[str, Any], method: str = ""
    ) -> Variable:
        """The variable for a call as it stands."""
        key: Any = (function, method, mapped(args, id), tuple(mapped(list(params.items()), id)))
        try:
            if key in self._known:
                return self._known[key]
        except TypeError:  # an index that holds arrays, say
            key = None
        data = _array(_run(function, args, params, method))
        result = Variable("result", data)
        shares = _may_be_view(function, args) or any(
            isinstance(x.data, np.ndarray) and isinstance(data, np.ndarray) and np.may_share_memory(data, x.data)
            for x in variables(args)
        )
        statement = Statement(function, args, params, result, method=method, shares=shares, note=self.note)
        self.statements.append(statement)
        self._made[result] = statement
        if key is not None:
            self._known[key] = result
        return result

    def once(self, function: Callable[..., Any], args: tuple[Any, ...], params: Mapping[str, Any]) -> Variable:
        """The variable for a call that may give something else each time: never shared, never folded."""
        result = Variable("result", _array(_run(function, args, params, "")))
        self.statements.append(Statement(function, args, params, result, shares=True, note=self.note))
        return result

    def guard(self, x: Variable, expected: bool, place: int) -> None:
        """A decision that was taken on x, to be looked at again in each call."""
        self.statements.append(Statement(checked, (x, expected, place), {}, Variable("result", None)))

    def convert(self, x: Variable, dtype: Any) -> Variable:
        """A variable in another dtype."""
        return x if x.dtype == dtype else self.apply(converted, (x, np.dtype(dtype)), {})

    def _exact_constants(self, function: Any, args: tuple[Any, ...], method: str) -> tuple[Any, ...]:
        """Plain numbers as arrays of the dtype in which NumPy will take them: that takes it half a microsecond."""
        if method or not (isinstance(function, np.ufunc) or function is np.where):
            return args
        args = tuple([x if type(x) is Variable or x is None else self._operand(x) for x in args])
        weak = args[1:] if function is np.where else args
        dtypes = {x.dtype for x in variables(weak) if x.dtype is not None}
        if function not in WEAK or len(dtypes) != 1 or next(iter(dtypes)).kind not in "fi":
            return args
        dtype = dtypes.pop()
        shape = np.broadcast_shapes(*(x.shape for x in args))
        full = any(x.shape == shape and not x.is_constant for x in args)
        with np.errstate(all="ignore"):  # 1e300 is inf in float32, as NumPy takes it, too
            return tuple([self._exact(x, dtype, full) if x.is_constant else x for x in args])

    def _exact(self, x: Variable, dtype: Any, may_shrink: bool) -> Variable:
        if x.dtype is None:
            exact = dtype.kind == "f" or (type(x.data) is int and -128 <= x.data < 128)  # that fits any signed integer
            return self.constant(np.array(x.data, dtype)) if exact else x
        if may_shrink and x.size > 1 and x.dtype == dtype:
            first = x.data.flat[0]
            if np.all((x.data == first) & (np.signbit(x.data) == np.signbit(first))):
                return self.constant(np.array(first))
        return x

    def _operand(self, x: Any) -> Variable:
        """A constant that a kernel brings along; lists of variables would have to be stacked first."""
        if any(True for _ in variables(x)):
            raise TypeError("a list of variables is no array")
        return self.constant(x if type(x) in (float, int, bool) else np.asarray(x))


# The functions that take a plain number in the dtype of the array beside it.
WEAK = {
    *(np.add, np.subtract, np.multiply, np.divide, np.remainder, np.fmod, np.floor_divide, np.hypot, np.arctan2),
    *(np.maximum, np.minimum, np.fmax, np.fmin, np.copysign, np.logaddexp, np.where),
    *(np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal),
}


def _run(function: Any, args: tuple[Any, ...], params: Mapping[str, Any], method: str) -> Any:
    with np.errstate(all="ignore"):
        return (getattr(function, method) if method else function)(
            *mapped(args, lambda x: x.data), **mapped_values(params, lambda x: x.data)
        )


def _may_be_view(function: Any, args: tuple[Any, ...]) -> bool:
    """Whether the result may show an operand's memory, on other arguments if not on these; an array picks copies."""
    if function not in VIEWS:
        return False
    return function is not operator.getitem or all(map(is_basic, args[1] if type(args[1]) is tuple else (args[1],)))


def _array(data: Any) -> Any:
    """A result as an array or a Python float: NumPy's functions give bare scalars for results without axes."""
    return np.asarray(data) if isinstance(data, (np.generic, np.ndarray)) else data
