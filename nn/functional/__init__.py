"""Functions without parameters of their own, under PyTorch's names (`torch.nn.functional`)."""

from nn.functional.losses import binary_cross_entropy_with_logits, cross_entropy, hinge_loss, mse_loss

__all__ = ["binary_cross_entropy_with_logits", "cross_entropy", "hinge_loss", "mse_loss"]
