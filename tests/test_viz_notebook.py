"""Pictures in a notebook: one is executed by nbclient in a kernel of its own, and what its cells show is looked at."""

import importlib.util
from pathlib import Path
from typing import Any

import pytest
from processes import PACKAGES

from viz import Drawing
from viz.engines import engines

MISSING = [name for name in ("nbclient", "nbformat", "ipykernel") if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"needs {', '.join(MISSING)}: pip install nbclient ipykernel"),
    pytest.mark.filterwarnings("default"),  # Jupyter's own warnings are not ours
]

SET_UP = """
import warnings
warnings.simplefilter("error")
from autograd import Value
from viz import draw
x, w = Value(0.5, label="x"), Value(-2.0, label="</script><b>w</b>")
y = (w * x).tanh()
y.backward()
"""


def executed(folder: Path, monkeypatch: pytest.MonkeyPatch, *cells: str) -> list[dict[str, Any]]:
    """What the last line of each cell shows, by MIME type."""
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", str(PACKAGES))
    for name in ("JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(folder / name))
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in (SET_UP, *cells)])
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    client.execute()
    nbformat.validate(notebook)
    shown = [[output for output in cell.outputs if output.output_type != "stream"] for cell in notebook.cells]
    assert shown[0] == []
    return [dict(outputs[-1].data) for outputs in shown[1:]]


def test_what_a_notebook_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interactive = ["draw(y).interactive()", "draw(y).interactive()"] if hasattr(Drawing, "interactive") else []
    pictures = executed(tmp_path, monkeypatch, "draw(y)", "draw(y)", *interactive)
    first, second = pictures[:2]
    assert "tanh" in first["text/plain"]
    if engines("svg"):
        assert first["image/svg+xml"].startswith("<svg") and "<b>" not in first["image/svg+xml"]
        assert first["image/svg+xml"] != second["image/svg+xml"], "two pictures share no ids"
    for bundle in pictures[2:]:
        frame = bundle["text/html"]
        assert frame.lstrip().startswith("<iframe") and "srcdoc=" in frame
        assert frame.count("<") == frame.count(">") == 2, "the page is quoted, whatever is in it"
    assert len(set(map(str, pictures))) == len(pictures)
