"""Arguments and results in any nesting of dict, list and tuple: their leaves, and the same nesting of other leaves."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from autograd.errors import ShapeError

__all__ = ["leaves", "matched", "paths", "rebuilt"]


def _children(tree: Any) -> Mapping[Any, Any] | None:
    """What a container holds, by key or place; None for a leaf."""
    if isinstance(tree, dict):
        return tree
    if isinstance(tree, (list, tuple)):
        return dict(enumerate(tree))
    return None


def paths(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Each leaf with where it lies, such as ("['w'][0]", leaf); None stands for nothing and is no leaf.

    >>> list(paths({"w": [1.0, 2.0], "b": 3.0}))
    [("['w'][0]", 1.0), ("['w'][1]", 2.0), ("['b']", 3.0)]
    """
    children = _children(tree)
    if children is None:
        if tree is not None:
            yield path, tree
        return
    for key, child in children.items():
        yield from paths(child, f"{path}[{key!r}]")


def leaves(tree: Any) -> list[Any]:
    """The leaves of a nesting in their order.

    >>> leaves({"w": [1.0, 2.0], "b": 3.0})
    [1.0, 2.0, 3.0]
    """
    return [leaf for _, leaf in paths(tree)]


def rebuilt(tree: Any, fresh: list[Any]) -> Any:
    """The same nesting with other leaves.

    >>> rebuilt({"w": [1.0, 2.0], "b": 3.0}, [4.0, 5.0, 6.0])
    {'w': [4.0, 5.0], 'b': 6.0}
    """
    return _rebuilt(tree, iter(fresh))


def _rebuilt(tree: Any, fresh: Iterator[Any]) -> Any:
    children = _children(tree)
    if children is None:
        return None if tree is None else next(fresh)
    contents = {key: _rebuilt(child, fresh) for key, child in children.items()}
    if isinstance(tree, dict):
        return _refilled(tree, contents)
    if hasattr(tree, "_fields"):  # a named tuple
        return type(tree)(*contents.values())
    if isinstance(tree, list):
        return _refilled(tree, contents)
    return type(tree)(contents.values())


def _refilled(tree: Any, contents: Mapping[Any, Any]) -> Any:
    """A container of its own kind, such as an OrderedDict, whatever its constructor takes."""
    other = copy.copy(tree)
    for key, child in contents.items():
        other[key] = child
    return other


def matched(tree: Any, like: Any, operation: str, what: str) -> list[Any]:
    """The leaves of a nesting that must be that of `like`.

    Raises:
        ShapeError: where the two differ, and how.
    """
    if _children(like) is None:
        return [tree]  # a list may stand for an array
    found, expected = dict(paths(tree)), dict(paths(like))
    if found.keys() != expected.keys():
        different = [path or "itself" for path in [*found, *expected] if path not in found or path not in expected]
        raise ShapeError(
            f"{operation}: {what}: found {type(tree).__name__} with {len(found)} leaves; expected the nesting of "
            f"{type(like).__name__} with {len(expected)}; they differ at {', '.join(different[:3])}."
        )
    return [found[path] for path in expected]  # a dict may have its keys in another order
