"""The table's dtypes: integers and mixtures of precisions give NumPy's values in NumPy's dtype, for every call."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from table_cases import every_call
from test_table import one_case

from autograd.testing import Case
from autograd.testing.calls import is_floating
from autograd.testing.comparing import assert_close


def numpys(case: Case) -> list[Any]:
    """What NumPy's function of the same meaning gives, or the entry's reference; nothing where it refuses."""
    try:
        return case.expected()
    except (TypeError, ValueError, OverflowError):  # integers to negative integer powers, say, or beside an infinity
        return []


SETTLED = {"ediff1d", "lstsq"}  # the ends take NumPy's dtype from the array; singular values are in that of the matrix

# Of these the reference is for floats: it writes into an array of integers, or is told apart by rounding at a pole.
OF_FLOATS = {"arcsin_slope", "cofactors", "digamma", "insert"}


@every_call
def test_integers_are_as_numpys(entry: Any, sample: Any) -> None:
    if entry.name in OF_FLOATS:
        return
    case = one_case(entry, sample).mapped(lambda x: np.ceil(3.0 * x).astype(int) if np.isfinite(x).all() else x)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if expected := numpys(case):
            for found, wanted in zip(case.results(), expected, strict=True):
                assert_close(found, wanted)


@every_call
def test_mixed_precisions_are_as_numpys(entry: Any, sample: Any) -> None:
    case = one_case(entry, sample)
    arrays = [i for i in case.variables if is_floating(case.operands[i])]
    if len(arrays) < 2 or entry.name in SETTLED:
        return
    for i in arrays:
        operands = [x.astype(np.float32) if k == i else x for k, x in enumerate(case.operands)]
        mixed = Case(entry, tuple(operands), case.params)
        if not callable(entry.reference) and (expected := numpys(mixed)):
            for z, node, wanted in zip(mixed.results(), mixed.results(mixed.wrapped()), expected, strict=True):
                if np.asarray(wanted).dtype.kind == "f":  # a Value has no other dtype
                    assert z.dtype == node.dtype == wanted.dtype
