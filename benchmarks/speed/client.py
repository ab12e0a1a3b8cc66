"""The runner's side: engines take turns, round by round, each in a process of its own."""

from __future__ import annotations

import json
import os
import selectors
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from environments import NotInstalled, environment
from workloads import ENGINES, WORKLOADS, Workload

FOLDER = Path(__file__).resolve().parent
PAUSE = 0.1  # seconds, in which threads of the engine before (OpenBLAS's, OpenMP's) that wait busily go to sleep
PATIENCE = 400.0  # seconds that an engine may take for a round


class Failed(Exception):  # noqa: N818 - what is the matter, not who is to blame
    """Says in one line why an engine has no figure."""


class Worker:
    """An engine at a workload, in its own process and environment."""

    def __init__(self, workload: str, engine: str) -> None:
        spec = ENGINES[engine]
        python = environment(spec.environment)
        if isinstance(python, NotInstalled):
            raise Failed(str(python))
        inherited = {name: text for name, text in os.environ.items() if not name.startswith("PYTHON")}
        self.process = subprocess.Popen(
            [str(python), str(FOLDER / "worker.py"), workload, engine],
            env=inherited | spec.variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self.versions = self.answer()["versions"]

    def run(self, steps: int) -> tuple[dict[str, float], list[float]]:
        """What the next steps measured on average, by part, and their losses."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{steps}\n")
        self.process.stdin.flush()
        answer = self.answer()
        return answer["parts"], answer["losses"]

    def answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            if not selector.select(PATIENCE):
                self.stop()
                raise Failed(f"no answer in {PATIENCE:.0f} s")
        line = self.process.stdout.readline()
        if not line:
            raise Failed(f"its process ended with status {self.process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            self.stop()
            raise Failed(answer["error"])
        return answer

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()


@dataclass
class Result:
    """What an engine measured at a workload: a figure a round for each part; or why there is none."""

    rounds: dict[str, list[float]] = field(default_factory=dict)
    losses: list[float] = field(default_factory=list)
    failure: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    def median(self, part: str) -> float:
        return statistics.median(self.rounds[part])


def ratio(over: Result, part: str, under: Result, other: str | None = None) -> float:
    """The median over the rounds of one figure over the other's of the same round."""
    pairs = zip(over.rounds[part], under.rounds[other or part], strict=True)
    return statistics.median(a / b for a, b in pairs)


def measure(name: str, engines: Sequence[str], quick: bool = False) -> dict[str, Result]:
    """All engines at one workload, in turns, forwards and backwards."""
    workload = WORKLOADS[name]
    workload.prepare()
    results = {engine: Result() for engine in engines}
    crew: dict[str, Worker] = {}
    try:
        for turn in range(min(3, workload.rounds) if quick else workload.rounds):
            for engine in engines if turn % 2 == 0 else reversed(engines):
                if not results[engine].failure:
                    _take_turn(name, engine, results[engine], crew)
                    if workload.fresh and engine in crew:
                        crew.pop(engine).stop()
    finally:
        for worker in crew.values():
            worker.stop()
    compare_losses(workload, results)
    return results


def _take_turn(name: str, engine: str, result: Result, crew: dict[str, Worker]) -> None:
    """A round of one engine; its process is started before its first."""
    workload = WORKLOADS[name]
    try:
        if engine not in crew:
            crew[engine] = Worker(name, engine)
            result.versions = crew[engine].versions
            if workload.warm_up:
                result.losses += crew[engine].run(workload.warm_up)[1]
        if workload.warm_up:  # memory that the others have pushed out of the caches comes back, for each engine alike
            time.sleep(PAUSE)
            result.losses += crew[engine].run(1)[1]
        parts, losses = crew[engine].run(workload.steps)
    except (Failed, BrokenPipeError) as reason:
        result.failure = str(reason)
        print(f"{name}: {ENGINES[engine].title}: {reason}", file=sys.stderr)
        return
    result.losses += losses
    for part, figure in parts.items():
        result.rounds.setdefault(part, []).append(figure)


def compare_losses(workload: Workload, results: dict[str, Result]) -> None:
    """Strike out the figures of every engine that computes something else than the first one."""
    sound = [result for result in results.values() if not result.failure]
    for result in sound[1:]:
        pairs = zip(sound[0].losses, result.losses, strict=True)
        for step, (a, b) in enumerate(islice(pairs, workload.compared)):
            if not abs(a - b) <= workload.tolerance * abs(a):
                result.failure = f"another loss at step {step + 1}: {b!r}, expected {a!r}"
                break
