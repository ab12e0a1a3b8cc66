"""Containers: modules one after the other, in a list, or by name; PyTorch's, with its state keys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import Any, Self, overload

from autograd.errors import ArgumentError, DtypeError, UnsupportedError
from nn.modules.module import Module

__all__ = ["ModuleDict", "ModuleList", "Sequential"]


class _Container(Module):
    """Modules in the attributes of the container itself, so that their names are its state keys: "0.weight"."""

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Nothing: a Sequential calls its modules, other containers hold them.

        Raises:
            UnsupportedError: always.
        """
        raise UnsupportedError(
            f"{type(self).__name__}: found a call, and it only holds modules; call them one by one in the forward of a "
            "Module of your own, or put them into a Sequential."
        )

    def _held(self) -> dict[str, Module]:
        return {name: part for name, part in vars(self).items() if isinstance(part, Module)}

    def _hold(self, modules: Mapping[str, Any]) -> None:
        """Put these modules in place of all that are held."""
        self._check(modules)
        for name in self._held():
            delattr(self, name)
        vars(self).update(modules)

    def _check(self, modules: Mapping[str, Any]) -> None:
        for name, module in modules.items():
            if not isinstance(module, Module):
                raise DtypeError(
                    f"{type(self).__name__}: found {module!r:.80} at {name!r}; expected a Module.{_hint(module)}"
                )

    def __len__(self) -> int:
        return len(self._held())


def _hint(found: Any) -> str:
    """What may have been meant by something that is no module."""
    if isinstance(found, type) and issubclass(found, Module):
        return f" Call the class: {found.__name__}()."
    if isinstance(found, (list, tuple, Iterator)):
        return " Unpack it with a star, as in Sequential(*layers)."
    if callable(found):
        return (
            " Take the module of such a function, as nn.ReLU() for relu, or write one: a class with forward(self, x)."
        )
    return ""


class _Sequence(_Container):
    """Modules under the names "0", "1", ..., with the methods of a list."""

    def _renew(self, modules: Iterable[Any]) -> Self:
        self._hold({str(position): module for position, module in enumerate(modules)})
        return self

    def __iter__(self) -> Iterator[Module]:
        return iter(self._held().values())

    @overload
    def __getitem__(self, index: int) -> Module: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice):
            return list(self)[index]
        part, held = type(self).__new__(type(self)), dict(list(self._held().items())[index])
        part._hold(held)
        return part

    def __setitem__(self, index: int, module: Module) -> None:
        self._hold({**self._held(), list(self._held())[index]: module})

    def __delitem__(self, index: int | slice) -> None:
        modules = list(self)
        del modules[index]
        self._renew(modules)

    def append(self, module: Module) -> Self:
        """Add a module at the end."""
        return self.extend([module])

    def extend(self, modules: Iterable[Module]) -> Self:
        """Add modules at the end."""
        held = self._held()
        free = (str(i) for i in count(len(held)) if str(i) not in held)
        given = dict(zip(free, modules, strict=False))  # there is no end of free names
        self._check(given)
        vars(self).update(given)
        return self

    def insert(self, index: int, module: Module) -> Self:
        """Add a module before the one at `index`."""
        modules = list(self)
        modules.insert(index, module)
        return self._renew(modules)


class Sequential(_Sequence):
    """Modules one after the other, each fed what the one before gave.

    Args:
        modules: the modules, or one dict of them by name.

    Names are kept by `append`, `extend`, slices and `model[0] = module`; `insert` and `del` number all anew.

    Raises:
        DtypeError: for what is no Module.

    >>> from nn import Layer
    >>> model = Sequential(Layer(2, 3, vectorized=True), Layer(3, 1, vectorized=True))
    >>> list(model.state_dict())
    ['0.weight', '0.bias', '1.weight', '1.bias']
    >>> model([[1.0, 2.0]]).shape
    (1, 1)
    """

    def __init__(self, *modules: Module | Mapping[str, Module]) -> None:
        if len(modules) == 1 and isinstance(modules[0], Mapping):
            self._hold({_checked_name(self, name): module for name, module in modules[0].items()})
        else:
            self._renew(modules)

    def forward(self, x: Any) -> Any:
        """What the last module gives."""
        for module in self:
            x = module(x)
        return x


class ModuleList(_Sequence):
    """A list of modules that counts as part of the module which holds it; a plain list does so, too.

    >>> from nn import Neuron
    >>> [name for name, _ in ModuleList([Neuron(1), Neuron(1, bias=False)]).named_parameters()]
    ['0.w.0', '0.b', '1.w.0']
    """

    def __init__(self, modules: Iterable[Module] = ()) -> None:
        self._renew(modules)

    def _hold(self, modules: Mapping[str, Any]) -> None:
        super()._hold({str(position): module for position, module in enumerate(modules.values())})


class ModuleDict(_Container):
    """Modules by name, with the methods of a dict; a plain dict in an attribute counts as parts, too.

    Raises:
        ArgumentError: for a name with a dot in it, or that of a method.
        DtypeError: for what is no Module.

    >>> from nn import Neuron
    >>> heads = ModuleDict({"price": Neuron(1, bias=False)})
    >>> "price" in heads, list(heads.state_dict())
    (True, ['price.w.0'])
    """

    def __init__(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]] = ()) -> None:
        self.update(modules)

    def __getitem__(self, name: str) -> Module:
        return self._held()[name]

    def __setitem__(self, name: str, module: Module) -> None:
        self.update({name: module})

    def __delitem__(self, name: str) -> None:
        modules = self._held()
        del modules[name]
        self._hold(modules)

    def __iter__(self) -> Iterator[str]:
        return iter(self._held())

    def __contains__(self, name: object) -> bool:
        return name in self._held()

    def keys(self) -> Iterable[str]:
        """The names."""
        return self._held().keys()

    def values(self) -> Iterable[Module]:
        """The modules."""
        return self._held().values()

    def items(self) -> Iterable[tuple[str, Module]]:
        """Names and modules."""
        return self._held().items()

    def update(self, modules: Mapping[str, Module] | Iterable[tuple[str, Module]]) -> None:
        """Add modules, or put them in place of those of the same name."""
        given = {_checked_name(self, name): module for name, module in dict(modules).items()}
        self._hold({**self._held(), **given})


def _checked_name(container: Module, name: Any) -> str:
    taken = isinstance(name, str) and hasattr(container, name) and not isinstance(getattr(container, name), Module)
    if not isinstance(name, str) or not name or "." in name or taken:
        raise ArgumentError(
            f"{type(container).__name__}: found the name {name!r}; expected a text without a dot that is no attribute "
            "of the container."
        )
    return name
