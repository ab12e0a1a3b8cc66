"""The third layer of a drawing: DOT text to a picture, by whichever Graphviz is there, always under a time limit.

Graphviz has no limit of its own: a few thousand nodes can keep it busy for minutes, and a crash of the library would
take the program with it. So it runs in a child process that can be killed: `dot` from PATH, or else a Python that calls
pygraphviz, whose wheels carry Graphviz itself. What a child writes to stderr goes to this module's logger, and into the
error if there is one.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from tempfile import TemporaryFile

from autograd.errors import MissingPackageError, RenderError

__all__ = ["TIMEOUT", "engines", "render"]

TIMEOUT = 20.0  # seconds that a picture may take unless its caller says otherwise

log = logging.getLogger(__name__)

_PYGRAPHVIZ = """
import sys
from pygraphviz import AGraph
text = sys.stdin.buffer.read().decode("utf-8")
sys.stdout.buffer.write(AGraph(string=text).draw(format=sys.argv[1], prog="dot"))
"""


def engines(format: str) -> dict[str, list[str]]:
    """The engines of this machine in the order they are tried, each with the command that draws `format`.

    >>> set(engines("svg")) <= {"dot", "pygraphviz"}
    True
    """
    found = {}
    if dot := shutil.which("dot"):
        found["dot"] = [dot, f"-T{format}"]
    if sys.executable and importlib.util.find_spec("pygraphviz"):  # -P: import nothing from the working folder
        found["pygraphviz"] = [sys.executable, "-P", "-c", _PYGRAPHVIZ, format]
    return found


def render(dot_text: str, format: str, timeout: float = TIMEOUT, engine: str = "auto") -> bytes:
    """Lay out DOT text and return the picture, in any `format` that Graphviz knows, within `timeout` seconds.

    An engine that fails hands over to the next, unless one is asked for by name; the time limit is for all of them
    together.

    Raises:
        MissingPackageError: if there is no engine.
        RenderError: if none made a picture, with what they wrote to stderr.
    """
    found = {name: command for name, command in engines(format).items() if engine in ("auto", name)}
    if not found:
        asked = "no Graphviz" if engine == "auto" else f"no engine {engine!r}"
        raise MissingPackageError(
            f"render: {asked} was found to draw {format}; expected `dot` on PATH or the package pygraphviz. "
            'Install it with: pip install "glassgrad[viz]". Without it, .dot and .text() still work.'
        )
    deadline = time.monotonic() + min(timeout, threading.TIMEOUT_MAX)
    failures = []
    for name, command in found.items():
        try:
            picture, complaint = _run(command, dot_text.encode(), deadline - time.monotonic())
        except subprocess.TimeoutExpired:
            remedy = "draw fewer nodes (max_nodes=), or allow more time (timeout=)"
            failures.append(f"{name} was stopped after {timeout:g} s; {remedy}")
            break
        except OSError as error:
            failures.append(f"{name} could not be started ({error})")
            continue
        if complaint:
            log.debug("%s: %s", name, complaint)
        if picture:
            return picture
        failures.append(f"{name} failed, {complaint or 'without a word'}")
    raise RenderError(f"render: no {format} picture was made: {'; '.join(failures)}.")


def _run(command: list[str], text: bytes, seconds: float) -> tuple[bytes, str]:
    """What a command makes of `text`, nothing if it failed, and what it wrote to stderr.

    Files stand in for pipes: reading a pipe would wait for whatever the command has started and left behind.
    """
    with ExitStack() as files:
        source, picture, complaint = (files.enter_context(TemporaryFile()) for _ in range(3))
        source.write(text)
        source.seek(0)
        quiet = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # on Windows, where each child would flash up a console
        process = subprocess.Popen(
            command, stdin=source, stdout=picture, stderr=complaint, start_new_session=True, creationflags=quiet
        )
        try:
            code = process.wait(max(seconds, 0.0))
        finally:  # after a time-out, and after Ctrl-C
            _kill(process)
        picture.seek(0)
        complaint.seek(0)
        said = complaint.read().decode(errors="replace").strip()
        return (b"", said or f"with exit code {code}") if code else (picture.read(), said)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a child that still runs, and all it has started."""
    if process.poll() is not None:
        return
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):  # it ended just now
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    process.wait()
