"""Trainer: Keras' compile, fit, evaluate and predict for a module, on arrays or on numbers."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from itertools import starmap
from typing import Any, Self

from autograd.errors import ArgumentError, DtypeError, GraphError
from nn.arguments import measured
from nn.modules import Module
from nn.options import COUNT, FLAG, checked, count, number, optional
from nn.randomness import generator
from nn.training.callbacks import Callback
from nn.training.callbacks.callback import callbacks_of
from nn.training.checks import require_same_features, require_taken_alone, require_trainable, trial
from nn.training.criterion import Criterion
from nn.training.forms import form_of, joined, require_rows
from nn.training.history import History
from nn.training.loop import Loop
from nn.training.metrics import Metric
from nn.training.modes import evaluating
from nn.training.progress import progress_of
from nn.training.resolving import metrics_of, optimizer_of, warn_of_probabilities
from nn.training.scoring import Score
from nn.training.sources import Batches, Source
from nn.training.steps import Step
from nn.utils.clipping import LIMIT

__all__ = ["Trainer"]

OPTIONS = {
    "batch_size": COUNT,
    "epochs": count(0),
    "validation_split": number(0, 1),
    "shuffle": FLAG,
    "initial_epoch": count(0),
    "accumulate_steps": COUNT,
    "clip_norm": optional(LIMIT),
    "clip_value": optional(LIMIT),
    "replay": FLAG,
}


class Trainer:
    """Trains a model: `Trainer(model).compile(optimizer, loss, metrics).fit(x, y)`.

    Args:
        model: a module that takes a batch of rows and gives an output for each; one on numbers (micrograd's Neuron,
            Layer and MLP) is called row by row.
        rng: draws the order of the rows: the same seed, the same run, bit for bit.

    Attributes:
        model, optimizer, metrics: what is trained, how, and what is measured.
        history: the History of the latest fit, also of one that was interrupted.
        stop_training: a callback that sets it ends the run.
        is_fitting: whether a fit is running; there is one at a time.

    >>> import nn
    >>> model = nn.MLP(2, [4, 2], vectorized=True, activation="tanh", rng=0)
    >>> trainer = Trainer(model, rng=0).compile("adam", "cross_entropy", ["accuracy"])
    >>> x, y = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [0, 1, 1, 0]
    >>> trainer.optimizer.lr = 0.05
    >>> history = trainer.fit(x, y, epochs=200, verbose=0)
    >>> history.history["accuracy"][-1]
    1.0
    """

    optimizer: Any
    criterion: Criterion
    metrics: list[Metric]

    def __init__(self, model: Module, *, rng: Any = None) -> None:
        if isinstance(model, type):
            raise DtypeError(f"Trainer: model: found a class; expected a module that it makes: {model.__name__}(...).")
        if not isinstance(model, Module):
            raise DtypeError(f"Trainer: model: found {type(model).__name__}; expected a nn.Module.")
        self.model = model
        self.history = History()
        self.stop_training = self.is_fitting = False
        self._rng = generator(rng)

    def compile(self, optimizer: Any = "adam", loss: Any = None, metrics: Any = ()) -> Self:
        """Choose how to learn, what to minimize, and what to measure.

        Args:
            optimizer: a name ("adam", "sgd"), an optimizer, or a class or function that makes one of
                `model.named_parameters()`.
            loss: a name in nn.functional ("cross_entropy", "mse_loss", also "mse", "mae"), a function or a loss module
                of (output, target). Cross-entropy takes logits: no softmax at the end of the model.
            metrics: names ("accuracy", "f1", "r2") and metrics.

        Raises:
            ArgumentError, DtypeError: for what is none of these.
        """
        if loss is None:
            raise ArgumentError("compile: loss: found none; expected a name, such as 'cross_entropy', or a function.")
        criterion = Criterion(loss)
        found = metrics_of(metrics, criterion.function)
        self.optimizer = optimizer_of(optimizer, self.model)
        self.criterion, self.metrics = criterion, found
        warn_of_probabilities(self.model, criterion.name)
        return self

    def fit(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Callback | Sequence[Callback] | None = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        *,
        accumulate_steps: int = 1,
        clip_norm: float | None = None,
        clip_value: float | None = None,
        replay: bool = False,
    ) -> History:
        """Train for some epochs; `nn.training.loop` has the steps. All data is checked before the first of them.

        Args:
            x: rows, (rows, ...); or a data set or DataLoader, also one of your own, of rows, targets and maybe weights.
            y: a target for each row.
            batch_size: how many rows make a batch; a DataLoader has its own.
            epochs: the number of the last epoch: how many there are, if the first is 0.
            verbose: 0 nothing, 1 a bar with rate and time left, 2 a line for each epoch; "auto" a bar in a terminal.
            callbacks: what happens besides; see nn.training.callbacks.
            validation_split: the share of rows, the last ones, that is kept for validation.
            validation_data: (x, y), (x, y, sample_weight), or a data set or DataLoader.
            shuffle: whether each epoch has an order of its own.
            class_weight: the weight of the rows of each class, 1 for a class that is not in it; not in validation.
            sample_weight: the weight of each row: the loss of a batch is the sum of weight · loss, divided by what the
                mean without weights divides by, such as the number of rows.
            initial_epoch: where to go on counting.
            accumulate_steps: how many batches make one update, as if they were one batch.
            clip_norm: the largest norm of the gradient of all weights together.
            clip_value: the largest size of an element of the gradient.
            replay: record the step once for each shape of a batch, and run it without building a graph: faster, with
                the same losses up to rounding. Forward hooks are called while it is recorded only; so are own random
                draws and assignments in a forward, unless it makes them by `nn.effects`.

        Returns:
            The losses and metrics of each epoch, means over its rows, as the model was at each batch; with "val_" in
            front those on the validation data.

        Raises:
            ArgumentError, ShapeError, DtypeError: for data that does not fit, with its row and column; for parameters
                that are all frozen, or are not the model's any more; nothing has changed then.
            GraphError: for a loss that depends on no parameter.
            AnomalyError: for a loss that turned NaN or infinite; it names the operation that made it so, and the model
                has its last good weights back.
            KeyboardInterrupt: for Ctrl-C, after the step in which it came; weights are whole, `history` is kept.
        """
        given = locals()  # the arguments, by name
        self._require_compiled("fit")
        if self.is_fitting:
            raise GraphError("fit: found a fit of this trainer that is running; expected one at a time. Make another.")
        called = callbacks_of(callbacks)
        kept = checked("fit", OPTIONS, {name: given[name] for name in OPTIONS})
        require_trainable(self.model, self.optimizer)
        source, validation, batches = self._sources(x, y, sample_weight, class_weight, validation_data, kept)
        step = self._step(source, kept)
        progress = progress_of(verbose, kept["epochs"], batches.rows)
        self.history, self.stop_training = History(), False
        for callback in called:
            callback.trainer = self
        Loop(
            self,
            step,
            batches,
            callbacks=called,
            progress=progress,
            accumulate=kept["accumulate_steps"],
            validate=lambda: {} if validation is None else self._scored(validation, kept["batch_size"]),
        ).run(range(kept["initial_epoch"], kept["epochs"]))
        return self.history

    def evaluate(
        self, x: Any, y: Any = None, batch_size: int = 32, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Loss and metrics on data, in evaluation.

        Returns:
            The loss; with metrics the list of it and them; with `return_dict` all by name.

        Raises:
            ArgumentError, ShapeError, DtypeError: for data that does not fit.
        """
        self._require_compiled("evaluate")
        batch_size = COUNT("evaluate", batch_size=batch_size)
        source = Source.of("evaluate", self.model, x, y, sample_weight)
        self._try(source, batch_size)
        results = self._scored(source, batch_size)
        if return_dict:
            return results
        return list(results.values()) if self.metrics else results["loss"]

    def predict(self, x: Any, batch_size: int = 32) -> Any:
        """The outputs for rows, in evaluation and in the order of the rows, as a plain array, or a tuple of them.

        Raises:
            ArgumentError, ShapeError, DtypeError: for rows that do not fit, or outputs that are not one for each row.
        """
        batch_size = COUNT("predict", batch_size=batch_size)
        source, form = Source.without_targets("predict", self.model, x), form_of(self.model)
        with evaluating(self.model):
            outputs = []
            for x, *_ in source.batches(batch_size):
                outputs.append(form.evaluated(x))
                require_rows("predict", outputs[-1], len(x), self.model)
        return joined(outputs)

    def summary(self, *args: Any, **kwargs: Any) -> Any:
        """What `model.summary` gives."""
        return self.model.summary(*args, **kwargs)

    def __repr__(self) -> str:
        parts = [type(self.model).__name__, "not compiled"]
        if hasattr(self, "criterion"):
            names = ", ".join(metric.name for metric in self.metrics)
            parts[1:] = [type(self.optimizer).__name__, self.criterion.name, f"metrics=[{names}]", repr(self.history)]
        return f"Trainer({', '.join(parts)})"

    def _require_compiled(self, operation: str) -> None:
        if not hasattr(self, "criterion"):
            raise GraphError(f"{operation}: found no loss; call compile(optimizer, loss, metrics) first.")

    def _sources(
        self, x: Any, y: Any, sample_weight: Any, class_weight: Any, validation_data: Any, options: dict[str, Any]
    ) -> tuple[Source, Source | None, Batches]:
        """What `fit` learns from, what it validates with, and the batches of an epoch, all of it tried."""
        source, validation = Source.of("fit", self.model, x, y, sample_weight), None
        if validation_data is not None:
            validation = Source.for_validation("fit: validation_data", self.model, validation_data)
            if source.arrays is not None and validation.arrays is not None:
                require_same_features(validation.operation, source.arrays[0], validation.arrays[0])
        elif options["validation_split"]:
            source, validation = source.split(options["validation_split"])
        source = source.weighted(self.model, class_weight)
        batches = source.batches(options["batch_size"], shuffle=options["shuffle"], rng=self._rng)
        self._try(source, batches.batch_size)
        if source.arrays is not None and batches.smallest == 1:
            require_taken_alone("fit", self.model, source.arrays[0])
        if validation is not None:
            self._try(validation, options["batch_size"])
        return source, validation, batches

    def _step(self, source: Source, options: dict[str, Any]) -> Step:
        criterion = self.criterion if source.arrays is None else self.criterion.knowing(source.arrays[1])
        clips = {name: options[name] for name in ("clip_norm", "clip_value")}
        return Step(form_of(self.model), criterion, self.optimizer, **clips, replayed=options["replay"])

    def _try(self, source: Source, batch_size: int) -> None:
        if source.arrays is not None:
            with evaluating(self.model):
                trial(source.operation, form_of(self.model), self.criterion, self.metrics, source.arrays, batch_size)

    def _scored(self, source: Source, batch_size: int) -> dict[str, Any]:
        # Metrics of its own: those of a fit may be in use, where a callback evaluates.
        form, score = form_of(self.model), Score(copy.deepcopy(self.metrics), self.criterion.sums)
        with evaluating(self.model):
            for x, y, weights, divisor in starmap(self.criterion.batch, source.batches(batch_size)):
                output = form.evaluated(x)
                loss = self.criterion(output, form.taken(y), form.taken(weights)) if divisor else 0.0
                score.add(measured(f"loss {self.criterion.name!r}", loss, "Return the mean."), y, output, divisor)
        return score.results()
