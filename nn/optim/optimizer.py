"""The base of the optimizers: one pure update of one parameter, lifted to all of them.

An update takes plain data, its gradient and what the last update remembered, and returns new ones. It is written in
operators and functions that mean the same for floats and arrays, and changes nothing in place. Formulas, defaults and
the names in the state are those of PyTorch 2.13.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from autograd import Value
from autograd.errors import ArgumentError
from nn.modules.state import fitted, match_names
from nn.optim.groups import Group, Parameters, named, own_options, split
from nn.options import COUNT, Option, checked

__all__ = ["Closure", "Optimizer", "Parameters", "State", "put_back"]

State = dict[str, Any]
Closure = Callable[[], Any]


class Optimizer:
    """The base of the optimizers: applies a pure update to each parameter that has a gradient.

    Args:
        params: Values, as `model.parameters()`; or pairs of name and Value, as `model.named_parameters()`; or groups:
            dicts with either of these as "params" and options of their own. State is kept and loaded by name; a
            parameter given without one is named by its position, "0", "1", ...
        options: what the update takes besides data, gradient and state, in all groups that do not say otherwise.

    Attributes:
        param_groups: the groups; `group["params"]` and the options, which can be set: `group["lr"] = 0.1`.
        parameters: all parameters by name.
        state: what is remembered of each parameter that was updated, by its name.

    Raises:
        ArgumentError: for no parameters, one given twice, a Value that was computed, or an option outside its range.

    An optimizer of your own is an update and the names of what it takes and remembers:

    >>> import autograd
    >>> from nn.options import number
    >>> class SignSGD(Optimizer):
    ...     update = staticmethod(lambda data, grad, state, lr: (data - lr * autograd.sign(grad), state))
    ...     allowed = {"lr": number(0)}
    >>> w = Value(3.0)
    >>> optimizer = SignSGD([w], lr=0.5)
    >>> (w * w).backward()
    >>> optimizer.step()
    >>> w.data
    2.5
    """

    update: ClassVar[Callable[..., tuple[Any, State]]]
    allowed: ClassVar[Mapping[str, Option]]  # of each option that `update` takes
    remembers: ClassVar[tuple[str, ...]] = ()  # names in a state; "step" is a count, the rest is like the data
    numbers: ClassVar[tuple[str, ...]] = ()  # those of them that are a number for an array, too
    may_lack: ClassVar[tuple[str, ...]] = ()  # those of them that depend on the options

    def __init__(self, params: Parameters, **options: Any) -> None:
        self.defaults = self._checked(options)
        self.parameters: dict[str, Value] = {}
        self.param_groups: list[Group] = []
        self.state: dict[str, State] = {}
        for given, own in split(type(self).__name__, params):
            self.add_param_group({"params": given, **own})

    def add_param_group(self, param_group: Mapping[str, Any]) -> None:
        """Take in more parameters: a dict with "params" and, where they differ, options."""
        options = {**self.defaults, **param_group}
        parameters = named(type(self).__name__, options.pop("params", None), self.parameters)
        self.param_groups.append(Group(parameters, self._checked, options))
        self.parameters.update(parameters)

    @property
    def options(self) -> Mapping[str, Any]:
        """The options of the first group, to read; they are set in `param_groups`."""
        return MappingProxyType(self.param_groups[0].options)

    @property
    def lr(self) -> float:
        """The learning rate of the first group; setting it, which may be done between steps, sets that of all groups.

        Raises:
            ArgumentError: for a rate outside its range, and where the optimizer has none.
        """
        if "lr" not in self.options:
            raise ArgumentError(
                f"{type(self).__name__}.lr: found no learning rate; expected an optimizer that has one."
            )
        rate: float = self.options["lr"]
        return rate

    @lr.setter
    def lr(self, rate: float) -> None:
        self.change_options([{"lr": rate}] * len(self.param_groups))

    def change_options(self, changes: Sequence[Mapping[str, Any]]) -> None:
        """Set some options of each group: all of them or, where one is outside its range, none."""
        pairs = list(zip(self.param_groups, changes, strict=True))
        changed = [self._checked({**group.options, **own}) for group, own in pairs]
        for (group, _), options in zip(pairs, changed, strict=True):
            group.options = options

    def step(self, closure: Closure | None = None) -> Any:
        """Update every parameter that has a gradient: all of them or, on an error, none.

        Args:
            closure: computes the loss and its gradients, and returns it; without one, the gradients that are there
                are used.

        Returns:
            What the closure returned, the loss before the step; None without one.
        """
        loss = closure() if closure else None
        moved = []
        for group in self.param_groups:
            for name, p in group.parameters.items():
                if p.has_grad:
                    before = p.data
                    data, state = self.update(before, p.grad, self.state.get(name, {}), **group.options)
                    moved.append((name, p, before, data, state))
        try:
            for _, p, _, data, _ in moved:
                p.data = data
        except BaseException:
            put_back([p for _, p, *_ in moved], [before for _, _, before, *_ in moved])
            raise
        for name, _, _, _, state in moved:
            self.state[name] = state
        return loss

    def zero_grad(self) -> None:
        """Reset the gradient of every parameter to "never computed"."""
        for parameter in self.parameters.values():
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """A copy of the options and of what is remembered, in plain data.

        Returns:
            "options": those of the first group; "param_groups": of each group the names of its parameters as "params",
            and the options that differ from these; "state": by each parameter's name what is remembered of it, {}
            before its first update.
        """
        shared = self.options
        return {
            "options": dict(shared),
            "param_groups": [
                {"params": list(group.parameters), **{k: x for k, x in group.options.items() if x != shared[k]}}
                for group in self.param_groups
            ],
            "state": {name: copy.deepcopy(self.state.get(name, {})) for name in self.parameters},
        }

    def load_state_dict(self, saved: Mapping[str, Any]) -> None:
        """Take over options and state, matched by name: everything or, on any error, nothing.

        Raises:
            ArgumentError: for names that are missing or unexpected, or an option outside its range.
            ShapeError, DtypeError: for state that does not fit its parameter.
        """
        operation = f"{type(self).__name__}.load_state_dict"
        match_names(operation, saved, ("options", "param_groups", "state"))
        match_names(f"{operation}, options", saved["options"], self.options)
        match_names(f"{operation}, state", saved["state"], self.parameters)
        own = own_options(f"{operation}, param_groups", saved["param_groups"], self.param_groups)
        options = [self._checked({**saved["options"], **given}) for given in own]
        state = {name: self._fitted(name, saved["state"][name]) for name in self.parameters}
        for group, loaded in zip(self.param_groups, options, strict=True):
            group.options = loaded
        self.state = state

    def _fitted(self, name: str, state: Any) -> State:
        operation = f"{type(self).__name__}.load_state_dict, state of {name!r}"
        lacks = [key for key in self.may_lack if isinstance(state, Mapping) and key not in state]
        match_names(operation, state, [key for key in self.remembers if key not in lacks] if state else ())
        COUNT(operation, step=state.get("step", 1))
        like = {key: Value(0.0) if key in self.numbers else self.parameters[name] for key in state}
        return {k: int(x) if k == "step" else fitted(f"{operation}, {k}", x, like[k]) for k, x in state.items()}

    @classmethod
    def _checked(cls, options: Mapping[str, Any]) -> dict[str, Any]:
        return checked(cls.__name__, cls.allowed, options)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({'; '.join(map(repr, self.param_groups))})"


def put_back(parameters: list[Value], data: list[Any]) -> None:
    """Give parameters the data that they had before a step that failed."""
    for parameter, before in zip(parameters, data, strict=True):
        if parameter.data is not before:
            parameter.data = before
