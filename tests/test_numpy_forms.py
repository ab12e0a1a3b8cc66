"""Shaping, stacking and picking in NumPy's own forms of call, and what no loop over the table asks of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
import autograd.scipy.special
from autograd import TABLE, Value, gradients, log, sqrt
from autograd.errors import ArgumentError, AxisError, GlassgradError, UnsupportedError
from autograd.ops.attributes import IN_PLACE
from autograd.ops.protocols import SCIPYS
from autograd.testing.comparing import assert_close, assert_identical

M, T, V = (np.random.default_rng(0).normal(size=shape) for shape in [(3, 4), (2, 3, 4), 4])

# The loop over the table passes operands first; here they come as NumPy's signatures have them.
FORMS: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "one array": ("atleast_3d", (M,), {}),
    "several arrays": ("atleast_2d", (V, T), {}),
    "arrays of unlike shape": ("broadcast_arrays", (V, M), {}),
    "coordinates": ("meshgrid", (V, M[0]), {"indexing": "ij", "copy": False}),
    "sparse coordinates": ("meshgrid", (V, M[0], M[1]), {"sparse": True}),
    "rows from one array": ("vstack", (M,), {}),
    "a tuple of arrays": ("hstack", ((M, M),), {}),
    "blocks of blocks": ("block", ([[M, M[:, :1]], [V, np.ones(1)]],), {}),
    "blocks in one list": ("block", ([V, V],), {}),
    "a block alone": ("block", (M,), {}),
    "stacks of blocks": ("block", ([[[M], [V]], [[M], [V]]],), {}),
    "values in a row": ("insert", (M, 1, V, 0), {}),
    "values at places": ("insert", (V, [0, 2, 2], M[0, :3]), {}),
    "a value at a slice": ("insert", (M, slice(0, 2), 5.0), {"axis": 1}),
    "conditions and choices": ("select", ([V > 0.5, V > 0.0], [V, M], 7.0), {}),
    "conditions and no default": ("select", ([V > 0.5], [V]), {}),
    "a Value as default": ("select", ([V > 0.5], [M]), {"default": V}),
    "numbers of choices": ("choose", (np.array([0, 1, 1, 0]), (V, M)), {}),
    "numbers beyond": ("choose", ([0, 5, -1, 0], [V, M]), {"mode": "wrap"}),
    "choices in one array": ("choose", ([2, 0, 1, 0], M), {}),
    "booleans as places": ("take", (V, [True, False]), {}),
    "slices": ("compress", ([True, False, True], M, 0), {}),
    "elements": ("extract", (M > 0.0, M), {}),
    "the order of rows": ("take_along_axis", (M, np.argsort(M, axis=1), 1), {}),
    "a mean and how many there were": ("average", (M,), {"axis": 0, "returned": True}),
    "a mean and the sum of weights": ("average", (M,), {"axis": 1, "weights": [1.0, 3.0, 2.0, 1.0], "returned": True}),
    "weights for each element": ("average", (M,), {"axis": 0, "weights": M + 3.0, "returned": True}),
    "a mean that keeps its axis": ("average", (M,), {"axis": 0, "weights": [1.0, 3.0, 2.0], "keepdims": True}),
    "rows before the first": ("diff", (M,), {"axis": 0, "prepend": [[1.0, 2.0, 3.0, 4.0]]}),
    "columns beside the last": ("diff", (M,), {"n": 2, "append": M[:, :2]}),
    "a variable in one row": ("cov", (M.T, V[None]), {"rowvar": False}),
    "a vector beside rows": ("cov", (M, V), {}),
    "variables in columns": ("corrcoef", (M, M[:, :2] ** 2), {"rowvar": False}),
    "blanks among the letters": ("einsum", ("i j, j -> i", M, V), {}),
    "axes as lists": ("einsum", (T, [2, 0, 1], V, [1], [0, 2]), {}),
    "axes as lists, and an ellipsis": ("einsum", (T, [..., 27], V, [27]), {"optimize": True}),
    "places in single precision": ("linspace", (0.0, 1.0, 5), {"dtype": np.float32}),
    "another height on the left": ("interp", (np.array([-1.0, 0.0, 9.0]), np.array([0.0, 1.0]), V[:2], -7.0), {}),
    "another height on the right": ("interp", (np.array([-1.0, 1.0, 9.0]), [0.0, 1.0], V[:2]), {"right": 7.0}),
    "the greatest of rows": ("take_along_axis", (M, np.argmax(M, axis=1)[:, None], 1), {}),
}  # fmt: skip


def wrapped(x: Any) -> Any:
    """The same argument with Values in place of its arrays of floats."""
    if isinstance(x, (list, tuple)):
        return type(x)(wrapped(part) for part in x)
    return Value(x) if isinstance(x, np.ndarray) and x.dtype.kind == "f" else x


@pytest.mark.parametrize("form", FORMS)
def test_numpys_form_of_call(form: str) -> None:
    name, args, kwargs = FORMS[form]
    expected = getattr(np, name)(*args, **kwargs)
    values = [wrapped(x) for x in args]
    for results in (
        TABLE[name](*args, **kwargs),
        TABLE[name](*values, **{key: wrapped(x) for key, x in kwargs.items()}),
        getattr(np, name)(*values, **{key: wrapped(x) for key, x in kwargs.items()}),
    ):
        several = isinstance(expected, (list, tuple))
        assert not several or type(results) is type(expected)
        pairs = zip(results, expected, strict=True) if several else [(results, expected)]
        for found, wanted in pairs:
            assert_close(found, wanted)


def test_operands_go_by_the_names_in_the_signature() -> None:
    assert (ag.tanh(x=0.0), ag.multiply(x=2.0, y=3.0), ag.max(a=V), ag.isnan(x=0.0)) == (0.0, 6.0, V.max(), False)


def test_an_element_not_chosen_gets_an_exact_zero() -> None:
    x = np.array([0.0, 4.0, -1.0])
    positive = np.array([False, True, False])
    chosen: dict[str, Callable[[Value], Any]] = {
        "select": lambda v: ag.select([positive], [sqrt(v)], v),
        "select, first of two": lambda v: ag.select([~positive, positive], [v, log(v)], sqrt(v)),
        "choose": lambda v: ag.choose([1, 0, 1], [sqrt(v), v]),
        "choose, by a predicate": lambda v: ag.choose(ag.greater(v, 0.0), [v, sqrt(v)]),
        "put_along_axis": lambda v: ag.put_along_axis(sqrt(v), [0, 2], v[[0, 2]], 0),
    }
    with np.errstate(all="ignore"):
        for name, f in chosen.items():
            v = Value(x)
            (slope,) = gradients(f(v).sum(), [v], create_graph=True)
            (curvature,) = gradients(slope.sum(), [v])
            at4 = {"select, first of two": (0.25, -1 / 16)}.get(name, (0.25, -1 / 32))
            np.testing.assert_allclose(slope.data, [1.0, at4[0], 1.0], err_msg=name)
            np.testing.assert_allclose(curvature.data, [0.0, at4[1], 0.0], err_msg=name)


def test_an_element_left_out_gets_an_exact_zero() -> None:
    left_out: dict[str, Callable[[Value], Any]] = {
        "compress": lambda v: ag.compress([False, True], v),
        "extract": lambda v: ag.extract(v, v),
        "take_along_axis": lambda v: ag.take_along_axis(v, [1], 0),
        "delete": lambda v: ag.delete(v, 0),
        "array_split": lambda v: ag.array_split(v, 2)[1],
    }
    for name, f in left_out.items():
        v = Value([0.0, 4.0])
        (slope,) = gradients(f(sqrt(v)).sum(), [v], create_graph=True)
        (curvature,) = gradients(slope.sum(), [v])
        np.testing.assert_array_equal(slope.data, [0.0, 0.25], err_msg=name)
        np.testing.assert_array_equal(curvature.data, [0.0, -1 / 32], err_msg=name)


def test_padding_and_diagonals_keep_signed_zeros() -> None:
    x = np.array([-0.0, 1.0])
    for name, args in {"pad": (1,), "diag": (), "diagflat": (1,), "insert": (1, -0.0), "tile": (2,)}.items():
        assert_identical(np.asarray(TABLE[name](x, *args)), getattr(np, name)(x, *args))


def test_nothing_is_padded_around_a_single_number() -> None:
    for x in (np.array(2.0), Value(np.array(2.0)), Value(2.0)):
        assert_close(ag.pad(x, 1), np.pad(2.0, 1))


def test_functions_that_change_their_argument_are_refused() -> None:
    v = Value(V)
    for call in (
        lambda: np.put_along_axis(v, np.array([0]), 1.0, 0), lambda: np.copyto(v, 1.0), lambda: np.put(v, 0, 1.0),
        lambda: np.putmask(v, V > 0.0, 1.0), lambda: np.fill_diagonal(v, 1.0), lambda: np.copyto(np.ones(4), v),
    ):  # fmt: skip
        with pytest.raises(UnsupportedError, match=r"at\[index\]\.set"):
            call()


def test_moving_elements_shares_memory_where_numpy_does() -> None:
    m = Value(M)
    for name, args in {
        "rot90": (), "fliplr": (), "flipud": (), "rollaxis": (1,), "atleast_3d": (), "diag": (), "hsplit": (2,),
        "array_split": (2,), "broadcast_arrays": (),
    }.items():  # fmt: skip
        results = getattr(np, name)(m, *args)
        for z in results if isinstance(results, (list, tuple)) else [results]:
            assert np.shares_memory(z.data, m.data), name


def test_stacking_records_one_node_where_the_shapes_fit() -> None:
    m = Value(M)
    for z in (ag.vstack([m, m]), ag.hstack([m, m]), ag.dstack([Value(T), Value(T)]), ag.column_stack([m, m])):
        assert z.op is TABLE["concatenate"]
        assert all(type(x) is Value and x.op is None for x in z.inputs)


MISTAKES: dict[str, Callable[[], Any]] = {
    "unlike numbers of conditions and choices": lambda: ag.select([V > 0.0], [V, V]),
    "no condition": lambda: ag.select([], []),
    "a number beyond the choices": lambda: ag.choose([0, 2, 0, 0], [V, V]),
    "a number that is none": lambda: ag.choose([0.5, 0, 0, 0], [V, V]),
    "an unknown mode": lambda: ag.choose([0, 0, 0, 0], [V, V], mode="nearest"),
    "an unknown indexing": lambda: ag.meshgrid(V, V, indexing="yx"),
    "a negative width": lambda: ag.pad(V, -1),
    "a broken width": lambda: ag.pad(V, 1.5),
    "no sections": lambda: ag.array_split(V, 0),
    "uneven sections": lambda: ag.split(V, 3),
    "one axis twice": lambda: ag.rot90(M, axes=(0, -2)),
    "a start beyond the axes": lambda: ag.rollaxis(M, 0, 3),
    "lists of unlike depth": lambda: ag.block([[V], V]),
    "a negative number of powers": lambda: ag.vander(V, -1),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_value_out_of_range_is_an_argument_error(mistake: str) -> None:
    with pytest.raises(ArgumentError, match=r"^\w+: .*found .*expected"):
        MISTAKES[mistake]()


UNFIT: dict[str, tuple[Callable[[], Any], type[Exception]]] = {
    "split across an axis that is not there": (lambda: ag.split(V, 2, 1), IndexError),
    "indices of unlike axes": (lambda: ag.take_along_axis(M, [0], 1), ValueError),
    "indices along no axis": (lambda: ag.take_along_axis(M, [[0]], 2), IndexError),
    "a condition of two axes": (lambda: ag.compress(M > 0.0, M), ValueError),
    "vectors of two elements": (lambda: ag.cross([1.0, 2.0], [3.0, 4.0]), ValueError),
    "a matrix of powers": (lambda: ag.vander(M), ValueError),
    "too few axes": (lambda: ag.dsplit(M, 2), ValueError),
    "tuples of blocks": (lambda: ag.block((V, V)), TypeError),
}  # fmt: skip


@pytest.mark.parametrize("case", UNFIT)
def test_what_does_not_fit_is_a_typed_error(case: str) -> None:
    call, kind = UNFIT[case]
    with pytest.raises(kind) as caught:
        call()
    assert isinstance(caught.value, GlassgradError)


# ---- SciPy's functions, and what comes near --------------------------------------------------------------------------


def test_scipys_own_functions_on_values_are_those_of_the_table() -> None:
    special = pytest.importorskip("scipy.special")
    x = np.array([0.2, 0.5, 0.9])
    for name, entry in SCIPYS.items():
        first = (x,) if len(TABLE[entry].operand_names) == 2 else ()
        found = getattr(special, name)(*first, Value(x))
        assert type(found) is Value, name
        np.testing.assert_allclose(found.data, getattr(special, name)(*first, x), rtol=1e-12)
    with pytest.raises(UnsupportedError, match=r"scipy\.special\.j0: .*autograd\.scipy\.special"):
        special.j0(Value(x))


def test_softmax_under_scipys_name_is_over_all_elements() -> None:
    special = pytest.importorskip("scipy.special")
    for name in ("softmax", "log_softmax"):
        ours, theirs = getattr(autograd.scipy.special, name), getattr(special, name)
        for axis in ({}, {"axis": 0}, {"axis": (0, 1)}):
            assert_close(ours(Value(M), **axis).data, theirs(M, **axis))


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda v: np.nanquantile(v, 0.5), "Nearest is autograd.quantile"),
        (np.frexp, "Write it in functions of autograd"),
        (lambda v: np.isin(v, 0.5), "Write it in functions of autograd"),
    ],
)
def test_the_nearest_function_is_named_only_if_it_is_near(call: Callable[[Value], Any], hint: str) -> None:
    with pytest.raises(UnsupportedError, match=hint):
        call(Value(V))


# ---- what NumPy would write into, and what it asks ----


@pytest.mark.parametrize(("name", "instead"), IN_PLACE.items())
def test_methods_that_change_their_array_are_refused(name: str, instead: str) -> None:
    v = Value(V)
    with pytest.raises(UnsupportedError, match=re.escape(f"Value.{name}: ") + ".*" + re.escape(instead)):
        getattr(v, name)()
    np.testing.assert_array_equal(v.data, V)


def test_functions_of_numpy_that_sort_in_place_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="setxor1d"):
        np.setxor1d(Value(V), V, True)


@pytest.mark.parametrize("call", [
    lambda v: np.less(V, V, out=v), lambda v: np.greater(V, 0.0, where=v), lambda v: np.equal(v, 0.0, where=v),
    lambda v: np.isneginf(V, v), lambda v: np.isposinf(V, out=v), lambda v: np.exp(V, out=v),
])  # fmt: skip
def test_nothing_is_written_into_a_value_and_none_is_a_condition(call: Callable[[Value], Any]) -> None:
    v = Value(V)
    with pytest.raises(UnsupportedError, match="found a Value"):
        call(v)
    np.testing.assert_array_equal(v.data, V)


def test_questions_take_plain_arrays_to_answer_into() -> None:
    out = np.zeros(4, bool)
    assert np.less(Value(V), 0.0, out=out) is out
    np.testing.assert_array_equal(out, V < 0.0)
    np.testing.assert_array_equal(np.isneginf(Value(V), out), [False] * 4)


def test_arrays_are_clipped_at_values() -> None:
    v = Value(V)
    assert_close(M.clip(v, 5.0).data, M.clip(V, 5.0))
    assert_close(M.clip(v).data, M.clip(V))
    assert_close(M.clip(max=v).data, M.clip(max=V))


def test_a_margin_of_values_is_differentiable() -> None:
    margin, v = Value(7.0), Value(V)
    for z in (ag.pad(v, (1, 2), constant_values=margin), np.pad(v, (1, 2), constant_values=margin)):
        assert_close(z.data, np.pad(V, (1, 2), constant_values=7.0))
        assert [g.tolist() for g in gradients(z.sum(), [margin, v])] == [3.0, [1.0] * 4]
    ends = Value([[5.0, 6.0]])
    assert gradients(ag.pad(V, (1, 2), constant_values=ends).sum(), [ends])[0].tolist() == [[1.0, 2.0]]


# ---- what answers: masks, signs, ranks, quotients --------------------------------------------------------------------


def test_what_a_predicate_answered_is_a_mask() -> None:
    x = Value(V)
    mask = ag.greater(x, 0.5)
    assert_identical(x[mask].data, V[V > 0.5])
    assert_identical(Value(M)[..., mask].data, M[:, V > 0.5])
    (g,) = gradients(x.at[mask].set(0.0), [x], np.ones(4))
    assert_identical(g.data, np.where(V > 0.5, 0.0, 1.0))
    for index in (x, mask * 1.0):
        with pytest.raises(UnsupportedError, match=r"\.data\.astype\(int\) for places, a comparison"):
            x[index]


def test_questions_and_quotients_in_numpys_name() -> None:
    whole, rest = np.divmod(Value(V), 0.4)
    for found, expected in zip((whole, rest), np.divmod(V, 0.4), strict=True):
        assert type(found) is Value
        assert_close(found.data, expected)
    assert_identical(np.signbit(Value(V)), np.signbit(V))
    assert np.linalg.matrix_rank(Value(M)) == 3
    assert np.array_equal(Value(V), V) is True
    with pytest.raises(TypeError, match=r"astype: .*v\.data\.astype\(int\)"):
        Value(V).astype(int)


# ---- errors name the operation that was called, once -----------------------------------------------------------------

NAMED: dict[str, Callable[[], Any]] = {
    "percentile: found": lambda: ag.percentile(V, 200),
    "cond: found": lambda: ag.cond(np.ones((2, 2)), 1),
    "std: found axis=5": lambda: ag.std(Value(V), axis=5),
    "dot: found": lambda: ag.dot(M, M),
    "matrix_norm: found": lambda: ag.matrix_norm(M, ord=9),
    "var: found ddof": lambda: ag.var(V, ddof=1, correction=2),
    "conv1d: found input": lambda: ag.conv1d(M, M),
    "max_pool2d: found kernel_size": lambda: ag.max_pool2d(T, 0),
    "einsum: found subscripts": lambda: ag.einsum("ij", V),
    "softmax: found an unknown argument": lambda: ag.softmax(V, over=0),
    "nanstd: found operands": lambda: ag.nanstd(V, axis=3),
}


@pytest.mark.parametrize("beginning", NAMED)
def test_an_error_begins_with_the_operation_that_was_called(beginning: str) -> None:
    with pytest.raises(GlassgradError) as caught:
        NAMED[beginning]()
    assert str(caught.value).startswith(beginning)
    assert caught.value.operation == beginning.partition(":")[0]


def test_an_axis_that_is_not_there_is_both_of_numpys_errors() -> None:
    for call in (lambda: ag.mean(Value(V), axis=1), lambda: ag.split(Value(V), 2, 1), lambda: ag.std(V, axis=(0, 0))):
        with pytest.raises(AxisError) as caught:
            call()
        assert isinstance(caught.value, ValueError) and isinstance(caught.value, IndexError)
