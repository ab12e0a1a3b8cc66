"""Pruned synapses: weights held at zero by a mask, under the names of `torch.nn.utils.prune`.

Pruning the parameter `weight` of a module puts the parameter `weight_orig` and the buffer `weight_mask` in its place;
`weight` itself becomes their product, computed anew before each call of the module. Gradients reach what is left.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import Any

import autograd
from autograd import Value
from autograd.errors import ArgumentError
from nn.modules import Module
from nn.options import SHARE, TEXT, WHOLE, such_as
from nn.randomness import generator
from nn.utils.clipping import leaves

__all__ = [
    "custom_from_mask",
    "is_pruned",
    "l1_penalty",
    "l1_unstructured",
    "random_unstructured",
    "remove",
    "sparsity",
]


class _Masking:
    """The hook that computes a pruned parameter before each call of its module."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, module: Module, args: Any) -> None:
        setattr(module, self.name, getattr(module, f"{self.name}_orig") * getattr(module, f"{self.name}_mask"))


def l1_unstructured(module: Module, name: str, amount: float) -> Module:
    """Prune the weights nearest to zero (Han et al., Learning both Weights and Connections, 2015).

    Args:
        module: what has the parameter.
        name: of the parameter, an array, such as "weight".
        amount: a share of all weights, a float from 0 to 1, or a whole number of them; of those left by pruning before.

    Returns:
        The module.

    Raises:
        ArgumentError: for a name that is no parameter, or an amount out of range.

    >>> from nn import Linear
    >>> layer = Linear(2, 2, rng=0)
    >>> layer.weight.data = [[0.1, -2.0], [3.0, -0.2]]
    >>> l1_unstructured(layer, "weight", 0.5).weight.tolist()
    [[0.0, -2.0], [3.0, -0.0]]
    >>> sparsity(layer), list(layer.state_dict())
    (0.3333333333333333, ['bias', 'weight_orig', 'weight_mask'])
    """
    return _pruned("l1_unstructured", module, name, amount, abs)


def random_unstructured(module: Module, name: str, amount: float, *, rng: Any = None) -> Module:
    """Prune weights chosen at random, the baseline of other choices; `rng` draws them.

    Arguments and errors are those of l1_unstructured.
    """
    return _pruned("random_unstructured", module, name, amount, lambda data: generator(rng).random(data.shape))


def custom_from_mask(module: Module, name: str, mask: Any) -> Module:
    """Prune where a mask says 0; what was pruned before stays so.

    Args:
        module: what has the parameter.
        name: of the parameter.
        mask: of its shape, 0 where a weight is pruned, else 1.

    Raises:
        ArgumentError: for a name that is no parameter, or a mask that does not fit.
    """
    import numpy as np

    weight = _parameter("custom_from_mask", module, name)
    mask = np.asarray(mask)
    if mask.shape != weight.shape or not np.isin(mask, (0, 1)).all():
        raise ArgumentError(
            f"custom_from_mask: found a mask of shape {mask.shape}; expected zeros and ones of shape {weight.shape}."
        )
    mask = mask.astype(weight.dtype)
    if is_pruned(module, name):
        mask = mask * getattr(module, f"{name}_mask")
        setattr(module, f"{name}_mask", mask)
    else:
        delattr(module, name)
        setattr(module, f"{name}_orig", weight)
        module.register_buffer(f"{name}_mask", mask)
        setattr(module, f"{name}_masking", module.register_forward_pre_hook(_Masking(name)))
    _Masking(name)(module, ())
    return module


def remove(module: Module, name: str) -> Module:
    """Make pruning final: the parameter is an ordinary one again, with zeros where it was pruned.

    Raises:
        ArgumentError: for a parameter that is not pruned.
    """
    if not is_pruned(module, name):
        raise ArgumentError(f"remove: found {name!r} of {module!r}, which is not pruned; prune it first.")
    weight: Value = getattr(module, f"{name}_orig")
    weight.data = weight.detach() * getattr(module, f"{name}_mask")
    getattr(module, f"{name}_masking").remove()
    for attribute in (name, f"{name}_orig", f"{name}_mask", f"{name}_masking"):
        delattr(module, attribute)
    setattr(module, name, weight)
    return module


def is_pruned(module: Module, name: str | None = None) -> bool:
    """Whether this parameter is pruned, or without a name any of the module or those below it."""
    if name is None:
        return any(True for _ in _all_pruned(module))
    return hasattr(module, f"{name}_masking")


def _all_pruned(module: Module) -> Iterator[tuple[Value, Any]]:
    """Each pruned parameter of a module and those below it, with its mask."""
    for part in module.modules():
        for name in [key.removesuffix("_mask") for key in part.buffer_names]:
            if is_pruned(part, name):
                yield getattr(part, f"{name}_orig"), getattr(part, f"{name}_mask")


def sparsity(module: Module) -> float:
    """The share of zeros among all parameters of a module, pruned ones counted as they act.

    >>> from nn import Neuron
    >>> sparsity(Neuron(3))  # the bias
    0.25
    """
    masks = {id(parameter): mask for parameter, mask in _all_pruned(module)}
    zeros = total = 0
    for parameter in module.parameters():
        data = parameter.data * masks.get(id(parameter), 1.0)
        zeros += int((data == 0.0).sum()) if parameter.shape else int(data == 0.0)
        total += parameter.size
    return zeros / total if total else 0.0


def l1_penalty(parameters: Value | Iterable[Value]) -> Any:
    """The sum of all absolute values: a share of it added to the loss drives weights to zero (Tibshirani, 1996).

    >>> l1_penalty([Value(-1.0), Value([2.0, -3.0])]).item()
    6.0
    """
    given = leaves("l1_penalty", parameters)
    if not given:
        raise ArgumentError("l1_penalty: found no parameters; expected at least one.")
    return reduce(operator.add, (autograd.sum(abs(p)) if p.shape else abs(p) for p in given))


def _pruned(operation: str, module: Module, name: str, amount: Any, score: Callable[[Any], Any]) -> Module:
    """Prune so many of the weights that are left, those of the least score."""
    import numpy as np

    weight = _parameter(operation, module, name)
    mask = np.array(getattr(module, f"{name}_mask")) if is_pruned(module, name) else np.ones(weight.shape)
    left = np.flatnonzero(mask)
    allowed = such_as(
        f"a float from 0 to 1, or a whole number up to {left.size}",
        lambda x: 0 <= x <= left.size if WHOLE.allows(x) else SHARE.allows(x),
        lambda x: int(x) if WHOLE.allows(x) else round(x * left.size),
    )
    number = allowed(operation, amount=amount)
    least = np.argsort(np.ravel(score(weight.data))[left], kind="stable")[:number]
    mask.flat[left[least]] = 0.0
    return custom_from_mask(module, name, mask)


def _parameter(operation: str, module: Module, name: str) -> Value:
    TEXT(operation, name=name)
    found = getattr(module, f"{name}_orig" if is_pruned(module, name) else name, None)
    if not isinstance(found, Value) or found.op is not None or not found.shape:
        raise ArgumentError(
            f"{operation}: found {name!r}, which is no array parameter of {module!r}; name one of its own."
        )
    return found
