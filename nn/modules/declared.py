"""Modules that are declared in a line: the function that they call, and the options that they keep for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from autograd.errors import SignatureError
from nn.modules.module import Module

if TYPE_CHECKING:
    from inspect import Signature

__all__ = ["Declared"]


class _Signature:
    """The signature of a class that was declared, made when somebody asks: `inspect` is slow to import."""

    def __get__(self, instance: object, owner: type[Declared]) -> Signature:
        if instance is not None:
            raise AttributeError("a module itself is called with its input")  # so that `inspect` looks at its call
        from inspect import Parameter, Signature

        kind, required = Parameter.POSITIONAL_OR_KEYWORD, Parameter.empty
        return Signature([Parameter(n, kind, default=required if x is ... else x) for n, x in owner.options.items()])


class Declared(Module):
    """The base of modules that keep in attributes the options of one function; how it is called, a subclass says.

    A class of this kind is declared by its function (`of`) and the options with their defaults, `...` for one that has
    to be given.

    Raises:
        SignatureError: for an argument that is no option, one given twice, or one that is missing.
    """

    function: Callable[..., Any]
    options: Mapping[str, Any] = {}  # with their defaults
    __signature__ = _Signature()

    def __init_subclass__(cls, of: Callable[..., Any] | None = None, **options: Any) -> None:
        super().__init_subclass__()
        if of is not None:
            cls.function, cls.options = staticmethod(of), options

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = dict(zip(self.options, args, strict=False)) | kwargs
        chosen = {name: given.get(name, default) for name, default in self.options.items()}
        is_missing = any(option is ... for option in chosen.values())
        if len(given) < len(args) + len(kwargs) or not given.keys() <= self.options.keys() or is_missing:
            found = ", ".join([*map(repr, args), *(f"{name}={option!r}" for name, option in kwargs.items())])
            raise SignatureError(
                f"{type(self).__name__}: found the arguments ({found}); expected {type(self).__signature__}, each once."
            )
        for name, option in chosen.items():
            self._keep(name, option)

    def _keep(self, name: str, option: Any) -> None:
        setattr(self, name, option)
