"""How good a model is, in numbers that people read: scikit-learn's scores, at once or collected batch by batch."""

from nn.training.metrics.classes import F1, Accuracy, ConfusionMatrix, Precision, Recall
from nn.training.metrics.errors import MAE, MSE, R2
from nn.training.metrics.metric import Metric
from nn.training.metrics.named import METRICS, metric
from nn.training.metrics.scores import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    mean_absolute_error,
    mean_squared_error,
    precision_score,
    r2_score,
    recall_score,
)

__all__ = [
    "F1",
    "MAE",
    "METRICS",
    "MSE",
    "R2",
    "Accuracy",
    "ConfusionMatrix",
    "Metric",
    "Precision",
    "Recall",
    "accuracy_score",
    "confusion_matrix",
    "f1_score",
    "mean_absolute_error",
    "mean_squared_error",
    "metric",
    "precision_score",
    "r2_score",
    "recall_score",
]
