"""Random graphs, and random histories of a graph, against the naive model beside this file."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import naive_model as naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

import autograd
from autograd import Value, no_grad, tangents
from autograd.errors import GraphError

# What the model calls by another name, or what the engine writes as a method or an operator.
SPECIAL: dict[str, Callable[..., Any]] = {
    "choose": lambda x, y: autograd.where(x > 0, x, y),
    "at_set": lambda x, y: x.at[:1].set(y),
    "at_add": lambda x, y: x.at[:1].add(y),
    "column_sums": lambda x: x.sum(axis=0),
    "flip": lambda x: x[::-1],
    "last": lambda x: x[-1],
}
NUMBERS = st.integers(-8, 8).map(lambda n: n / 4)
SHAPES = st.sampled_from([None, (), (3,), (2, 3), (2, 1)])  # None: a number
BINARY = [name for name, (_, pulls) in naive.OPERATIONS.items() if len(pulls) == 2]
UNARY = [name for name in naive.OPERATIONS if name not in BINARY]


@st.composite
def plain_data(draw: st.DrawFn, shape: tuple[int, ...] | None) -> Any:
    if shape is None:
        return draw(NUMBERS)
    size = int(np.prod(shape))
    return np.reshape(draw(st.lists(NUMBERS, min_size=size, max_size=size)), shape)


LEAVES = SHAPES.flatmap(plain_data)


class Pair:
    """A Value and its model, kept in step."""

    def __init__(self, value: Value, model: naive.Node) -> None:
        self.value, self.model = value, model

    @classmethod
    def leaf(cls, data: Any) -> "Pair":
        return cls(Value(data), naive.leaf(data, number=isinstance(data, float)))

    def check(self) -> None:
        for plain, expected in ((self.value.data, self.model.data), (self.value.grad, self.model.grad)):
            assert type(plain) is (float if self.model.number else np.ndarray)
            np.testing.assert_allclose(plain, np.broadcast_to(expected, self.value.shape), rtol=1e-9, atol=1e-9)
        assert self.value.has_grad == self.model.has_grad
        assert self.value.requires_grad == self.model.tracked


def fits(name: str, *pairs: Pair) -> bool:
    shapes = [pair.value.shape for pair in pairs]
    if name in ("flip", "last", "at_set", "at_add", "column_sums") and not shapes[0]:
        return False
    if name in ("at_set", "at_add"):
        shapes[0] = (1, *shapes[0][1:])
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        return False
    return (name not in ("at_set", "at_add") or shape == shapes[0]) and not (
        name == "divide" and (np.abs(pairs[1].value.data) < 0.2).any()
    )


def apply(name: str, *pairs: Pair, recorded: bool = True) -> Pair | None:
    """The operation applied on both sides; None where the operands do not fit or the numbers grow out of hand."""
    if not fits(name, *pairs):
        return None
    model = naive.apply(name, *(pair.model for pair in pairs), recorded=recorded)
    if np.abs(model.data).max() > 1e3:
        return None
    value = SPECIAL.get(name, getattr(autograd, name, None))(*(pair.value for pair in pairs))
    pair = Pair(value, model)
    pair.check()
    model.data[...] = value.data  # the engine's last bits, so that a tie is a tie on both sides
    return pair


PROGRAMS = st.lists(
    st.tuples(st.sampled_from(UNARY + BINARY), st.integers(0, 99), st.integers(0, 99)), min_size=1, max_size=25
)


def run_program(data: list[Any], program: list[tuple[str, int, int]]) -> list[Pair]:
    """Leaves, then the nodes of a random graph; small numbers reach far back, so that nodes are shared."""
    pairs = [Pair.leaf(d) for d in data]
    for name, i, j in program:
        operands = [pairs[-1 - k % len(pairs)] for k in (i, j)[: 1 if name in UNARY else 2]]
        pair = apply(name, *operands)
        if pair is not None:
            pairs.append(pair)
    return pairs


def seed_for(pair: Pair) -> Any:
    """A cotangent whose elements all differ."""
    ramp = np.arange(1.0, 1.0 + pair.value.size).reshape(pair.value.shape)
    return 1.0 if pair.model.number else ramp


@given(st.lists(LEAVES, min_size=1, max_size=5), PROGRAMS)
def test_backward_agrees_with_the_model(data: list[Any], program: list[tuple[str, int, int]]) -> None:
    pairs = run_program(data, program)
    pairs[-1].value.backward(seed_for(pairs[-1]))
    naive.backward(pairs[-1].model, seed_for(pairs[-1]))
    for pair in pairs:
        pair.check()


@given(st.lists(LEAVES, min_size=1, max_size=5), PROGRAMS)
def test_forward_mode_is_adjoint_to_the_models_reverse_mode(
    data: list[Any], program: list[tuple[str, int, int]]
) -> None:
    pairs = run_program(data, program)
    leaves, root = pairs[: len(data)], pairs[-1]
    naive.backward(root.model, seed_for(root))
    tangent_seeds = [(leaf.value, 0.5 + 0.25 * leaf.value.data) for leaf in leaves]
    (t,) = tangents([root.value], tangent_seeds)
    by_reverse_mode = sum(np.sum(leaf.model.grad * t) for leaf, (_, t) in zip(leaves, tangent_seeds, strict=True))
    assert np.sum(seed_for(root) * t.data) == pytest.approx(by_reverse_mode, rel=1e-9, abs=1e-9)
    assert not any(pair.value.has_grad for pair in pairs)


@given(st.lists(LEAVES, min_size=1, max_size=5), PROGRAMS)
def test_a_copy_of_a_graph_gives_the_same_gradients(data: list[Any], program: list[tuple[str, int, int]]) -> None:
    pairs = run_program(data, program)
    values = [pair.value for pair in pairs[: len(data)]] + [pairs[-1].value]
    values[-1].backward(seed_for(pairs[-1]))
    for duplicate in (copy.deepcopy(values), pickle.loads(pickle.dumps(values))):
        for v in duplicate:
            v.zero_grad()
        duplicate[-1].backward(seed_for(pairs[-1]))
        for v, original in zip(duplicate, values, strict=True):
            assert v is not original
            np.testing.assert_array_equal(v.data, original.data)
            np.testing.assert_array_equal(v.grad, original.grad)


class Histories(RuleBasedStateMachine):
    """What a user may do to a graph in any order; after each step all data and gradients agree with the model's."""

    def __init__(self) -> None:
        super().__init__()
        self.used_as_constants: set[naive.Node] = set()
        self.pairs = [Pair.leaf(1.5), Pair.leaf(np.array([1.0, -0.5, 2.0]))]

    def pick(self, i: int) -> Pair:
        return self.pairs[-1 - i % len(self.pairs)]

    def pick_leaf(self, i: int) -> Pair:
        leaves = [pair for pair in self.pairs if pair.value.op is None and pair.model.memory is pair.model]
        return leaves[i % len(leaves)]

    @rule(data=LEAVES)
    def make_a_leaf(self, data: Any) -> None:
        self.pairs.append(Pair.leaf(data))

    @rule(name=st.sampled_from(UNARY), i=st.integers(0, 20), recorded=st.integers(0, 9).map(bool))
    def apply_to_one(self, name: str, i: int, recorded: bool) -> None:
        self.record(name, self.pick(i), recorded=recorded)

    @rule(
        name=st.sampled_from(BINARY), i=st.integers(0, 20), j=st.integers(0, 20), recorded=st.integers(0, 9).map(bool)
    )
    def apply_to_two(self, name: str, i: int, j: int, recorded: bool) -> None:
        self.record(name, self.pick(i), self.pick(j), recorded=recorded)

    def record(self, name: str, *operands: Pair, recorded: bool) -> None:
        if recorded:
            pair = apply(name, *operands)
        else:
            with no_grad():
                pair = apply(name, *operands, recorded=False)
        if pair is not None:
            self.pairs.append(pair)
            self.used_as_constants.update(x.model for x in operands if not x.model.tracked)

    @rule(i=st.integers(0, 20), leaves_only=st.booleans())
    def backward(self, i: int, leaves_only: bool) -> None:
        root = self.pick(i)
        kept = {pair.model: (pair.model.grad, pair.model.has_grad) for pair in self.pairs if pair.model.inputs}
        if not root.model.tracked:
            with pytest.raises(GraphError, match="this Value is a constant"):
                root.value.backward(seed_for(root))
            return
        try:
            naive.backward(root.model, seed_for(root))
        except naive.StaleError as stale:
            with pytest.raises(GraphError, match="was replaced since") as error:
                root.value.backward(seed_for(root), leaves_only=leaves_only)
            (leaf,) = [pair.value for pair in self.pairs if pair.model is stale.args[0]]
            assert repr(leaf.label) in str(error.value) or f"of shape {leaf.shape}" in str(error.value)
        else:
            root.value.backward(seed_for(root), leaves_only=leaves_only)
            if leaves_only:
                for node, (grad, has_grad) in kept.items():
                    node.grad, node.has_grad = grad, has_grad

    @rule(i=st.integers(0, 20))
    def zero_grad(self, i: int) -> None:
        self.pick(i).value.zero_grad()
        naive.zero_grad(self.pick(i).model)

    @rule(i=st.integers(0, 20), in_place=st.booleans())
    def replace_data(self, i: int, in_place: bool) -> None:
        leaf = self.pick_leaf(i)
        if in_place:
            leaf.value.data -= 0.25
            leaf.model.data -= 0.25  # views see it
        else:
            leaf.value.data = leaf.value.data - 0.25
            leaf.model.data = leaf.model.data - 0.25
        leaf.model.version += 1

    @rule(i=st.integers(0, 20))
    def freeze_or_thaw(self, i: int) -> None:
        leaf = self.pick_leaf(i)
        if leaf.model in self.used_as_constants:
            return  # what becomes of older graphs, the engine leaves open
        leaf.value.requires_grad = leaf.model.tracked = not leaf.model.tracked

    @precondition(lambda self: len(self.pairs) > 4)
    @rule()
    def forget_the_latest(self) -> None:
        self.pairs.pop()

    @invariant()
    def everything_agrees(self) -> None:
        for pair in self.pairs:
            pair.check()


def test_random_histories_agree_with_the_model() -> None:
    run_state_machine_as_test(Histories)
