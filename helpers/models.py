"""Networks that more than one notebook needs."""

from __future__ import annotations

from collections.abc import Sequence

import keras


def build_mlp(
    inputs: int,
    hidden: Sequence[int],
    classes: int,
    *,
    activation: str = "relu",
    optimizer: str | keras.optimizers.Optimizer = "adam",
    metrics: Sequence[str] = ("accuracy",),
) -> keras.Sequential:
    """Build and compile a stack of fully connected layers, as notebooks write it out in cells.

    Parameters
    ----------
    inputs : int
        Number of features in a row, at least 1.
    hidden : sequence of int
        Number of neurons in each hidden layer; none gives a linear classifier.
    classes : int
        At least 2. Two classes get one neuron with a sigmoid and binary cross-entropy, and
        expect labels 0 and 1. More get a softmax and categorical cross-entropy, and expect
        one-hot labels.
    activation : str, default "relu"
        Activation of the hidden layers, by Keras' name for it.
    optimizer, metrics
        As `keras.Model.compile` takes them.

    Returns
    -------
    keras.Sequential
        The compiled network, float32, with weights drawn from Keras' global
        random state: call `keras.utils.set_random_seed` before.

    Raises
    ------
    ValueError
        If a size is not a whole number in the range given above.
    """
    sizes = [("inputs", inputs, 1), ("classes", classes, 2)]
    for name, size, least in sizes + [("each size in hidden", size, 1) for size in hidden]:
        if isinstance(size, bool) or not hasattr(size, "__index__") or size < least:
            raise ValueError(f"{name} is {size!r}; give a whole number of at least {least}")
    model = keras.Sequential([keras.Input(shape=(inputs,))])
    for size in hidden:
        model.add(keras.layers.Dense(size, activation=activation))
    if classes == 2:
        model.add(keras.layers.Dense(1, activation="sigmoid"))
        loss = "binary_crossentropy"
    else:
        model.add(keras.layers.Dense(classes, activation="softmax"))
        loss = "categorical_crossentropy"
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    return model
