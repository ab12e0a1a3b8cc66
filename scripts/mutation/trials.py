"""Trials: whether a test notices a mutant. Each runs in a forked process, in which the mutated module is imported.

The parent process imports NumPy, Hypothesis and pytest, but nothing of the project: a child is ready in no time, and
everything in it is made by the mutant.
"""

from __future__ import annotations

import ast
import importlib
import math
import multiprocessing
import os
import resource
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import hypothesis.extra.numpy  # noqa: F401  (imported once, for all children)
import numpy as np  # noqa: F401
import pytest
from hypothesis import HealthCheck, Phase, settings

from mutation.rules import Rules
from mutation.sites import Mutant

ROOT = Path(__file__).resolve().parents[2]
TESTS = ROOT / "tests"
LOOPS = sorted({*TESTS.glob("test_table*.py")} - {TESTS / "test_table_mistakes.py"})  # which plants mistakes of its own
KINDS = ("hard", "numerics", "points", "forms", "fallback", "replay")  # what no loop asks; deadliest first
CASES = [p for name in KINDS for p in sorted({*TESTS.glob(f"test_*{name}*.py")} - {*LOOPS})]
PYTEST = ("-q", "-x", "--assert=plain", "--hypothesis-profile=mutation", "-p", "no:cacheprovider", "-p", "no:xdist")
FEW = 2  # entries whose tests are enough to kill nearly every mutant
MEMORY = 8 << 30  # bytes that a child may use
CONTEXT = multiprocessing.get_context("fork")


@dataclass
class Trial:
    """A mutant (None: the table as it is), the entries whose tests are run, and what came of it."""

    mutant: Mutant | None
    entries: Sequence[str]
    limit: float  # of processor time, which other programs do not use up, in seconds
    thorough: bool = False
    killer: str = ""  # the test that failed
    why: str = ""
    seconds: float = 0.0


# ---- in the child ----------------------------------------------------------------------------------------------------


class Planted(MetaPathFinder):
    """Imports one module from a tree that was changed, as if that were its source."""

    def __init__(self, module: str, path: Path, tree: ast.Module) -> None:
        class Loader(SourceFileLoader):
            def get_code(self, fullname: str) -> Any:
                return compile(tree, str(path), "exec")

            def exec_module(self, made: Any) -> None:
                if module.startswith("autograd.ops."):  # a mutant may call any entry
                    made.TABLE = importlib.import_module("autograd.graph.value").TABLE
                super().exec_module(made)

        self.module = module
        self.spec = spec_from_file_location(module, path, loader=Loader(module, str(path)))

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> ModuleSpec | None:
        return self.spec if fullname == self.module else None


def plant(mutant: Mutant, rules: Rules) -> None:
    """Apply a mutant, and let its module be imported from the changed tree."""
    mutant.apply()
    module = next(m for m in rules.sources if m.endswith("." + mutant.place.partition(".")[0]))
    ast.fix_missing_locations(rules.trees[module])
    sys.meta_path.insert(0, Planted(module, rules.sources[module], rules.trees[module]))


def table_tests(entries: Sequence[str]) -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    """The table's own tests for these entries, as pytest would call them: name, function, arguments."""
    for module in [importlib.import_module(path.stem) for path in LOOPS]:
        for name, test in vars(module).items():
            marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
            if not name.startswith("test_") or len(marks) != 1:
                continue
            names, rows = marks[0].args
            names = [n.strip() for n in names.split(",")] if isinstance(names, str) else list(names)
            if "entry" not in names:
                continue
            for row in rows:
                values = getattr(row, "values", row if len(names) > 1 else (row,))
                arguments = dict(zip(names, values, strict=True))
                if arguments["entry"].name in entries:
                    yield name, test, arguments


def quick(entries: Sequence[str], lethal: Counter[str]) -> tuple[str, str]:
    """Run the table's tests, the deadliest first, with the same examples each time: the first that fails, and why."""
    settings.load_profile("mutation")
    warnings.simplefilter("error")
    try:
        found = list(table_tests(entries))
    except Exception as error:
        return "import", f"{type(error).__name__}: {error}"
    for name, test, arguments in sorted(found, key=lambda t: (entries.index(t[2]["entry"].name), -lethal[t[0]])):
        try:
            test(**arguments)
        except BaseException as error:  # Hypothesis and pytest have failures that are no Exception
            return name, f"{type(error).__name__}: {error}"
    return "", ""


class Selected:
    """A pytest plugin: of the tests that are run for each entry, those of the given ones; and the first failure."""

    def __init__(self, entries: Sequence[str]) -> None:
        self.entries = entries
        self.failed = ""

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        table = importlib.import_module("autograd.graph.value").TABLE
        others = table.keys() - set(self.entries)
        items[:] = [item for item in items if self._entry_of(item) not in others]

    @staticmethod
    def _entry_of(item: pytest.Item) -> str | None:
        params = getattr(getattr(item, "callspec", None), "params", {})
        return getattr(params.get("entry"), "name", params.get("name"))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = self.failed or report.nodeid


def thorough(entries: Sequence[str]) -> tuple[str, str]:
    """Run pytest on the cases and on the table's tests, with random examples: the first failure."""
    plugin = Selected(entries)
    status = pytest.main([*PYTEST, *map(str, dict.fromkeys((*CASES, *LOOPS)))], plugins=[plugin])
    return (plugin.failed or "pytest", f"exit status {int(status)}") if status else ("", "")


def _child(sender: Connection, trial: Trial, rules: Rules, lethal: Counter[str]) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(trial.limit),) * 2)
    os.chdir(ROOT)
    sys.path[:0] = [str(ROOT), str(TESTS)]
    settings.register_profile(
        "mutation", deadline=None, database=None, derandomize=not trial.thorough,
        phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow],
    )  # fmt: skip
    if trial.mutant:
        plant(trial.mutant, rules)
    outcome = thorough(trial.entries) if trial.thorough else quick(trial.entries[:FEW], lethal)
    sender.send((*outcome, time.process_time()))
    sender.close()
    os._exit(0)  # no exit handlers of what was imported before the fork


# ---- in the parent ---------------------------------------------------------------------------------------------------


@dataclass
class Trials:
    """Runs trials, so many at a time."""

    rules: Rules
    workers: int
    lethal: Counter[str] = field(default_factory=Counter)  # how many mutants each test has killed so far

    def run(self, trials: Iterable[Trial]) -> Iterator[Trial]:
        """Each trial as it ends, with its killer."""
        pending = iter(trials)
        running: dict[Connection, tuple[BaseProcess, Trial]] = {}
        while True:
            while len(running) < self.workers and (trial := next(pending, None)):
                receiver, sender = CONTEXT.Pipe(duplex=False)
                process = CONTEXT.Process(target=_child, args=(sender, trial, self.rules, self.lethal))
                process.start()
                sender.close()
                running[receiver] = process, trial
            if not running:
                return
            for receiver in wait(list(running)):
                process, trial = running.pop(receiver)  # type: ignore[index]  # wait() may be given other things
                trial.killer, trial.why, trial.seconds = _outcome(receiver, process)  # type: ignore[arg-type]
                self.lethal[trial.killer] += bool(trial.killer)
                yield trial


def _outcome(receiver: Connection, process: BaseProcess) -> tuple[str, str, float]:
    """What a child has to say: its killer, why, and the processor time that it took."""
    try:
        outcome: tuple[str, str, float] = receiver.recv()
    except EOFError:
        outcome = ("death", "the process ended: it took too long, or crashed", 0.0)
    process.join()
    receiver.close()
    return outcome
