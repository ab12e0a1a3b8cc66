"""Arguments of which only a part is wrong: each is found, and the error says which."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd.errors import ArgumentError, AxisError, GlassgradError, ShapeError, UnsupportedError

EYE, CUBE, ROW = np.eye(2), np.ones((2, 2, 2)), np.ones((1, 1, 2))
PAIR = np.array([1.0, 2.0])
REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "one of two widths": (lambda: ag.pad(PAIR, (1, -1)), "pad: .*none below 0"),
    "one sequence of nothing": (lambda: ag.convolve(PAIR[:0], PAIR), "convolve: .*one axis"),
    "one matrix for a sequence": (lambda: ag.convolve(PAIR, EYE), "convolve: .*one axis"),
    "no groups": (lambda: ag.conv_transpose1d(EYE, np.ones((2, 1, 1)), groups=0), "found groups=0; .*at least 1"),
    "windows of nothing": (lambda: ag.max_pool1d(EYE, 0), "found kernel_size=0; .*at least 1"),
    "windows that stand still": (lambda: ag.max_pool1d(EYE, 1, stride=0), "found stride=0; .*at least 1"),
    "a padding that cuts": (lambda: ag.max_pool1d(EYE, 1, padding=-1), "found padding=-1; .*at least 0"),
    "elements of windows on one place": (lambda: ag.max_pool1d(EYE, 2, dilation=0), "found dilation=0; .*at least 1"),
    "windows over a vector": (lambda: ag.max_pool1d(PAIR, 1), r"shape \(2,\); expected \(N, C, L\) or \(C, L\):"),
    "windows over a matrix": (lambda: ag.avg_pool2d(EYE, 1), r"expected \(N, C, H, W\) or \(C, H, W\):"),
    "windows longer than one of two axes": (lambda: ag.max_pool2d(ROW, 2, stride=1), r"of \(2, 2\) .*span \(2, 2\)"),
    "a window that spreads too far": (lambda: ag.max_pool1d(EYE, 3, stride=1, dilation=2), r"of \(3,\) .*span \(5,\)"),
    "too few weights": (lambda: ag.average(np.ones((2, 3)), axis=1, weights=PAIR), r"average: .*shape \(2,\)"),
    "a cube beside a vector": (lambda: ag.cov(PAIR, CUBE), "cov: .*two axes"),
    "too few heights": (lambda: ag.interp(1.0, PAIR, PAIR[:1]), "interp: .*one length"),
    "too few nodes": (lambda: ag.interp(1.0, PAIR[:1], PAIR), "interp: .*one length"),
    "matrices of nodes": (lambda: ag.interp(1.0, EYE, EYE), "interp: .*vectors"),
    "one vector too short": (lambda: ag.cross(PAIR[:1], [1.0, 2.0, 3.0]), "found vectors of 1 and 3 elements"),
    "an axis that is no integer": (lambda: ag.median(EYE, axis=0.0), "median: .*cannot be interpreted as an integer"),
    "a count that is no integer": (lambda: ag.diff(PAIR, n=0.0), "diff: .*integer"),
    "as many points as an edge takes": (lambda: ag.gradient(PAIR, edge_order=2), "found 2 points .*expected 3"),
    "a letter too many for one array": (
        lambda: ag.einsum("ij,jk", EYE, PAIR),
        r"'ij,jk' for operands of shape \(2, 2\), \(2,\); expected one letter an axis",
    ),
    "a letter too few for one array": (
        lambda: ag.einsum("i,j", PAIR, EYE),
        r"shape \(2,\), \(2, 2\); expected one letter",
    ),
    "a sublist beyond the letters": (lambda: ag.einsum(EYE, [0, 52]), r"the sublist \[0, 52\]; expected 0 to 51"),
    "a sublist below the letters": (lambda: ag.einsum(EYE, [-1, 0]), r"the sublist \[-1, 0\]; expected 0 to 51"),
    "one list of axes that is none": (lambda: ag.einsum(EYE, [0, 1], PAIR, 1), "einsum: found"),
    "the first power of no square": (lambda: ag.matrix_power(np.ones((2, 3)), 1), "matrix_power: .*square"),
    "a layer of a number": (lambda: ag.linear(1.0, EYE, PAIR), r"linear: found x of shape \(\) and a weight of"),
    "a vector of weights": (lambda: ag.linear(EYE, PAIR, PAIR), r"linear: found x of shape \(2, 2\) and a weight of"),
    "a stack of weights": (lambda: ag.linear(PAIR, CUBE, PAIR), r"linear: .*a weight of shape \(2, 2, 2\)"),
    "a layer of other inputs": (lambda: ag.linear(np.ones((2, 3)), EYE, PAIR), r"linear: .*\(2, 3\) .*\(2, 2\)"),
    "a bias of more rows": (lambda: ag.linear(EYE, EYE, CUBE), r"linear: found a bias of shape \(2, 2, 2\)"),
    "a bias in the shape of the weight": (lambda: ag.linear(PAIR, EYE, EYE), r"linear: found a bias of shape \(2, 2\)"),
    "a chain of one": (lambda: ag.multi_dot([EYE]), r"multi_dot: found shapes \[\(2, 2\)\]; expected two or more"),
    "a chain that ends in a cube": (lambda: ag.multi_dot([EYE, CUBE]), "multi_dot: found shapes .*two or more"),
    "a vector behind the start of a chain": (lambda: ag.multi_dot([EYE, PAIR, EYE]), "multi_dot: found shapes"),
    "a vector before the end of a chain": (lambda: ag.multi_dot([EYE, EYE, PAIR, EYE]), "multi_dot: found shapes"),
    "axes too few in the second list": (
        lambda: ag.tensordot(EYE, EYE, ((0, 1), (0,))),
        r"tensordot: found shapes \(2, 2\) and \(2, 2\) with axes \[0, 1\] and \[0\]; expected equal lengths",
    ),
    "axes too few in the first list": (lambda: ag.tensordot(EYE, EYE, (0, (0, 1))), r"with axes \[0\] and \[0, 1\]"),
    "axes of unlike lengths, equal in number": (
        lambda: ag.tensordot(np.ones((2, 3)), np.ones((3, 2)), ((0, 1), (0, 1))),
        r"tensordot: found shapes \(2, 3\) and \(3, 2\) with axes \[0, 1\] and \[0, 1\]",
    ),
    "a norm of matrices for a vector": (lambda: ag.norm(PAIR, "fro"), r"norm: found ord='fro' over axes \(0,\)"),
    "a norm over three axes": (lambda: ag.norm(CUBE, 1), r"norm: found ord=1 over axes \(0, 1, 2\)"),
    "a vector for a matrix": (lambda: ag.qr(PAIR), r"qr: .*of shape \(2,\).*1-dimensional"),
    "no signal": (lambda: ag.conv_transpose1d(np.ones((1, 0)), np.ones((1, 1, 2))), "cuts away the whole result"),
    "a condition of two axes": (lambda: ag.compress(EYE, EYE), "compress: .*one axis"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_named(case: str) -> None:
    f, match = REFUSED[case]
    with pytest.raises(GlassgradError, match=match):
        f()


def test_einsum_says_that_optimize_is_off() -> None:
    assert str(inspect.signature(ag.einsum)) == "(*arguments, optimize=False)"


def test_a_condition_may_be_a_value() -> None:
    x = ag.Value([1.0, -2.0, 3.0])
    assert ag.compress(ag.greater(x, 0.0), x).tolist() == [1.0, 3.0]


def test_the_answer_of_a_predicate_is_a_mask_and_no_other_value_is_an_index() -> None:
    x = ag.Value([1.0, -2.0, 3.0])
    z = x[ag.greater(x, 0.0)]
    assert z.tolist() == [1.0, 3.0]
    assert ag.gradients(z, [x], PAIR)[0].tolist() == [1.0, 0.0, 2.0]
    for index in (ag.Value([0.0, 1.0]), ag.Value([1.0, 1.0, 1.0]) * 1.0):
        with pytest.raises(UnsupportedError, match="found a Value as index"):
            x[index]


def test_every_turn_of_every_plane_is_numpys() -> None:
    m = np.arange(24.0).reshape(2, 3, 4)
    for k, first, second in itertools.product(range(-6, 8), range(-3, 3), range(-3, 3)):
        if first % 3 == second % 3:
            with pytest.raises(
                ArgumentError, match=r"found axes=\(.*\) for an array of 3 axes; expected two different"
            ):
                ag.rot90(m, k, (first, second))
        else:
            np.testing.assert_array_equal(ag.rot90(m, k, (first, second)), np.rot90(m, k, (first, second)))
    for few, axes in itertools.product((np.array(1.0), np.ones(3)), ((0, 0), (0, 1), (1, 0))):
        with pytest.raises(ArgumentError, match=f"for an array of {few.ndim} axes"):
            ag.rot90(few, 1, axes)
    with pytest.raises(AxisError, match="swapaxes: found operands of shape"):
        ag.swapaxes(2.0, 0, 0)
    with pytest.raises(ArgumentError, match="expected two different ones"):
        ag.rot90(m, 1, (0, 1, 2))


def test_every_place_of_every_axis_is_numpys() -> None:
    a = np.arange(24.0).reshape(2, 3, 4)
    for axis, start in itertools.product(range(-3, 3), range(-3, 4)):
        np.testing.assert_array_equal(ag.rollaxis(a, axis, start), np.rollaxis(a, axis, start))
    for start in (-4, 4):
        with pytest.raises(ArgumentError, match=f"found start={start} for an array of 3 axes; expected -3 to 3"):
            ag.rollaxis(a, 0, start)
    for axis in (-4, 3):
        with pytest.raises(AxisError):
            ag.rollaxis(a, axis)


def test_what_is_moved_or_shared_by_shaping() -> None:
    a = np.array([1.0, 2.0])
    for sparse in (False, True):
        assert all(np.shares_memory(a, grid) for grid in ag.meshgrid(a, a, copy=False, sparse=sparse))
        assert not any(np.shares_memory(a, grid) for grid in ag.meshgrid(a, a, sparse=sparse))
    x = ag.Value(a)
    assert ag.broadcast_arrays(x, 3.0)[0] is x  # no node where nothing is broadcast


def test_numbers_and_lists_where_arrays_are_meant() -> None:
    assert ag.hstack(np.ones((2, 3))).tolist() == [1.0] * 6
    assert ag.concatenate(np.ones((2, 3)), axis=None).shape == (6,)
    assert (ag.astype(2.5, "float32"), ag.astype([2.5], "float32").dtype) == (2.5, np.float32)
    assert ag.TABLE["sum_to"](2.5, ()) == 2.5


@pytest.mark.parametrize("name", ["leaky_relu", "elu", "celu", "selu"])
def test_a_second_slope_at_nan_is_not_that_of_the_identity(name: str) -> None:
    f = getattr(ag, name)
    assert np.isnan(ag.grad(f)(np.nan))
    assert ag.grad(ag.grad(f))(np.nan) == 0.0  # as of relu, and of PyTorch's


@pytest.mark.parametrize("x", [0.0, np.inf, np.nan])
def test_the_constant_power_has_no_slope_of_any_order(x: float) -> None:
    assert ag.grad(lambda x: x**0.0)(x) == ag.grad(ag.grad(lambda x: x**0.0))(x) == 0.0


WINDOWS: dict[str, tuple[Callable[[], Any], str]] = {
    "a step that is no integer": (lambda: ag.max_pool1d(EYE, 1, stride=1.0), r"found stride=1\.0; expected an integer"),
    "a gap that is no integer": (
        lambda: ag.max_pool1d(EYE, 1, dilation=1.0),
        r"found dilation=1\.0; expected an integer",
    ),
    "one of two lengths": (lambda: ag.avg_pool2d(CUBE, (2, 0)), r"found kernel_size=\(2, 0\); .* sequence of 2"),
    "no window": (lambda: ag.sliding_window_view(PAIR, 0), r"found window_shape=\(0,\); expected an integer"),
    "no step": (lambda: ag.TABLE["windows"](PAIR, 1, stride=0), "found stride=0; expected an integer of at least 1"),
    "no gap": (lambda: ag.TABLE["windows"](PAIR, 1, dilation=0), "found dilation=0; expected an integer of at least 1"),
}


@pytest.mark.parametrize("case", WINDOWS)
def test_what_is_wrong_with_windows_is_named(case: str) -> None:
    f, match = WINDOWS[case]
    with pytest.raises(ArgumentError, match=match):
        f()


def test_windows_of_no_axes_are_numpys_and_none_is_written_to() -> None:
    assert ag.sliding_window_view(2.0, ()) == np.lib.stride_tricks.sliding_window_view(2.0, ())
    for writeable in (False, True):
        x = np.ones(3)
        x.flags.writeable = writeable
        assert not ag.sliding_window_view(x, 2).flags.writeable


def test_windows_whose_shape_is_changed_after_the_call_are_the_old_ones_in_the_backward_pass() -> None:
    x, shape = ag.Value([1.0, 2.0, 3.0]), [2]
    z = ag.TABLE["windows"](x, shape)
    shape[0] = 3
    assert ag.gradients(z, [x], np.ones((2, 2)))[0].tolist() == [1.0, 2.0, 1.0]


def test_what_is_inserted_has_the_precision_of_the_array() -> None:
    for dtype in (np.float32, np.float64):
        found = ag.insert(np.ones(2, dtype), 1, np.array([1.5]))
        assert (found.dtype, found.tolist()) == (dtype, [1.0, 1.5, 1.0])
        assert ag.insert(np.ones(2), 1, np.ones(1, dtype)).dtype == np.float64
    assert ag.insert(2.0, 0, 0.5).tolist() == np.insert(2.0, 0, 0.5).tolist()
    assert ag.insert(np.array([1, 2]), 1, 0.5).tolist() == [1.0, 0.5, 2.0]  # which NumPy cuts to an integer


def test_places_of_insert_may_be_a_mask_or_none() -> None:
    mask = [True, False, True]
    assert ag.insert(np.zeros(3), mask, 0.5).tolist() == [0.5, 0.0, 0.0, 0.5, 0.0]
    assert ag.insert(np.zeros((1, 3)), mask, 0.5, axis=1).tolist() == [[0.5, 0.0, 0.0, 0.5, 0.0]]
    assert ag.insert(np.zeros(3), [], 0.5).tolist() == [0.0, 0.0, 0.0]


def test_one_array_alone_beside_nothing() -> None:
    assert ag.hstack([PAIR]).tolist() == [1.0, 2.0]
    assert ag.hstack([EYE]).tolist() == EYE.tolist()


@pytest.mark.parametrize("sections", [1, np.int8(3), [100]])
def test_how_many_sections(sections: Any) -> None:
    x = np.arange(300.0)
    expected = np.split(x, sections if isinstance(sections, list) else int(sections))  # whose int8 overflows
    for f in (ag.array_split, ag.split):
        assert [part.tolist() for part in f(x, sections)] == [part.tolist() for part in expected]


SPLITS: dict[str, tuple[int, int]] = {"hsplit": (1, 1), "vsplit": (0, 2), "dsplit": (2, 3)}  # the axis, the least ndim


@pytest.mark.parametrize("name", SPLITS)
def test_splits_along_an_axis_of_their_own(name: str) -> None:
    f, (axis, least) = getattr(ag, name), SPLITS[name]
    x = np.arange(64.0).reshape(4, 4, 4)
    for sections in (1, 2, 4, [1, 3]):
        for part, expected in zip(f(x, sections), np.split(x, sections, axis), strict=True):
            np.testing.assert_array_equal(part, expected)
    for ndim in range(least):
        with pytest.raises(ShapeError, match=rf"^{name}: found an array of shape \(.*\); expected at least {least} ax"):
            f(np.ones((2,) * ndim), 2)
