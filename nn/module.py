"""Module: what holds parameters, finds them by name, saves and loads them."""

from __future__ import annotations

import reprlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from autograd import Value
from autograd.errors import ArgumentError, GlassgradError

__all__ = ["Module", "fitted", "match_names"]


class Module:
    """The base of everything that has parameters: they are the leaf Values among its attributes.

    Attributes are searched in the order of their assignment, through other modules, lists, tuples and dicts to any
    depth; a Value found twice counts once, under its first name. No call of `super().__init__()` is needed. Computed
    Values (outputs kept to look at) are no parameters; frozen leaves (`requires_grad=False`) are.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.slope, self.shift = Value(2.0), Value(1.0)
    ...     def __call__(self, x):
    ...         return self.slope * x + self.shift
    >>> Line().named_parameters()
    [('slope', Value(data=2.0)), ('shift', Value(data=1.0))]
    """

    def parameters(self) -> list[Value]:
        """All parameters in a fixed order, each once."""
        return [parameter for _, parameter in self.named_parameters()]

    def named_parameters(self) -> list[tuple[str, Value]]:
        """All parameters with their dotted names, such as ('layers.0.neurons.2.b', Value(data=0.0)).

        Raises:
            ArgumentError: when two parameters would have the same name (dict keys 1 and "1").
        """
        found: dict[str, Value] = {}
        for name, part in _parts(self, deep=True):
            if name in found:
                raise ArgumentError(
                    f"{type(self).__name__}: found two parameters of the name {name!r}; expected one. "
                    "Rename an attribute or a dict key."
                )
            if isinstance(part, Value):
                found[name] = part
        return list(found.items())

    def named_modules(self) -> list[tuple[str, Module]]:
        """This module under the name "", and all below it with their dotted names, outer ones first.

        >>> from nn import MLP
        >>> [name for name, _ in MLP(2, [1]).named_modules()]
        ['', 'layers.0', 'layers.0.neurons.0']
        """
        return [("", self), *((name, part) for name, part in _parts(self, deep=True) if isinstance(part, Module))]

    def zero_grad(self) -> None:
        """Reset the gradient of every parameter to "never computed"."""
        for parameter in self.parameters():
            parameter.zero_grad()

    def state_dict(self) -> dict[str, Any]:
        """The parameters' data by name: floats, and copies of arrays.

        >>> from nn import Neuron
        >>> sorted(Neuron(2).state_dict())
        ['b', 'w.0', 'w.1']
        """
        return {name: parameter.detach() for name, parameter in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Copy data into the parameters by name, all of them or, on any error, none.

        Args:
            state: plain data for every parameter, of the parameter's shape; converted to its dtype.

        Raises:
            ArgumentError: for missing or unexpected names.
            ShapeError, DtypeError: for data that does not fit its parameter.
        """
        parameters = dict(self.named_parameters())
        operation = f"{type(self).__name__}.load_state_dict"
        match_names(operation, state, parameters)
        checked = [(p, fitted(f"{operation}: {name!r}", state[name], p)) for name, p in parameters.items()]
        for parameter, data in checked:
            parameter.data = data

    @reprlib.recursive_repr()  # a module may hold its own parent
    def __repr__(self) -> str:
        lines = [f"\n({name}): {_describe(part)}".replace("\n", "\n  ") for name, part in _parts(self, deep=False)]
        return f"{type(self).__name__}({''.join(lines)}" + ("\n)" if lines else ")")


def _parts(root: Module, *, deep: bool) -> Iterator[tuple[str, Value | Module]]:
    """Leaf Values and modules below `root` with their names, depth first; `deep` looks inside the modules too."""
    seen = {id(root)}
    pending: list[tuple[str, Any]] = list(reversed(vars(root).items()))
    while pending:
        name, part = pending.pop()
        if id(part) in seen:
            continue
        inside: Any = ()
        if isinstance(part, Value) and part.op is None:
            yield name, part
        elif isinstance(part, Module):
            yield name, part
            inside = vars(part).items() if deep else ()
        elif isinstance(part, (list, tuple)):
            inside = enumerate(part)
        elif isinstance(part, dict):
            inside = part.items()
        else:
            continue
        seen.add(id(part))
        pending += reversed([(f"{name}.{key}", value) for key, value in inside])


def _describe(part: Value | Module) -> str:
    if isinstance(part, Module):
        return repr(part)
    return "number" if isinstance(part.data, float) else f"{part.shape} {part.dtype}"


def match_names(operation: str, found: object, expected: Collection[str]) -> None:
    """Check that a mapping has exactly the expected names."""
    if not isinstance(found, Mapping):
        raise ArgumentError(
            f"{operation}: found {type(found).__name__}; expected a mapping such as state_dict() returns."
        )
    wrong = {
        "missing": [name for name in expected if name not in found],
        "unexpected": [name for name in found if name not in expected],
    }
    if any(wrong.values()):
        listed = " and ".join(f"{kind} {reprlib.repr(names)}" for kind, names in wrong.items() if names)
        raise ArgumentError(
            f"{operation}: found {listed}; expected exactly the names of state_dict(). Nothing was loaded; "
            "load into a model of the same build."
        )


def fitted(operation: str, data: object, like: Value) -> Any:
    """New plain data in the storage, shape and dtype of the leaf `like`, by the engine's rule for replacing data."""
    trial = Value(like.data)
    try:
        trial.data = data
    except GlassgradError as error:
        raise type(error)(f"{operation}: {error}") from error
    return trial.data
