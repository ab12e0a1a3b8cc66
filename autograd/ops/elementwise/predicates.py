"""Questions about numbers, answered 0 or 1: what a rule has to decide, it decides with these."""

import math
import operator
from collections.abc import Callable
from typing import Any

from autograd.ops.builders import predicate

__all__: list[str] = []  # the public names are those of the table


def _answer(question: Callable[..., Any]) -> Callable[..., float]:
    return lambda *xs: 1.0 if question(*xs) else 0.0


def _compare(name: str, sign: str, question: Callable[..., Any]) -> Any:
    return predicate(
        name, args="x y", scalar=_answer(question), boundary=lambda x, y: x - y,
        doc=f"1 where x {sign} y, 0 elsewhere.", example=(f"{name}(2.0, 3.0)", str(_answer(question)(2.0, 3.0))),
    )  # fmt: skip


greater = _compare("greater", ">", operator.gt)
greater_equal = _compare("greater_equal", ">=", operator.ge)
less = _compare("less", "<", operator.lt)
less_equal = _compare("less_equal", "<=", operator.le)
equal = _compare("equal", "==", operator.eq)
not_equal = _compare("not_equal", "!=", operator.ne)

isnan = predicate("isnan", scalar=_answer(math.isnan), doc="1 where x is NaN.", example=("isnan(2.0)", "0.0"))
isinf = predicate("isinf", scalar=_answer(math.isinf), doc="1 where x is infinite.", example=("isinf(2.0)", "0.0"))
isfinite = predicate(
    "isfinite", scalar=_answer(math.isfinite), doc="1 where x is neither infinite nor NaN.",
    example=("isfinite(2.0)", "1.0")
)

logical_not = predicate(
    "logical_not", scalar=_answer(operator.not_), boundary=lambda x: x,
    doc="1 where x is zero.", example=("logical_not(2.0)", "0.0"),
)  # fmt: skip
logical_and = predicate(
    "logical_and", args="x y", scalar=_answer(lambda x, y: x and y), boundary=lambda x, y: x * y,
    doc="1 where neither x nor y is zero.", example=("logical_and(2.0, 0.0)", "0.0"),
)  # fmt: skip
logical_or = predicate(
    "logical_or", args="x y", scalar=_answer(lambda x, y: x or y), boundary=lambda x, y: x * y,
    doc="1 where x or y is not zero.", example=("logical_or(2.0, 0.0)", "1.0"),
)  # fmt: skip
logical_xor = predicate(
    "logical_xor", args="x y", scalar=_answer(lambda x, y: bool(x) != bool(y)), boundary=lambda x, y: x * y,
    doc="1 where exactly one of x and y is zero.", example=("logical_xor(2.0, 0.0)", "1.0"),
)  # fmt: skip
