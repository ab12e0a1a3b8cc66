"""`diagnose`: gathers the evidence, and asks each examination what it finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd import Value
from autograd.errors import DtypeError, ShapeError
from viz.diagnosis.evidence import gather
from viz.diagnosis.findings import KINDS, Diagnosis
from viz.diagnosis.nonfinite import nonfinite_data, nonfinite_gradients
from viz.diagnosis.parameters import without_gradient
from viz.diagnosis.paths import flowing
from viz.diagnosis.units import unit_findings
from viz.naming import read_names

__all__ = ["diagnose"]


def diagnose(root: Value, model: Any = None, *, names: Any = None, gradient: Any = None) -> Diagnosis:
    """Look for trouble in the graph that computed `root`, forward and backward, and say it in sentences.

    It finds the first NaN or infinity and where it came from, parameters without a gradient, dead and saturated units,
    vanishing and exploding gradients. Gradients are those of a backward pass of its own: nobody's `.grad` is changed,
    and `backward()` need not have been called.

    Args:
        root: the Value to be differentiated, such as a loss.
        model: whose parameters should have a gradient: a module, or a mapping of names to Values. Without it, none is
            missed, and units and leaves are called by their labels.
        names: a mapping such as `locals()`, or a module, that gives nodes their names.
        gradient: the cotangent to start from, as for `backward`; for a root of more than one element.

    Returns:
        A sequence of findings: print it. It is false when nothing was found.

    Raises:
        DtypeError: for a root that is not a Value, or a model or names of another kind.
        ShapeError: for a gradient of another shape than the root's.

    >>> from autograd import log
    >>> x = Value(0.0, label="x")
    >>> for finding in diagnose(log(x) * 2.0):
    ...     print(finding.mark, finding.label)
    inf from log log
    grad inf x
    """
    if not isinstance(root, Value):
        raise DtypeError(
            f"diagnose: root: found {type(root).__name__}; expected one Value. "
            "Pass the result whose graph is in trouble."
        )
    if not (names is None or isinstance(names, Mapping) or hasattr(names, "named_parameters")):
        raise DtypeError(
            f"diagnose: names: found {type(names).__name__}; expected a mapping of names to Values or modules, such as "
            "locals(), or a module."
        )
    parameters = _parameters(names if model is None and not isinstance(names, Mapping) else model)
    called = read_names(names).values | {id(parameter): name for name, parameter in parameters.items()}
    try:
        evidence = gather(root, called, gradient)
    except (ShapeError, DtypeError) as error:
        raise type(error)(f"diagnose: {str(error).removeprefix('explain: ')}") from None
    found = [
        *nonfinite_data(evidence),
        *nonfinite_gradients(evidence),
        *without_gradient(evidence, parameters),
        *unit_findings(evidence),
        *flowing(evidence),
    ]
    found.sort(key=lambda finding: KINDS.index(finding.kind))
    return Diagnosis(tuple(found), len(evidence.order), (evidence.note,) if evidence.note else ())


def _parameters(model: Any) -> dict[str, Value]:
    """The parameters of a module by name, or those of a mapping."""
    if model is None:
        return {}
    named = model if isinstance(model, Mapping) else getattr(model, "named_parameters", None)
    if named is None or isinstance(model, type):
        raise DtypeError(
            f"diagnose: model: found {type(model).__name__}; expected a module, which has named_parameters(), or a "
            "mapping of names to Values."
        )
    parameters = dict(named if isinstance(named, Mapping) else named())
    for name, parameter in parameters.items():
        if not isinstance(parameter, Value):
            raise DtypeError(
                f"diagnose: model: found {type(parameter).__name__} as {name!r}; expected Values. Pass names= for a "
                "mapping such as locals()."
            )
    return parameters
