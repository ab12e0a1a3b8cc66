"""Groups of parameters, each with options of its own, under PyTorch's names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from autograd import Value
from autograd.errors import ArgumentError
from nn.modules.state import match_names

__all__ = ["Group", "Parameters", "named", "own_options", "split"]

Parameters = Iterable[Value] | Iterable[tuple[str, Value]] | Iterable[Mapping[str, Any]]


class Group(MutableMapping[str, Any]):
    """Some parameters and their options: a mapping of which "params" is the list of Values, the rest the options.

    `group["lr"] = 0.1` is checked as in the constructor of the optimizer. There are neither more nor fewer keys.
    """

    def __init__(
        self, parameters: dict[str, Value], check: Callable[[Mapping[str, Any]], dict[str, Any]], options: Any
    ) -> None:
        self.parameters = parameters
        self.check = check
        self.options: dict[str, Any] = check(options)

    def __getitem__(self, name: str) -> Any:
        return list(self.parameters.values()) if name == "params" else self.options[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self.options = self.check({**self.options, name: value})

    def update(self, *given: Any, **options: Any) -> None:
        """Set several options: all of them or, on an error, none."""
        self.options = self.check({**self.options, **dict(*given, **options)})

    def __delitem__(self, name: str) -> None:
        raise ArgumentError(f"param_groups: found del group[{name!r}]; expected an option to be set, not removed.")

    def __iter__(self) -> Iterator[str]:
        yield "params"
        yield from self.options

    def __len__(self) -> int:
        return 1 + len(self.options)

    def __repr__(self) -> str:
        return ", ".join([f"{len(self.parameters)} parameters", *(f"{k}={x}" for k, x in self.options.items())])


def split(operation: str, params: Any) -> list[tuple[Any, dict[str, Any]]]:
    """What an optimizer was given, as groups: the parameters of each and its own options."""
    if isinstance(params, Value):
        raise ArgumentError(f"{operation}: found a single Value; expected a list of parameters, such as [value].")
    if not isinstance(params, Iterable):
        raise ArgumentError(f"{operation}: found {type(params).__name__}; expected parameters, as model.parameters().")
    given = list(params)
    if not given or not all(isinstance(item, Mapping) for item in given):
        return [(given, {})]
    for group in given:
        if "params" not in group:
            raise ArgumentError(
                f'{operation}: found a group of {list(group)}; expected "params" in it, a list of parameters.'
            )
    return [(group["params"], {name: option for name, option in group.items() if name != "params"}) for group in given]


def named(operation: str, params: Any, known: Mapping[str, Value]) -> dict[str, Value]:
    """The parameters of a group by name, each once, a leaf, and not yet among the `known` ones."""
    if isinstance(params, Value) or not isinstance(params, Iterable):
        raise ArgumentError(f"{operation}: found params={params!r}; expected a list of parameters.")
    found: dict[str, Value] = {}
    names = {id(parameter): name for name, parameter in known.items()}
    for position, item in enumerate(params, len(known)):
        name, parameter = item if isinstance(item, tuple) and len(item) == 2 else (str(position), item)
        if not isinstance(parameter, Value) or not isinstance(name, str):
            raise ArgumentError(
                f"{operation}: found the parameter {item!r}; expected a Value, or a pair of name and Value."
            )
        if parameter.op is not None:
            raise ArgumentError(f"{operation}: found {name!r}, computed by '{parameter.op.name}'; expected a leaf.")
        if name in found or name in known or id(parameter) in names:
            twin = names.get(id(parameter), name)
            raise ArgumentError(
                f"{operation}: found {name!r} again, given as {twin!r} before; expected each parameter once."
            )
        found[name] = parameter
        names[id(parameter)] = name
    if not found:
        raise ArgumentError(
            f"{operation}: found no parameters; expected at least one, as model.parameters() gives. A parameter is a "
            "Value in an attribute of a module."
        )
    return found


def own_options(operation: str, saved: Any, groups: Iterable[Group]) -> list[dict[str, Any]]:
    """What `state_dict` saved as each group's own options, in the order of `groups`: matched by the names in them."""
    if not isinstance(saved, list) or not all(isinstance(group, Mapping) and _names(group) for group in saved):
        raise ArgumentError(f'{operation}: found {saved!r}; expected a list of mappings with names as "params".')
    by_names = {_names(group): group for group in saved}
    if len(by_names) < len(saved):
        raise ArgumentError(f"{operation}: found two groups of the same parameters; expected each parameter once.")
    expected = [", ".join(sorted(group.parameters)) for group in groups]
    match_names(operation, by_names, expected)
    return [{k: x for k, x in by_names[names].items() if k != "params"} for names in expected]


def _names(group: Mapping[str, Any]) -> str:
    """The names of a saved group's parameters, whatever their order; nothing where they are no names."""
    names: Any = group.get("params")
    fit = isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names)
    return ", ".join(sorted(names)) if fit else ""
