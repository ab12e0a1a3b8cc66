"""One engine at one workload, in the engine's own environment: `python worker.py WORKLOAD ENGINE`.

It says hello with the versions it found, then reads how many steps to run, a number a line, and answers with a line of
JSON: what the steps measured on average, by part, and their losses; or what went wrong.
"""

from __future__ import annotations

import json
import os
import re
import sys
from importlib.metadata import distributions
from itertools import islice
from typing import Any

from workloads import ENGINES, WORKLOADS


def mean(measured: list[dict[str, float]]) -> dict[str, float]:
    return {part: sum(step[part] for step in measured) / len(measured) for part in measured[0]}


def main(workload: str, engine: str) -> None:
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints does not get among the answers

    def answer(**message: Any) -> None:
        print(json.dumps(message), file=answers, flush=True)

    try:
        versions = {found.name: found.version for found in distributions()}
        ENGINES[engine].check()
        work = WORKLOADS[workload].work(ENGINES[engine])
        answer(versions=versions, python=sys.version.split()[0])
        for line in sys.stdin:
            found = list(islice(work, int(line)))
            answer(parts=mean([parts for parts, _ in found]), losses=[loss for _, loss in found])
    except Exception as error:  # whatever it is, the other engines go on
        text = re.sub(r" \(/.*?\)", "", " ".join(str(error).split()))  # without the path to a module
        answer(error=f"{type(error).__name__}: {text}"[:200])


if __name__ == "__main__":
    main(*sys.argv[1:])
