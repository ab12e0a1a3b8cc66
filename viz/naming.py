"""What a program calls its Values: variables, elements of lists and dicts, and the parameters of modules. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograd import Value
from autograd.errors import DtypeError

__all__ = ["Names", "read_names"]

MOST = 100_000  # Values in a container: more of them are data, which nobody has given names


@dataclass(frozen=True)
class Names:
    """Names by the identity of what they name.

    `values` gives Values their names, `owners` parameters the dotted name of the module that holds them. For each
    module by that name, outer ones first: its class, the module around it, how many parameters it holds itself, and the
    operation that is its activation.
    """

    values: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    activations: dict[str, str] = field(default_factory=dict)

    def path(self, module: str) -> list[str]:
        """The modules around a module, outermost first, and itself."""
        found = []
        while module:
            found.append(module)
            module = self.parents[module]
        return found[::-1]


def read_names(names: Any) -> Names:
    """The names that `names` gives: a mapping such as `locals()`, or a module.

    Raises:
        DtypeError: for anything else.

    >>> x, y = Value(1.0), Value(2.0)
    >>> list(read_names({"x": x, "ys": [y]}).values.values())
    ['x', 'ys[0]']
    """
    found = Names()
    if names is None:
        return found
    if _is_module(names):
        _read_module(found, names, "")
    elif isinstance(names, Mapping):
        for name, thing in list(names.items()):  # locals() may grow on the way
            if isinstance(name, str) and not name.startswith("_"):  # a notebook's own variables
                _read_variable(found, name, thing)
    else:
        raise DtypeError(
            f"draw: names: found {type(names).__name__}; expected a mapping of names to Values or modules, such as "
            "locals(), or a module."
        )
    return found


def _is_module(thing: Any) -> bool:
    return hasattr(thing, "named_parameters") and hasattr(thing, "named_modules") and not isinstance(thing, type)


def _read_variable(found: Names, name: str, thing: Any) -> None:
    if _is_module(thing):
        _read_module(found, thing, name)
        return
    for place, value in _values(name, thing):
        found.values.setdefault(id(value), place)


def _values(name: str, thing: Any) -> Iterator[tuple[str, Value]]:
    """The Values in a variable with their places, such as `ys[0]`."""
    pending = [(name, thing)]
    for place, part in pending:  # which grows
        if isinstance(part, Value):
            yield place, part
        elif isinstance(part, (list, tuple)) and len(pending) + len(part) <= MOST:
            pending += [(f"{place}[{i}]", x) for i, x in enumerate(part)]
        elif isinstance(part, dict) and len(pending) + len(part) <= MOST:
            pending += [(f"{place}[{key!r}]", x) for key, x in part.items()]


def _read_module(found: Names, module: Any, prefix: str) -> None:
    """A module's parts under a prefix; without one parameters are named as in state_dict, the whole by its class."""
    whole = prefix or type(module).__name__
    paths: dict[str, str] = {}
    for inner, part in module.named_modules():
        path = ".".join(filter(None, (prefix, inner))) or whole
        around = [p for p in paths if inner != "" and (p == "" or inner.startswith(p + "."))]
        paths[inner] = path
        found.classes[path] = type(part).__name__
        found.parents[path] = paths[max(around, key=len)] if around else ""
        activation = getattr(part, "phi", None)
        found.activations[path] = getattr(activation, "__name__", "")
    for inner, parameter in module.named_parameters():
        found.values.setdefault(id(parameter), ".".join(filter(None, (prefix, inner))))
        owner = paths[max((p for p in paths if p == "" or inner.startswith(p + ".")), key=len)]
        if id(parameter) not in found.owners:
            found.owners[id(parameter)] = owner
            found.held[owner] = found.held.get(owner, 0) + 1
