"""Attributes and methods that NumPy's arrays have under names of their own: Value answers to them, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from autograd.errors import UnsupportedError
from autograd.graph.value import TABLE, Value, install

__all__ = ["IN_PLACE"]

# NumPy's methods that change their array and return None: `v.sort()` would do nothing, unseen; and what to call.
IN_PLACE = {
    "fill": "autograd.full_like(v, x)", "partition": "autograd.partition(v, kth)", "put": "v.at[index].set(x)",
    "sort": "autograd.sort(v)",
}  # fmt: skip


def _flatten(self: Value) -> Any:
    """All elements in one axis, as `ravel`."""
    return TABLE["ravel"](self)


def _conjugate(self: Value) -> Any:
    """The complex conjugate, which of real numbers is they themselves."""
    return TABLE["positive"](self)


def _refusal(name: str, instead: str) -> Callable[..., NoReturn]:
    def refused(self: Value, *args: Any, **kwargs: Any) -> NoReturn:
        raise UnsupportedError(
            f"Value.{name}: NumPy's method changes its array and returns None, but a Value is not changed in place; "
            f"expected {instead}, which gives a new one."
        )

    refused.__name__ = name
    refused.__doc__ = f"Refused, because NumPy's changes its array: use {instead}."
    return refused


_flatten.__name__ = "flatten"
_conjugate.__name__ = "conjugate"

install("T", property(lambda self: TABLE["transpose"](self), doc="The axes in reverse order."))
install("flatten", _flatten)
# What NumPy's arrays have for complex numbers; np.real and np.imag ask for these attributes.
install("conj", _conjugate)
install("conjugate", _conjugate)
install("real", property(lambda self: self, doc="The real part: the Value itself."))
install("imag", property(lambda self: TABLE["where"](False, self, 0.0), doc="The imaginary part: zeros."))
for name, instead in IN_PLACE.items():
    install(name, _refusal(name, instead))
