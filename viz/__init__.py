"""Pictures of computation graphs: `draw(root)` shows labels, operations, data and gradients.

Three layers, each in its own file: a graph to plain records (`viz.records`), records to DOT text (`viz.dot`), DOT text
to a picture (`viz.engines`). The first two are pure and need no Graphviz.
"""

from autograd._installation import check_installation

check_installation()

from viz.drawing import Drawing, draw, draw_dot

__all__ = ["Drawing", "draw", "draw_dot"]
