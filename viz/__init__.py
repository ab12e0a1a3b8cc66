"""Pictures of computation graphs: `draw(root)` shows labels, operations, data and gradients.

Three layers, each in its own file: a graph to plain records (`viz.reading`), records to DOT text (`viz.dot`), DOT text
to a picture (`viz.engines`). The first two are pure and need no Graphviz. Beside them: `viz.page`, a page that steps
through both passes; `viz.diagnosis`, what is wrong with a graph; `viz.classroom`, worksheets and their correction;
`viz.plots`, plots of learning.
"""

# nn and viz each write this out: where `autograd` is not ours, there is nothing that it could be imported from.
# An old release of the other project's fails with an AttributeError, on names that a newer NumPy no longer has.
try:
    from autograd._installation import check_installation
except (AttributeError, ImportError) as error:
    raise ImportError(
        f"{__name__} found an `autograd` that is not Glassgrad's, or not wholly. To mend it, run\n"
        "    pip uninstall -y autograd glassgrad\n"
        "    pip install glassgrad"
    ) from error
check_installation()

from viz.classroom import Comparison, Worksheet, compare, worksheet
from viz.diagnosis import Diagnosis, Finding, diagnose
from viz.drawing import Drawing, Page, draw, draw_dot
from viz.plots import (
    plot_activation,
    plot_decision_boundary,
    plot_gradient_flow,
    plot_history,
    plot_loss_surface,
    plot_weights,
)
from viz.unfolding import unfold

__all__ = [
    "Comparison",
    "Diagnosis",
    "Drawing",
    "Finding",
    "Page",
    "Worksheet",
    "compare",
    "diagnose",
    "draw",
    "draw_dot",
    "plot_activation",
    "plot_decision_boundary",
    "plot_gradient_flow",
    "plot_history",
    "plot_loss_surface",
    "plot_weights",
    "unfold",
    "worksheet",
]
