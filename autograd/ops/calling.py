"""Composites called in NumPy's own order, where it does not put the operands first or takes them one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from autograd.ops.builders import Composite

if TYPE_CHECKING:
    from inspect import Signature

__all__ = ["Called", "called"]


class Called(Composite):
    """A composite whose arguments come in the order that `call` names: operands and parameters, separated by blanks.

    An operand with a star, "*arys", is given one by one, and the parameters behind it by name only.
    """

    def __init__(self, *args: Any, call: str, **entry: Any) -> None:
        super().__init__(*args, **entry)
        self.order = tuple(call.replace("*", "").split())
        self.one_by_one = "*" in call

    @cached_property
    def __signature__(self) -> Signature:
        import inspect  # slow to import, as in Entry

        known = super().__signature__.parameters
        parameters = [known[name] for name in self.order]
        if self.one_by_one:
            first, *others = parameters
            named = [parameter.replace(kind=inspect.Parameter.KEYWORD_ONLY) for parameter in others]
            parameters = [first.replace(kind=inspect.Parameter.VAR_POSITIONAL), *named]
        return inspect.Signature(parameters)

    def bind(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        return super().bind((), self.arguments(args, kwargs))

    def arguments(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> dict[str, Any]:
        """The arguments of a call by their names."""
        try:
            return self.__signature__.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise self._misfit(args, kwargs, f"arguments that do not fit: {error}") from None

    def apply(self, operands: Sequence[Any], params: Mapping[str, Any]) -> Any:
        if self.one_by_one:
            return self(*operands, **params)
        given = [list(operands)] if self.variadic else operands
        return self(**dict(zip(self.operand_names, given, strict=True)), **params)


called = Called
