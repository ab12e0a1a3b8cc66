"""gradcheck: analytic gradients against central differences, every entry of the Jacobian."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.errors import ArgumentError, DtypeError, GradientError
from autograd.graph.value import Value
from autograd.graph.walks import gradients

__all__ = ["gradcheck"]


def gradcheck(
    f: Callable[..., Any],
    *args: Any,
    eps: float = 1e-6,
    atol: float = 1e-6,
    rtol: float = 1e-5,
    raise_exception: bool = True,
) -> bool:
    """Compare every entry of f's Jacobian with central differences.

    Args:
        f: a function of Values that returns one Value, a number or an array of any shape.
        args: where to check: Values, floats or floating arrays (each is checked); anything else is passed on as it is.
        eps: the step of the differences; the default suits float64.
        atol, rtol: an entry passes when |analytic - numeric| <= atol + rtol * |numeric|.
        raise_exception: False returns False where an entry fails.

    Raises:
        GradientError: says which argument and entry failed worst, and both numbers.
        ArgumentError: when nothing can be checked, or for a step or tolerance out of range.
        DtypeError: for an f that is no function, or that does not return one Value.

    Source: central differences, e.g. Nocedal and Wright, Numerical Optimization (2nd ed., 2006), equation 8.7.

    >>> gradcheck(lambda x, y: x * y + x, 2.0, 3.0)
    True
    """
    if not callable(f):
        raise DtypeError(
            f"gradcheck: f: found {type(f).__name__}; expected a function, then the arguments to check it at."
        )
    if not (eps > 0.0 and atol >= 0.0 and rtol >= 0.0):
        raise ArgumentError(f"gradcheck: found eps={eps}, atol={atol}, rtol={rtol}; expected eps > 0, the others >= 0.")
    points = [_point(x) for x in args]
    if all(x is None for x in points):
        found = ", ".join(type(x).__name__ for x in args) or "none"
        raise ArgumentError(
            f"gradcheck: found no argument to check (found {found}); expected a Value, a float or a floating array "
            "among them: write 3.0 for 3, and Value([1.0, 2.0]) for a list."
        )
    y = _evaluate(f, args, points)
    worst: tuple[float, str] | None = None
    for i, x in enumerate(points):
        if x is None:
            continue
        analytic = _analytic(y, x)
        numeric = _numeric(f, args, points, i, eps)
        worst = max(filter(None, (worst, _worst_entry(analytic, numeric, i, x, atol, rtol))), default=None)
    if worst is None:
        return True
    if raise_exception:
        raise GradientError(f"{worst[1]} Where f has a kink, no derivative agrees: check beside it.")
    return False


def _point(x: Any) -> Value | None:
    """A fresh leaf at an argument that can be checked, None for one that is passed on."""
    if type(x) is Value:
        return Value(x.data, label=x.label)
    if type(x) is float or getattr(getattr(x, "dtype", None), "kind", "") == "f":
        return Value(x)
    return None


def _evaluate(f: Callable[..., Any], args: tuple[Any, ...], points: list[Value | None]) -> Value:
    y = f(*(x if p is None else p for x, p in zip(args, points, strict=True)))
    if type(y) is not Value:
        raise DtypeError(f"gradcheck: f returned {type(y).__name__}; expected one Value, computed from its arguments.")
    return y


def _analytic(y: Value, x: Value) -> Any:
    """The Jacobian of y by x, one backward walk an entry of y; shape (y.size, x.size)."""
    from autograd.arrays import np

    rows = []
    for i in range(y.size):
        seed = np.zeros(y.size)
        seed[i] = 1.0
        (row,) = gradients(y, [x], seed.reshape(y.shape))
        rows.append(np.ravel(row.data))
    return np.array(rows).reshape(y.size, x.size)


def _numeric(f: Callable[..., Any], args: tuple[Any, ...], points: list[Value | None], i: int, eps: float) -> Any:
    """The Jacobian by central differences, f evaluated at fresh leaves so that nobody's data changes."""
    from autograd.arrays import np

    x = points[i]
    assert x is not None
    columns = []
    for k in range(x.size):
        sides = []
        for step in (eps, -eps):
            moved = np.array(x.data, dtype=float)  # also of float32, where a step of 1e-6 would drown in rounding
            moved.flat[k] += step
            shifted = list(points)
            shifted[i] = Value(float(moved) if type(x.data) is float else moved, label=x.label)
            sides.append(np.ravel(_evaluate(f, args, shifted).data))
        with np.errstate(invalid="ignore"):  # f may be infinite on both sides
            columns.append((sides[0] - sides[1]) / (2.0 * eps))
    return np.array(columns).reshape(x.size, -1).T if columns else np.zeros((_evaluate(f, args, points).size, 0))


def _worst_entry(analytic: Any, numeric: Any, i: int, x: Value, atol: float, rtol: float) -> tuple[float, str] | None:
    """The entry that misses its tolerance most, and a sentence about it; None when all agree."""
    from autograd.arrays import np

    with np.errstate(invalid="ignore"):
        error = np.abs(analytic - numeric)
        excess = np.where(np.isfinite(error), error - (atol + rtol * np.abs(numeric)), np.inf)
        excess[analytic == numeric] = -np.inf  # two equal infinities; a NaN agrees with nothing
    if not (excess > 0.0).any():  # nothing at all where the Jacobian is empty
        return None
    row, column = np.unravel_index(np.argmax(excess), excess.shape)
    place = tuple(int(n) for n in np.unravel_index(column, x.shape)) if x.shape else ()
    name = f"argument {i}" + (f" ({x.label!r})" if x.label else "")
    return float(excess[row, column]), (
        f"gradcheck: the derivative of output entry {row} (flattened) by {name}{list(place) if place else ''} is "
        f"{float(analytic[row, column])!r} by the rules, and {float(numeric[row, column])!r} by central differences; "
        f"expected them within atol={atol:g} + rtol={rtol:g} * |numeric|. "
        f"{int((excess > 0.0).sum())} of {excess.size} entries of this argument's Jacobian disagree."
    )
