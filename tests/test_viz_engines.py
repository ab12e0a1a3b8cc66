"""The third layer of a drawing: engines that are there, missing, broken or stuck."""

import logging
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from autograd.errors import GlassgradError, MissingPackageError, RenderError
from viz.engines import engines, render

DOT = 'digraph { a [label="<é>"] a -> b a -> b }'
needs_posix = pytest.mark.skipif(os.name != "posix", reason="the stand-ins for Graphviz are shell scripts")


@pytest.fixture
def no_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.fixture
def no_pygraphviz(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygraphviz", None)  # type: ignore[arg-type]  # how Python marks it as not importable


@pytest.fixture
def fake_dot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a shell script called `dot` on PATH, before any other."""

    def install(script: str) -> None:
        path = tmp_path / "dot"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")

    return install


@pytest.fixture
def fake_pygraphviz(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Put a package called `pygraphviz` on Python's path, here and in child processes; its AGraph draws as given."""

    def install(lines: str) -> None:
        (tmp_path / "pygraphviz.py").write_text(
            "import os, sys, time\n"
            "class AGraph:\n"
            "    def __init__(self, string): self.string = string\n"
            f"    def draw(self, format, prog): {lines}\n"
        )
        monkeypatch.syspath_prepend(tmp_path)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.delitem(sys.modules, "pygraphviz", raising=False)

    return install


@pytest.mark.parametrize("engine", ["dot", "pygraphviz"])
@pytest.mark.parametrize(("format", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_each_engine_of_this_machine_draws(
    engine: str, format: str, start: bytes, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    found = engines(format)
    if engine not in found:
        pytest.skip(f"{engine} is not installed here")
    monkeypatch.setattr("viz.engines.engines", lambda format: {engine: found[engine]})
    picture = render(DOT, format)
    assert picture.startswith(start)
    if format == "svg":
        assert picture.count(b'class="edge"') == 2
        assert "&lt;é&gt;".encode() in picture
    assert capfd.readouterr() == ("", ""), "what Graphviz complains of stays with its diagnostics"


@needs_posix
def test_dot_on_the_path_comes_first(fake_dot: Callable[[str], None]) -> None:
    fake_dot('echo "$@"; cat')
    assert render(DOT, "svg").decode() == f"-Tsvg\n{DOT}"


@pytest.mark.usefixtures("no_dot")
def test_pygraphviz_comes_second(fake_pygraphviz: Callable[[str], None]) -> None:
    fake_pygraphviz("return (format + prog + self.string).encode()")
    assert render(DOT, "svg").decode() == f"svgdot{DOT}"


@pytest.mark.usefixtures("no_dot", "no_pygraphviz")
def test_no_engine_at_all_names_the_line_that_installs_one() -> None:
    with pytest.raises(MissingPackageError, match=r'pip install "glassgrad\[viz\]"') as caught:
        render(DOT, "svg")
    assert isinstance(caught.value, ImportError)


@pytest.mark.usefixtures("no_dot")
def test_an_interpreter_that_cannot_be_started_again_is_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "")
    assert engines("svg") == {}


@needs_posix
def test_what_hangs_is_killed_with_all_it_started(fake_dot: Callable[[str], None], tmp_path: Path) -> None:
    fake_dot(f"(sleep 1; touch {tmp_path}/survivor) &\nsleep 60")
    started = time.perf_counter()
    with pytest.raises(RenderError, match=r"dot was stopped after 0\.3 s; draw fewer nodes"):
        render(DOT, "svg", timeout=0.3)
    assert time.perf_counter() - started < 30  # it would sleep for 60
    time.sleep(1.2)
    assert not (tmp_path / "survivor").exists()


@pytest.mark.usefixtures("no_dot")
def test_a_child_is_killed_where_there_are_no_process_groups(
    fake_pygraphviz: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "killpg", raising=False)
    fake_pygraphviz("time.sleep(60)")
    with pytest.raises(RenderError, match="pygraphviz was stopped"):
        render(DOT, "svg", timeout=0.3)


@needs_posix
@pytest.mark.parametrize("script", ["echo broken >&2; exit 1", "kill -SEGV $$", "exit 0", "echo half; exit 3"])
def test_after_a_failure_the_next_engine_draws(
    script: str, fake_dot: Callable[[str], None], fake_pygraphviz: Callable[[str], None]
) -> None:
    fake_dot(script)
    fake_pygraphviz("return b'drawn'")
    assert render(DOT, "svg") == b"drawn"


@needs_posix
def test_an_engine_that_is_no_program_is_passed_over(
    fake_dot: Callable[[str], None], fake_pygraphviz: Callable[[str], None], tmp_path: Path
) -> None:
    fake_dot("")
    (tmp_path / "dot").write_bytes(b"\x7fELF not a program")
    fake_pygraphviz("return b'drawn'")
    assert render(DOT, "svg") == b"drawn"


@needs_posix
def test_when_all_fail_the_error_tells_what_each_said(
    fake_dot: Callable[[str], None], fake_pygraphviz: Callable[[str], None]
) -> None:
    fake_dot("echo no plugins >&2; exit 1")
    fake_pygraphviz("os.abort()")
    expected = r"no svg picture .* dot failed, no plugins; pygraphviz failed, with exit code"
    with pytest.raises(RenderError, match=expected) as caught:
        render(DOT, "svg")
    assert isinstance(caught.value, GlassgradError)
    assert isinstance(caught.value, RuntimeError)


@needs_posix
def test_a_success_that_says_nothing_is_a_failure(fake_dot: Callable[[str], None], no_pygraphviz: None) -> None:
    fake_dot("cat > /dev/null")
    with pytest.raises(RenderError, match="dot failed, without a word"):
        render(DOT, "svg")


@needs_posix
def test_complaints_are_kept_as_diagnostics(
    fake_dot: Callable[[str], None], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    fake_dot("echo 'Fontconfig warning' >&2; cat")
    with caplog.at_level(logging.DEBUG, "viz.engines"):
        assert render(DOT, "svg").decode() == DOT
    assert caplog.messages == ["dot: Fontconfig warning"]
    assert capfd.readouterr() == ("", "")


@needs_posix
def test_a_large_text_passes_through(fake_dot: Callable[[str], None]) -> None:
    fake_dot("yes complaint | head -c 1000000 >&2; cat")
    text = "x" * 1_000_000
    assert render(text, "svg").decode() == text


@pytest.mark.skipif(not engines("svg"), reason="no Graphviz is installed here")
@pytest.mark.parametrize(("text", "format"), [("digraph {", "svg"), (DOT, "no_such_format")])
def test_what_graphviz_refuses_is_an_error(text: str, format: str) -> None:
    with pytest.raises(RenderError, match=f"no {format} picture was made: .* failed"):
        render(text, format)
