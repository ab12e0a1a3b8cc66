"""Unit: what Neuron and Layer share. Drawing and holding their parameters, and taking inputs in both storages."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Self

import autograd
from autograd import Value
from autograd.errors import ArgumentError, ShapeError
from autograd.graph.recording import stands_for_plain
from nn.activation import linear
from nn.arguments import of_dtype
from nn.modules import Module
from nn.randomness import Uniform, uniform_source

__all__ = ["Parts", "Unit", "array"]

# The weights and the biases or None, as plain arrays or lists; the activation; whether it is applied.
Parts = tuple[Any, Any, Callable[[Any], Any], bool]


class Unit(Module):
    """A module that takes `nin` inputs, and applies an activation to weighted sums of them.

    It applies `activation`, or the identity when `nonlin` is false. A layer on numbers has neither, only its neurons
    have: each of them may be changed.
    """

    nin: int
    vectorized: bool  # whether the parameters are arrays
    activation: Callable[[Any], Any]
    nonlin: bool
    settings: ClassVar[tuple[str, ...]] = ()  # attributes that a twin has, too, besides the parts

    @property
    def phi(self) -> Callable[[Any], Any]:
        """The function applied to the weighted sum: the activation, or the identity when `nonlin` is false."""
        return self.activation if self.nonlin else linear

    def vectorize(self, dtype: Any = None) -> Self:
        """A twin on arrays with the same weights, in parameters of its own; `dtype` converts them.

        Raises:
            ArgumentError: when the units of a layer differ in their activation, or only some have a bias.
        """
        return self._twin(vectorized=True, dtype=dtype)

    def scalarize(self) -> Self:
        """A twin on numbers with the same weights, in parameters of its own.

        Raises:
            ArgumentError: as `vectorize`.
        """
        return self._twin(vectorized=False)

    def _twin(self, *, vectorized: bool, dtype: Any = None) -> Self:
        settings = {name: copy.copy(getattr(self, name)) for name in self.settings}
        return self._of(*self._parts(), vectorized=vectorized, dtype=dtype, **settings)

    @classmethod
    def _of(cls, *parts: Any, vectorized: bool, dtype: Any = None, **settings: Any) -> Self:
        """A unit of given parts: nothing is drawn, so the user's random stream stays where it is."""
        unit = cls.__new__(cls)
        vars(unit).update(settings)
        unit._hold(*parts, vectorized=vectorized, dtype=dtype)
        return unit

    def _parts(self) -> Parts:
        """What the unit is made of."""
        raise NotImplementedError

    def _hold(
        self, weight: Any, bias: Any, activation: Callable[[Any], Any], nonlin: bool, *, vectorized: bool, dtype: Any
    ) -> None:
        """Make the unit of such parts; `vectorized` and `dtype` say in which storage."""
        raise NotImplementedError

    def _drawn(
        self, nin: int, nout: int, bias: bool, vectorized: bool, dtype: Any, rng: Uniform | int | None
    ) -> tuple[list[list[float]], list[float] | None]:
        """Initial weights (nout, nin) and biases (nout,), in micrograd's range and order or in PyTorch's."""
        if dtype is not None and not vectorized:
            raise ArgumentError(
                f"{type(self).__name__}: found dtype={dtype!r} without vectorized=True; numbers are always float64."
            )
        draw, bound = uniform_source(rng).uniform, nin**-0.5 if vectorized else 1.0
        weight = [[draw(-bound, bound) for _ in range(nin)] for _ in range(nout)]
        if not bias:
            return weight, None
        return weight, [draw(-bound, bound) if vectorized else 0.0 for _ in range(nout)]

    @property
    def name(self) -> str:
        """What error messages call it."""
        return repr(self)

    def _sample(self, x: Any) -> Sequence[Any]:
        """One sample as a sequence of nin numbers; a bare number is a sample of one, so that a unit can feed a unit."""
        if type(x) is not list:
            if x is None or isinstance(x, (str, bytes, dict, set)):  # a dict's keys are no sample, a set has no order
                raise self._misfit(f"a {type(x).__name__}")
            ndim = 0 if isinstance(x, (int, float)) else getattr(x, "ndim", 1)
            if ndim > 1:
                raise self._misfit(f"an array of shape {x.shape}")
            x = [x] if ndim == 0 else list(x)
        if len(x) != self.nin:
            raise self._misfit(f"{len(x)} inputs")
        is_ready = type(x[0]) in (Value, float) and not stands_for_plain(x[0])
        return x if is_ready else [self._number(xi) for xi in x]

    def _number(self, x: Any) -> Any:
        if isinstance(x, (list, tuple)):
            raise self._misfit(f"an input that is a {type(x).__name__}")
        # NumPy's numbers would make arrays of what a unit on numbers computes.
        if stands_for_plain(x):
            return x if type(x.data) is float else autograd.TABLE["as_number"](x)
        return x.item() if getattr(x, "ndim", None) == 0 and not isinstance(x, Value) else x

    def _misfit(self, found: str) -> ShapeError:
        return ShapeError(
            f"{self.name}: found {found}; expected one sample of {self.nin} numbers. For a batch, call it row by row "
            "or vectorize() it."
        )

    def _affine(self, x: Any, weight: Value, bias: Value | None) -> Value:
        """x·Wᵀ + b: inputs (..., nin) give (..., nout) with a weight of shape (nout, nin), (...) with one of (nin,)."""
        x = of_dtype(x, weight.dtype)
        if x.ndim == 0 or x.shape[-1] != self.nin:
            raise ShapeError(f"{self.name}: found inputs of shape {x.shape}; expected (..., {self.nin}).")
        if bias is not None and weight.ndim == 2:
            fused: Value = autograd.linear(x, weight, bias)
            return fused
        y: Value = autograd.matmul(x, weight.T)
        return y if bias is None else y + bias


def array(data: Any, dtype: Any, label: str) -> Value:
    """A parameter in array storage (0-d for a number), of the given dtype, or the data's own, or float64."""
    return Value(data, label=label, dtype=getattr(data, "dtype", float) if dtype is None else dtype)
