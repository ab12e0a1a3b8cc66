"""Change every operator, constant, argument and call in every rule of the table in turn: does a test notice?

    python scripts/mutate.py [FAMILY, ENTRY or FUNCTION ...] [-j N] [--list] [--quick] [--again FILE]
                              [--sample N --seed S]

A mutant is the table with one change. The tests that loop over the table are run for the two entries nearest to it;
what passes them is given to pytest: these tests for all entries that it may affect, and the other tests of operations.
A mutant that passes these, too, has survived: a test is missing, and the exit status is 1. Mutants that mean the same
as the original are listed in mutation/equivalent.toml.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy comes: its threads do not survive a fork

from mutation.rules import Rules
from mutation.sites import Mutant
from mutation.trials import ROOT, Trial, Trials

OPS = ROOT / "autograd" / "ops"
EQUIVALENT = Path(__file__).parent / "mutation" / "equivalent.toml"
PATIENCE = 5.0  # seconds of processor time that a mutant may take, and
SLOWDOWN = 5.0  # times what the same tests take without one
LONGEST = 900.0  # seconds, for what is known to end
Candidate = tuple[Mutant, list[str]]  # with the entries that it may affect


def sources() -> dict[str, Path]:
    """The modules whose functions rules are made of, and their files."""
    families = sorted(path for path in OPS.rglob("*.py") if path.stem not in ("__init__", "protocols"))
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in families}
    return named | {"autograd.ieee": ROOT / "autograd" / "ieee.py"}


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="families, entries or functions; all by default")
    parser.add_argument("-j", type=int, default=1, metavar="N", help="processes at a time")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    parser.add_argument("--quick", action="store_true", help="leave out pytest: the table's tests have the last word")
    parser.add_argument("--again", type=Path, metavar="FILE", help="only what survived in a run that printed FILE")
    parser.add_argument("--sample", type=int, metavar="N", help="only so many, drawn at random")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="of the sample")
    return parser.parse_args(given)


def reasons() -> dict[tuple[str, str], str]:
    """Why a mutant is equivalent, by its place and what it made of the source."""
    listed = tomllib.loads(EQUIVALENT.read_text())
    return {
        (f"{family}.{name}", after): reason
        for family, names in listed.items()
        for name, rows in names.items()
        for reason, texts in rows.items()
        for after in texts
    }


def survivors(printed: str) -> set[tuple[str, str]]:
    """The keys of the mutants that a report calls survivors; lines may have moved since."""
    return set(re.findall(r"^SURVIVED (\S+), .*\n    - .*\n    \+ (.*)$", printed, re.MULTILINE))


def tracked(title: str, trials: Trials, jobs: Sequence[Trial]) -> Iterator[Trial]:
    """The trials as they end, with progress: a bar where rich is installed and a terminal looks on, else lines."""
    if sys.stdout.isatty() and find_spec("rich"):
        from rich.progress import Progress

        with Progress(auto_refresh=False) as bar:  # a thread that refreshed it would not survive a fork
            task = bar.add_task(title, total=len(jobs))
            for trial in trials.run(jobs):
                bar.update(task, advance=1, refresh=True)
                yield trial
    else:
        for n, trial in enumerate(trials.run(jobs), 1):
            if n % max(1, min(100, len(jobs) // 10)) == 0 or n == len(jobs):
                print(f"{title}: {n} of {len(jobs)}", flush=True)
            yield trial


def judge(rules: Rules, chosen: Sequence[Candidate], workers: int = 1, quick: bool = False) -> Iterator[Trial]:
    """Try the mutants, and give each trial as its outcome is known; a mutant that survived has no killer."""
    trials = Trials(rules, workers)
    names = list(dict.fromkeys(name for _, entries in chosen for name in entries))
    takes = {}
    for trial in tracked("no mutant", trials, [Trial(None, [name], LONGEST) for name in names]):
        takes[trial.entries[0]] = passed(trial).seconds
    jobs = [Trial(m, entries, PATIENCE + SLOWDOWN * sum(takes[e] for e in entries)) for m, entries in chosen]
    known, doubtful = reasons(), []
    for trial in tracked("the table's tests", trials, jobs):
        if trial.mutant and not (trial.killer or quick or trial.mutant.key in known):
            doubtful.append(Trial(trial.mutant, trial.entries, LONGEST, thorough=True))
        else:
            yield trial
    if doubtful:
        for trial in tracked("pytest without a mutant", trials, [Trial(None, (), LONGEST, thorough=True)]):
            passed(trial)
        yield from tracked("pytest", trials, doubtful)


def passed(trial: Trial) -> Trial:
    """A trial of the table as it is; the script ends where it failed, for then a mutant proves nothing."""
    if trial.killer:
        names = ", ".join(trial.entries) or "all operations"
        raise SystemExit(f"without any mutant the tests of {names} fail: {trial.killer}, {trial.why}")
    return trial


def report(tried: Iterable[Trial]) -> int:
    """Print what was not killed, and a closing line; how many survived without a reason."""
    known, counts = reasons(), Counter[str]()
    for trial in tried:
        reason = known.get(trial.mutant.key) if trial.mutant else None
        verdict = "killed" if trial.killer else "equivalent" if reason else "survived"
        counts[verdict] += 1
        if trial.killer and reason:
            print(f"LISTED AS EQUIVALENT, but killed by {trial.killer}: {trial.mutant}", flush=True)
        elif not trial.killer:
            print(f"equivalent ({reason}): {trial.mutant}" if reason else f"SURVIVED {trial.mutant}", flush=True)
    numbers = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("killed", "survived", "equivalent"))
    print(f"{counts.total()} mutants: {numbers}")
    return counts["survived"]


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(given)
    rules = Rules(sources())
    chosen = [(mutant, s.affected()) for s in rules.select(options.names) for mutant in s.mutants()]
    if options.again:
        keys = survivors(options.again.read_text())
        chosen = [(mutant, entries) for mutant, entries in chosen if mutant.key in keys]
    if options.sample is not None:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    if options.list:
        print(*(mutant for mutant, _ in chosen), sep="\n")
        return 0
    return 1 if report(judge(rules, chosen, options.j, options.quick)) else 0


if __name__ == "__main__":
    sys.exit(main())
