"""What `draw_dot` returns. Imported late: this is the one file that imports the package graphviz."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import graphviz

from viz.drawing import Drawing
from viz.engines import render

__all__ = ["FORMATS", "Source"]

FORMATS: list[str] = sorted(graphviz.FORMATS)


class Source(graphviz.Source):  # type: ignore[misc]  # graphviz is not typed
    """DOT text as a `graphviz.Source` that makes do with pygraphviz where `dot` is not on PATH."""

    drawing: Drawing | None = None  # what a notebook shows; None in a copy, which shows itself

    def _repr_mimebundle_(
        self, include: Iterable[str] | None = None, exclude: Iterable[str] | None = None, **_: Any
    ) -> dict[str, Any]:
        show = super()._repr_mimebundle_ if self.drawing is None else self.drawing._repr_mimebundle_
        return show(include, exclude)

    def pipe(self, format: str | None = None, *, encoding: str | None = None, **options: Any) -> bytes | str:
        """The picture as bytes, or as text in an encoding."""
        if shutil.which("dot"):
            return super().pipe(format=format, encoding=encoding, **options)  # type: ignore[no-any-return]
        picture = render(self.source, format or self.format)
        return picture.decode(encoding) if encoding else picture

    def render(self, filename: str | None = None, *, format: str | None = None, **options: Any) -> str:
        """Write the DOT text to a file and the picture beside it; return the picture's path."""
        if shutil.which("dot"):
            return super().render(filename, format=format, **options)  # type: ignore[no-any-return]
        picture = render(self.source, format or self.format)
        source = self.save(filename, directory=options.get("directory"))
        target = Path(f"{source}.{format or self.format}")
        target.write_bytes(picture)
        if options.get("cleanup"):
            Path(source).unlink()
        if options.get("view"):
            graphviz.view(str(target))
        return str(target)
