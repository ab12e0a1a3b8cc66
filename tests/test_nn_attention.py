"""Attention and the transformer's block against loops, masks, properties; positions; errors; replay."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
import nn
from autograd import Value, gradients, replay
from autograd.errors import ArgumentError, DtypeError, ShapeError
from nn import functional
from nn.functional import scaled_dot_product_attention

RNG = np.random.default_rng(0)


def naive_attention(q: Any, k: Any, v: Any, allowed: Any, added: Any = None) -> Any:
    """Attention of one sample in one head, query by query; a query that may look at nothing gets zeros."""
    out = np.zeros((len(q), v.shape[1]))
    for i, query in enumerate(q):
        scores = {}
        for j, key in enumerate(k):
            if allowed[i][j]:
                bias = 0.0 if added is None else added[i][j]
                scores[j] = sum(a * b for a, b in zip(query, key, strict=True)) / math.sqrt(len(query)) + bias
        total = sum(math.exp(s) for s in scores.values())
        for j, score in scores.items():
            out[i] += math.exp(score) / total * v[j]
    return out


@given(st.integers(1, 4), st.integers(1, 4), st.booleans(), st.integers(0, 2**30))
@settings(max_examples=25, deadline=None)
def test_attention_is_its_formula(queries: int, keys: int, is_causal: bool, seed: int) -> None:
    rng = np.random.default_rng(seed)
    q, k, v = rng.normal(size=(queries, 3)), rng.normal(size=(keys, 3)), rng.normal(size=(keys, 2))
    mask = rng.random((queries, keys)) < 0.6
    allowed = mask & (np.arange(keys) <= np.arange(queries)[:, None]) if is_causal else mask
    y = scaled_dot_product_attention(Value(q), k, v, attn_mask=mask, is_causal=is_causal)
    np.testing.assert_allclose(y.data, naive_attention(q, k, v, allowed), rtol=1e-12, atol=1e-14)
    added = rng.normal(size=(queries, keys))
    y = scaled_dot_product_attention(q, k, v, attn_mask=added)
    np.testing.assert_allclose(y, naive_attention(q, k, v, np.ones_like(mask), added), rtol=1e-12, atol=1e-14)


def test_gradients_of_attention() -> None:
    q, k, v = (Value(RNG.normal(size=(2, 3, 2))) for _ in range(3))
    mask = np.array([[True, False, False], [False, False, False], [True, True, False]])

    def total() -> Any:
        return (scaled_dot_product_attention(q, k, v, attn_mask=mask) * np.arange(12.0).reshape(2, 3, 2)).sum()

    for leaf in (q, k, v):
        (slope,) = gradients(total(), [leaf])
        data, direction, found = leaf.detach(), RNG.normal(size=leaf.shape), []
        for sign in (1e-5, -1e-5):
            leaf.data = data + sign * direction
            found.append(total().item())
        leaf.data = data
        assert (slope.data * direction).sum() == pytest.approx((found[0] - found[1]) / 2e-5, rel=1e-7, abs=1e-8)
    (slope,) = gradients(total(), [k])
    assert (slope.data[:, 2] == 0.0).all()  # a key that nobody sees


def test_attention_of_a_constant_mask_leaves_large_scores_finite() -> None:
    q = np.full((2, 2), 1e3)
    y = scaled_dot_product_attention(Value(q), q, np.eye(2), is_causal=True)
    assert y.tolist() == [[1.0, 0.0], [0.5, 0.5]]


def test_a_mask_of_numbers_can_be_learned() -> None:
    q, bias = RNG.normal(size=(2, 3, 4)), Value(np.zeros((3, 3)))
    layer = nn.MultiheadAttention(4, 2, batch_first=True, rng=0)
    (slope,) = gradients((layer(q, q, q, attn_mask=bias)[0] ** 2).sum(), [bias])
    moved = np.zeros((3, 3))
    moved[1, 2] = 1e-6
    up, down = ((layer(q, q, q, attn_mask=sign * moved)[0] ** 2).sum().item() for sign in (1.0, -1.0))
    assert slope.data[1, 2] == pytest.approx((up - down) / 2e-6, rel=1e-6)
    np.testing.assert_allclose(slope.data.sum(-1), 0.0, atol=1e-14)  # what all scores share changes nothing


def test_a_learned_mask_may_leave_a_query_nothing_to_look_at() -> None:
    x, data = RNG.normal(size=(2, 3)), np.array([[-np.inf, -np.inf], [0.5, -0.5]])
    mask = Value(data)
    y = scaled_dot_product_attention(x, x, x, attn_mask=mask)
    np.testing.assert_allclose(y.data, naive_attention(x, x, x, np.isfinite(data), data), rtol=1e-13)
    (slope,) = gradients((y**2).sum(), [mask])
    assert np.isfinite(slope.data).all() and slope.data.any(1).tolist() == [False, True]


def test_a_replay_of_attention_takes_each_calls_padding() -> None:
    embedding, layer = nn.Embedding(4, 4, rng=0), multihead(batch_first=True)

    def loss(ids: Any) -> Any:
        x = embedding(ids)
        return (layer(x, x, x, key_padding_mask=autograd.equal(ids, 0))[0] ** 2).sum()

    program = replay(loss)
    for ids in ([[1, 2, 0], [3, 0, 0]], [[1, 2, 3], [0, 0, 0]], [[0, 0, 0], [1, 1, 0]]):
        x = embedding(ids).data
        samples = [naive_heads(layer, row, row, row, [[k != 0 for k in i]] * 3) for row, i in zip(x, ids, strict=True)]
        embedding.zero_grad()
        assert program.backward(np.array(ids)) == pytest.approx((np.stack(samples) ** 2).sum(), rel=1e-12)
        found = embedding.weight.grad
        (slope,) = gradients(loss(np.array(ids)), [embedding.weight])
        np.testing.assert_allclose(found, slope.data, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("batch", "queries", "keys"), [(0, 2, 3), (2, 0, 3), (2, 2, 0), (0, 0, 0)])
def test_batches_and_sequences_of_nothing(batch: int, queries: int, keys: int) -> None:
    layer, q, k = multihead(batch_first=True), np.ones((batch, queries, 4)), np.ones((batch, keys, 4))
    output, weights = layer(q, k, k)
    assert (output.shape, weights.shape) == (q.shape, (batch, queries, keys))
    if keys == 0:
        assert (output.data == layer.out_proj.bias.data).all()
    output.sum().backward()
    assert not layer.in_proj_weight.grad.any()


def test_dropout_of_weights() -> None:
    q = RNG.normal(size=(3, 2))
    assert (scaled_dot_product_attention(q, q, q, dropout_p=1.0, rng=0) == 0.0).all()
    a, b = (scaled_dot_product_attention(q, q, q, dropout_p=0.5, rng=1) for _ in range(2))
    assert a.tolist() == b.tolist() != scaled_dot_product_attention(q, q, q).tolist()


def naive_heads(layer: Any, q: Any, k: Any, v: Any, allowed: Any) -> Any:
    """MultiheadAttention of one sample, head by head."""
    state, size = layer.state_dict(), layer.embed_dim // layer.num_heads
    weights, biases = np.split(state["in_proj_weight"], 3), np.split(state["in_proj_bias"], 3)
    projected = [x @ w.T + b for x, w, b in zip((q, k, v), weights, biases, strict=True)]
    heads = [
        naive_attention(*(x[:, h * size : (h + 1) * size] for x in projected), allowed) for h in range(layer.num_heads)
    ]
    return np.concatenate(heads, axis=1) @ state["out_proj.weight"].T + state["out_proj.bias"]


def multihead(**kwargs: Any) -> Any:
    layer = nn.MultiheadAttention(4, 2, rng=0, **kwargs)
    layer.in_proj_bias.data = np.linspace(-1.0, 1.0, 12)
    layer.out_proj.bias.data = np.linspace(0.5, 1.0, 4)
    return layer


def test_heads_are_attention_on_parts_of_the_projections() -> None:
    layer = multihead(batch_first=True)
    q, kv = RNG.normal(size=(2, 3, 4)), RNG.normal(size=(2, 5, 4))
    allowed, padding = RNG.random((3, 5)) < 0.7, np.array([[False] * 5, [False, False, True, True, True]])
    output, weights = layer(q, kv, kv, key_padding_mask=padding, attn_mask=~allowed)
    for n in range(2):
        expected = naive_heads(layer, q[n], kv[n], kv[n], allowed & ~padding[n])
        np.testing.assert_allclose(output.data[n], expected, rtol=1e-12)
    sums = weights.data.sum(-1)
    assert np.isclose(sums, 1.0).tolist() == [(allowed & ~padding[n]).any(-1).tolist() for n in range(2)]
    per_head = layer(q, kv, kv, padding, attn_mask=~allowed, average_attn_weights=False)[1]
    np.testing.assert_allclose(per_head.data.mean(1), weights.data, rtol=1e-14)
    assert layer(q, kv, kv, need_weights=False)[1] is None


def test_the_forms_of_one_call_agree() -> None:
    usual, first = multihead(), multihead(batch_first=True)
    x = RNG.normal(size=(3, 2, 4))
    causal = np.triu(np.ones((3, 3), bool), 1)
    expected, weights = usual(x, x, x, attn_mask=causal)
    y = x.swapaxes(0, 1)
    calls = [
        first(y, y, y, attn_mask=causal),
        first(y, y, y, is_causal=True),
        first(y, y, y, attn_mask=np.where(causal, -np.inf, 0.0)),
        first(y, y, y, attn_mask=np.stack([causal] * 4)),
    ]
    for output, same in calls:
        np.testing.assert_allclose(output.data, expected.data.swapaxes(0, 1), rtol=1e-13)
        np.testing.assert_allclose(same.data, weights.data, rtol=1e-13)
    one, of_one = first(y[0], y[0], y[0], is_causal=True)  # one sample
    np.testing.assert_allclose(one.data, expected.data[:, 0], rtol=1e-13)
    assert of_one.shape == (3, 3)


def test_what_comes_later_does_not_matter_to_a_causal_block() -> None:
    block = nn.TransformerBlock(4, 2, causal=True, rng=0)
    x = RNG.normal(size=(1, 5, 4))
    changed = x.copy()
    changed[:, 3:, 0] += 1.0  # not all of a place alike, which its normalization would take away
    assert block(x).data[:, :3].tolist() == block(changed).data[:, :3].tolist()
    assert (block(x).data[:, 3:] != block(changed).data[:, 3:]).all()
    blind = nn.TransformerBlock(4, 2, rng=0)
    assert (blind(x).data[:, :3] != blind(changed).data[:, :3]).any()


@pytest.mark.parametrize("norm_first", [False, True])
def test_the_block_is_the_sum_of_its_parts(norm_first: bool) -> None:
    layer = nn.TransformerEncoderLayer(4, 2, 6, 0.0, "gelu", batch_first=True, norm_first=norm_first, rng=0)
    x = RNG.normal(size=(2, 3, 4))

    def feed(x: Any) -> Any:
        return layer.linear2(functional.gelu(layer.linear1(x))).data

    def attend(x: Any) -> Any:
        return layer.self_attn(x, x, x)[0].data

    if norm_first:
        y = x + attend(layer.norm1(x).data)
        expected = y + feed(layer.norm2(y).data)
    else:
        y = layer.norm1(x + attend(x)).data
        expected = layer.norm2(y + feed(y)).data
    np.testing.assert_allclose(layer(x).data, expected, rtol=1e-13)


def test_dropout_of_a_block_acts_in_training_only() -> None:
    layer = nn.TransformerEncoderLayer(4, 2, 6, 0.5, rng=0)
    x = RNG.normal(size=(3, 1, 4))
    assert layer(x).tolist() != layer(x).tolist()
    layer.eval()
    assert layer(x).tolist() == layer(x).tolist()
    a, b = (nn.TransformerEncoderLayer(4, 2, 6, 0.5, rng=3)(x).tolist() for _ in range(2))
    assert a == b


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda block: pickle.loads(pickle.dumps(block))])
def test_copies_compute_the_same(copied: Any) -> None:
    block, x = nn.TransformerBlock(4, 2, dropout=0.5, rng=0), RNG.normal(size=(1, 3, 4))
    assert copied(block)(x).tolist() == block(x).tolist()


def test_state_keys_are_pytorchs() -> None:
    attention = ["in_proj_weight", "in_proj_bias", "out_proj.weight", "out_proj.bias"]
    layers = ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias"]
    norms = ["norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"]
    assert list(nn.MultiheadAttention(4, 2).state_dict()) == attention
    assert list(nn.MultiheadAttention(4, 2, kdim=3, bias=False).state_dict()) == [
        "q_proj_weight", "k_proj_weight", "v_proj_weight", "out_proj.weight"
    ]  # fmt: skip
    keys = [*(f"self_attn.{name}" for name in attention), *layers, *norms]
    assert list(nn.TransformerBlock(4, 2).state_dict()) == keys
    assert list(nn.TransformerEncoderLayer(4, 2).state_dict()) == keys


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_dtypes_stay(dtype: str) -> None:
    model = nn.Sequential(
        nn.Embedding(5, 4, dtype=dtype),
        nn.PositionalEmbedding(6, 4, dtype=dtype),
        nn.PositionalEncoding(6, 4, dtype=dtype),
        nn.TransformerBlock(4, 2, causal=True, dropout=0.1, dtype=dtype),
    )
    y = model([[1, 2, 3], [4, 0, 1]])
    y.sum().backward()
    assert {y.dtype, *(p.grad.dtype for p in model.parameters())} == {np.dtype(dtype)}
    mask = np.zeros((3, 3))
    layer = nn.MultiheadAttention(4, 2, batch_first=True, dtype=dtype)
    assert layer(y.data, y.data, y.data, attn_mask=mask)[0].dtype == np.dtype(dtype)


def test_replay_gives_the_same() -> None:
    block = nn.TransformerBlock(4, 2, causal=True, rng=0)
    program = replay(lambda x: block(x).sum())
    masked = replay(lambda x, mask: scaled_dot_product_attention(x, x, x, attn_mask=mask).sum())
    for seed in range(3):
        x = np.random.default_rng(seed).normal(size=(2, 3, 4))
        np.testing.assert_allclose(program(x).data, block(x).sum().data, rtol=1e-12)
        mask = np.triu(np.ones((3, 3), bool), -1 - seed)
        expected = scaled_dot_product_attention(x, x, x, attn_mask=mask).sum()
        np.testing.assert_allclose(masked(x, mask), expected, rtol=1e-12)


def test_positions() -> None:
    table = nn.PositionalEncoding(7, 5).encoding
    for t in range(7):
        for i in range(5):
            angle = t / 10000 ** (2 * (i // 2) / 5)
            assert table[t, i] == pytest.approx(math.cos(angle) if i % 2 else math.sin(angle), abs=1e-15)
    x = RNG.normal(size=(2, 3, 5))
    np.testing.assert_allclose(nn.PositionalEncoding(7, 5)(x), x + table[:3])
    learned = nn.PositionalEmbedding(7, 5, rng=0)
    np.testing.assert_allclose(learned(x).data, x + learned.weight.data[:3])
    assert 0.015 < nn.PositionalEmbedding(100, 20, rng=0).weight.data.std() < 0.025
    assert nn.PositionalEncoding(7, 5).state_dict() == {}
    assert nn.PositionalEncoding(7, 5).to("float32")(x.astype("float32")).dtype == np.float32


ONE = np.ones((2, 3, 4))
BAD: list[tuple[Any, type[Exception], str]] = [
    (
        lambda: nn.MultiheadAttention(4, 3),
        ArgumentError,
        "embed_dim=4 and num_heads=3; expected embed_dim to be a multiple of",
    ),
    (lambda: nn.MultiheadAttention(4, 2, dropout=2.0), ArgumentError, "MultiheadAttention: found dropout=2.0"),
    (
        lambda: nn.MultiheadAttention(4, 2)(ONE, ONE, ONE[:, :2]),
        ShapeError,
        r"^MultiheadAttention: found shapes \(batch, time, width\)",
    ),
    (lambda: nn.MultiheadAttention(4, 2)(ONE, ONE[0], ONE), ShapeError, r"shape \(3, 4\); expected 3 axes"),
    (lambda: nn.MultiheadAttention(5, 1)(ONE, ONE, ONE), ShapeError, r"expected \(N, L, 5\)"),
    (lambda: multihead()(ONE, ONE, ONE, attn_mask=np.ones((3, 3))), ShapeError, r"expected \(2, 2\) or \(6, 2, 2\)"),
    (lambda: multihead()(ONE, ONE, ONE, np.ones((2, 2))), ShapeError, r"key_padding_mask of shape \(2, 2\)"),
    (
        lambda: multihead()(ONE, ONE, ONE, attn_mask=np.eye(2, dtype=int)),
        DtypeError,
        "MultiheadAttention.*: attn_mask: found dtype int64; expected booleans, or floats",
    ),
    (lambda: multihead()(ONE, ONE, ONE, [[0, 1]] * 3), DtypeError, "key_padding_mask: found dtype int64"),
    (
        lambda: scaled_dot_product_attention(ONE, ONE, ONE, [[0, 1, 0]] * 3),
        DtypeError,
        "^scaled_dot_product_attention: attn_mask: found dtype int64",
    ),
    (lambda: scaled_dot_product_attention(ONE, ONE[..., :2], ONE), ShapeError, r"expected \(..., L, E\)"),
    (
        lambda: nn.TransformerEncoderLayer(4, 2, activation="tanh"),
        ArgumentError,
        "found activation='tanh'; expected 'relu'",
    ),
    (lambda: nn.TransformerBlock(0, 1), ArgumentError, "TransformerBlock: found d_model=0"),
    (lambda: nn.PositionalEmbedding(2, 4)(ONE), ShapeError, r"PositionalEmbedding\(2, 4\): found inputs of shape"),
    (lambda: nn.PositionalEncoding(9, 5)(ONE), ShapeError, r"expected \(..., time, 5\)"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_errors_name_the_layer_and_what_was_found(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_a_small_gpt_learns_a_sequence_by_heart() -> None:
    text = np.array([0, 1, 2, 3, 1, 0, 3, 2, 2, 1])
    model = nn.Sequential(
        nn.Embedding(4, 8, rng=0),
        nn.PositionalEmbedding(16, 8, rng=1),
        nn.TransformerBlock(8, 2, causal=True, rng=2),
        nn.LayerNorm(8),
        nn.Linear(8, 4, rng=3),
    )
    optimizer = nn.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(60):
        loss = functional.cross_entropy(model(text[:-1]), text[1:])
        model.zero_grad()
        loss.backward()
        optimizer.step()
    assert model(text[:-1]).data.argmax(-1).tolist() == text[1:].tolist()
