"""What a model answers to points of the plane, and how sure it is of each class there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from autograd import no_grad
from autograd.errors import ArgumentError, DtypeError, ShapeError
from viz.plots.plain import array

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Verdict", "answers", "judged"]

_BATCH = 4096  # points in one call of the model: more would need memory, and save no time


class Verdict(NamedTuple):
    """The classes, the margin of each at every point, and in words what the margins compare.

    A margin, of shape (classes, points), is positive where the class is chosen, 0 at its boundary, and NaN where the
    model gave no number.
    """

    classes: NDArray[Any]
    margins: NDArray[Any]
    rule: str

    @property
    def chosen(self) -> NDArray[Any]:
        """The position of the class chosen at each point; -1 where the model gave no number."""
        import numpy as np

        known = np.isfinite(self.margins).all(axis=0)
        return np.where(known, np.where(known, self.margins, 0.0).argmax(axis=0), -1)


def answers(model: Any, points: NDArray[Any]) -> NDArray[Any]:
    """What the model gives for points of shape (n, 2), in batches, without recording a graph: (n,) or (n, outputs)."""
    import numpy as np

    predict = _on_batches(model)
    parts = []
    with no_grad(), np.errstate(all="ignore"):
        for start in range(0, len(points), _BATCH):
            batch = points[start : start + _BATCH]
            part = array("plot_decision_boundary: the model's answer", predict(batch))
            if part.ndim not in (1, 2) or len(part) != len(batch) or part.shape[1:] == (0,):
                raise ShapeError(
                    f"plot_decision_boundary: model: found an answer of shape {part.shape} to points of shape "
                    f"{batch.shape}; expected ({len(batch)},) or ({len(batch)}, outputs). Wrap a function of one "
                    "point: lambda points: [f(point) for point in points]."
                )
            parts.append(part[:, 0] if part.shape[1:] == (1,) else part)
    return np.concatenate(parts)


def _on_batches(model: Any) -> Callable[[NDArray[Any]], Any]:
    """The model as a function of a batch; one on numbers takes its weights into arrays, or else point after point."""
    if not callable(model):
        raise DtypeError(
            f"plot_decision_boundary: model: found {type(model).__name__}; expected a model of nn, or a function of "
            "points of shape (n, 2)."
        )
    named = getattr(model, "named_parameters", None)
    data = [parameter.data for _, parameter in named()] if callable(named) else []
    if not data or not all(isinstance(each, float) for each in data):
        call: Callable[[NDArray[Any]], Any] = model
        return call
    if callable(vectorize := getattr(model, "vectorize", None)):
        twin: Callable[[NDArray[Any]], Any] = vectorize()
        return twin
    return lambda batch: [model(point) for point in batch.tolist()]


def judged(scores: NDArray[Any], labels: NDArray[Any], threshold: float | None) -> Verdict:
    """Read scores as classes: one score a point by a threshold, several by the largest, and labels as they are."""
    import numpy as np

    seen = np.unique(labels)
    if scores.dtype.kind != "f":
        is_label = scores.dtype.kind in "iubUS" and scores.ndim == 1
        if not is_label or (scores.dtype.kind in "US") != (labels.dtype.kind in "US"):
            raise DtypeError(
                f"plot_decision_boundary: model: found answers of shape {scores.shape} and dtype {scores.dtype} for y "
                f"of dtype {labels.dtype}; expected scores, which are floats, or one label a point of the kind of y."
            )
        classes = np.union1d(seen, scores)
        return Verdict(classes, np.where(scores == classes[:, None], 1.0, -1.0), "the model's labels")
    if scores.ndim == 1:
        return _by_threshold(scores, seen, threshold)
    if threshold is not None:
        raise ArgumentError(
            f"plot_decision_boundary: threshold: found {threshold!r} for a model with {scores.shape[1]} outputs; "
            "expected None: the largest output decides."
        )
    return _by_largest(scores, seen)


def _by_threshold(scores: NDArray[Any], seen: NDArray[Any], threshold: float | None) -> Verdict:
    import numpy as np

    usual = [pair for pair in ([0, 1], [-1, 1]) if len(seen) == 1 and seen.dtype.kind in "fiub" and seen[0] in pair]
    classes = np.array(usual[0]) if usual else seen
    if len(classes) != 2:
        raise ShapeError(
            f"plot_decision_boundary: y: found {len(classes)} classes, and one score for each point, which tells two "
            "apart; expected two classes, or a model with an output for each."
        )
    if threshold is None:
        finite = scores[np.isfinite(scores)]
        is_probability = finite.size and finite.min() >= 0.0 and finite.max() <= 1.0
        threshold = 0.5 if is_probability else 0.0
    margin = scores - threshold
    return Verdict(classes, np.stack([-margin, margin]), f"score = {threshold:g}")


def _by_largest(scores: NDArray[Any], seen: NDArray[Any]) -> Verdict:
    import numpy as np

    outputs = scores.shape[1]
    is_index = seen.dtype.kind in "fiub" and bool(np.isin(seen, np.arange(outputs)).all())
    if not is_index and len(seen) != outputs:
        raise ShapeError(
            f"plot_decision_boundary: y: found {len(seen)} classes for a model with {outputs} outputs; expected one "
            f"class for each output, or labels from 0 to {outputs - 1}."
        )
    classes = np.arange(outputs) if is_index else seen
    others = [np.delete(scores, i, axis=1).max(axis=1) for i in range(outputs)]
    return Verdict(classes, scores.T - np.stack(others), "equal outputs")
