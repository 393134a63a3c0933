"""Answers to the exercises of notebook 3: other right forms, and wrong ones."""

from __future__ import annotations

import numpy as np

from tests.exercises import Forms, LessonTests

NEAREST = """
def nearest_centre(place, centres):
    return {0}
"""
SIGMOID = """
def sigmoid(scores):
    return {0}
"""
ACCURACY = """
def accuracy_at(probabilities, labels, threshold):
    return {0}
"""
NETWORK = """
hidden, last = keras.layers.Dense({0}, "relu"), keras.layers.Dense({1}, "{2}")
two_outputs = keras.Sequential([keras.Input(shape=(2,)), hidden, last])
"""
COMPILED = NETWORK + 'two_outputs.compile("adam", "{3}")\n'
REGIONS = """
import matplotlib.pyplot as plt
plt.close("all")
binary_axes = plotting.decision_regions(lambda places: {0}, points, {1}, resolution=60)
"""
ASKED = "binary_model.predict(places, verbose=0)"
FOUR = "model.predict(places, verbose=0)"
PROBABILITY = """
def probability_at(network, x, y, class_number):
    return {0}
"""
TABLE = "network.predict(np.array([[x, y]]), verbose=0)"
BUILD = """
def build_narrow():
    return {0}
"""

FORMS = {
    "3.1": Forms(
        right={
            "norm": NEAREST.format("np.linalg.norm(centres - place, axis=1).argmin()"),
            "loop": NEAREST.format(
                "min(range(len(centres)), key=lambda k: np.hypot(*(place - centres[k])))"
            ),
            "array of a float": NEAREST.format(
                "np.array([np.argmin(((centres - place) ** 2).sum(axis=1))], dtype=float)"
            ),
            "neighbours": "from sklearn.neighbors import NearestNeighbors\n"
            + NEAREST.format("NearestNeighbors(n_neighbors=1).fit(centres).kneighbors([place])[1]"),
        },
    ),
    "3.2": Forms(
        SIGMOID,
        right={
            "keras": "keras.activations.sigmoid(scores)",
            "other formula": "np.exp(scores) / (np.exp(scores) + 1)",
            "hyperbolic": "((np.tanh(scores / 2) + 1) / 2).astype('float32')",
            "lists": "[[1 / (1 + np.exp(-s)) for s in row] for row in scores]",
            "softmax of two": "np.exp(scores) / (np.exp(scores) + np.exp(np.zeros_like(scores)))",
        },
        wrong={
            "sign": "1 / (1 + np.exp(scores))",
            "parentheses": "1 / 1 + np.exp(-scores)",
            "no 1": "1 / np.exp(-scores)",
            "exponential": "np.exp(-scores)",
            "tanh": "np.tanh(scores)",
            "step": "(scores > 0).astype(int)",
            "softmax": "np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)",
            "over all": "np.exp(scores) / np.exp(scores).sum()",
            "1 minus": "1 - np.exp(-scores)",
            "1 minus, without the sign": "1 - np.exp(scores)",
            "percentage": "100 / (1 + np.exp(-scores))",
            "rounded": "(1 / (1 + np.exp(-scores))).round(2)",
            "first only": "1 / (1 + np.exp(-scores[0]))",
            "ReLU": "np.maximum(scores, 0)",
            "no return": "def sigmoid(scores): 1 / (1 + np.exp(-scores))",
        },
    ),
    "3.3": Forms(
        ACCURACY,
        right={
            "columns": "np.mean((probabilities > threshold) == labels[:, None])",
            "keras": "np.mean(keras.metrics.binary_accuracy(labels, probabilities.ravel(), "
            "threshold))",
            "scikit-learn": "from sklearn.metrics import accuracy_score\n"
            + ACCURACY.format("accuracy_score(labels, probabilities[:, 0] > threshold)"),
            "loop": "[sum((p > threshold) == (y == 1) for p, y in zip(probabilities[:, 0], labels, "
            "strict=True)) / len(labels)]",
            "doubles": "np.mean((probabilities.astype(float).ravel() > threshold) == labels)",
        },
        wrong={
            "every row with every label": "np.mean((probabilities > threshold) == labels)",
            "counted so": "np.sum((probabilities > threshold) == labels) / len(labels)",
            "argmax": "np.mean(np.argmax(probabilities, axis=1) == labels)",
            "at the threshold, too": "np.mean((probabilities[:, 0] >= threshold) == labels)",
            "share of class 3 found": "np.mean(probabilities[labels == 1, 0] > threshold)",
            "share of yes that is right": "np.mean(labels[probabilities[:, 0] > threshold])",
            "the notebook's labels": "np.mean((probabilities[:, 0] > threshold) == is_class_3)",
            "one half": "np.mean((probabilities[:, 0] > 0.5) == labels)",
            "below": "np.mean((probabilities[:, 0] < threshold) == labels)",
            "percentage": "100 * np.mean((probabilities[:, 0] > threshold) == labels)",
            "count": "np.sum((probabilities[:, 0] > threshold) == labels)",
            "no labels": "np.mean(probabilities > threshold)",
            "a row each": "(probabilities[:, 0] > threshold) == labels",
            "constant": "0.75",
        },
    ),
    "3.4": Forms(
        right={
            "functional": "inputs = keras.Input(shape=(2,))\n"
            "hidden = keras.layers.Dense(128, activation='relu')(inputs)\n"
            "two_outputs = keras.Model(inputs, keras.layers.Dense(2, 'softmax')(hidden))\n"
            "two_outputs.compile(keras.optimizers.Adam(), keras.losses.CategoricalCrossentropy())\n"
            "parameters = two_outputs.count_params()",
            "layers": "two_outputs = keras.Sequential([keras.Input((2,)), keras.layers.Dense(128),"
            "keras.layers.ReLU(), keras.layers.Dense(2), keras.layers.Softmax()])\n"
            "two_outputs.compile('adam', 'categorical_crossentropy')\n"
            "parameters = np.array(642.0)",
            "trained": COMPILED.format(128, 2, "softmax", "categorical_crossentropy")
            + "two_outputs.fit(points, np.eye(2)[is_class_3.astype(int)], epochs=3, verbose=0)",
            "a loss of one's own": NETWORK.format(128, 2, "softmax")
            + "two_outputs.compile('adam', lambda labels, probabilities: "
            "-keras.ops.sum(labels * keras.ops.log(probabilities), axis=1))",
        },
        wrong={
            "softmax with one output": COMPILED.format(
                128, 1, "softmax", "categorical_crossentropy"
            ),
            "one sigmoid": COMPILED.format(128, 1, "sigmoid", "binary_crossentropy"),
            "two sigmoids": COMPILED.format(128, 2, "sigmoid", "categorical_crossentropy"),
            "four classes": "two_outputs = model",
            "three outputs": COMPILED.format(128, 3, "softmax", "categorical_crossentropy"),
            "too narrow": COMPILED.format(64, 2, "softmax", "categorical_crossentropy"),
            "not compiled": NETWORK.format(128, 2, "softmax"),
            "squared error": COMPILED.format(128, 2, "softmax", "mse"),
            "history": "two_outputs = history",
            "no activation": COMPILED.format(128, 2, "softmax", "categorical_crossentropy").replace(
                ', "relu"', ""
            ),
            "tanh": COMPILED.format(128, 2, "softmax", "categorical_crossentropy").replace(
                "relu", "tanh"
            ),
            "other optimizer": COMPILED.format(
                128, 2, "softmax", "categorical_crossentropy"
            ).replace("adam", "sgd"),
            "binary": COMPILED.format(128, 2, "softmax", "binary_crossentropy"),
            "regulariser": COMPILED.format(128, 2, "softmax", "categorical_crossentropy").replace(
                '"relu"', '"relu", kernel_regularizer="l2"'
            ),
            "the optimizer of another network": COMPILED.format(
                128, 2, "softmax", "categorical_crossentropy"
            ).replace('"adam"', "model.optimizer"),
            "labels as numbers": COMPILED.format(
                128, 2, "softmax", "sparse_categorical_crossentropy"
            ),
            "a bias a layer": "parameters = 2 * 128 + 1 + 128 * 2 + 1",
            "no biases": "parameters = 2 * 128 + 128 * 2",
            "one output counted": "parameters = 513",
            "biases of the output missing": "parameters = 640",
            "hidden layer alone": "parameters = 384",
            "output layer alone": "parameters = 258",
            "four outputs counted": "parameters = model.count_params()",
            "anything": "parameters = 1000",
        },
    ),
    "3.5": Forms(
        right={
            "called": REGIONS.format("binary_model(places)", "is_class_3.astype(int)"),
            "both columns": REGIONS.format(
                f"np.hstack([1 - {ASKED}, {ASKED}])", "(labels == 3).astype(int).tolist()"
            ),
            "figure": REGIONS.format(f"{ASKED}.ravel()", "np.int8(labels == 3)")
            + "binary_axes = binary_axes.figure",
            "mark": REGIONS.format(ASKED, "is_class_3.astype(int), mark=(0.2, 0.8)"),
            "answers": REGIONS.format(f"({ASKED} > 0.5).astype(float)", "is_class_3.astype(int)"),
            "trained for longer": "binary_model = build_mlp(2, [128], 2)\n"
            "binary_model.fit(points, is_class_3, epochs=10, batch_size=10, verbose=0)"
            + REGIONS.format(ASKED, "is_class_3.astype(int)"),
        },
        wrong={
            "four regions": REGIONS.format(FOUR, "labels"),
            "the wrong way round": REGIONS.format(f"1 - {ASKED}", "is_class_3.astype(int)"),
            "column 3 of four": REGIONS.format(FOUR + "[:, 3:]", "is_class_3.astype(int)"),
            "another threshold": REGIONS.format(f"{ASKED} > 0.9", "is_class_3.astype(int)"),
            "lower threshold": REGIONS.format(f"{ASKED} > 0.1", "is_class_3.astype(int)"),
            "some points": "binary_axes = plotting.decision_regions(lambda places: "
            f"{ASKED}, points[800:], is_class_3[800:].astype(int))",
            "asked of the other network": REGIONS.format(ASKED, "is_class_3.astype(int)")
            + "binary_model = model",
            "another column": REGIONS.format(FOUR + "[:, 0]", "is_class_3.astype(int)"),
            "one before": REGIONS.format(FOUR + "[:, 2]", "is_class_3.astype(int)"),
            "labels the wrong way round": REGIONS.format(ASKED, "(labels != 3).astype(int)"),
            "no labels": REGIONS.format(
                ASKED, "np.zeros(1000, dtype=int), class_names=['no', 'yes']"
            ),
            "no regions": "binary_axes = plotting.point_cloud(points, is_class_3.astype(int))",
            "always no": REGIONS.format("np.zeros(len(places))", "is_class_3.astype(int)"),
            "rule by x": REGIONS.format("places[:, 0] < 0.1", "is_class_3.astype(int)"),
            "curves": "binary_axes = plotting.learning_curves(binary_history)",
            "not called": "binary_axes = plotting.decision_regions",
        },
    ),
    "3.6": Forms(
        PROBABILITY,
        right={
            "called": "network(np.array([[x, y]], 'float32'))[0, class_number]",
            "list": f"[float({TABLE}.ravel()[class_number])]",
            "tensor": "keras.ops.convert_to_tensor(network.predict(np.array([(x, y)])"
            ".astype('float32'), verbose=0))[0][class_number]",
            "several rows": "network.predict(np.array([[x, y], [0.2, 0.8]]), verbose=0)"
            "[0, class_number]",
        },
        wrong={
            "no row": "network.predict(np.array([x, y]), verbose=0)[class_number]",
            "a column": "network.predict(np.array([[x], [y]]), verbose=0)[0, class_number]",
            "text": f"f'{{{TABLE}[0, class_number]:.4f}}'",
            "yes or no": f"{TABLE}[0, class_number] > 0.5",
            "percentage": f"100 * {TABLE}[0, class_number]",
            "from one": f"{TABLE}[0, class_number - 1]",
            "all classes": f"{TABLE}[0]",
            "a table": "network.predict(np.array([[x, y]] * 3), verbose=0)",
            "largest": f"{TABLE}.max()",
            "class": f"{TABLE}.argmax()",
            "always class 3": f"{TABLE}[0, 3]",
            "swapped": "network.predict(np.array([[y, x]]), verbose=0)[0, class_number]",
            "always the mark": "network.predict(marked, verbose=0)[0, class_number]",
            "rounded": f"round(float({TABLE}[0, class_number]), 2)",
            "the model above": "model.predict(np.array([[x, y]]), verbose=0)"
            "[0, min(class_number, 2)]",
        },
    ),
    "3.7": Forms(
        BUILD,
        right={
            "written out": BUILD.format(
                "keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, 'relu'), "
                "keras.layers.Dense(4, 'softmax')])"
            )
            + "unfinished = build_narrow\n"
            "def build_narrow():\n"
            "    network = unfinished()\n"
            "    network.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])\n"
            "    return network",
            "rounded": "spread = round(spread, 2)",
            "array": "spread = np.array([np.ptp(narrow_runs['class 3'])], dtype='float32')",
            "columns in another order": "narrow_runs = narrow_runs[sorted(narrow_runs)]",
        },
        wrong={
            "the wide network": "build_mlp(2, [128], 4)",
            "four neurons": "build_mlp(2, [4], 4)",
            "one output": "build_mlp(2, [8], 2)",
            "sigmoids": "keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, 'relu'), "
            "keras.layers.Dense(4, 'sigmoid')])",
            "not compiled": "keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, 'relu'), "
            "keras.layers.Dense(4, 'softmax')])",
            "a network, no function": "build_narrow = build_mlp(2, [8], 4)",
            "no return": "def build_narrow(): build_mlp(2, [8], 4)",
            "the wide network's table": "narrow_runs = runs",
            "one seed": "narrow_runs = narrow_runs[:1]",
            "a column": "narrow_runs = narrow_runs['class 3']",
            "nothing measured": "narrow_runs = narrow_runs.drop(columns='class 3')",
            "no validation": "narrow_runs = narrow_runs.drop(columns='val_accuracy')",
            "fewer epochs": "narrow_runs = narrow_runs.assign(epochs=10)",
            "the wide network, trained anew": "narrow_runs = runs[:5]",
            "other seeds": "narrow_runs = narrow_runs.set_axis("
            "pd.Index(range(1, 6), name='seed'))".replace("pd.Index", "type(runs.index)"),
            "no batch size": "narrow_runs = narrow_runs.assign(loss=2.5 * narrow_runs['loss'])",
            "the same network": "network = build_mlp(2, [8], 4)\n" + BUILD.format("network"),
            "no activation": "build_mlp(2, [8], 4, activation='linear')",
            "a list": "narrow_runs = narrow_runs['class 3'].tolist()",
            "deviation": "spread = narrow_runs['class 3'].std()",
            "mean": "spread = narrow_runs['class 3'].mean()",
            "largest": "spread = narrow_runs['class 3'].max()",
            "percentage": "spread = 100 * spread",
            "negative": "spread = -spread",
            "of another column": "spread = np.ptp(narrow_runs['loss'])",
        },
    ),
}


class TestPointsInThePlane(LessonTests):
    NOTEBOOK = "03"
    FORMS = FORMS
    MEASURED = frozenset({"3.5", "3.6", "3.7"})

    def test_numbers_to_try_3_1_with_tell_every_mistake_from_the_right_answer(self):
        tried = np.array([0, 2]), np.array([[3, 2], [2, 0], [2, 3]])
        form = self.module.EXERCISES[0].examine
        with np.errstate(invalid="ignore"):
            found = {name: maker(*tried) for name, _, maker in form.mistakes()}
        assert form.right(*tried) == 2
        assert not [name for name, number in found.items() if np.array_equal(number, 2)]
