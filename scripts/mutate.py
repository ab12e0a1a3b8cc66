"""Change every operator, constant, argument and call in every rule of the table in turn: does a test notice?

    python scripts/mutate.py [FAMILY, ENTRY or FUNCTION ...] [-j N] [--list] [--quick] [--sample N --seed S]

A mutant is the table with one change. The tests that loop over the table are run for the entries that it may affect;
what passes them is given to pytest with all tests of operations. A mutant that passes these, too, has survived: a test
is missing, and the exit status is 1. Mutants that mean the same as the original are listed in mutation/equivalent.toml.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
FEW = 2  # entries whose tests a mutant must pass to be given to pytest
LONGEST = 900.0  # seconds, for what is known to end
Candidate = tuple[Mutant, list[str]]  # with the entries that it may affect


def sources() -> dict[str, Path]:
    """The modules whose functions rules are made of, and their files."""
    families = sorted(path for path in OPS.glob("*.py") if path.stem not in ("__init__", "protocols"))
    return {f"autograd.ops.{path.stem}": path for path in families} | {"autograd.ieee": ROOT / "autograd" / "ieee.py"}


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="families, entries or functions; all by default")
    parser.add_argument("-j", type=int, default=1, metavar="N", help="processes at a time")
    parser.add_argument("--list", action="store_true", help="print the mutants and run nothing")
    parser.add_argument("--quick", action="store_true", help="leave out pytest: the table's tests have the last word")
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


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[[], object]]:
    """A bar where rich is installed and a terminal looks on, else a line now and then; the function counts one more."""
    if sys.stdout.isatty() and find_spec("rich"):
        from rich.progress import Progress

        with Progress(auto_refresh=False) as bar:  # a thread that refreshed it would not survive a fork
            task = bar.add_task(title, total=total)
            yield lambda: bar.update(task, advance=1, refresh=True)
        return
    done = itertools.count(1)

    def count() -> None:
        if (n := next(done)) % max(1, min(100, total // 10)) == 0 or n == total:
            print(f"{title}: {n} of {total}", flush=True)

    yield count


def run(trials: Trials, title: str, jobs: Sequence[Trial]) -> list[Trial]:
    """All trials, with progress; they keep their order."""
    with progress(title, len(jobs)) as count:
        for _ in trials.run(jobs):
            count()
    return list(jobs)


def judge(rules: Rules, chosen: Sequence[Candidate], workers: int = 1, quick: bool = False) -> list[Trial]:
    """Try the mutants; those that survived have no killer."""
    trials = Trials(rules, workers)
    names = list(dict.fromkeys(name for _, entries in chosen for name in entries))
    unchanged = run(trials, "no mutant", [Trial(None, [name], LONGEST) for name in names])
    takes = {t.entries[0]: t.seconds for t in passed(unchanged)}
    nearest = [(mutant, entries[:FEW]) for mutant, entries in chosen]
    jobs = [Trial(m, entries, PATIENCE + SLOWDOWN * sum(takes[e] for e in entries)) for m, entries in nearest]
    tried = run(trials, "the table's tests", jobs)
    known = reasons()
    doubtful = [(t, e) for t, (m, e) in zip(tried, chosen, strict=True) if not t.killer and m.key not in known]
    if doubtful and not quick:
        passed(run(trials, "pytest without a mutant", [Trial(None, names, LONGEST, thorough=True)]))
        again = [Trial(t.mutant, entries, LONGEST, thorough=True) for t, entries in doubtful]
        for (trial, _), second in zip(doubtful, run(trials, "pytest", again), strict=True):
            trial.killer, trial.why = second.killer, second.why
    return tried


def passed(unchanged: Sequence[Trial]) -> Sequence[Trial]:
    """Trials of the table as it is; the script ends where one failed, for then a mutant proves nothing."""
    if broken := [t for t in unchanged if t.killer]:
        raise SystemExit("\n".join(f"{t.entries[0]} fails without any mutant: {t.killer}, {t.why}" for t in broken))
    return unchanged


def report(tried: Sequence[Trial]) -> int:
    """Print what was not killed, and a closing line; how many survived without a reason."""
    known = reasons()
    equivalent = survived = 0
    for t in tried:
        reason = known.get(t.mutant.key) if t.mutant else None
        if t.killer and reason:
            print(f"listed as equivalent, but killed by {t.killer}: {t.mutant}")
        elif reason and not t.killer:
            equivalent += 1
            print(f"equivalent ({reason}): {t.mutant}")
        elif not t.killer:
            survived += 1
            print(f"SURVIVED {t.mutant}")
    killed = len(tried) - survived - equivalent
    print(f"{len(tried)} mutants: {killed} killed, {survived} survived, {equivalent} equivalent")
    return survived


def main(given: Sequence[str] | None = None) -> int:
    options = arguments(given)
    rules = Rules(sources())
    chosen = [(mutant, s.affected()) for s in rules.select(options.names) for mutant in s.mutants()]
    if options.sample is not None:
        chosen = random.Random(options.seed).sample(chosen, min(options.sample, len(chosen)))
    if options.list:
        print(*(mutant for mutant, _ in chosen), sep="\n")
        return 0
    return 1 if report(judge(rules, chosen, options.j, options.quick)) else 0


if __name__ == "__main__":
    sys.exit(main())
