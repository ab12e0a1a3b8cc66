"""What the tests of plots share: Axes without a window, the words of a legend, models of any parameters."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from autograd import Value

NAN, INF = float("nan"), float("inf")
CORNERS = [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]


class Parameters:
    """A model of any parameters: what a plot asks of one."""

    def __init__(self, **parameters: Value) -> None:
        self.parameters = parameters

    def named_parameters(self) -> list[tuple[str, Value]]:
        return list(self.parameters.items())


def fresh() -> Axes:
    return Figure().subplots()


def words(ax: Axes) -> list[str]:
    legend = ax.get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def rendered(ax: Axes) -> bool:
    ax.figure.draw_without_rendering()  # what a Figure computes when it is shown; a warning would be an error here
    return True
