"""Time this engine, each tier of it, beside its peers on the same work in one run: `make bench`.

Usage: python benchmarks/speed [--quick] [--only WORKLOAD,...] [--peers ENGINE,...] [--cores N] [--write]

Each engine runs in an environment of its own, made at the first run in build/bench-envs; one that cannot be installed
is reported as such. A run of everything writes docs/benchmarks.md.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from client import Result, measure
from environments import ROOT
from report import in_markdown, in_terminal, table, targets_table
from workloads import ENGINES, OURS, WORKLOADS

PAGE = ROOT / "docs" / "benchmarks.md"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Time this engine beside its peers.")
    parser.add_argument("--quick", action="store_true", help="three rounds of everything")
    parser.add_argument("--only", type=_list_of(WORKLOADS), help=f"of {', '.join(WORKLOADS)}")
    parser.add_argument("--peers", type=_list_of(ENGINES), help=f"beside this project, of {', '.join(ENGINES)}")
    parser.add_argument("--cores", type=int, help="let everything run on this many cores (default: all)")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)} whatever is left out")
    return parser.parse_args()


def _list_of(known: dict[str, object]):  # type: ignore[no-untyped-def]
    def listed(text: str) -> list[str]:
        names = [name for name in text.split(",") if name]
        unknown = [name for name in names if name not in known]
        if unknown:
            raise argparse.ArgumentTypeError(f"found {', '.join(unknown)}; expected names of {', '.join(known)}")
        return names

    return listed


def main() -> None:
    options = arguments()
    if options.cores:
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.cores])
    start, load = time.perf_counter(), os.getloadavg()[0]
    if load > 0.5:
        print(f"The machine is busy (load {load:.1f}): the figures will be worse, and the ratios uncertain.")
    results: dict[str, dict[str, Result]] = {}
    for name in options.only or WORKLOADS:
        workload = WORKLOADS[name]
        wanted = workload.engines if options.peers is None else (*OURS, workload.reference, *options.peers)
        engines = [engine for engine in workload.engines if engine in wanted]
        results[name] = measure(name, engines, options.quick)
        in_terminal([table(name, results[name])])
    in_terminal([targets_table(results)])
    print(f"Measured in {(time.perf_counter() - start) / 60:.1f} minutes.")
    everything = options.only is None and options.peers is None and not options.quick
    if everything or options.write:
        tables = [targets_table(results), *(table(name, found) for name, found in results.items())]
        PAGE.write_text(in_markdown(tables, results, load), encoding="utf-8")
        print(f"Written: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
