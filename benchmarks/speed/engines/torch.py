"""PyTorch, eager, on the processor."""

import torch
from torch.nn import functional


def network(layers, rate):
    """The functions behind its layers, and the update without the machinery of an optimizer."""
    parameters = [(torch.tensor(weight.T.copy()), torch.tensor(bias)) for weight, bias in layers]
    flat = [p.requires_grad_() for layer in parameters for p in layer]

    def step(x, y):
        for weight, bias in parameters[:-1]:
            x = functional.linear(x, weight, bias).relu()
        z = functional.linear(x, *parameters[-1])
        loss = functional.binary_cross_entropy_with_logits(z, y) if y.ndim == 2 else functional.cross_entropy(z, y)
        loss.backward()
        with torch.no_grad():
            for p in flat:
                p.sub_(p.grad, alpha=rate)
                p.grad = None
        return loss.item()

    return torch.tensor, step


def one_element():
    return torch.ones(1, requires_grad=True)


def differentiate(chain, x):
    chain(x).backward(torch.ones(1))
