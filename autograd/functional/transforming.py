"""What every transform is made with: f -> (arguments -> derivative), from a function of the trace of a call."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from operator import index
from typing import Any

from autograd.errors import ArgumentError, DtypeError
from autograd.functional.trace import Argnum, Trace

__all__ = ["Function", "checked", "one_of", "ones", "transform"]

Function = Callable[..., Any]


def checked(name: str, f: Any) -> Function:
    """f, if it can be called.

    Raises:
        DtypeError: if not.
    """
    if not callable(f):
        raise DtypeError(
            f"{name}: f: found {type(f).__name__}; expected a function: write {name}(f)(x), not {name}(f(x))."
        )
    return f  # type: ignore[no-any-return]  # what can be called is all that is known of it


def one_of(name: str, argnum: Any, argnums: Any) -> Argnum:
    """The places that were named, in HIPS autograd's word or in JAX's: one number, or several.

    Raises:
        ArgumentError: when both were, or something that is no place.
    """
    if argnums is not None and argnum != 0:
        raise ArgumentError(f"{name}: found argnum={argnum!r} and argnums={argnums!r}; expected one of them.")
    places = argnum if argnums is None else argnums
    try:
        return tuple(map(index, places)) if isinstance(places, (tuple, list, range)) else index(places)
    except TypeError:
        raise ArgumentError(
            f"{name}: found argnum={places!r}; expected the place of an argument, or a tuple of places: write "
            f"{name}(f)(x), not {name}(f, x)."
        ) from None


def transform(derive: Callable[[Trace], Any]) -> Callable[..., Function]:
    """The transform f -> (arguments -> derive(trace of the call))."""
    name = derive.__name__

    @wraps(derive, assigned=("__doc__", "__module__", "__name__", "__qualname__"))
    def transform(f: Function, argnum: Argnum = 0, *, argnums: Argnum | None = None) -> Function:
        f = checked(name, f)
        places = one_of(name, argnum, argnums)

        @wraps(f)
        def derivative(*args: Any, **kwargs: Any) -> Any:
            return derive(Trace(name, f, places, args, kwargs))

        derivative.__name__ = derivative.__qualname__ = f"{name}_of_{getattr(f, '__name__', 'f')}"
        return derivative

    del transform.__wrapped__  # its signature is its own
    return transform


def ones(y: Any) -> Any:
    """A one for each element of a number or an array."""
    if not getattr(y, "shape", ()):
        return 1.0
    from autograd.arrays import np

    return np.ones(y.shape)
