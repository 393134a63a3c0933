"""What a learner sees while a network trains."""

from __future__ import annotations

from typing import Any

import keras
from tqdm import tqdm

from helpers.progress import progress_bar


class EpochProgress(keras.callbacks.Callback):
    """Show a progress bar during `model.fit`, and one line at its end.

    Pass it as ``model.fit(..., verbose=0, callbacks=[EpochProgress()])``. The
    bar moves for a person and is left out where nobody watches
    (`helpers.progress.watched`); the line is the same for both: the number of
    epochs that were run and the last value of each metric.
    """

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Start the bar."""
        self._epochs = 0
        self._metrics = ""
        self._bar: tqdm = progress_bar(self.params["epochs"], "epoch", "Training")

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Move the bar by one epoch."""
        self._epochs += 1
        self._metrics = ", ".join(f"{name} {value:.4f}" for name, value in (logs or {}).items())
        self._bar.set_postfix_str(self._metrics, refresh=False)
        self._bar.update()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Remove the bar and print the line."""
        self._bar.close()
        epochs = f"{self._epochs} epoch" + "s" * (self._epochs != 1)
        print(f"{epochs}: {self._metrics}")
