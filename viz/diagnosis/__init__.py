"""`diagnose(root)`: what is wrong with a graph, in sentences, and marks of at most 12 characters for its picture."""

from viz.diagnosis.examining import diagnose
from viz.diagnosis.findings import Diagnosis, Finding

__all__ = ["Diagnosis", "Finding", "diagnose"]
