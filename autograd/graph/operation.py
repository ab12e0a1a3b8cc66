"""Operations: entries that record a node. What the walks ask of one, and how one is applied."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from autograd import ieee
from autograd.errors import DtypeError, GlassgradError
from autograd.graph import applying
from autograd.graph import operands as sorting
from autograd.graph.entry import Entry
from autograd.graph.value import any_open

__all__ = ["Operation"]


class Operation(Entry):
    """An entry that records a node: kernels for numbers and arrays, a reverse rule `pull` and a forward rule `push`.

    Args:
        scalar: the kernel on floats; by default the function of the same name in `autograd.ieee`, if there is one.
        kernel: the kernel on arrays: the name of a NumPy function (by default its own), or a function of (np,
            *operands).
        infix: the operator sign, such as "*".
        sign: the operation as micrograd writes it, where it is not the symbol: a text, or a function of the operands.
        kinks: hard points and the derivative pinned there: {point: partial} or {(x, y): (partials)}.
        boundary: a function of the operands that is zero where the derivative jumps; the tests keep away from its
            zeros.
    """

    composed = True  # its rules are made of the table's operations: what they return is not kept by anyone else

    def __init__(
        self,
        name: str,
        *,
        scalar: Callable[..., float] | None = None,
        kernel: str | Callable[..., Any] | None = None,
        infix: str = "",
        kinks: Mapping[Any, Any] | None = None,
        boundary: Callable[..., float] | None = None,
        sign: str | Callable[..., str] = "",
        **entry: Any,
    ) -> None:
        super().__init__(name, **entry)
        self.scalar = scalar or (getattr(ieee, name) if name in ieee.__all__ else None)
        self._kernel = kernel or name
        self._found: Callable[..., Any] | None = None
        self.infix = infix
        self.kinks = dict(kinks or {})
        self.boundary = boundary
        self.sign = sign

    @property
    def symbol(self) -> str:
        """What a picture shows: the operator sign, or the name."""
        return self.infix or self.name

    def sign_of(self, operands: tuple[Any, ...]) -> str:
        """The operation as micrograd writes it: '+', '**2', 'ReLU'."""
        return self.sign(*operands) if callable(self.sign) else self.sign or self.symbol

    @property
    def kernel(self) -> Callable[..., Any]:
        """The kernel on arrays, looked up when the first array comes."""
        if self._found is None:
            np = sorting.arrays().np
            self._found = getattr(np, self._kernel) if isinstance(self._kernel, str) else partial(self._kernel, np)
        return self._found

    # ---- rules: what the walks ask ----

    def partials(self, z: float, xs: tuple[float, ...], params: Mapping[str, Any]) -> tuple[float | None, ...] | None:
        """A number's derivative by each operand (None: no path), or None for "ask `pull`"."""
        return None

    def pull(self, g: Any, z: Any, xs: tuple[Any, ...], params: Mapping[str, Any], wanted: Sequence[int]) -> list[Any]:
        """Reverse rule: what the cotangent g of z contributes to each wanted operand; None where no path leads."""
        raise NotImplementedError

    def push(self, ts: tuple[Any, ...], z: Any, xs: tuple[Any, ...], params: Mapping[str, Any]) -> Any:
        """Forward rule: the tangent of z from the operands' tangents, None where an operand has none."""
        raise NotImplementedError

    # ---- applying ----

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            operands, params = self.bind(args, kwargs)
            if sorting.are_arrays(operands) and not any_open():  # as rules mostly ask: nothing to sort or record
                return applying.run(self, operands, params)
            return self._apply(operands, params)
        except GlassgradError as error:
            error.named(self.name)
            raise

    def _apply(self, operands: tuple[Any, ...], params: dict[str, Any]) -> Any:
        return applying.apply(self, operands, params)

    def operator(self, *operands: Any) -> Any:
        """Apply as an operator between a Value and something else, which may know better what to do."""
        for x in operands:
            if not sorting.is_operand(x):
                return NotImplemented
        return self(*operands)

    def as_floating(self, z: Any, data: Sequence[Any]) -> Any:
        """The result in a dtype that a Value can hold; a predicate answers booleans and overrides this."""
        if z.dtype.kind != "f":
            raise DtypeError(
                f"the result has dtype {z.dtype}; expected a floating one: use v.data.astype(int) for plain integers."
            )
        return z
