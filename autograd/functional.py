"""Transforms: functions made of functions, which compute derivatives; the names and meaning are HIPS autograd's.

Arguments and results may be floats, arrays, Values, and any nesting of these in dict, list and tuple; a derivative has
the nesting of what it belongs to. `argnum` (or `argnums`) says which positional argument is differentiated; of several
places, the derivative is a tuple. Nobody's `.grad` is touched. All nest: `grad(grad(f))`, forward over reverse, reverse
over forward.

Plain arguments give plain derivatives. Where an argument is a Value, or the function uses Values from outside (the
parameters of a network, the variable of a transform around this one), derivatives are Values, part of their graph.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from autograd.containers import leaves, rebuilt
from autograd.errors import DtypeError, SignatureError
from autograd.graph.value import TABLE
from autograd.tracing import Argnum, Trace

__all__ = [
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "hessian",
    "hessian_vector_product",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "make_hvp",
    "make_jvp",
    "make_vjp",
    "tensor_jacobian_product",
    "value_and_grad",
    "vector_jacobian_product",
    "vjp",
]

Function = Callable[..., Any]
Transform = Callable[..., Function]


def _checked(name: str, f: Any) -> Function:
    if not callable(f):
        raise DtypeError(
            f"{name}: f: found {type(f).__name__}; expected a function: write {name}(f)(x), not {name}(f(x))."
        )
    return f  # type: ignore[no-any-return]


def _transform(derive: Callable[[Trace], Any]) -> Transform:
    """The transform f -> (arguments -> derive(trace of the call))."""
    name = derive.__name__

    @wraps(derive, assigned=("__doc__", "__module__", "__name__", "__qualname__"))
    def transform(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
        f = _checked(name, f)
        chosen = argnum if argnums is None else argnums

        @wraps(f)
        def derivative(*args: Any, **kwargs: Any) -> Any:
            return derive(Trace(name, f, chosen, args, kwargs))

        derivative.__name__ = derivative.__qualname__ = f"{name}_of_{getattr(f, '__name__', 'f')}"
        return derivative

    del transform.__wrapped__  # its signature is its own
    return transform


@_transform
def grad(trace: Trace) -> Any:
    """The gradient of a function whose result is a single number.

    Raises:
        ShapeError: when the function returns several elements.
        DtypeError: when it returns no number, or an argument cannot be differentiated.

    Source: reverse accumulation, Griewank and Walther, Evaluating Derivatives (2nd ed., 2008), chapter 3.

    >>> grad(lambda x: x**3)(2.0)
    12.0
    >>> grad(grad(lambda x: x**3))(2.0)
    12.0
    >>> grad(lambda p, x: p["w"] * x + p["b"])({"w": 2.0, "b": 1.0}, 5.0)
    {'w': 5.0, 'b': 1.0}
    """
    trace.number()
    return trace.pull(None)


@_transform
def value_and_grad(trace: Trace) -> Any:
    """The pair (value, gradient) of a function whose result is a single number, from one forward pass.

    >>> value_and_grad(lambda x: x * x)(3.0)
    (9.0, 6.0)
    """
    trace.number()
    return trace.value, trace.pull(None)


@_transform
def grad_and_aux(trace: Trace) -> Any:
    """The pair (gradient, extra) of a function that returns (number, extra).

    Raises:
        DtypeError: when it returns no such pair.

    >>> grad_and_aux(lambda x: (x * x, "anything"))(3.0)
    (6.0, 'anything')
    """
    if not isinstance(trace.result, tuple) or len(trace.result) != 2:
        raise DtypeError(
            f"grad_and_aux: f returned {type(trace.result).__name__}; expected a tuple (number, extra): use "
            "value_and_grad for a number alone."
        )
    pair, extra = trace.result, trace.outside(trace.result[1])
    trace.result = pair[0]
    trace.number()
    return trace.pull(None), extra


@_transform
def elementwise_grad(trace: Trace) -> Any:
    """The derivative of each element by its own input, for a function that acts on each element alone.

    In general it is the sum of each column of the Jacobian.

    >>> import numpy as np
    >>> elementwise_grad(lambda x: x**2)(np.array([1.0, 2.0, 3.0]))
    array([2., 4., 6.])
    """
    y = trace.single("; use jacobian for several results")
    return trace.pull(_ones(y))


def _ones(y: Any) -> Any:
    if not getattr(y, "shape", ()):
        return 1.0
    from autograd.arrays import np

    return np.ones(y.shape)


# ---- all derivatives of all results ----------------------------------------------------------------------------------


@_transform
def jacobian(trace: Trace) -> Any:
    """The Jacobian: for a result of shape S and an argument of shape T an array of shape (*S, *T), in reverse mode.

    One backward walk for each element of the result; `jacfwd` takes one forward walk for each element of the argument.

    >>> import numpy as np
    >>> jacobian(lambda x: x * x)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    """
    return rebuilt(trace.result, [_rows(trace, y) for y in leaves(trace.result)])


def _rows(trace: Trace, y: Any) -> Any:
    """The Jacobian of one result by the argument, one walk an element."""
    shape = getattr(y, "shape", ())
    rows = [leaves(trace.pull(unit, y)) for unit in _units(shape)]
    return rebuilt(trace.argument, [_joined([row[i] for row in rows], shape, 0) for i in range(len(trace.xs))])


@_transform
def jacfwd(trace: Trace) -> Any:
    """The Jacobian, as `jacobian` gives it, in forward mode: cheaper where there are fewer inputs than results.

    >>> jacfwd(lambda x: [x, x * x])(3.0)
    [1.0, 6.0]
    """
    zeros = [0.0 * _ones(x) for x in trace.xs]
    blocks = []
    for i, x in enumerate(trace.xs):
        columns = [
            leaves(trace.push(rebuilt(trace.argument, [*zeros[:i], unit, *zeros[i + 1 :]]))) for unit in _units(x.shape)
        ]
        blocks.append([_joined([c[k] for c in columns], x.shape, -1) for k in range(len(columns[0]))])
    return rebuilt(trace.result, [rebuilt(trace.argument, [b[k] for b in blocks]) for k in range(len(trace.ys))])


def _units(shape: tuple[int, ...]) -> list[Any]:
    """A cotangent or tangent for each element, 1 there and 0 elsewhere; of no elements one, to see the shapes."""
    if not shape:
        return [1.0]
    from autograd.arrays import np

    size = math.prod(shape)
    return [*np.eye(size).reshape(size, *shape)] if size else [np.zeros(shape)]


def _joined(parts: list[Any], shape: tuple[int, ...], axis: int) -> Any:
    """Rows (axis 0) or columns (axis -1), one for each element of `shape`, as one array."""
    rest = getattr(parts[0], "shape", ())
    if not shape:
        return parts[0]
    whole = (*shape, *rest) if axis == 0 else (*rest, *shape)
    if 0 in shape:
        from autograd.arrays import np

        return np.zeros(whole)
    return TABLE["reshape"](TABLE["stack"](parts, axis), whole)


jacrev = jacobian


def hessian(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """The matrix of second derivatives of a function with a single number as its result.

    >>> import numpy as np
    >>> hessian(lambda x: (x**3).sum())(np.array([1.0, 2.0]))
    array([[ 6.,  0.],
           [ 0., 12.]])
    """
    chosen = argnum if argnums is None else argnums
    return jacobian(jacobian(_checked("hessian", f), chosen), chosen)


# ---- products ----------------------------------------------------------------------------------------------------


@_transform
def make_vjp(trace: Trace) -> Any:
    """The pair (vjp, value): vjp maps a cotangent of the result to that of the argument, as often as it is called.

    >>> vjp, value = make_vjp(lambda x: x * x)(3.0)
    >>> value, vjp(1.0), vjp(10.0)
    (9.0, 6.0, 60.0)
    """
    return lambda cotangent: trace.pull(cotangent), trace.value


@_transform
def make_jvp(trace: Trace) -> Any:
    """A function that maps a tangent of the argument to the pair (value, tangent of the result), in forward mode.

    >>> make_jvp(lambda x: x * x)(3.0)(10.0)
    (9.0, 60.0)
    """
    return lambda tangent: (trace.value, trace.push(tangent))


def make_hvp(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """The pair (hvp, gradient): hvp maps a vector to its product with the Hessian, from one forward pass.

    Source: Pearlmutter, Fast exact multiplication by the Hessian (1994).

    >>> hvp, gradient = make_hvp(lambda x: x**3)(2.0)
    >>> gradient, hvp(10.0)
    (12.0, 120.0)
    """
    chosen = argnum if argnums is None else argnums
    return make_vjp(grad(_checked("make_hvp", f), chosen), chosen)


def hessian_vector_product(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """A function of f's arguments and, behind them, a vector: the product of the Hessian with it.

    >>> hessian_vector_product(lambda x: x**3)(2.0, 10.0)
    120.0
    """
    hvp_at = make_hvp(_checked("hessian_vector_product", f), argnum, argnums=argnums)

    def product(*args: Any, **kwargs: Any) -> Any:
        return hvp_at(*args[:-1], **kwargs)[0](args[-1])

    return product


def tensor_jacobian_product(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """A function of f's arguments and, behind them, an array: its contraction with the Jacobian of f.

    All axes of the array are summed with as many leading axes of the result.

    >>> import numpy as np
    >>> vector_jacobian_product(lambda x: x * x)(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([ 2., 40.])
    """
    _checked("tensor_jacobian_product", f)

    def contracted(*args: Any, **kwargs: Any) -> Any:
        axes = len(getattr(args[-1], "shape", ()))
        return TABLE["tensordot"](args[-1], f(*args[:-1], **kwargs), axes=axes)

    return jacobian(contracted, argnum, argnums=argnums)


vector_jacobian_product = tensor_jacobian_product


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """The pair (value, vjp), as JAX has it: vjp maps a cotangent of the result to a tuple, one for each primal.

    >>> value, pull = vjp(lambda x, y: x * y, 3.0, 5.0)
    >>> value, pull(1.0)
    (15.0, (5.0, 3.0))
    """
    _given("vjp", primals)
    pull, value = make_vjp(_checked("vjp", f), tuple(range(len(primals))))(*primals)
    return value, pull


def jvp(f: Function, primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """The pair (value, tangent of the result), as JAX has it, from a tangent for each primal.

    Raises:
        ShapeError: for tangents that do not fit the primals.

    >>> jvp(lambda x, y: x * y, (3.0, 5.0), (1.0, 0.0))
    (15.0, 5.0)
    """
    for what, given in (("primals", primals), ("tangents", tangents)):
        if not isinstance(given, (list, tuple)):
            raise DtypeError(
                f"jvp: {what}: found {type(given).__name__}; expected a tuple, one for each argument, such as (x,)."
            )
    _given("jvp", primals)
    primals, tangents = tuple(primals), tuple(tangents)
    value, tangent = make_jvp(_checked("jvp", f), tuple(range(len(primals))))(*primals)(tangents)
    return value, tangent


def _given(name: str, primals: Sequence[Any]) -> None:
    if not primals:
        raise SignatureError(f"{name}: found no primals; expected {name} of a function and its arguments.")
