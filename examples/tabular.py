"""Small tables: networks that the Trainer trains, judged in 5 folds beside scikit-learn's.

    pip install -e ".[all]"
    python examples/tabular.py

Flowers, wines, tumours and patients, 150 to 569 rows each: so few that a single split would say little. In 5 folds each
row is predicted by a network that has not seen it, and the spread over the folds tells which difference means anything.
As scikit-learn's estimators, our networks take part in its pipelines: the scales of the features are measured anew in
each fold, on the rows to learn from alone.
"""

import argparse
import warnings
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from matplotlib.figure import Figure  # pip install "glassgrad[examples]"
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from nn import Flatten, Linear, Module, ReLU, Sequential, Trainer, optim

Array = NDArray[Any]


class Scores(NamedTuple):
    """In each fold, the accuracy, or R² of a regression."""

    ours: Array
    theirs: Array

    @property
    def agree(self) -> bool:
        """Whether our mean is theirs, less a standard deviation of theirs over the folds at most."""
        return bool(self.ours.mean() >= self.theirs.mean() - self.theirs.std())


class Classifier(ClassifierMixin, BaseEstimator):
    """A network of 64 hidden units; as an estimator it learns in `fit(x, y)`, and is asked by `predict(x)`."""

    def __init__(self, steps: int, seed: int) -> None:
        self.steps, self.seed = steps, seed

    def fit(self, x: Array, y: Array) -> "Classifier":
        self.classes_ = np.unique(y)
        rng = np.random.default_rng(self.seed)
        model = Sequential(Linear(x.shape[1], 64, rng=rng), ReLU(), Linear(64, len(self.classes_), rng=rng))
        self.trainer_ = trained(model, "cross_entropy", x, y, self.steps, rng)
        return self

    def predict(self, x: Array) -> Array:
        return self.trainer_.predict(x).argmax(axis=1)


class Regressor(RegressorMixin, BaseEstimator):
    """The same with one output, and the squared error as the loss."""

    def __init__(self, steps: int, seed: int) -> None:
        self.steps, self.seed = steps, seed

    def fit(self, x: Array, y: Array) -> "Regressor":
        rng = np.random.default_rng(self.seed)
        model = Sequential(Linear(x.shape[1], 64, rng=rng), ReLU(), Linear(64, 1, rng=rng), Flatten(0))
        self.trainer_ = trained(model, "mse_loss", x, y, self.steps, rng)
        return self

    def predict(self, x: Array) -> Array:
        return self.trainer_.predict(x)


def trained(model: Module, loss: str, x: Array, y: Array, steps: int, rng: np.random.Generator) -> Trainer:
    optimizer = optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.1)
    trainer = Trainer(model, rng=rng).compile(optimizer, loss)
    trainer.fit(x, y, epochs=max(1, steps * 32 // len(x)), replay=True, verbose=0)
    return trainer


def cross_validate(name: str, steps: int, seed: int) -> Scores:
    """Ours and scikit-learn's in the same folds, both behind a StandardScaler."""
    load = {"iris": load_iris, "wine": load_wine, "breast cancer": load_breast_cancer, "diabetes": load_diabetes}[name]
    x, y = load(return_X_y=True)
    if name == "diabetes":
        ours: Any = TransformedTargetRegressor(Regressor(steps, seed), transformer=StandardScaler())
        theirs: Any = MLPRegressor(max_iter=1000, random_state=seed)
        folds: Any = KFold(5, shuffle=True, random_state=0)
    else:
        ours, theirs = Classifier(steps, seed), MLPClassifier(max_iter=1000, random_state=seed)
        folds = StratifiedKFold(5, shuffle=True, random_state=0)
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        return Scores(*(cross_val_score(make_pipeline(StandardScaler(), m), x, y, cv=folds) for m in (ours, theirs)))


def draw(scores: dict[str, Scores], path: Path) -> None:
    figure = Figure(figsize=(9, 3.2), layout="constrained")
    figure.suptitle("Each of the 5 folds, their mean, and a standard deviation to both sides")
    for axes, (name, found) in zip(figure.subplots(1, len(scores), squeeze=False)[0], scores.items(), strict=True):
        for place, colour, folds in ((0, "#0072b2", found.ours), (1, "#d55e00", found.theirs)):
            axes.scatter([place] * 5, folds, color=colour, alpha=0.4)
            axes.errorbar(place, folds.mean(), folds.std(), fmt="_", markersize=20, color=colour, capsize=5)
        axes.set_xticks([0, 1], ["ours", "scikit-learn's"])
        axes.set(title=name, ylabel="R²" if name == "diabetes" else "accuracy", xlim=(-0.5, 1.5))
    figure.savefig(path, dpi=150)


def main(
    seed: int = 0,
    steps: int = 600,
    out: Path = Path("out"),
    names: tuple[str, ...] = ("iris", "wine", "breast cancer", "diabetes"),
) -> dict[str, Scores]:
    out.mkdir(parents=True, exist_ok=True)
    print("                          ours       scikit-learn's")
    scores = {}
    for name in names:
        scores[name] = found = cross_validate(name, steps, seed)
        row = "   ".join(f"{part.mean():.3f} ± {part.std():.3f}" for part in found)
        print(f"{name:13}  {'R²' if name == 'diabetes' else 'right'}   {row}", flush=True)
    path = out / "tabular.png"
    draw(scores, path)
    print(f"Written: {path}")
    return scores


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Networks on small tables, beside scikit-learn's.")
    parser.add_argument("--seed", type=int, default=0, help="of the first weights and the order of the rows")
    parser.add_argument("--steps", type=int, default=600, help="updates of each network, 32 rows each")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture")
    arguments = parser.parse_args()
    if arguments.steps < 1:
        parser.error("--steps: expected at least 1")
    main(**vars(arguments))
