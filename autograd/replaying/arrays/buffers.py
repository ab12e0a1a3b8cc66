"""Where the variables of a program lie: in buffers that are shared by turns, or in new memory at each call."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

from autograd.arrays import Array, np
from autograd.replaying.arrays.lowering import Lowered
from autograd.replaying.arrays.statements import IN_PLACE, Statement, Variable, mapped

__all__ = ["Buffers"]

ALIGNMENT = 64  # bytes: a line of the cache
FOREVER = 1 << 62


class Buffers:
    """The array in which each variable lies, if that is known before the first call.

    Variables that show the same memory form a family, which lives from its first statement to the last use of any of
    them; then its memory is free for another, or for the very result that is computed from it.

    Attributes:
        arrays: by variable: constants' arrays, buffers, and views of these.
        results: what is computed into memory that the call hands out.
    """

    def __init__(self, program: Lowered) -> None:
        self.arrays: dict[Variable, Array] = {}
        self.results: dict[Variable, None] = {}
        self._statements = program.statements
        self._kept = [x for x in (*program.outputs, *program.gradients) if x is not None]
        self._family: dict[Variable, Variable] = {}  # a variable whose memory it shows, of which one stands for all
        self._last: dict[Variable, int] = {}
        self._blocks: dict[Variable, Array] = {}  # the memory of a family, by its first variable
        self._free: list[Array] = []
        self._shapes: dict[tuple[Any, ...], Array] = {}  # the arrays of each block
        self._turned: dict[Variable, Variable] = {}  # by constant, the same in the order of columns
        self._makers = {statement.result: statement for statement in self._statements}
        self._users: dict[Variable, list[Statement]] = {}
        for statement in self._statements:
            for x in statement.operands:
                self._users.setdefault(x, []).append(statement)
        self._find_families()
        self._find_last_uses()
        self._choose_results()
        self._place_all()

    # ---- lifetimes ----

    def family(self, x: Variable) -> Variable:
        """The variable that stands for all that show the same memory."""
        while self._family.get(x, x) is not x:
            x = self._family[x]
        return x

    def _find_families(self) -> None:
        for statement in self._statements:
            self._family[statement.result] = statement.result
            if statement.shares:
                for x in statement.operands:
                    if x.dtype is not None:
                        self._family[self.family(statement.result)] = self.family(x)

    def _find_last_uses(self) -> None:
        for i, statement in enumerate(self._statements):
            for x in (*statement.operands, statement.result):
                self._last[self.family(x)] = i
        for x in self._kept:
            self._last[self.family(x)] = FOREVER

    def _choose_results(self) -> None:
        """Let what shows in one result only be computed into memory that the call hands out; the rest is copied."""
        handed = Counter(self.family(x) for x in self._kept)
        for statement in self._statements:
            x = statement.result
            is_new = statement.takes_out and not statement.shares and statement.function not in IN_PLACE
            if is_new and x.shape and handed[x] == 1:
                self.results[x] = None

    # ---- memory ----

    def _place_all(self) -> None:
        ending: dict[int, list[Variable]] = {}
        for x, i in self._last.items():
            ending.setdefault(i, []).append(x)
        for i, statement in enumerate(self._statements):
            for x in statement.operands:
                if x.is_constant and isinstance(x.data, np.ndarray):
                    self.arrays[x] = x.data
            self._place(i, statement)
            for x in ending.get(i, ()):
                if x in self._blocks:
                    self._free.append(self._blocks.pop(x))

    def _place(self, i: int, statement: Statement) -> None:
        result = statement.result
        if result in self.results or result.dtype is None:
            return
        if statement.is_view:
            self._place_view(statement)
        elif statement.takes_out and not statement.shares:
            if not (statement.is_elementwise and self._place_over_operand(i, statement)):
                block = self._block(result.size * result.dtype.itemsize)
                self._blocks[result] = block
                self.arrays[result] = self._array(result, block, self._order(statement))
            self._match_constants(statement)

    def _array(self, x: Variable, block: Array, order: Literal["C", "F"]) -> Array:
        """The array that a variable is in a block: one that is there already goes by the same name in the text."""
        key = (id(block), x.shape, x.dtype, order)
        if key not in self._shapes:
            self._shapes[key] = np.ndarray(x.shape, x.dtype, block, order=order)
        return self._shapes[key]

    def _match_constants(self, statement: Statement) -> None:
        """Let constants of the result's shape lie in memory as it does: NumPy walks through both at once then."""
        if not statement.is_elementwise or self.arrays[statement.result].flags.c_contiguous:
            return

        def turned(x: Variable) -> Variable:
            if not x.is_constant or x.shape != statement.result.shape:
                return x
            return self._turned.setdefault(x, Variable("constant", np.asfortranarray(x.data)))

        statement.args = mapped(statement.args, turned)

    def _place_view(self, statement: Statement) -> None:
        base = statement.args[0]
        if base in self.arrays:
            view = statement.function(*mapped(statement.args, lambda x: self.arrays[x]), **statement.params)
            if np.may_share_memory(view, self.arrays[base]):  # else it takes a copy to make it, at each call
                self.arrays[statement.result] = view

    def _place_over_operand(self, i: int, statement: Statement) -> bool:
        """Let the result take the memory of an operand that nobody needs any more."""
        result = statement.result
        for x in statement.operands[: 1 if statement.function in IN_PLACE else None]:
            if x in self._blocks and self._last[x] == i and (x.shape, x.dtype) == (result.shape, result.dtype):
                self._blocks[result] = self._blocks.pop(x)
                self.arrays[result] = self.arrays[x]
                return True
        return False

    def _order(self, statement: Statement) -> Literal["C", "F"]:
        """How a matrix lies in its buffer, in rows (C) or in columns (F): both together are slow to walk through."""
        x = statement.result
        if len(x.shape) != 2:
            return "C"
        if statement.function is not np.dot:
            return self._order_of(x) or "C"
        for user in self._users.get(x, ()):
            orders = [self._order_of(y) for y in user.operands if y is not x and y.shape == x.shape]
            if user.is_elementwise and any(orders):
                return orders[0] or "C"
        # BLAS takes a tenth longer for xyᵀ by rows than by columns; and sums over a short axis run along the long one.
        in_columns = any(self._order_of(y) == "F" for y in statement.operands if len(y.shape) == 2)
        return "F" if in_columns or x.shape[0] > x.shape[1] else "C"

    def _order_of(self, x: Variable) -> Literal["C", "F"] | None:
        """How a matrix lies, or will lie as those it is computed from element by element; None where nobody knows."""
        while x not in self.arrays and x in self._makers and not self._makers[x].is_view:
            statement = self._makers[x]
            alike = [y for y in statement.operands if y.shape == x.shape and not y.is_constant]
            if not statement.is_elementwise or not alike:
                return None
            x = alike[0]
        flags = self.arrays.get(x, x.data).flags
        return "F" if flags.f_contiguous and not flags.c_contiguous else "C"

    def _block(self, size: int) -> Array:
        """Memory of at least that many bytes: of what is free the latest that fits, which may still be in the cache."""
        for i in range(len(self._free) - 1, -1, -1):
            if size <= self._free[i].nbytes <= 2 * size + 4 * ALIGNMENT:
                return self._free.pop(i)
        raw = np.empty(size + ALIGNMENT, np.uint8)
        start = -raw.ctypes.data % ALIGNMENT
        return raw[start : start + size]
