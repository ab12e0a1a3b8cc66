"""What a caller passes to a plot, as plain arrays: numbers, Values, and lists and arrays of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["array", "at_least_two", "drawable", "reals", "span", "wanted"]

_LARGEST = 1e300  # on a plot as good as the largest float, 1.8e308


def array(what: str, given: Any) -> NDArray[Any]:
    """One array of what is given, Values by their data; an error names `what` it is.

    >>> array("y", [Value(1.0), 2.0]).tolist()
    [1.0, 2.0]
    """
    import numpy as np

    try:
        return np.asarray(_bare(given))
    except ValueError as error:
        raise ShapeError(f"{what}: found lists of different lengths; expected a rectangle of numbers.") from error


def reals(what: str, given: Any) -> NDArray[Any]:
    """One array of real numbers in float64."""
    found = array(what, given)
    if found.dtype.kind not in "fiub":
        raise DtypeError(f"{what}: found data of dtype {found.dtype}; expected real numbers.")
    return found.astype(float)


def span(what: str, given: Any) -> tuple[float, float]:
    """Two finite numbers, the lower one first, such as the ends of an axis."""
    found = reals(what, given)
    if found.shape != (2,) or not -float("inf") < found[0] < found[1] < float("inf"):
        raise ShapeError(f"{what}: found {given!r}; expected two finite numbers, the lower one first, such as (-2, 2).")
    return float(found[0]), float(found[1])


def drawable(x: NDArray[Any]) -> NDArray[Any]:
    """Numbers where they can be drawn: near the largest float Matplotlib's arithmetic, for ticks, would overflow."""
    import numpy as np

    clipped: NDArray[Any] = np.clip(x.astype(float), -_LARGEST, _LARGEST)
    return clipped


def at_least_two(what: str, given: Any) -> None:
    """Check a number of points along an axis."""
    if isinstance(given, bool) or not isinstance(given, int) or given < 2:
        raise ArgumentError(f"{what}: found {given!r}; expected a whole number of at least 2.")


def wanted(what: str, names: Iterable[str] | None, known: Collection[str]) -> list[str]:
    """The names to show of those that there are: all for None, and one where a caller gives just that.

    >>> wanted("names", None, {"a": 1, "b": 2}), wanted("names", "b", {"a": 1, "b": 2})
    (['a', 'b'], ['b'])
    """
    chosen = list(known) if names is None else [names] if isinstance(names, str) else list(names)
    for name in chosen:
        if name not in known:
            raise ArgumentError(f"{what}: found {name!r}; expected names from {', '.join(map(str, known))}.")
    return chosen


def _bare(given: Any) -> Any:
    if isinstance(given, Value):
        return given.data
    return [_bare(item) for item in given] if isinstance(given, (list, tuple)) else given
