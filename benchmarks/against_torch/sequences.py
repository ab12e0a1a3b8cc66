"""Compare the layers for sequences with PyTorch's: outputs, and gradients by every input and parameter.

Our layer's state is loaded into PyTorch's by the keys of its state_dict alone, and PyTorch's into ours; all must agree,
relative to the largest element or 1, to 1e-12 in double and 1e-6 in single precision.

Usage: python benchmarks/against_torch/sequences.py [--write]

--write puts what PyTorch gave in double precision into tests/golden/torch_sequences.json, which the tests compare with.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from agreement import Found, Row, cotangent, print_agreement, write_golden
from sequence_cases import SEQUENCES, Sequence, fingerprint, flat, found_by, of_glassgrad, random_state


def torch_layer(case: Sequence, dtype: str) -> Any:
    if case.is_function:
        return getattr(torch.nn.functional, case.layer)
    name, args, kwargs = (case.layer, case.args, case.kwargs) if case.theirs is None else case.theirs
    return getattr(torch.nn, name)(*args, **kwargs, dtype=getattr(torch, dtype))


def of_torch(case: Sequence, layer: Any, inputs: list[Any]) -> Found:
    leaves = [torch.tensor(x, requires_grad=True) for x in inputs]
    ys = flat(layer(*case.arguments(leaves), **case.masks_as(str(inputs[0].dtype), torch.as_tensor)))
    named = [] if case.is_function else list(layer.named_parameters())
    total = sum((y * torch.as_tensor(cotangent(y.detach().numpy()))).sum() for y in ys)
    slopes = torch.autograd.grad(total, [*leaves, *(parameter for _, parameter in named)], materialize_grads=True)
    names = [*(f"input {i}" for i in range(len(leaves))), *(name for name, _ in named)]
    return found_by([y.detach().numpy() for y in ys], [g.numpy() for g in slopes], names)


def both_ways(case: Sequence, dtype: str, seed: int = 0) -> Iterator[tuple[Found, Found]]:
    """What either side finds with our state, and with PyTorch's."""
    rng = np.random.default_rng(seed)
    inputs, ours, theirs = case.inputs(rng, dtype), case.build(dtype), torch_layer(case, dtype)
    if not case.is_function:
        ours.load_state_dict(random_state(ours, rng))
        theirs.load_state_dict({name: torch.as_tensor(data) for name, data in ours.state_dict().items()})
    yield of_glassgrad(case, ours, inputs), of_torch(case, theirs, inputs)
    if not case.is_function:
        ours, theirs = case.build(dtype), torch_layer(case, dtype)
        ours.load_state_dict({name: data.numpy() for name, data in theirs.state_dict().items()})
        yield of_glassgrad(case, ours, inputs), of_torch(case, theirs, inputs)


def golden(case: Sequence) -> dict[str, float]:
    """What PyTorch gives for fixed inputs and a fixed state, in double precision."""
    rng = np.random.default_rng(0)
    inputs, theirs = case.inputs(rng, "float64"), torch_layer(case, "float64")
    if not case.is_function:
        state = random_state(case.build("float64"), rng)
        theirs.load_state_dict({name: torch.as_tensor(data) for name, data in state.items()})
    return fingerprint(of_torch(case, theirs, inputs))


def pairs(cases: list[Sequence], dtype: str) -> Iterator[tuple[Found, Found]]:
    for case in cases:
        yield from both_ways(case, dtype)


def rows() -> Iterator[Row]:
    for layer in dict.fromkeys(case.layer for case in SEQUENCES):
        cases = [case for case in SEQUENCES if case.layer == layer]
        yield Row(layer, len(cases), partial(pairs, cases))


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the layers for sequences with PyTorch's.")
    parser.add_argument("--write", action="store_true", help="write the file that the tests compare with")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    if parser.parse_args().write:
        write_golden("sequences", (f"{json.dumps(case.name)}: {json.dumps(golden(case))}" for case in SEQUENCES))
    apart = print_agreement("layer", rows(), {})
    print(f"{len(SEQUENCES)} cases, our state in PyTorch's layer and its state in ours; {apart} layers apart")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
