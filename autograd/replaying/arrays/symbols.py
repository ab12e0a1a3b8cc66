"""Kernels written out: a kernel is run on symbols, and each NumPy call that it makes becomes a statement."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, NoReturn

from autograd.arrays import np
from autograd.graph.operation import Operation
from autograd.graph.value import TABLE
from autograd.ops.axes import axes_of, count_over
from autograd.replaying.arrays.placing import scatter
from autograd.replaying.arrays.statements import Variable, mapped, mapped_values, variables
from autograd.replaying.arrays.writing import Writer

__all__ = ["written"]


class Opaque(Exception):  # noqa: N818  (no error: the kernel is called as it is)
    """A kernel asks for more than calls of NumPy: it decides on data, say, or writes into an array."""


def written(writer: Writer, op: Operation, operands: Sequence[Variable], params: Mapping[str, Any]) -> Variable:
    """The result of an operation's kernel on arrays: its NumPy calls one by one where that can be, else one call."""
    kernel: Any = op.kernel
    args: tuple[Any, ...] = (list(operands),) if op.variadic else tuple(operands)
    if op is TABLE["scatter"]:
        short = scatter(writer, operands[0], params["index"], params["shape"])
        if short is not None:
            return short
    function: Any = kernel
    if isinstance(kernel, partial):  # a kernel of its own, a function of (np, *operands)
        function = partial(kernel.func, _NAMESPACE)
    try:
        found = function(*mapped(args, lambda x: _seen(writer, x)), **mapped_values(params, lambda x: _seen(writer, x)))
        if type(found) is Symbol and _agrees(found.variable, kernel, args, params):
            return found.variable
        if isinstance(found, (np.ndarray, np.generic)):  # it depends on shapes and constants alone
            return writer.constant(np.asarray(found))
    except (Opaque, TypeError, ValueError):  # NumPy turns an error of __array__ into these now and then
        pass  # what was written stays behind, needed by nobody
    return writer.apply(kernel, args, params)


def _agrees(x: Variable, kernel: Any, args: tuple[Any, ...], params: Mapping[str, Any]) -> bool:
    """Whether what was written gives what the kernel itself gives, but for rounding."""
    with np.errstate(all="ignore"):
        z = kernel(*mapped(args, lambda v: v.data), **mapped_values(params, lambda v: v.data))
    return np.shape(z) == x.shape and bool(np.allclose(x.data, z, rtol=1e-2, atol=1e-2, equal_nan=True))


def _seen(writer: Writer, x: Variable) -> Any:
    """What a kernel is handed for a variable: it may look at what never changes."""
    return x.data if x.is_constant else Symbol(writer, x)


class Symbol(np.lib.mixins.NDArrayOperatorsMixin):
    """A variable as a kernel sees it: operators and NumPy's functions write statements, data cannot be read."""

    __slots__ = ("variable", "writer")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, writer: Writer, variable: Variable) -> None:
        self.writer = writer
        self.variable = variable

    def _call(self, function: Callable[..., Any], args: tuple[Any, ...], params: Mapping[str, Any]) -> Symbol:
        return Symbol(self.writer, self.writer.apply(function, _bare(args), params))

    # ---- what is known without data ----

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape."""
        return self.variable.shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.variable.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return self.variable.size

    @property
    def dtype(self) -> Any:
        """NumPy's dtype; a number has none."""
        if self.variable.dtype is None:
            raise AttributeError("dtype")
        return self.variable.dtype

    def __len__(self) -> int:
        return self.variable.shape[0]

    # ---- NumPy's protocols and methods ----

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        if method == "reduce":
            return self._reduced(ufunc, *inputs, **kwargs)
        (target,) = kwargs.pop("out", (None,))
        if method != "__call__" or kwargs or ufunc.nout != 1:
            raise Opaque
        found = self._call(ufunc, inputs, {})
        return found if target is None else found._written_into(target)

    def _written_into(self, target: Any) -> Symbol:
        """What `out=` does: the array that a kernel holds has other elements now. Views of it would not show them."""
        if type(target) is not Symbol or target.variable.shape != self.variable.shape:
            raise Opaque
        made = self.writer.maker(target.variable)
        if made is None or made.shares:
            raise Opaque
        target.variable = self.writer.convert(self.variable, target.variable.dtype)
        return target

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if (function in REDUCTIONS or function in MOMENTS) and len(args) > 2:
            raise Opaque  # after a and axis they have different parameters
        if function in REDUCTIONS:
            return self._reduced(REDUCTIONS[function], *args, **kwargs)
        if function in MOMENTS:
            return MOMENTS[function](self, *args, **kwargs)
        if function in KNOWN:
            return function(*mapped(_bare(args), lambda x: x.data), **kwargs)
        if function in LIKE:
            return function(*mapped(_bare(args), lambda x: np.empty(x.shape, x.dtype)), **kwargs)
        found = self._call(function, args, {key: _without_symbols(x) for key, x in kwargs.items()})
        if not isinstance(found.variable.data, np.ndarray):
            raise Opaque
        return found

    def _reduced(self, ufunc: Any, a: Any, axis: Any = None, keepdims: bool = False, initial: Any = None) -> Symbol:
        a = self._as_symbol(a)
        args = (a.variable, axes_of(axis, a.ndim), None, None, bool(keepdims))
        found = a.writer.apply(ufunc, args if initial is None else (*args, initial), {}, "reduce")
        return Symbol(a.writer, found)

    def _mean(self, a: Any, axis: Any = None, keepdims: bool = False) -> Any:
        if self.variable.dtype not in (np.float32, np.float64):  # float16 is summed in float32
            raise Opaque
        return np.divide(self._reduced(np.add, a, axis, keepdims), float(count_over(a, axis)))

    def _var(self, a: Any, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Any:
        count = max(count_over(a, axis) - ddof, 0)
        squares = np.square(a - self._mean(a, axis, keepdims=True))
        return np.divide(self._reduced(np.add, squares, axis, keepdims), float(count))

    def _std(self, a: Any, **params: Any) -> Any:
        return np.sqrt(self._var(a, **params))

    def _as_symbol(self, x: Any) -> Symbol:
        return x if type(x) is Symbol else Symbol(self.writer, self.writer.constant(np.asarray(x)))

    def __getitem__(self, index: Any) -> Symbol:
        if any(x.dtype == bool for x in variables(_bare(index))):
            raise Opaque  # how many elements it picks may change
        return self._call(operator.getitem, (self, index), {})

    def __getattr__(self, name: str) -> Any:
        if name == "T":
            return np.transpose(self)
        if name not in METHODS:
            raise Opaque
        return partial(METHODS[name], self)

    def reshape(self, *shape: Any) -> Any:
        """In another shape."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def astype(self, dtype: Any, copy: bool = True) -> Symbol:
        """In another dtype; `copy` makes no difference to what is never changed."""
        return Symbol(self.writer, self.writer.convert(self.variable, np.dtype(dtype)))

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise Opaque

    __array__ = __bool__ = __float__ = __int__ = __index__ = __iter__ = __setitem__ = __contains__ = _refuse


def _bare(tree: Any) -> Any:
    """Arguments with variables in place of symbols."""
    if type(tree) is Symbol:
        return tree.variable
    if type(tree) in (list, tuple):
        return type(tree)([_bare(part) for part in tree])
    return tree


def _without_symbols(x: Any) -> Any:
    if type(x) is Symbol or (type(x) in (list, tuple) and any(type(part) is Symbol for part in x)):
        raise Opaque
    return x


class _Namespace:
    """NumPy, with what does not dispatch on its arguments."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    def asarray(self, x: Any, dtype: Any = None) -> Any:
        """x as an array."""
        if type(x) is not Symbol:
            return np.asarray(x, dtype)
        if x.variable.dtype is None:
            return Symbol(
                x.writer, x.writer.apply(np.asarray, (x.variable,), {} if dtype is None else {"dtype": dtype})
            )
        return x if dtype is None else x.astype(dtype)

    array = asanyarray = asarray

    def errstate(self, **kwargs: Any) -> Any:
        """Nothing: the whole program runs in one."""
        return nullcontext()


_NAMESPACE = _Namespace()
REDUCTIONS = {np.sum: np.add, np.prod: np.multiply, np.max: np.maximum, np.min: np.minimum, np.any: np.logical_or,
              np.all: np.logical_and}  # fmt: skip
MOMENTS: dict[Any, Any] = {np.mean: Symbol._mean, np.var: Symbol._var, np.std: Symbol._std}
KNOWN = {np.result_type, np.shape, np.ndim, np.size, np.iscomplexobj}  # answered by shape and dtype
LIKE = {np.zeros_like, np.ones_like, np.empty_like, np.full_like}
METHODS = {
    name: getattr(np, name)
    for name in ["transpose", "swapaxes", "ravel", "squeeze", "sum", "prod", "max", "min", "any", "all", "mean", "copy"]
}  # fmt: skip
