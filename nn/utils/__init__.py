"""What is done to parameters from outside, under the names of `torch.nn.utils`: clipped, in one vector, pruned."""

from nn.utils import prune
from nn.utils.clipping import clip_grad_norm_, clip_grad_value_
from nn.utils.vectors import parameters_to_vector, vector_to_parameters

__all__ = ["clip_grad_norm_", "clip_grad_value_", "parameters_to_vector", "prune", "vector_to_parameters"]
