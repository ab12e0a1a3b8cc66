"""A student's gradients, checked at the border: each by its Value, as a float or an array."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from autograd import Value
from autograd.errors import ArgumentError, DtypeError, ShapeError
from viz.classroom.lesson import Lesson
from viz.classroom.mistakes import unsummed_shapes
from viz.quantities import brief

__all__ = ["given_of"]


def given_of(lesson: Lesson, theirs: Any) -> dict[Value, Any]:
    """The student's gradients by Value: floats, or arrays."""
    if not isinstance(theirs, Mapping):
        raise DtypeError(
            f"compare: theirs: found {type(theirs).__name__}; expected a mapping from labels or Values to gradients, "
            'such as {"x": 3.0}.'
        )
    if not theirs:
        raise ArgumentError('compare: theirs: found no gradients; expected at least one, such as {"x": 3.0}.')
    given: dict[Value, Any] = {}
    for key, found in theirs.items():
        node = lesson.find(key, "theirs")
        if node in given:
            raise ArgumentError(f"compare: theirs: found {lesson.name(node)} twice; expected one gradient of a Value.")
        if node not in lesson.explanations:
            raise ArgumentError(
                f"compare: theirs: found {lesson.name(node)}, to which no gradient flows from the root: it is a "
                "constant, or cut off. Leave it out."
            )
        given[node] = _data(lesson, node, found)
    return given


def _data(lesson: Lesson, node: Value, found: Any) -> Any:
    """One gradient of the student's as a float or an array."""
    where = f"compare: theirs: {lesson.name(node)}"
    if isinstance(found, Real) and not isinstance(found, bool) and not node.shape:
        return float(found)
    import numpy as np

    try:
        array = np.asarray(None if isinstance(found, (Value, str)) else found)
    except ValueError as error:  # rows of several lengths
        raise ShapeError(f"{where}: found {brief(found)}; expected rows of one length.") from error
    if array.dtype.kind not in "fiu":
        raise DtypeError(
            f"{where}: found {type(found).__name__} {brief(found)}; expected a number or an array of numbers. Leave "
            "out what was not worked out; of a Value take .grad."
        )
    array = array.astype(float)
    if array.size == node.size == 1:
        array = array.reshape(node.shape)
    if array.shape != node.shape and array.shape not in unsummed_shapes(node, lesson.consumers[node]):
        raise ShapeError(
            f"{where}: found shape {array.shape}; expected {node.shape}, that of the Value: a gradient has one number "
            "for each of its elements."
        )
    return float(array) if isinstance(node.data, float) and not array.shape else array
