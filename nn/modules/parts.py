"""What a module is made of: the search through its attributes for parameters, buffers and other modules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd import Value
from autograd.errors import ArgumentError, DtypeError

if TYPE_CHECKING:
    from nn.modules.module import Module

__all__ = ["Buffer", "inside_out", "parts", "require_fitting", "unique"]


class Buffer(NamedTuple):
    """An attribute with plain data that belongs to the state of its module, such as a running mean."""

    owner: Module
    attribute: str
    persistent: bool  # whether it stands in the state_dict

    @property
    def data(self) -> Any:
        """The data as it is now."""
        return getattr(self.owner, self.attribute)

    def set(self, data: Any) -> None:
        """Put other data in its place."""
        setattr(self.owner, self.attribute, data)


_KINDS: dict[type, str] = {Value: "parameters", Buffer: "buffers"}


def parts(root: Module, *, deep: bool) -> Iterator[tuple[str, Value | Module | Buffer]]:
    """Leaf Values, buffers and modules below `root` with their names, depth first; `deep` looks inside modules too."""
    return _among(_attributes(root), {id(root)}, deep=deep)


def _among(attributes: list[tuple[str, Any]], seen: set[int], *, deep: bool) -> Iterator[tuple[str, Any]]:
    from nn.modules.module import Module

    pending = attributes[::-1]
    while pending:
        name, part = pending.pop()
        if isinstance(part, Buffer):
            yield name, part
            continue
        if id(part) in seen:
            continue
        inside: list[tuple[Any, Any]] = []
        if isinstance(part, Value) and part.op is None:
            yield name, part
        elif isinstance(part, Module):
            yield name, part
            inside = _attributes(part) if deep else []
        elif isinstance(part, (list, tuple)):
            inside = list(enumerate(part))
        elif isinstance(part, dict):
            inside = list(part.items())
        else:
            continue
        seen.add(id(part))
        pending += [(f"{name}.{key}", value) for key, value in reversed(inside)]


def _attributes(module: Module) -> list[tuple[str, Any]]:
    buffers = module.buffer_names
    return [
        (name, Buffer(module, name, buffers[name]) if name in buffers else value)
        for name, value in vars(module).items()
    ]


def inside_out(root: Module) -> Iterator[Module]:
    """A module and all below it, each once: those inside it in their order, then itself."""
    seen, around = {id(root)}, [(root, iter(root.children()))]
    while around:
        module, inside = around[-1]
        child = next((part for part in inside if id(part) not in seen), None)
        if child is None:
            around.pop()
            yield module
        else:
            seen.add(id(child))
            around.append((child, iter(child.children())))


def require_fitting(module: Module, name: str, given: Any) -> None:
    """Refuse data in the attribute of a parameter or a module, which would drop it in silence, and Values in a buffer.

    Raises:
        DtypeError: for anything but None, parts and lists of them, and a computed Value in place of a parameter; for
            a Value in place of a buffer, which would be no plain data any more, and hold on to its graph.
    """
    if name in module.buffer_names:
        if isinstance(given, Value):
            raise DtypeError(
                f"{type(module).__name__}.{name}: found a Value in place of a buffer; expected plain data. In forward, "
                f"hand what is computed to nn.effects.observed(keep, value), and let keep(data) assign {name}; "
                "elsewhere take value.detach()."
            )
        return
    held = vars(module)[name]
    if isinstance(held, Value):
        kind, expected, fits = "parameter", "a Value", held.op is not None or isinstance(given, Value)
        hint = f"Put numbers into it: .{name}.data = ..., or wrap them: Value(...)."
    else:
        kind, expected, fits = "module", "a Module", False
        hint = "Keep what it computes under another name."
    if not fits and given is not None and next(_among([(name, given)], set(), deep=False), None) is None:
        raise DtypeError(
            f"{type(module).__name__}.{name}: found {type(given).__name__} in place of a {kind}; expected {expected} "
            f"or None. {hint}"
        )


def unique(root: Module, kind: type) -> dict[str, Any]:
    """All parts of a kind by their names; two of one name are an error."""
    found: dict[str, Any] = {}
    for name, part in parts(root, deep=True):
        if not isinstance(part, kind):
            continue
        if name in found:
            raise ArgumentError(
                f"{type(root).__name__}: found two {_KINDS[kind]} of the name {name!r}; expected one. "
                "Rename an attribute or a dict key."
            )
        found[name] = part
    return found
