"""Glassgrad's engine: reverse-mode automatic differentiation of numbers and arrays, on a graph one can see through.

>>> from autograd import Value, tanh
>>> x = Value(0.5, label="x")
>>> y = tanh(x) * x
>>> y.backward()
>>> round(x.grad, 6)
0.855341

Every operation of the table (`autograd.ops`) is a function here, under NumPy's name where NumPy has it: `autograd.exp`,
`autograd.sum`, `autograd.sigmoid`.
"""

import builtins

from autograd._backend import choose as _choose_backend
from autograd._installation import check_installation

check_installation()
_choose_backend()

from autograd.debug import detect_anomaly, explain
from autograd.errors import GlassgradError
from autograd.functional import (
    checkpoint,
    elementwise_grad,
    grad,
    grad_and_aux,
    hessian,
    hessian_vector_product,
    jacfwd,
    jacobian,
    jacrev,
    jvp,
    make_hvp,
    make_jvp,
    make_vjp,
    tensor_jacobian_product,
    value_and_grad,
    vector_jacobian_product,
    vjp,
)
from autograd.gradcheck import assert_gradients, check_gradients, gradcheck, gradgradcheck
from autograd.graph import copying, signature, text  # noqa: F401  (they install what is asked of Values)
from autograd.graph.order import topological_order
from autograd.graph.recording import enable_grad, no_grad
from autograd.graph.value import Value
from autograd.graph.value import compiled as _compiled
from autograd.graph.walks import gradients, tangents
from autograd.ops import TABLE
from autograd.replaying import replay

__version__ = "0.1.0"
backend = "compiled" if _compiled else "python"

__all__ = [
    "TABLE",
    "GlassgradError",
    "Value",
    "assert_gradients",
    "backend",
    "check_gradients",
    "checkpoint",
    "detect_anomaly",
    "elementwise_grad",
    "enable_grad",
    "explain",
    "grad",
    "grad_and_aux",
    "gradcheck",
    "gradgradcheck",
    "gradients",
    "hessian",
    "hessian_vector_product",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "make_hvp",
    "make_jvp",
    "make_vjp",
    "no_grad",
    "replay",
    "tangents",
    "tensor_jacobian_product",
    "topological_order",
    "value_and_grad",
    "vector_jacobian_product",
    "vjp",
]
_public = {name: entry for name, entry in TABLE.items() if entry.public}
__all__ += [name for name in _public if not hasattr(builtins, name)]  # `import *` leaves Python's sum, max, abs alone
globals().update(_public)


def __dir__() -> list[str]:
    """What tab completion shows."""
    return sorted({*__all__, *_public, "__version__"})
