"""Compare each loss with PyTorch's of the same name: its value, and its gradients by all operands of floats.

Random calls, with all reductions and options, must agree relative to the largest element or 1, to 1e-12 in double and
1e-6 in single precision.

Usage: python benchmarks/against_torch/losses.py [--cases N] [--seed N] [--write]

--write puts what PyTorch gave for a few fixed calls in double precision into tests/golden/torch_losses.json, which the
tests compare with.
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
from loss_cases import BY_CLASS, DRAWS, STATED, Case, cases, of_glassgrad

WRITTEN = 6  # calls of each loss


def half_squared_error(x: Any, y: Any, reduction: str) -> Any:
    return 0.5 * torch.nn.functional.mse_loss(x, y, reduction=reduction)


def hinge_loss(x: Any, y: Any, reduction: str) -> Any:
    losses = torch.relu(1.0 - y * x)
    return losses if reduction == "none" else getattr(losses, reduction)()


OWN = {"half_squared_error": half_squared_error, "hinge_loss": hinge_loss}  # PyTorch has no function of that name


def of_torch(case: Case) -> Found:
    """The loss, and its gradients by all operands of floats."""
    leaves = []
    for x in map(torch.as_tensor, case.operands):
        if x.is_floating_point():
            x = x.clone().requires_grad_()
        leaves.append(x if x.is_floating_point() or case.loss in BY_CLASS else x.to(leaves[0].dtype))
    options = {key: torch.as_tensor(x) if isinstance(x, np.ndarray) else x for key, x in case.options.items()}
    function = OWN.get(case.loss) or getattr(torch.nn.functional, case.loss)
    y = function(*leaves, **options)
    output = y.detach().numpy()
    y.backward(torch.as_tensor(cotangent(output)))
    gradients = {f"d operand {i}": leaf.grad.numpy() for i, leaf in enumerate(leaves) if leaf.requires_grad}
    return {"output": output, **gradients}


def golden(case: Case) -> dict[str, Any]:
    """A call and what PyTorch gives for it, to be written as JSON."""
    options = {key: x.tolist() if isinstance(x, np.ndarray) else x for key, x in case.options.items()}
    found = {key: np.asarray(x).tolist() for key, x in of_torch(case).items()}
    return {"operands": [x.tolist() for x in case.operands], "options": options, "found": found}


def written(loss: str) -> str:
    calls = ",\n".join(json.dumps(golden(case)) for case in cases(loss, WRITTEN, decimals=4))
    return f"{json.dumps(loss)}: [\n{calls}]"


def pairs(loss: str, count: int, seed: int, dtype: str) -> Iterator[tuple[Found, Found]]:
    for case in cases(loss, count, seed):
        yield of_glassgrad(case.to(dtype)), of_torch(case.to(dtype))


def main() -> int:
    parser = argparse.ArgumentParser(description="Compare the losses with PyTorch's.")
    parser.add_argument("--cases", type=int, default=300, help="random calls of each loss (default: 300)")
    parser.add_argument("--seed", type=int, default=0, help="of the random calls (default: 0)")
    parser.add_argument("--write", action="store_true", help="write the file that the tests compare with")
    options = parser.parse_args()
    warnings.filterwarnings("ignore", message="reduction: 'mean' divides the total loss")  # PyTorch on its kl_div
    torch.set_num_threads(1)
    if options.write:
        write_golden("losses", map(written, DRAWS))
    rows = (Row(loss, options.cases, partial(pairs, loss, options.cases, options.seed)) for loss in DRAWS)
    apart = print_agreement("loss", rows, STATED)
    print(f"{len(DRAWS)} losses, {options.cases} calls each; {apart} losses apart")
    return 1 if apart else 0


if __name__ == "__main__":
    sys.exit(main())
