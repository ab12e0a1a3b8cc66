"""Plots of learning, drawn by Matplotlib: each function returns the Axes that it drew on, and takes them as `ax=`.

| file            | what it holds                                                          |
|-----------------|------------------------------------------------------------------------|
| `canvas.py`     | Axes to draw on; colours, lines and markers; legends                   |
| `plain.py`      | what a caller passes, as plain arrays                                  |
| `history.py`    | `plot_history`: losses and accuracies over the epochs                  |
| `kinks.py`      | where a function's derivative jumps, found by bisection                |
| `activation.py` | `plot_activation`: a function of the table and its derivative          |
| `scores.py`     | what a model answers to points, and which class that means             |
| `boundary.py`   | `plot_decision_boundary`: the classes of a plane                       |
| `surface.py`    | `plot_loss_surface`: contours, and the paths of optimizers over them   |
| `blocks.py`     | a model's parameters in blocks: arrays, or a layer's numbers together  |
| `panels.py`     | several panels inside of one Axes                                      |
| `weights.py`    | `plot_weights`: heat maps and histograms                               |
| `flow.py`       | `plot_gradient_flow`: the size of each parameter's gradient            |

Matplotlib and NumPy are imported when a plot is drawn. What is plotted is computed first, so that a wrong argument
leaves no empty figure behind.
"""

from viz.plots.activation import plot_activation
from viz.plots.boundary import plot_decision_boundary
from viz.plots.flow import plot_gradient_flow
from viz.plots.history import plot_history
from viz.plots.surface import plot_loss_surface
from viz.plots.weights import plot_weights

__all__ = [
    "plot_activation",
    "plot_decision_boundary",
    "plot_gradient_flow",
    "plot_history",
    "plot_loss_surface",
    "plot_weights",
]
