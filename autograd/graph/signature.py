"""How Value is called, for `help` and `inspect.signature`: a class compiled to C does not tell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from autograd.graph.value import compiled, install

if TYPE_CHECKING:
    from inspect import Signature

__all__: list[str] = []


def _called(data: Any, *, label: str = "", requires_grad: bool = True, dtype: Any = None) -> None:
    """Stands for `Value.__init__`; the tests hold the two equal."""


class _Signature:
    """The signature of Value, made when somebody asks for it: `inspect` is slow to import."""

    def __get__(self, instance: object, owner: type) -> Signature:
        from inspect import signature

        return signature(_called)


if compiled:
    install("__signature__", _Signature())
