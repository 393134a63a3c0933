"""Answers to the exercises of notebook 1: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

PUSH = """
def push_through(flowers, kernel, bias, last_kernel, last_bias):
    hidden = keras.activations.relu(flowers @ kernel + bias)
    scores = np.asarray(hidden) @ last_kernel + last_bias
    return {0}
"""
LOSSES = """
def losses_of(one_hot, probabilities):
    return {0}
"""
MERGE = """
def merge(kernel, bias, last_kernel, last_bias):
    return {0}
"""
NETWORK = """
hidden, last = keras.layers.Dense(5, "relu"), keras.layers.Dense(3, "softmax")
mended = keras.Sequential([keras.Input((4,)), hidden, last])
"""

FORMS = {
    "1.1": Forms(
        PUSH,
        right={
            "keras": "keras.activations.softmax(scores)",
            "stable": PUSH.format(
                "np.exp(scores - scores.max(axis=1)[:, None]) "
                "/ np.exp(scores - scores.max(axis=1)[:, None]).sum(axis=1)[:, None]"
            ),
            "lists": "[list(np.exp(row) / np.exp(row).sum()) for row in scores]",
        },
        wrong={"percentages": "100 * np.asarray(keras.activations.softmax(scores))"},
    ),
    "1.2": Forms(
        right={
            "tuple": "ordered_rates = (1e-2, 1e-4, 1)",
            "array": "ordered_rates = np.array([0.01, 0.0001, 1.0], dtype='float32')",
        },
        wrong={"text": 'ordered_rates = "0.01, 0.0001, 1.0"'},
    ),
    "1.3": Forms(
        LOSSES,
        right={
            "keras": "keras.losses.categorical_crossentropy(one_hot, probabilities)",
            "indices": "-np.log(probabilities[one_hot == 1])",
            "list": "[-np.log(p[y.argmax()]) for y, p in zip(one_hot, probabilities)]",
        },
    ),
    "1.4": Forms(
        MERGE,
        right={
            "matrix product": "(kernel @ last_kernel, last_kernel.T @ bias + last_bias)",
            "list": "[(kernel @ last_kernel).tolist(), (last_bias + bias @ last_kernel).tolist()]",
        },
    ),
    "1.5": Forms(
        right={
            "the tutorial's": "mended = create_network()",
            "functional": "inputs = keras.Input(shape=(4,))\n"
            "hidden = keras.layers.Dense(5, activation='relu')(inputs)\n"
            "mended = keras.Model(inputs, keras.layers.Dense(3, 'softmax')(hidden))\n"
            "mended.compile(loss='categorical_crossentropy')",
            "layers": "mended = keras.Sequential([keras.Input((4,)), keras.layers.Dense(5),"
            "keras.layers.ReLU(), keras.layers.Dense(3), keras.layers.Softmax()])\n"
            "mended.compile('adam', keras.losses.CategoricalCrossentropy())",
        },
        wrong={
            "stuck": "mended = stuck",
            "result of compile": "mended = stuck.compile(loss='mse')",
            "history": "mended = stuck_history",
        },
    ),
    "1.6": Forms(
        "lowest = {0}",
        right={
            "rounded": "0.942",
            "logarithm": "np.exp(np.log(0.05) / 50)",
        },
        wrong={"text": "'0.942'"},
    ),
}


class TestIris(LessonTests):
    NOTEBOOK = "01"
    FORMS = FORMS
