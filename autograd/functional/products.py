"""Products of vectors with Jacobians and Hessians, which are not formed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd.errors import DtypeError, SignatureError
from autograd.functional.gradients import grad
from autograd.functional.jacobians import jacobian
from autograd.functional.trace import Argnum, Trace
from autograd.functional.transforming import Function, checked, one_of, transform
from autograd.graph.value import TABLE

__all__ = [
    "hessian_vector_product",
    "jvp",
    "make_hvp",
    "make_jvp",
    "make_vjp",
    "tensor_jacobian_product",
    "vector_jacobian_product",
    "vjp",
]


@transform
def make_vjp(trace: Trace) -> Any:
    """The pair (vjp, value): vjp maps a cotangent of the result to that of the argument, as often as it is called.

    >>> vjp, value = make_vjp(lambda x: x * x)(3.0)
    >>> value, vjp(1.0), vjp(10.0)
    (9.0, 6.0, 60.0)
    """
    return lambda cotangent: trace.pull(cotangent), trace.value


@transform
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
    places = one_of("make_hvp", argnum, argnums)
    return make_vjp(grad(checked("make_hvp", f), places), places)


def hessian_vector_product(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """A function of f's arguments and, behind them, a vector: the product of the Hessian with it.

    >>> hessian_vector_product(lambda x: x**3)(2.0, 10.0)
    120.0
    """
    places = one_of("hessian_vector_product", argnum, argnums)
    gradient = grad(checked("hessian_vector_product", f), places)

    def product(*args: Any, **kwargs: Any) -> Any:
        others, vector = _split("hessian_vector_product", args)
        return Trace("hessian_vector_product", gradient, places, others, kwargs).pull(vector)

    return product


def tensor_jacobian_product(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
    """A function of f's arguments and, behind them, an array: its contraction with the Jacobian of f.

    All axes of the array are summed with as many leading axes of the result.

    >>> import numpy as np
    >>> vector_jacobian_product(lambda x: x * x)(np.array([1.0, 2.0]), np.array([1.0, 10.0]))
    array([ 2., 40.])
    """
    checked("tensor_jacobian_product", f)
    places = one_of("tensor_jacobian_product", argnum, argnums)

    def product(*args: Any, **kwargs: Any) -> Any:
        others, array = _split("tensor_jacobian_product", args)
        if isinstance(array, (list, tuple)):
            from autograd.arrays import np

            array = np.asarray(array)
        axes = len(getattr(array, "shape", ()))

        def contracted(*xs: Any) -> Any:
            return TABLE["tensordot"](array, f(*xs, **kwargs), axes=axes)

        return jacobian(contracted, places)(*others)

    return product


def _split(name: str, args: tuple[Any, ...]) -> tuple[tuple[Any, ...], Any]:
    """f's own arguments, and the array behind them."""
    if len(args) < 2:
        raise SignatureError(f"{name}: found {len(args)} arguments; expected those of f, and a vector behind them.")
    return args[:-1], args[-1]


vector_jacobian_product = tensor_jacobian_product


def vjp(f: Function, *primals: Any) -> tuple[Any, Function]:
    """The pair (value, vjp), as JAX has it: vjp maps a cotangent of the result to a tuple, one for each primal.

    >>> value, pull = vjp(lambda x, y: x * y, 3.0, 5.0)
    >>> value, pull(1.0)
    (15.0, (5.0, 3.0))
    """
    _given("vjp", primals)
    trace = Trace("vjp", checked("vjp", f), tuple(range(len(primals))), primals, {})
    return trace.value, trace.pull


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
    trace = Trace("jvp", checked("jvp", f), tuple(range(len(primals))), tuple(primals), {})
    return trace.value, trace.push(tuple(tangents))


def _given(name: str, primals: Sequence[Any]) -> None:
    if not primals:
        raise SignatureError(f"{name}: found no primals; expected {name} of a function and its arguments.")
