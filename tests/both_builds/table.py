"""Prints, in hexadecimal or as a hash, what every entry of the table gives: values and derivatives of both orders.

On numbers at hard and at ordinary points, on numbers and arrays in the shapes of its samples.
"""

import random
from functools import partial
from hashlib import blake2b
from typing import Any

import numpy as np

from autograd import TABLE, Value, gradients
from autograd.testing.calls import Case, case_of, samples_of, window
from autograd.testing.checks import Probe
from autograd.testing.hard_points import is_pointwise, on_numbers, special_points


def digest(xs: list[Any]) -> str:
    """A hash of data, its types, dtypes and shapes included; every NaN counts as the same."""
    found = blake2b(digest_size=12)
    for x in xs:
        data = x.data if type(x) is Value else x
        array = np.array(data)
        array = np.where(np.isnan(array), np.nan, array) if array.dtype.kind == "f" else array
        found.update(f"{type(x).__name__} {type(data).__name__} {array.dtype} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()


def numbers(entry: Any) -> list[Any]:
    """At a few special points and ordinary ones: the value and the derivatives."""
    rng = random.Random(entry.name)
    special = special_points(len(entry.domain))
    points = rng.sample(special, min(150, len(special)))
    points += [tuple(rng.uniform(*window(interval)) for interval in entry.domain) for _ in range(20)]
    return [x for point in points for x in on_numbers(entry, point)]


def calls(entry: Any) -> list[Case]:
    rng = np.random.default_rng(len(entry.name))
    found = []
    for sample in samples_of(entry):
        if sample is None:
            lows, highs = zip(*map(window, entry.domain), strict=True)
            found.append(Case(entry, tuple(map(float, rng.uniform(lows, highs))), {}))
            found.append(Case(entry, tuple(rng.uniform(lows, highs, (2, 3, len(lows))).transpose(2, 0, 1)), {}))
            found.append(found[-1].mapped(lambda x: x.astype(np.float32)))
        else:
            normal, truths = partial(rng.normal, 0.0, 1.0), partial(rng.choice, [False, True])
            found.append(case_of(entry, sample, normal, truths))
    return found


def called(case: Case) -> list[Any]:
    """Results, gradients and second derivatives of a call."""
    if case.entry.builder == "query" or not case.variables:
        return [*case.results(), *case.results(case.wrapped())]
    probe = Probe(case)
    xs = case.wrapped()
    leaves = [xs[i] for i in case.variables]
    found = [g for column in probe.pulled(xs, leaves, create_graph=True) for g in column]
    tracked = [g for g in found if g.requires_grad and g.size]
    total = sum(((g * g).sum() for g in tracked), Value(0.0) * leaves[0].sum())
    return [*case.results(), *case.results(xs), *found, *gradients(total, leaves)]


with np.errstate(all="ignore"):
    for name, entry in TABLE.items():
        if is_pointwise(entry) and getattr(entry, "scalar", None):
            print(name, "numbers", digest(numbers(entry)))
        for i, case in enumerate(calls(entry)):
            try:
                print(name, i, digest(called(case)))
            except Exception as error:  # both builds refuse the same calls
                print(name, i, type(error).__name__, error)
