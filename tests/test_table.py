"""The table: every entry computes what NumPy does, on raw data and on Values, in every way that it can be called."""

from __future__ import annotations

import copy
import doctest
import inspect
import math
import operator
import pickle
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from table_cases import (
    ENTRIES,
    POINTWISE,
    every_call,
    every_call_and_query,
    every_entry,
    few_examples,
    over,
    takes_one_by_one,
)

import autograd
from autograd import TABLE, Value
from autograd.errors import SignatureError, UnsupportedError
from autograd.ops.attributes import IN_PLACE
from autograd.testing import Case
from autograd.testing.calls import case_of, flat, has_reference, reference, window
from autograd.testing.checks import Probe, assert_form
from autograd.testing.comparing import assert_close, ulps_apart
from autograd.testing.hard_points import ULPS
from autograd.testing.operations import value_checks
from autograd.testing.strategies import cases, elements


@every_call_and_query
@few_examples
@given(st.data())
def test_values(entry: Any, sample: Any, data: st.DataObject) -> None:
    case = data.draw(cases(entry, sample))
    for check in value_checks(entry):
        check(case)


@every_entry
def test_there_is_something_to_compare_with(entry: Any) -> None:
    assert has_reference(entry)


# ---- numbers ---------------------------------------------------------------------------------------------------------


def math_name(entry: Any) -> str:
    renamed = {"abs": "fabs", "power": "pow", "remainder": ""}  # math.remainder rounds to the nearest multiple
    return renamed.get(entry.name, entry.name.replace("arc", "a"))


IN_MATH = [entry for entry in POINTWISE if hasattr(math, math_name(entry))]


def test_math_has_many_of_the_functions() -> None:
    assert len(IN_MATH) > 25


@over(IN_MATH)
@given(st.data())
def test_scalars_equal_math(entry: Any, data: st.DataObject) -> None:
    xs = [data.draw(elements(interval)) for interval in entry.domain]
    expected = float(getattr(math, math_name(entry))(*xs))
    assert entry(*xs) == expected or ulps_apart(entry(*xs), expected) <= ULPS  # a zero from math may be an integer's
    assert type(entry(*xs)) is float


# ---- every way to call -----------------------------------------------------------------------------------------------


def one_case(entry: Any, sample: Any) -> Case:
    """One call of a kind, the same in every run."""
    rng = np.random.default_rng(0)
    if sample is None:
        return Case(entry, tuple(rng.uniform(*window(interval), (2, 3)) for interval in entry.domain), {})
    return case_of(entry, sample, lambda shape: rng.uniform(0.2, 2.0, shape), lambda shape: rng.random(shape) > 0.5)


def assert_same_nodes(found: Any, case: Case) -> None:
    """A Value, or a list of Values, with the data of the call."""
    found = list(found) if isinstance(found, (list, tuple)) else [found]
    for z, expected in zip(found, case.results(), strict=True):
        assert type(z) is Value
        assert_close(z, expected)


@every_entry
def test_what_should_be_a_method_is_one(entry: Any) -> None:
    method = getattr(Value, entry.name, None)
    assert method or not hasattr(np.ndarray, entry.name), "NumPy's arrays have this method, so should a Value"
    if entry.public and entry.builder == "elementwise" and len(entry.operand_names) == 1 and not entry.infix:
        assert method, "micrograd's users expect v.sigmoid()"
    if entry.builder == "elementwise" and len(entry.operand_names) > 1:
        assert not method or hasattr(np.ndarray, entry.name), "v + w is enough: there is no v.add(w)"


@every_call
def test_method_form(entry: Any, sample: Any) -> None:
    method = getattr(Value, entry.name, None)
    if method is None or entry.variadic:
        return
    if entry.name in IN_PLACE:
        with pytest.raises(UnsupportedError, match=rf"autograd\.{entry.name}"):
            method(Value([1.0]))
        return
    case = one_case(entry, sample)
    x, *rest = case.wrapped()
    kinds = [parameter.kind for parameter in inspect.signature(method).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:  # v.reshape(2, 3) and v.reshape((2, 3))
        assert_same_nodes(getattr(x, entry.name)(*case.params.values()), case)
        numbers = next(iter(case.params.values()), ())
        assert_same_nodes(getattr(x, entry.name)(*(numbers or ())), case)
    else:
        assert_same_nodes(getattr(x, entry.name)(*rest, **case.params), case)


@every_call
def test_keyword_form(entry: Any, sample: Any) -> None:
    case = one_case(entry, sample)
    if takes_one_by_one(entry):  # then no operand has a name
        return
    operands = [case.wrapped()] if entry.variadic else case.wrapped()
    named = dict(zip(entry.operand_names, operands, strict=False))
    assert_same_nodes(entry(**named, **case.params), case)


OPERATORS = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod,
    "//": operator.floordiv, "**": operator.pow, "@": operator.matmul,
}  # fmt: skip
INFIX = [entry for entry in ENTRIES if getattr(entry, "infix", "") and len(entry.operand_names) == 2]


@over(INFIX)
def test_operator_form(entry: Any) -> None:
    case = one_case(entry, entry.samples[0] if entry.samples else None)
    f, (a, b) = OPERATORS[entry.infix], case.operands
    for z in (f(Value(a), Value(b)), f(Value(a), b), f(a, Value(b))):
        assert_same_nodes(z, case)
        assert z.op is entry


def test_every_operator_has_its_entry() -> None:
    assert {entry.infix for entry in INFIX} == set(OPERATORS)
    assert (-Value([1.0])).op is TABLE["negative"]
    assert abs(Value([1.0])).op is TABLE["abs"]


@every_call
def test_numpy_called_on_values_records_nodes(entry: Any, sample: Any) -> None:
    if callable(entry.reference) or entry.builder == "predicate":
        return
    case = one_case(entry, sample)
    xs = case.wrapped()
    assert_same_nodes(reference(entry)(*([xs] if entry.variadic else xs), **case.params), case)


@every_entry
def test_parameters_have_numpys_names_and_defaults(entry: Any) -> None:
    if callable(entry.reference) or not entry.defaults:
        return
    theirs = inspect.signature(reference(entry)).parameters
    for name, default in entry.defaults.items():
        if "kwargs" in theirs and name not in theirs:
            continue
        assert name in theirs
        expected = theirs[name].default
        if expected is not inspect.Parameter.empty and expected is not np._NoValue:
            assert (None if default is ... else default) == expected


@every_entry
def test_a_wrong_argument_is_an_error_that_names_the_signature(entry: Any) -> None:
    too_many = [] if takes_one_by_one(entry) else [((1.0,) * 9, {})]
    for args, kwargs in [((1.0,), {"nonsense": 1}), ((), {}), *too_many]:
        with pytest.raises(SignatureError) as caught:
            entry(*args, **kwargs)
        assert f"{entry.name}{entry.__signature__}" in str(caught.value)


# ---- empty arrays, broadcasting --------------------------------------------------------------------------------------


def emptied(sample: Any) -> list[list[Any]]:
    """The shapes of a sample with one of its lengths replaced by 0 everywhere."""
    shapes = flat(sample[0])
    lengths = {n for shape in shapes if shape is not None for n in shape}
    return [[s and tuple(0 if n == length else n for n in s) for s in shapes] for length in sorted(lengths)]


@every_call
def test_empty_arrays_are_as_numpys(entry: Any, sample: Any) -> None:
    for shapes in emptied(sample or ([(2, 3)] * len(entry.domain), {})):
        operands = tuple(1.0 if shape is None else np.ones(shape) for shape in shapes)
        if entry.constants and entry.prepare:  # which makes indices of them
            operands = entry.prepare(np, *operands)
        case = Case(entry, operands, dict(sample[1]) if sample else {})
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "mean of empty slice"
            try:
                expected = case.expected()
            except (ValueError, IndexError):
                with pytest.raises((ValueError, IndexError)):
                    case.results()
                continue
            xs = case.wrapped()
            for z, found, wanted in zip(case.results(xs), case.results(), expected, strict=True):
                assert_close(found, wanted)
                assert_close(z, wanted)
            leaves = [xs[i] for i in case.variables]
            for x, column in zip(leaves, Probe(case).pulled(xs, leaves), strict=True):
                for gradient in column:
                    assert_form(gradient, x)


@over([entry for entry in POINTWISE if len(entry.domain) > 1])
def test_broadcasting_is_undone(entry: Any) -> None:
    rng = np.random.default_rng(0)
    shapes: list[tuple[int, ...]] = [(3, 1), (1, 4), (2, 1, 1)]
    xs = [Value(rng.uniform(*window(i), shape)) for i, shape in zip(entry.domain, shapes, strict=False)]
    z = entry(*xs)
    assert z.shape == np.broadcast_shapes(*(x.shape for x in xs))
    spread = [Value(np.broadcast_to(x.data, z.shape)) for x in xs]
    ones = np.ones(z.shape)
    of_spread = autograd.gradients(entry(*spread), spread, ones)
    for found, expected in zip(autograd.gradients(z, xs, ones), of_spread, strict=True):
        assert_close(found, TABLE["sum_to"](expected, found.shape))


# ---- the entry itself ------------------------------------------------------------------------------------------------


@every_entry
def test_docstring_example_runs(entry: Any) -> None:
    names = {**TABLE, "np": np, "inf": math.inf}
    example = doctest.DocTestParser().get_doctest(entry.__doc__, names, entry.name, None, 0)
    assert example.examples
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0


@every_entry
def test_copies_and_pickles_are_the_entry_itself(entry: Any) -> None:
    assert pickle.loads(pickle.dumps(entry)) is entry
    assert copy.copy(entry) is copy.deepcopy(entry) is entry
    assert not entry.public or getattr(autograd, entry.name) is entry
