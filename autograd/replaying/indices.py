"""Calls that hold more than an instruction can: integers in an index that each call has its own of, texts, lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograd.graph.operation import Operation
from autograd.graph.value import Value

__all__ = ["Closed", "Indexed", "as_instruction"]


def as_instruction(
    op: Operation, operands: Sequence[Any], params: Mapping[str, Any]
) -> tuple[Operation, Sequence[Any], Mapping[str, Any]]:
    """A call in a form whose operands are Values, numbers and arrays, and whose parameters are plain."""
    if not all(map(_is_operand, operands)):
        own = [x for x in operands if _is_operand(x)]
        return Closed(op, tuple([Value if _is_operand(x) else x for x in operands])), own, params
    if not params or not any(map(_holds_value, params.values())):
        return op, operands, params
    values: list[Value] = []
    template = {name: _emptied(x, values) for name, x in params.items()}
    return Indexed(op, len(operands), template), (*operands, *values), {}


class Indexed(Operation):
    """An operation of the table, the Values in its parameters handed to it behind its operands.

    Args:
        count: how many operands are the operation's own.
        params: its parameters, a type in place of each Value.
    """

    def __init__(self, op: Operation, count: int, params: Mapping[str, Any]) -> None:
        super().__init__(op.name, doc=op.doc, kernel=self._applied, register=False)
        self._op, self._count, self._params = op, count, params

    def unpacked(self, xs: Sequence[Any]) -> tuple[Operation, tuple[Any, ...], dict[str, Any]]:
        """The operation as the table has it, its own operands, and its parameters."""
        waiting = iter(xs[self._count :])
        return self._op, tuple(xs[: self._count]), {name: _filled(x, waiting) for name, x in self._params.items()}

    def _applied(self, np: Any, *xs: Any) -> Any:
        op, operands, params = self.unpacked(xs)
        return op.kernel(operands, **params) if op.variadic else op.kernel(*operands, **params)


class Closed(Operation):
    """An operation of the user's own together with the texts, lists and other objects among its operands.

    Args:
        operands: those of the call, a type in place of each Value, number and array.
    """

    def __init__(self, op: Operation, operands: tuple[Any, ...]) -> None:
        super().__init__(op.name, doc=op.doc, kernel=self._applied, register=False)
        self._op, self._operands = op, operands

    def _applied(self, np: Any, *xs: Any, **params: Any) -> Any:
        waiting = iter(xs)
        return self._op.kernel(*(next(waiting) if x is Value else x for x in self._operands), **params)


def _is_operand(x: Any) -> bool:
    return type(x) is Value or isinstance(x, (int, float)) or hasattr(x, "dtype")


def _holds_value(x: Any) -> bool:
    return any(map(_holds_value, x)) if type(x) is tuple else type(x) is Value


def _emptied(x: Any, values: list[Value]) -> Any:
    if type(x) is tuple:
        return tuple([_emptied(part, values) for part in x])
    if type(x) is Value:
        values.append(x)
        return Value
    return x


def _filled(x: Any, waiting: Iterator[Any]) -> Any:
    if type(x) is tuple:
        return tuple([_filled(part, waiting) for part in x])
    return next(waiting) if x is Value else x
