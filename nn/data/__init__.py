"""Data in rows: sets of them, split at random, handed out in batches."""

from nn.data.datasets import Subset, TensorDataset, random_split
from nn.data.loader import DataLoader

__all__ = ["DataLoader", "Subset", "TensorDataset", "random_split"]
