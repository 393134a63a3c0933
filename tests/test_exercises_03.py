"""Answers to the exercises of notebook 3: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

NEAREST = """
def nearest_centre(place, centres):
    return {0}
"""
MENDED = """
mended = keras.Sequential(
    [keras.Input((2,)), keras.layers.Dense(128, "relu"), keras.layers.Dense(1, {0})]
)
{1}
"""
COMPILED = MENDED.replace("{1}", "mended.compile('adam', 'binary_crossentropy')")
TOO_FAR = """
def too_far(place, known, limit):
    return {0}
"""

FORMS = {
    "3.1": Forms(
        "your_neuron = {0}",
        right={
            "longer, as an array": "np.array([-20, 10, 2])",
            "unrounded": "(-0.6, 0.3, 0.6 * 0.2 - 0.3 * 0.2)",
        },
        wrong={"text": "'left'"},
    ),
    "3.2": Forms(
        NEAREST,
        right={
            "norm": "np.linalg.norm(centres - place, axis=1).argmin()",
            "loop": "min(range(len(centres)), key=lambda k: np.hypot(*(place - centres[k])))",
            "array of a float": "np.array([np.argmin(((centres - place) ** 2).sum(1))], float)",
        },
        wrong={"no return": "def nearest_centre(place, centres): np.argmin(centres)"},
    ),
    "3.3": Forms(
        COMPILED,
        right={
            "keras' own function": "keras.activations.sigmoid",
            "functional": "inputs = keras.Input((2,))\n"
            "hidden = keras.layers.Dense(128, activation='relu')(inputs)\n"
            "mended = keras.Model(inputs, keras.layers.Dense(1, 'sigmoid')(hidden))\n"
            "mended.compile(keras.optimizers.Adam(), keras.losses.BinaryCrossentropy())",
        },
        wrong={
            "another loss": MENDED.format("'sigmoid'", "mended.compile('adam', 'mse')"),
            "not compiled": MENDED.format("'sigmoid'", ""),
            "three inputs": "mended = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])",
            "no network": "mended = 'sigmoid'",
        },
    ),
    "3.4": Forms(
        TOO_FAR,
        right={
            "all of them": "bool(np.all(np.hypot(*(known - place).T) > limit))",
            "one or zero": "[float(min(np.hypot(*(known - place).T)) > limit)]",
            "scikit-learn": "from sklearn.neighbors import NearestNeighbors\n"
            + TOO_FAR.format(
                "NearestNeighbors(n_neighbors=1).fit(known).kneighbors([place])[0] > limit"
            ),
            "loop": "def too_far(place, known, limit):\n"
            "    for x, y in known:\n"
            "        if ((place[0] - x) ** 2 + (place[1] - y) ** 2) ** 0.5 <= limit:\n"
            "            return False\n"
            "    return True",
        },
        wrong={"prints": "print(place)"},
    ),
    "3.5": Forms(
        "four_folds = {0}",
        right={
            "diamond": "[(5, 5, -2), (-5, 5, -2), (5, -5, -2), (-5, -5, -2)]",
            "array": "np.array([(0, 9, -2.5), (0, -9, -2.5), (9, 0, -2.5), (-9, 0, -2.5)])",
            "three and a slack one": "folds + [(1, 0, -2)]",
        },
        wrong={"text": "'above, below, left, right'"},
    ),
    "3.6": Forms(
        "fences = {0}",
        right={"another processor": "[0, 0, 3]", "array": "np.array([0, 0, 1])"},
    ),
}


class TestPointCloud(LessonTests):
    NOTEBOOK = "03"
    FORMS = FORMS
