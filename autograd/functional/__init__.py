"""Transforms: functions made of functions, which compute derivatives; the names and meaning are HIPS autograd's.

Arguments and results may be floats, arrays, Values, and any nesting of these in dict, list and tuple; a derivative has
the nesting of what it belongs to. `argnum` (or `argnums`) says which positional argument is differentiated; of several
places, the derivative is a tuple. Nobody's `.grad` is touched. All nest: `grad(grad(f))`, forward over reverse, reverse
over forward.

Plain arguments give plain derivatives. Where an argument is a Value, or the function uses Values from outside (the
parameters of a network, the variable of a transform around this one), derivatives are Values, part of their graph.
"""

from autograd.functional.checkpointing import checkpoint
from autograd.functional.gradients import elementwise_grad, grad, grad_and_aux, value_and_grad
from autograd.functional.jacobians import hessian, jacfwd, jacobian, jacrev
from autograd.functional.products import (
    hessian_vector_product,
    jvp,
    make_hvp,
    make_jvp,
    make_vjp,
    tensor_jacobian_product,
    vector_jacobian_product,
    vjp,
)

__all__ = [
    "checkpoint",
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
