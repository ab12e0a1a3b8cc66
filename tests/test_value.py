"""What a Value is: two storages that mean the same, Python's protocols, NumPy's promotion, and what is refused."""

import math
import operator
import pickle
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import autograd as ag
from autograd import Value, no_grad
from autograd.errors import DtypeError, GlassgradError, GraphError, ShapeError, SignatureError, UnsupportedError

# ---- storage


@pytest.mark.parametrize("data", [2.0, 2, np.int64(2), np.uint8(2)])
def test_a_number_is_kept_as_a_float(data: Any) -> None:
    v = Value(data)
    assert type(v.data) is float and type(v.grad) is float
    assert (v.data, v.grad, v.shape, v.ndim, v.size, v.dtype) == (2.0, 0.0, (), 0, 1, np.float64)


@pytest.mark.parametrize(
    "data", [[[1.0, 2.0], [3.0, 4.0]], np.eye(2, dtype=np.float32), np.float16([1]), np.array(2.0), [1, 2], []]
)
def test_an_array_is_kept_with_its_floating_dtype(data: Any) -> None:
    v = Value(data)
    array = np.asarray(data)
    assert type(v.data) is np.ndarray and type(v.grad) is np.ndarray
    assert v.dtype == v.grad.dtype == (array.dtype if array.dtype.kind == "f" else np.float64)
    assert (v.shape, v.ndim, v.size) == (v.grad.shape, array.ndim, array.size)
    np.testing.assert_array_equal(v.data, array)
    np.testing.assert_array_equal(v.grad, np.zeros(array.shape))
    assert v.T.shape == array.T.shape


def test_dtype_at_construction() -> None:
    assert Value([1.0], dtype="float32").dtype == np.float32
    assert Value(1.0, dtype=np.float32).shape == ()
    assert type(Value(1.0, dtype=np.float32).data) is np.ndarray
    with pytest.raises(DtypeError, match="floating dtype"):
        Value([1.0], dtype=int)


def test_an_array_is_copied() -> None:
    array = np.ones(2)
    v = Value(array)
    array[0] = 5.0
    assert v.data[0] == 1.0
    v.numpy()[0] = v.detach()[1] = 7.0
    assert v.tolist() == [1.0, 1.0]


def test_plain_data() -> None:
    for v, item in ((Value(2.5), 2.5), (Value([[2.5]]), 2.5), (Value(np.array(2.5)), 2.5)):
        assert type(v.item()) is float and v.item() == item
        assert v.numpy().shape == v.shape
    assert Value(2.5).tolist() == Value(2.5).detach() == 2.5
    assert Value([[1, 2]]).tolist() == [[1.0, 2.0]]
    with pytest.raises(ShapeError, match=r"item: found an array of shape \(2,\); expected exactly one element"):
        Value([1.0, 2.0]).item()


def test_data_of_a_leaf_may_be_replaced_by_data_of_its_shape() -> None:
    v = Value(1.0)
    for data in (2, 2.0, np.float32(2), np.array(2.0)):
        v.data = data
        assert type(v.data) is float and v.data == 2.0
    for data in ("2", [2.0], True, None, Value(2.0)):
        with pytest.raises(GlassgradError, match=r"Value\.data: found .*expected a number"):
            v.data = data
    w = Value([1.0, 2.0], dtype="float32")
    source = np.array([3.0, 4.0])
    w.data = source
    source[0] = 9.0
    assert w.data.tolist() == [3.0, 4.0] and w.dtype == np.float32
    w.data -= 1.0
    assert w.data.tolist() == [2.0, 3.0]
    with pytest.raises(ShapeError, match=r"shape \(3,\); expected the shape \(2,\)"):
        w.data = [1.0, 2.0, 3.0]
    with pytest.raises(GraphError, match=r"computed by 'multiply'.*[Cc]hange the leaves"):
        (w * 2).data = [1.0, 2.0]


def test_data_of_an_interior_node_is_read_only() -> None:
    x = Value(np.arange(4.0))
    for y in (x * 2, x[1:], x.reshape(2, 2), x.sum(), x.T):
        with pytest.raises(ValueError, match="read-only"):
            y.data[...] = 0.0
    assert np.shares_memory(x[1:].data, x.data)


def test_grad_can_be_set_and_reset() -> None:
    v, w = Value(1.0), Value([1.0, 2.0])
    v.grad, w.grad = 3, [3, 4]
    assert v.grad == 3.0 and w.grad.tolist() == [3.0, 4.0] and v.has_grad and w.has_grad
    (v * 2 + w.sum()).backward()
    assert v.grad == 5.0 and w.grad.tolist() == [4.0, 5.0]
    w.grad *= 2
    assert w.grad.tolist() == [8.0, 10.0]
    for reset in (None, 0, 0.0):
        v.grad, w.grad = 1.0, [1.0, 1.0]
        v.grad = w.grad = reset
        assert v.grad == 0.0 and w.grad.tolist() == [0.0, 0.0] and not v.has_grad and not w.has_grad
    with pytest.raises(ShapeError, match=r"Value\.grad: found .*shape \(3,\).*expected the shape \(2,\)"):
        w.grad = [1.0, 2.0, 3.0]
    with pytest.raises(GlassgradError, match=r"Value\.grad: found list; expected a number"):
        v.grad = [1.0]


def test_labels_are_strings() -> None:
    v = Value(1.0, label="w")
    v.label = v.label + "0"
    assert v.label == "w0"
    with pytest.raises(DtypeError, match=r"Value\.label: found int; expected a str"):
        v.label = 3  # type: ignore[assignment]
    with pytest.raises(DtypeError):
        Value(1.0, label=None)  # type: ignore[arg-type]


# ---- operands, operation and parameters are recoverable


def test_a_node_tells_its_operation_its_operands_and_its_parameters() -> None:
    x, y, array = Value(3.0), Value([1.0, 2.0]), np.ones(2)
    for z, op, inputs in [
        (x + 2, ag.add, (x, 2.0)), (2 - x, ag.subtract, (2.0, x)), (x * x, ag.multiply, (x, x)), (x, None, ()),
        (2 / x, ag.divide, (2.0, x)), (x**2, ag.power, (x, 2.0)), (-x, ag.negative, (x,)), (y.sum(), ag.sum, (y,)),
        (y * array, ag.multiply, (y, array)), (array / y, ag.divide, (array, y)), (x * y, ag.multiply, (x, y)),
        (ag.where(True, x, y), ag.where, (True, x, y)),
    ]:  # fmt: skip
        assert z.op is op
        assert len(z.inputs) == len(inputs)
        for found, given in zip(z.inputs, inputs, strict=True):
            assert found is given or (isinstance(given, float) and found == given)
    z = y.sum(axis=0, keepdims=True)
    assert z.params == {"axis": 0, "keepdims": True}
    z.params["axis"] = 1
    assert z.params["axis"] == 0 and (x + 1).params == x.params == {}


def test_micrograds_private_names_answer() -> None:
    x, y = Value(3.0), Value(4.0)
    assert (x * y)._prev == {x, y} and (x * x)._prev == {x} and x._prev == set()
    assert [v.data for v in (x + 2.0)._prev if v is not x] == [2.0]
    nodes = [x, x + y, x * y, x**2, x.relu(), x**-1.5, x.tanh(), x - y, x / y, x**y]
    assert [v._op for v in nodes] == ["", "+", "*", "**2", "ReLU", "**-1.5", "tanh", "-", "/", "**"]


def test_frozen_leaves_are_constants() -> None:
    x, frozen = Value(3.0), Value(2.0, requires_grad=False)
    z = x * frozen
    z.backward()
    assert x.grad == 2.0 and frozen.grad == 0.0 and not frozen.has_grad
    assert z.inputs[1] is frozen
    assert not (frozen * frozen + 1).requires_grad
    frozen.requires_grad = True
    (x * frozen).backward()
    assert frozen.grad == 3.0
    with pytest.raises(GraphError, match="only a leaf can be frozen; use stop_gradient"):
        z.requires_grad = False


# ---- Python's protocols


def test_comparisons_give_plain_booleans() -> None:
    x, y = Value(1.0), Value(2.0)
    for f in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        for a, b in ((x, y), (x, 2.0), (2, x), (x, x)):
            plain = [v.data if type(v) is Value else v for v in (a, b)]
            assert f(a, b) is f(*plain)
        found = f(Value([1.0, 3.0]), y)
        assert type(found) is np.ndarray and found.tolist() == f(np.array([1.0, 3.0]), 2.0).tolist()
        assert f(np.array([1.0, 3.0]), y).tolist() == f(np.array([1.0, 3.0]), 2.0).tolist()
    assert x != "a" and x != None  # noqa: E711


def test_the_hash_is_the_identity() -> None:
    x, twin = Value(1.0), Value(1.0)
    assert x == twin and len({x, twin}) == 2 and {x: 1}[x] == 1
    assert x in [twin]  # `in` on a list compares data, as the manual says


def test_truth() -> None:
    assert Value(2.0) and not Value(0.0) and Value([3.0]) and not Value(np.array(0.0))
    with pytest.raises(ShapeError, match=r"shape \(2,\) is ambiguous.*\.any\(\) or \.all\(\)"):
        bool(Value([1.0, 2.0]))


def test_len_and_iteration() -> None:
    x = Value([[1.0, 2.0], [3.0, 4.0]])
    assert len(x) == 2
    rows = list(x)
    assert [r.tolist() for r in rows] == x.tolist()
    rows[1].sum().backward()
    assert x.grad.tolist() == [[0.0, 0.0], [1.0, 1.0]]
    for single in (Value(1.0), Value(np.array(1.0))):
        for f in (len, iter):
            with pytest.raises(TypeError, match="found a single number"):
                f(single)
        with pytest.raises(TypeError):
            2.0 in single  # noqa: B015


def test_repr_shows_data_gradient_and_label() -> None:
    v = Value(2.0, label="w")
    assert repr(v) == "Value(data=2.0, label='w')"
    (v * 0).backward()
    assert repr(v) == str(v) == f"{v}" == "Value(data=2.0, grad=0.0, label='w')"
    assert repr(Value([1.0])) == "Value(data=array([1.]))"
    assert repr(Value([1.0], dtype="float32")) == "Value(data=array([1.], dtype=float32))"
    lines = repr(Value(np.eye(2))).splitlines()
    assert lines[0].index("[1.") == lines[1].index("[0.")  # the rows of a matrix stay aligned


def test_format() -> None:
    assert format(Value(math.pi), ".4f") == f"{Value([math.pi]):.4f}" == "3.1416"
    with pytest.raises(ShapeError):
        format(Value([1.0, 2.0]), ".4f")


def test_rebinding_gives_a_new_value() -> None:
    for start in (Value(3.0), Value([3.0])):
        for f in (operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow):
            x = f(start, 2)
            assert x is not start and start.item() == 3.0 and start in x._prev
    assert +start is start


def test_updates_give_a_new_value() -> None:
    x = Value([1.0, 2.0, 3.0])
    y = x.at[1].set(Value(7.0))
    z = x.at[[0, 0]].add(1.0)
    assert (x.tolist(), y.tolist(), z.tolist()) == ([1.0, 2.0, 3.0], [1.0, 7.0, 3.0], [3.0, 2.0, 3.0])
    assert x.at[:2].set([8.0, 9.0]).tolist() == [8.0, 9.0, 3.0]


REFUSED: dict[str, tuple[Callable[[], Any], type, list[str]]] = {
    "float(v)": (lambda: float(Value(1.0)), UnsupportedError, ["item()", "autograd"]),
    "math.sin(v)": (lambda: math.sin(Value(1.0)), UnsupportedError, ["item()", "autograd"]),
    "int(v)": (lambda: int(Value(1.0)), UnsupportedError, ["item()"]),
    "complex(v)": (lambda: complex(Value(1.0)), UnsupportedError, ["item()"]),
    "array[i] = v": (lambda: operator.setitem(np.zeros(2), 0, Value(1.0)), ValueError, [".at[", "item()"]),
    "v[i] = x": (lambda: operator.setitem(Value([1.0]), 0, 2.0), UnsupportedError, [".at[index].set(x)", ".add(x)"]),
    "np.asarray(v)": (lambda: np.asarray(Value([1.0])), UnsupportedError, [".data", ".detach()"]),
    "np.array([v, v])": (lambda: np.array([Value(1.0), Value(2.0)]), UnsupportedError, ["stack"]),
    "np.array of arrays": (lambda: np.array([Value([1.0]), Value([2.0])]), UnsupportedError, ["stack"]),
    "Value([v, v])": (lambda: Value([Value(1.0), Value(2.0)]), UnsupportedError, ["autograd.stack"]),
    "Value([[v], [v]])": (lambda: Value([[Value([1.0])], [Value([2.0])]]), UnsupportedError, ["autograd.stack"]),
    "Value(v)": (lambda: Value(Value(1.0)), UnsupportedError, [".detach()"]),
    "array += v": (lambda: operator.iadd(np.zeros(2), Value([1.0, 2.0])), UnsupportedError, ["array = array + v"]),
    "np.exp(v, out=)": (lambda: np.exp(Value([1.0]), out=np.zeros(1)), UnsupportedError, ["out="]),
    "np.add.reduce(v)": (lambda: np.add.reduce(Value([1.0])), UnsupportedError, ["np.add.reduce"]),
    "an unknown dtype": (lambda: Value([1.0], dtype="nope"), DtypeError, ["dtype='nope'", "float64"]),
    "np.histogram": (lambda: np.histogram(Value([1.0])), UnsupportedError, ["np.histogram", "v.data"]),
    "np.fft": (lambda: np.fft.fft(Value([1.0])), UnsupportedError, ["np.fft.fft", "complex"]),
    "np.spacing(v)": (lambda: np.spacing(Value([1.0])), UnsupportedError, ["np.spacing", "v.data"]),
    "pow(v, 2, 3)": (lambda: pow(Value(2.0), 2, 3), UnsupportedError, ["modulo"]),  # type: ignore[call-overload]
    "a ragged list": (lambda: Value([[1.0], [2.0, 3.0]]), ShapeError, ["list"]),
    "v + 'a'": (lambda: Value(1.0) + "a", TypeError, ["str"]),
    "v + 1j": (lambda: Value(1.0) + 1j, TypeError, ["complex"]),
    "v * None": (lambda: Value([1.0]) * None, TypeError, ["NoneType"]),
    "shapes that do not fit": (lambda: Value([1.0, 2.0]) + Value([1.0, 2.0, 3.0]), ShapeError, ["add", "(2,)", "(3,)"]),
    "a wrong product": (lambda: Value([1.0, 2.0]) @ np.ones(3), ShapeError, ["matmul", "(2,)", "(3,)"]),
    "a wrong axis": (lambda: Value([1.0]).sum(axis=1), ShapeError, ["sum", "axis"]),
    "too many arguments": (lambda: ag.exp(Value(1.0), 2, 3), SignatureError, ["exp", "too many", "exp(x)"]),
    "too few arguments": (lambda: ag.add(Value(1.0)), SignatureError, ["add", "too few", "add(x, y)"]),
    "an unknown argument": (lambda: Value([1.0]).sum(axes=0), SignatureError, ["sum", "'axes'"]),
    "v[v]": (lambda: Value([1.0])[Value(0.0)], UnsupportedError, ["index", ".data"]),
    "an index out of bounds": (lambda: Value([1.0])[3], IndexError, ["3"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_says_what_to_do(case: str) -> None:
    f, kind, words = REFUSED[case]
    with pytest.raises(kind) as error:
        f()
    said = f"{error.value} {error.value.__cause__}"  # NumPy wraps what it met while it converted
    for word in words:
        assert word in said


def test_a_value_cannot_be_subclassed_or_weakly_referenced() -> None:
    with pytest.raises(TypeError):
        type("Sub", (Value,), {})
    with pytest.raises(TypeError):
        weakref.ref(Value(1.0))
    with pytest.raises(AttributeError):
        Value(1.0).note = 1  # type: ignore[attr-defined]


def test_every_error_is_in_the_tree_and_a_builtin_too() -> None:
    from autograd import errors

    for name in errors.__all__:
        error = getattr(errors, name)
        assert issubclass(error, errors.GlassgradError) and name in errors.__doc__
        builtin = [
            base
            for base in error.__mro__
            if base.__module__ == "builtins" and base not in (Exception, BaseException, object)
        ]
        assert error is errors.GlassgradError or builtin
        assert str(pickle.loads(pickle.dumps(error("why")))) in ("why", "'why'")


def test_tree() -> None:
    x = Value(3.0, label="x")
    y = x * x
    y.label = "square"
    assert (y + Value([1.0, 2.0])).tree().splitlines() == [
        "[0] add = (2,) float64", "  [1] square (multiply) = 9.0", "    [2] x = 3.0", "    [2]",
        "  [3] leaf = (2,) float64",
    ]  # fmt: skip
    assert len((y + y).tree(max_lines=2).splitlines()) == 3


def test_no_grad_gives_constants() -> None:
    x = Value([1.0, 2.0])
    with no_grad():
        y = (x * 2).sum() + Value(3.0) * 2
    assert not y.requires_grad and y.op is None and y.item() == 12.0
