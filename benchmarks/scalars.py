"""A quick look: G and M on this interpreter's `autograd.Value` and on microgpt's class, in turns in one process.

Usage: python benchmarks/scalars.py [--rounds N]; the whole comparison is `make bench`.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "speed"))

import scalars
from engines import microgpt

import autograd


def main(rounds: int) -> None:
    print(f"{'':38}{autograd.backend + ' ms':>14}{'microgpt ms':>14}{'ratio':>8}   loss")
    for name, work in (("G", scalars.gpt_steps), ("M", scalars.moons_steps)):
        both = zip(work(autograd.Value), work(microgpt.Value), strict=True)
        found = [step for step, _ in zip(both, range(rounds), strict=False)]
        for part in found[0][0][0]:
            ours, theirs = ([1000 * step[side][0][part] for step in found] for side in (0, 1))
            ratio = statistics.median(b / a for a, b in zip(ours, theirs, strict=True))
            apart = max(abs(a[1] / b[1] - 1) for a, b in found)
            print(
                f"{name + ' ' + part:38}{statistics.median(ours):14.2f}{statistics.median(theirs):14.2f}{ratio:8.2f}"
                f"   {found[-1][0][1]:.6f}, apart {apart:.0e}"
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Time G and M here and on microgpt's class.")
    parser.add_argument("--rounds", type=int, default=15)
    main(parser.parse_args().rounds)
