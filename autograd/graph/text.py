"""A graph as text."""

from typing import Any

from autograd.graph.value import Value, install

__all__ = ["tree"]


def tree(root: Value, *, max_lines: int = 200) -> str:
    """The expression as an indented text, one line a node; a node met again is referred to by its number.

    Args:
        max_lines: where the text is cut, with a line that says so.

    >>> x = Value(3.0, label="x")
    >>> print((x * x + 1).tree())
    [0] add = 10.0
      [1] multiply = 9.0
        [2] x = 3.0
        [2]
      1.0
    """
    numbers: dict[Value, int] = {}
    lines: list[str] = []
    pending: list[tuple[Any, int]] = [(root, 0)]
    while pending:
        node, depth = pending.pop()
        if len(lines) == max_lines:
            lines.append(f"... cut after {max_lines} lines; tree(max_lines=...) shows more")
            break
        indent = "  " * depth
        if type(node) is not Value:
            lines.append(f"{indent}{_summary(node)}")
        elif node in numbers:
            lines.append(f"{indent}[{numbers[node]}]")
        else:
            numbers[node] = len(numbers)
            lines.append(f"{indent}[{numbers[node]}] {_title(node)} = {_summary(node.data)}")
            pending.extend((x, depth + 1) for x in reversed(node.inputs))
    return "\n".join(lines)


def _title(node: Value) -> str:
    name = node.op.name if node.op is not None else "leaf"
    return f"{node.label} ({name})" if node.label and node.op is not None else node.label or name


def _summary(data: Any) -> str:
    shape = getattr(data, "shape", ())
    return f"{shape} {data.dtype}" if shape else repr(data)


install("tree", tree)
