"""What a program calls its Values: variables, elements of lists and dicts, and the parameters of modules. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from autograd import Value
from autograd.errors import DtypeError
from viz.quantities import brief

__all__ = ["Names", "read_names"]

MOST = 100_000  # Values in a container: more of them are data, which nobody has given names


@dataclass(frozen=True)
class Names:
    """Names by the identity of what they name.

    `values` gives Values their names, `owners` parameters the dotted name of the module that holds them. For each
    module by that name, outer ones first: its class, the module around it, how many parameters it holds itself, and the
    operation that is its activation. `calls` are those that modules remember: by the tick of the engine's clock at
    which a call began, the tick at which it was over, and the module.
    """

    values: dict[int, str] = field(default_factory=dict)
    owners: dict[int, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    activations: dict[str, str] = field(default_factory=dict)
    calls: dict[int, tuple[int, str]] = field(default_factory=dict)

    def path(self, module: str) -> list[str]:
        """The modules around a module, outermost first, and itself."""
        found = []
        while module:
            found.append(module)
            module = self.parents[module]
        return found[::-1]


def read_names(names: Any, operation: str = "draw") -> Names:
    """The names that `names` gives: a mapping such as `locals()`, or a module; an error names the operation.

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
        variables = [  # locals() may grow on the way; underscores are a notebook's own variables
            (name, thing) for name, thing in list(names.items()) if isinstance(name, str) and not name.startswith("_")
        ]
        for name, thing in sorted(variables, key=lambda variable: _rank(variable[1])):
            _read_variable(found, name, thing)
    else:
        raise DtypeError(
            f"{operation}: names: found {type(names).__name__}; expected a mapping of names to Values or modules, "
            "such as locals(), or a module."
        )
    return found


def _rank(thing: Any) -> tuple[int, int]:
    """Whose names go first: model.w before w, y before Out[3], and model.encoder before encoder."""
    if _is_module(thing):
        return 0, -len(list(thing.named_modules()))
    return (1, 0) if isinstance(thing, Value) else (2, 0)


def _is_module(thing: Any) -> bool:
    try:
        return hasattr(thing, "named_parameters") and hasattr(thing, "named_modules") and not isinstance(thing, type)
    except Exception:  # locals() holds anything, such as a proxy of what is not there yet
        return False


def _read_variable(found: Names, name: str, thing: Any) -> None:
    if _is_module(thing):
        _read_module(found, thing, name)
        return
    for place, value in _values(name, thing):
        found.values.setdefault(id(value), place)


def _values(name: str, thing: Any) -> Iterator[tuple[str, Value]]:
    """The Values in a variable with their places, such as `ys[0]`."""
    pending = [(name, thing)]
    seen = set()  # a list may hold itself
    for place, part in pending:  # which grows
        if isinstance(part, Value):
            yield place, part
            continue
        if id(part) in seen or not isinstance(part, (list, tuple, dict)) or len(pending) + len(part) > MOST:
            continue
        seen.add(id(part))
        items = list(part.items()) if isinstance(part, dict) else enumerate(part)
        pending += [(f"{place}[{_key(key)}]", x) for key, x in items if isinstance(x, (Value, list, tuple, dict))]


def _key(key: object) -> str:
    """A key of a dict as code, the same in each run."""
    return repr(key) if type(key) in (str, int) else brief(key)


def _read_module(found: Names, module: Any, prefix: str) -> None:
    """A module's parts under a prefix; without one parameters are named as in state_dict, the whole by its class."""
    parts = {"": module, **dict(module.named_modules())}
    whole = prefix or type(module).__name__
    if not prefix and whole in parts:
        whole = f"{whole}()"  # it holds a module of that name
    paths: dict[str, str] = {}
    for inner, part in parts.items():
        path = ".".join(filter(None, (prefix, inner))) or whole
        found.parents[path] = paths[_holder(inner, paths)] if inner else ""
        paths[inner] = path
        found.classes[path] = type(part).__name__
        activation = getattr(part, "phi", None)
        found.activations[path] = getattr(activation, "__name__", "")
    for inner, parameter in module.named_parameters():
        found.values.setdefault(id(parameter), ".".join(filter(None, (prefix, inner))))
        owner = paths[_holder(inner, paths)]
        if id(parameter) not in found.owners:
            found.owners[id(parameter)] = owner
            found.held[owner] = found.held.get(owner, 0) + 1
    for inner, begun, over in module.named_calls() if hasattr(module, "named_calls") else ():
        found.calls.setdefault(begun, (over, paths[inner]))


def _holder(inner: str, paths: Mapping[str, str]) -> str:
    """The dotted name of the innermost module around a parameter or a module."""
    outer = inner.rpartition(".")[0]
    while outer not in paths:
        outer = outer.rpartition(".")[0]  # the last is "", the whole
    return outer
