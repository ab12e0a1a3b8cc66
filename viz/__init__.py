"""Pictures of computation graphs: `draw(root)` shows labels, operations, data and gradients.

Three layers, each in its own file: a graph to plain records (`viz.records`), records to DOT text (`viz.dot`), DOT text
to a picture (`viz.engines`). The first two are pure and need no Graphviz.
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

from viz.drawing import Drawing, draw, draw_dot

__all__ = ["Drawing", "draw", "draw_dot"]
