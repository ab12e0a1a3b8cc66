"""Optimizers: each is one pure update of one parameter, lifted to a list of parameters.

An update takes plain data, its gradient and what the last update remembered, and returns new ones. It is written in
operators and functions that mean the same for floats and arrays, and changes nothing in place. Formulas, defaults and
the names in the state are those of PyTorch 2.13.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import autograd
from autograd import Value
from autograd.errors import ArgumentError
from nn.modules.state import fitted, match_names
from nn.optim.options import FLAG, Option, number, pair

__all__ = ["SGD", "Adam", "Optimizer"]

State = dict[str, Any]
Parameters = Iterable[Value] | Iterable[tuple[str, Value]]


def sgd(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    momentum: float,
    dampening: float,
    weight_decay: float,
    nesterov: bool,
) -> tuple[Any, State]:
    """One step of stochastic gradient descent: b ← μb + (1 - τ)g, first b = g; w ← w - ηb, with Nesterov w - η(g + μb).

    Weight decay λ adds λw to g.

    >>> sgd(1.0, 0.5, {}, lr=0.1, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False)
    (0.95, {})
    """
    if weight_decay:
        grad = grad + weight_decay * data
    if not momentum:
        return data - lr * grad, {}
    if "momentum_buffer" in state:
        buffer = momentum * state["momentum_buffer"] + (1 - dampening) * grad
    else:
        buffer = copy.copy(grad)  # the array that the next backward pass adds to must not be the one remembered
    step = grad + momentum * buffer if nesterov else buffer
    return data - lr * step, {"momentum_buffer": buffer}


def adam(
    data: Any,
    grad: Any,
    state: State,
    *,
    lr: float,
    betas: tuple[float, float],
    eps: float,
    weight_decay: float,
) -> tuple[Any, State]:
    """One step of Adam (Kingma and Ba, 2015, algorithm 1): w ← w - η/(1 - β₁ᵗ) · m/(√v/√(1 - β₂ᵗ) + ε).

    m and v are the running means of g and g²; weight decay λ adds λw to g.

    >>> data, state = adam(1.0, 0.5, {}, lr=0.1, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0)
    >>> round(data, 6), state["step"]
    (0.9, 1)
    """
    if weight_decay:
        grad = grad + weight_decay * data
    beta1, beta2 = betas
    t = state.get("step", 0) + 1
    m = beta1 * state.get("exp_avg", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("exp_avg_sq", 0.0) + (1 - beta2) * (grad * grad)
    scale = autograd.sqrt(v) / math.sqrt(1 - beta2**t) + eps
    data = data - lr / (1 - beta1**t) * autograd.divide(m, scale)
    return data, {"step": t, "exp_avg": m, "exp_avg_sq": v}


class Optimizer:
    """The base of the optimizers: applies a pure update to each parameter that has a gradient.

    Args:
        params: Values, as `model.parameters()`, or pairs of name and Value, as `model.named_parameters()`. State is
            kept and loaded by name; a parameter given without one is named by its position, "0", "1", ...
        options: what the update takes besides data, gradient and state; kept in the dict `options`.

    Raises:
        ArgumentError: for no parameters, one given twice, a Value that was computed, or an option outside its range.

    An optimizer of your own is an update and the names of what it takes and remembers:

    >>> from nn.optim.options import number
    >>> class SignSGD(Optimizer):
    ...     update = staticmethod(lambda data, grad, state, lr: (data - lr * autograd.sign(grad), state))
    ...     allowed = {"lr": number(0)}
    ...     remembers = ()
    >>> w = Value(3.0)
    >>> optimizer = SignSGD([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    2.5
    """

    update: ClassVar[Callable[..., tuple[Any, State]]]
    allowed: ClassVar[Mapping[str, Option]]  # of each option that `update` takes
    remembers: ClassVar[tuple[str, ...]]  # the names in a state: a count "step", the rest like the data

    def __init__(self, params: Parameters, **options: Any) -> None:
        self.options = self._checked(options)
        self.parameters = _named(type(self).__name__, params)
        self.state: dict[str, State] = {}

    @property
    def lr(self) -> float:
        """The learning rate, which may be changed between steps."""
        rate: float = self.options["lr"]
        return rate

    @lr.setter
    def lr(self, rate: float) -> None:
        self.options = self._checked({**self.options, "lr": rate})

    def step(self) -> None:
        """Update every parameter that has a gradient: all of them or, on an error, none."""
        moved = [
            (name, p, *self.update(p.data, p.grad, self.state.get(name, {}), **self.options))
            for name, p in self.parameters.items()
            if p.has_grad
        ]
        for name, parameter, data, state in moved:
            parameter.data = data
            self.state[name] = state

    def zero_grad(self) -> None:
        """Reset the gradient of every parameter to "never computed"."""
        for parameter in self.parameters.values():
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """The options, and by each parameter's name a copy of what is remembered of it: {} before its first update."""
        return {
            "options": dict(self.options),
            "state": {name: copy.deepcopy(self.state.get(name, {})) for name in self.parameters},
        }

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Take over options and state, matched by name: everything or, on any error, nothing.

        Raises:
            ArgumentError: for names that are missing or unexpected, or an option outside its range.
            ShapeError, DtypeError: for state that does not fit its parameter.
        """
        operation = f"{type(self).__name__}.load_state_dict"
        match_names(operation, saved, ("options", "state"))
        match_names(f"{operation}, options", saved["options"], self.options)
        match_names(f"{operation}, state", saved["state"], self.parameters)
        options = self._checked(saved["options"])
        state = {name: self._fitted(name, saved["state"][name]) for name in self.parameters}
        self.options, self.state = options, state

    def _fitted(self, name: str, state: Any) -> State:
        operation = f"{type(self).__name__}.load_state_dict, state of {name!r}"
        match_names(operation, state, self.remembers if state else ())
        step = state.get("step", 1)
        if not isinstance(step, int) or step < 1:
            raise ArgumentError(f"{operation}: found step {step!r}; expected a count of at least 1.")
        return {
            k: x if k == "step" else fitted(f"{operation}, {k}", x, self.parameters[name]) for k, x in state.items()
        }

    def _checked(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._check(name, value) for name, value in options.items()}

    def _check(self, name: str, value: Any) -> Any:
        if name not in self.allowed:
            expected = ", ".join(self.allowed)
            raise ArgumentError(f"{type(self).__name__}: found the option {name!r}; expected {expected}.")
        option = self.allowed[name]
        kept = option.convert(value)
        if kept is None:
            raise ArgumentError(f"{type(self).__name__}: found {name}={value!r}; expected {option.expected}.")
        return kept

    def __repr__(self) -> str:
        options = ", ".join(f"{name}={value}" for name, value in self.options.items())
        return f"{type(self).__name__}({len(self.parameters)} parameters, {options})"


def _named(operation: str, params: Parameters) -> dict[str, Value]:
    """The parameters by name, each once and a leaf."""
    if isinstance(params, Value):
        raise ArgumentError(f"{operation}: found a single Value; expected a list of parameters, such as [value].")
    if not isinstance(params, Iterable):
        raise ArgumentError(f"{operation}: found {type(params).__name__}; expected parameters, as model.parameters().")
    named: dict[str, Value] = {}
    names: dict[int, str] = {}
    for position, item in enumerate(params):
        name, parameter = item if isinstance(item, tuple) and len(item) == 2 else (str(position), item)
        if not isinstance(parameter, Value) or not isinstance(name, str):
            raise ArgumentError(
                f"{operation}: found the parameter {item!r}; expected a Value, or a pair of name and Value."
            )
        if parameter.op is not None:
            raise ArgumentError(f"{operation}: found {name!r}, computed by '{parameter.op.name}'; expected a leaf.")
        if name in named or id(parameter) in names:
            twin = name if name in named else names[id(parameter)]
            raise ArgumentError(
                f"{operation}: found {name!r} again, given as {twin!r} before; expected each parameter once."
            )
        named[name] = parameter
        names[id(parameter)] = name
    if not named:
        raise ArgumentError(f"{operation}: found no parameters; expected at least one, as model.parameters() gives.")
    return named


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum, Nesterov's momentum and weight decay; `sgd` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says, and for `nesterov` without momentum or with dampening.

    >>> w = Value(3.0)
    >>> optimizer = SGD([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 12)
    2.4
    """

    update = staticmethod(sgd)
    allowed: ClassVar = {
        "lr": number(0),
        "momentum": number(0),
        "dampening": number(-math.inf),
        "weight_decay": number(0),
        "nesterov": FLAG,
    }
    remembers = ("momentum_buffer",)

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        options = {"lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay}
        super().__init__(params, **options, nesterov=nesterov)

    def _checked(self, options: Mapping[str, Any]) -> dict[str, Any]:
        checked = super()._checked(options)
        if checked["nesterov"] and (not checked["momentum"] or checked["dampening"]):
            raise ArgumentError(
                f"SGD: found nesterov=True with momentum={checked['momentum']} and dampening={checked['dampening']}; "
                "expected a momentum above 0 and no dampening."
            )
        return checked


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015); `adam` has the formulas.

    Raises:
        ArgumentError: as `Optimizer` says.

    >>> w = Value(3.0)
    >>> optimizer = Adam([w], lr=0.1)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> round(w.data, 6)
    2.9
    """

    update = staticmethod(adam)
    allowed: ClassVar = {"lr": number(0), "betas": pair(0, 1), "eps": number(0), "weight_decay": number(0)}
    remembers = ("step", "exp_avg", "exp_avg_sq")

    def __init__(
        self,
        params: Parameters,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(params, lr=lr, betas=betas, eps=eps, weight_decay=weight_decay)
