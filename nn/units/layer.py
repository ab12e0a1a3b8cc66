"""Neuron and Layer: micrograd's classes, on numbers or (`vectorized=True`) on arrays.

On numbers they are micrograd's: the same signatures, parameter order, printed forms and random draws; a call takes one
sample. On arrays a layer is one matrix product on a batch of shape (batch, features), and follows PyTorch: its `weight`
has the shape (out, in), and a layer of one unit returns (batch, 1). `vectorize()` and `scalarize()` carry the weights
across.

Initial weights are drawn by `rng`, a seed or any object with `uniform(low, high)`, such as `random.Random(0)` or
`numpy.random.default_rng(0)`. Without one, Python's `random` module draws, so that `random.seed(1337)` reproduces a
network in either form.

On numbers, weights start uniform in (-1, 1) and biases at 0, as micrograd's do. With many inputs that is too wide to
train: on arrays weights and biases start uniform in (-k, k) with k = 1/sqrt(nin), as those of PyTorch's Linear do.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import reduce
from itertools import chain
from typing import Any

from autograd import Value
from autograd.errors import ArgumentError
from nn.activation import ACTIVATION, Activation, linear, title
from nn.options import COUNT
from nn.randomness import Uniform
from nn.units.unit import Parts, Unit, array

__all__ = ["Layer", "Neuron"]


class Neuron(Unit):
    """One unit, φ(w·x + b).

    Called with one sample (a sequence of nin numbers or Values, or a bare one where nin is 1) it returns a number.
    Vectorized, it takes an array of shape (batch, nin) or (nin,), and returns one of shape (batch,) or ().

    Args:
        nin: the number of inputs.
        nonlin: False makes the unit linear, whatever the activation.
        activation: φ, by name ("tanh") or as a function of one Value; by default relu.
        bias: False leaves b out.
        vectorized: store w as one array of shape (nin,) and b as a 0-d array.
        dtype: the floating dtype of a vectorized unit; by default float64.
        rng: draws the initial weights, or its seed; by default Python's `random` module.

    Raises:
        ArgumentError: for an argument out of range.
        ShapeError: in a call with another number of inputs.

    >>> neuron = Neuron(2, rng=0)
    >>> neuron
    ReLUNeuron(2)
    >>> f"{neuron([1.0, 2.0]):.4f}"
    '1.7207'
    """

    in_summary = False
    w: Any  # a list of Values, or one Value of shape (nin,)
    b: Value | None

    def __init__(
        self,
        nin: int,
        nonlin: bool = True,
        *,
        activation: Activation | None = None,
        bias: bool = True,
        vectorized: bool = False,
        dtype: Any = None,
        rng: Uniform | int | None = None,
    ) -> None:
        nin, phi = COUNT("Neuron", nin=nin), ACTIVATION("Neuron", activation=activation)
        (weight,), biases = self._drawn(nin, 1, bias, vectorized, dtype, rng)
        only = None if biases is None else biases[0]
        self._hold(weight, only, phi, nonlin, vectorized=vectorized, dtype=dtype)

    def _hold(
        self, weight: Any, bias: Any, activation: Callable[[Any], Any], nonlin: bool, *, vectorized: bool, dtype: Any
    ) -> None:
        self.nin, self.vectorized = len(weight), vectorized
        self.activation, self.nonlin = activation, nonlin and activation is not linear
        if vectorized:
            self.w = array(weight, dtype, "w")
            self.b = None if bias is None else array(bias, dtype, "b")
        else:
            self.w = [Value(float(w), label=f"w{i}") for i, w in enumerate(weight)]
            self.b = None if bias is None else Value(float(bias), label="b")

    def _parts(self) -> Parts:
        weight = self.w.data if self.vectorized else [w.data for w in self.w]
        return weight, None if self.b is None else self.b.data, self.activation, self.nonlin

    __call__ = Unit.unnoted  # a note would take a tenth of its time

    def forward(self, x: Any) -> Any:
        if self.vectorized:
            return self.phi(self._affine(x, self.w, self.b))
        products = (w * xi for w, xi in zip(self.w, self._sample(x), strict=True))
        # The order is micrograd's, from the bias on, so that sums agree to the last digit.
        terms = products if self.b is None else chain((self.b,), products)
        return self.phi(reduce(operator.add, terms))

    def __repr__(self) -> str:
        dtype = f", dtype={self.w.dtype}" if self.vectorized else ""
        return f"{title(self.phi)}Neuron({self.nin}{dtype}{', bias=False' if self.b is None else ''})"


class Layer(Unit):
    """A layer of units that see the same inputs, φ(x·Wᵀ + b).

    Called with one sample it returns the list of its units' outputs, or the output itself where nout is 1, as micrograd
    does. Vectorized, it takes (batch, nin) or (nin,), and returns (batch, nout) or (nout,).

    Args:
        nin: the number of inputs.
        nout: the number of units.
        vectorized: store a `weight` of shape (nout, nin) and a `bias` of shape (nout,) in place of the list `neurons`.
        nonlin, activation, bias, dtype, rng: as for `Neuron`.

    Raises:
        ArgumentError: for an argument out of range.
        ShapeError: in a call with another number of inputs.

    >>> Layer(3, 2)
    Layer of [ReLUNeuron(3), ReLUNeuron(3)]
    >>> Layer(3, 2, vectorized=True, activation="tanh")
    Layer(3, 2, Tanh, dtype=float64)
    """

    neurons: list[Neuron]
    weight: Value
    bias: Value | None

    def __init__(
        self,
        nin: int,
        nout: int,
        *,
        nonlin: bool = True,
        activation: Activation | None = None,
        bias: bool = True,
        vectorized: bool = False,
        dtype: Any = None,
        rng: Uniform | int | None = None,
    ) -> None:
        nin, nout = COUNT("Layer", nin=nin), COUNT("Layer", nout=nout)
        phi = ACTIVATION("Layer", activation=activation)
        weight, biases = self._drawn(nin, nout, bias, vectorized, dtype, rng)
        self._hold(weight, biases, phi, nonlin, vectorized=vectorized, dtype=dtype)

    def _hold(
        self, weight: Any, bias: Any, activation: Callable[[Any], Any], nonlin: bool, *, vectorized: bool, dtype: Any
    ) -> None:
        self.nin, self.nout, self.vectorized = len(weight[0]), len(weight), vectorized
        if vectorized:
            self.activation, self.nonlin = activation, nonlin and activation is not linear
            self.weight = array(weight, dtype, "weight")
            self.bias = None if bias is None else array(bias, dtype, "bias")
        else:
            biases = [None] * self.nout if bias is None else bias
            self.neurons = [
                Neuron._of(w, b, activation, nonlin, vectorized=False) for w, b in zip(weight, biases, strict=True)
            ]

    def _parts(self) -> Parts:
        if self.vectorized:
            return self.weight.data, None if self.bias is None else self.bias.data, self.activation, self.nonlin
        phis = [neuron.phi for neuron in self.neurons]
        biases = [neuron.b.data for neuron in self.neurons if neuron.b is not None]
        if any(phi is not phis[0] for phi in phis) or 0 < len(biases) < len(self.neurons):
            raise ArgumentError(
                f"{self.name}: found units that differ in activation or bias; expected equal ones, to share one array. "
                "Give them the same activation, and all or none a bias."
            )
        return [[w.data for w in neuron.w] for neuron in self.neurons], biases or None, phis[0], True

    def forward(self, x: Any) -> Any:
        if self.vectorized:
            return self.phi(self._affine(x, self.weight, self.bias))
        inputs = self._sample(x)
        outputs = [neuron(inputs) for neuron in self.neurons]
        return outputs[0] if len(outputs) == 1 else outputs

    @property
    def name(self) -> str:
        """What error messages call it: its sizes, as its printed form may be long."""
        return f"Layer({self.nin}, {self.nout})"

    def __repr__(self) -> str:
        if not self.vectorized:
            return f"Layer of [{', '.join(map(str, self.neurons))}]"
        bias = ", bias=False" if self.bias is None else ""
        return f"Layer({self.nin}, {self.nout}, {title(self.phi)}, dtype={self.weight.dtype}{bias})"
