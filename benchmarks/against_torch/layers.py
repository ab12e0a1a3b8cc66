"""Compare each layer with PyTorch's of the same name: output, gradients and running statistics.

Our layer's state is loaded into PyTorch's by the keys of its state_dict alone, and PyTorch's into ours; outputs,
gradients by the input and every parameter, and the buffers afterwards must agree, relative to the largest element or 1,
to 1e-12 in double and 1e-6 in single precision.

Usage: python benchmarks/against_torch/layers.py [--write]

--write puts what PyTorch gave in double precision into tests/golden/torch_layers.json, which the tests compare with.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import torch
from agreement import Found, Row, cotangent, print_agreement, write_golden
from layer_cases import CASES, STATED, Case, of_glassgrad, random_state


def torch_layer(case: Case, dtype: str) -> Any:
    return getattr(torch.nn, case.layer)(*case.args, **case.kwargs).to(getattr(torch, dtype)).train(case.training)


def of_torch(layer: Any, x: Any) -> Found:
    leaf = torch.as_tensor(x)
    if x.dtype.kind == "f":
        leaf = leaf.clone().requires_grad_()
    y = layer(leaf)
    output = y.detach().numpy()
    y.backward(torch.as_tensor(cotangent(output)))
    found = {"output": output}
    if leaf.grad is not None:
        found["d input"] = leaf.grad.numpy()
    found |= {f"d {name}": parameter.grad.numpy() for name, parameter in layer.named_parameters()}
    return found | {f"then {name}": data.numpy().copy() for name, data in layer.named_buffers()}


def both_ways(case: Case, dtype: str, seed: int = 0) -> Iterator[tuple[Found, Found]]:
    """What either side finds with our state, and with PyTorch's."""
    rng = np.random.default_rng(seed)
    x, ours, theirs = case.inputs(rng, dtype), case.build(dtype), torch_layer(case, dtype)
    ours.load_state_dict(random_state(ours, rng))
    theirs.load_state_dict({name: torch.as_tensor(data) for name, data in ours.state_dict().items()})
    yield of_glassgrad(ours, x), of_torch(theirs, x)
    ours, theirs = case.build(dtype), torch_layer(case, dtype)
    ours.load_state_dict({name: data.numpy() for name, data in theirs.state_dict().items()})
    yield of_glassgrad(ours, x), of_torch(theirs, x)


def golden(case: Case) -> dict[str, Any]:
    """What PyTorch gives for fixed inputs and a fixed state, in double precision, to be written as JSON."""
    rng = np.random.default_rng(0)
    x, state = case.inputs(rng, "float64"), random_state(case.build("float64"), rng)
    theirs = torch_layer(case, "float64")
    theirs.load_state_dict({name: torch.as_tensor(data) for name, data in state.items()})
    found = of_torch(theirs, x)
    listed = {
        key: {name: np.asarray(a).tolist() for name, a in part.items()}
        for key, part in (("state", state), ("found", found))
    }
    return {"input": x.tolist(), **listed}


def pairs(cases: list[Case], dtype: str) -> Iterator[tuple[Found, Found]]:
    for case in cases:
        yield from both_ways(case, dtype)


def rows() -> Iterator[Row]:
    for layer in sorted({case.layer for case in CASES}):
        cases = [case for case in CASES if case.layer == layer]
        yield Row(layer, len(cases), partial(pairs, cases))


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the layers with PyTorch's.")
    parser.add_argument("--write", action="store_true", help="write the file that the tests compare with")
    warnings.filterwarnings("ignore", message="Using padding='same' with even kernel lengths")  # PyTorch, on its speed
    torch.set_num_threads(1)
    if parser.parse_args().write:
        write_golden("layers", (f"{json.dumps(case.name)}: {json.dumps(golden(case))}" for case in CASES))
    apart = print_agreement("layer", rows(), STATED)
    print(f"{len(CASES)} cases, our state in PyTorch's layer and its state in ours; {apart} layers apart")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
