"""Finding trouble: where a NaN comes from, and what a gradient is made of."""

from autograd.debug.anomaly import detect_anomaly
from autograd.debug.explanation import Explanation, Path, contributions, explain

__all__ = ["Explanation", "Path", "contributions", "detect_anomaly", "explain"]
