"""Callbacks that write files."""

from __future__ import annotations

import csv
import os
import zipfile
from collections import defaultdict
from pathlib import Path
from typing import Any

from autograd.errors import ArgumentError
from nn.options import PATH, such_as
from nn.training.callbacks.callback import Callback, Logs
from nn.training.callbacks.monitors import Monitor

__all__ = ["CSVLogger", "ModelCheckpoint"]


def _can_be_filled(path: str) -> bool:
    try:
        return path.format_map(defaultdict(float, epoch=1)).endswith(".npz")
    except (ValueError, TypeError, AttributeError):
        return False


FILLED = such_as("a path ending in .npz, with names of results in it as {epoch:02d}, {val_loss:.3f}", _can_be_filled)
SEPARATOR = such_as("a text of one character", lambda x: isinstance(x, str) and len(x) == 1)


class ModelCheckpoint(Callback):
    """Save the state of the model after each epoch, or after each that was better than all before.

    A file holds what `state_dict` gives, in NumPy's format; `model.load_state_dict(dict(numpy.load(path)))` loads it.
    It appears whole or not at all.

    Args:
        filepath: where to; "{epoch:02d}" and the names of results in it are filled in, epochs counted from 1.
        monitor: the name of the result that says which epoch is better.
        verbose: 1 says so.
        save_best_only: whether other epochs are left out.
        mode: "min", "max", or "auto", by the name.

    Raises:
        ArgumentError: for a path that does not end in .npz or cannot be filled in; in a run, where it names what is
            not measured.
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        mode: str = "auto",
    ) -> None:
        self.filepath = FILLED("ModelCheckpoint", filepath=PATH("ModelCheckpoint", filepath=filepath))
        self.monitor = Monitor("ModelCheckpoint", monitor, mode)
        self.verbose, self.save_best_only = verbose, save_best_only

    def on_train_begin(self) -> None:
        self.monitor.reset()

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        if self.save_best_only and not self.monitor.improves(self.monitor.of(logs)):
            return
        try:
            path = self.filepath.format(epoch=epoch + 1, **logs)
        except KeyError as error:
            raise ArgumentError(
                f"ModelCheckpoint: filepath: found {error} in {self.filepath!r}; expected 'epoch' or one of "
                f"{', '.join(logs)}."
            ) from error
        _save(self.trainer.model.state_dict(), Path(path))
        if self.verbose:
            print(f"Epoch {epoch + 1}: saved to {path}.")


def _save(state: dict[str, Any], path: Path) -> None:
    import numpy as np

    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    # What numpy.savez writes; its own arguments could not be names of parameters.
    with zipfile.ZipFile(unfinished, "w") as archive:
        for name, data in state.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as file:
                np.lib.format.write_array(file, np.asarray(data), allow_pickle=False)
    unfinished.replace(path)


class CSVLogger(Callback):
    """Write the results of each epoch into a table, a row as soon as the epoch is over.

    Args:
        filename: where to; folders on the way are made.
        separator: between columns.
        append: whether rows are added to a file that is there, without another header.
    """

    def __init__(self, filename: str | os.PathLike[str], separator: str = ",", append: bool = False) -> None:
        self.path, self.append = Path(PATH("CSVLogger", filename=filename)), append
        self.separator = SEPARATOR("CSVLogger", separator=separator)
        self._names: list[str] = []

    def on_train_begin(self) -> None:
        self._names = []
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.append and self.path.exists():
            with self.path.open(newline="") as file:
                self._names = next(csv.reader(file, delimiter=self.separator), [])
        elif not self.append:
            self.path.write_text("")

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        with self.path.open("a", newline="") as file:  # each time: whatever ends the run, the table is whole
            writer = csv.writer(file, delimiter=self.separator)
            if not self._names:
                self._names = ["epoch", *logs]
                writer.writerow(self._names)
            row = {"epoch": epoch, **logs}
            writer.writerow([row.get(name, "") for name in self._names])
