"""Answers to the exercises of notebook 4: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

ROWS = """
def to_rows(images):
    return {0}
"""
RANGE = """
def to_unit_range(pixels):
    return {0}
"""
BASELINE = """
def baseline_accuracy(train_labels, test_labels):
    {1}
    return {0}
"""
NETWORK = """
hidden, last = keras.layers.Dense({1}, {4}), keras.layers.Dense({2}, "{3}")
narrow_model = keras.Sequential([keras.Input(shape=({0},)), hidden, last])
"""
COMPILED = (
    NETWORK
    + """
narrow_model.compile({6}, {5}, metrics={7})
"""
)
CROSS_ENTROPY = '"categorical_crossentropy"'
SCALE = """
def scale_both(train_rows, other_rows):
    {1}
    return {0}
"""
FIT = "scaler = StandardScaler().fit({0})"
TRANSFORM = "scaler.transform(train_rows), scaler.transform(other_rows)"
ALL = "np.concatenate([train_rows, other_rows])"
RECALLS = """
def recalls(matrix):
    return {0}
"""
AS_GOOD = """
def as_good(narrow, wide, margin):
    lead = paired_difference(narrow, wide)
    return {0}
"""


def named(commonest, result="np.mean(test_labels == commonest)"):
    return BASELINE.format(result, f"commonest = {commonest}")


def network(
    inputs="pixels.shape[1]",
    width=128,
    outputs="class_count",
    last="softmax",
    hidden='"relu"',
    loss=CROSS_ENTROPY,
    optimizer='"adam"',
    metrics='["accuracy"]',
):
    return COMPILED.format(inputs, width, outputs, last, hidden, loss, optimizer, metrics)


FORMS = {
    "4.1": Forms(
        ROWS,
        right={
            "product": "images.reshape(-1, images.shape[1] * images.shape[2]).astype('float32')",
            "list": "[image.ravel() for image in images]",
            "keras": "keras.layers.Flatten()(images)",
            "table": "pd.DataFrame(np.reshape(images, (len(images), -1)))",
            "lists": "[[x for row in image for x in row] for image in images]",
        },
        wrong={
            "this size alone": "images.reshape(-1, 2914)",
            "as they were": "images",
            "one row": "images.ravel()",
            "rows of pixels": "images.reshape(-1, images.shape[2])",
            "a column each": "images.reshape(len(images), -1).T",
            "off by one": "images.reshape(len(images), -1)[:, 1:]",
            "by columns": "images.transpose(0, 2, 1).reshape(len(images), -1)",
            "mixed pictures": "images.reshape(-1, len(images)).T",
            "backwards": "images.reshape(len(images), -1)[:, ::-1]",
            "divided": "images.reshape(len(images), -1) / 255",
            "its own pictures": "faces.images.reshape(len(faces.images), -1)",
            "their number": "images.reshape(1140, 2914)",
            "one picture": "images.reshape(1, 2914)",
            "called": "to_rows = faces.images[:2].reshape(2, -1)",
        },
    ),
    "4.2": Forms(
        RANGE,
        right={
            "one line": "pixels / 255 if pixels.max() > 1 else pixels",
            "lists": "(pixels / (255 if np.any(pixels > 1) else 1)).tolist()",
            "factor": "pixels * np.float32(1 / 255 if np.max(pixels) > 1.5 else 1)",
        },
        wrong={
            "always": "pixels / 255",
            "never": "pixels",
            "only where white": "pixels / 255 if pixels.max() == 255 else pixels",
            "only bytes": "pixels / 255 if pixels.dtype == np.uint8 else pixels",
            "pixel by pixel": "np.where(pixels > 1, pixels / 255, pixels)",
            "its own largest": "pixels / pixels.max()",
            "stretched": "(pixels - pixels.min()) / (pixels.max() - pixels.min())",
            "whole numbers": "pixels // 255 if pixels.max() > 1 else pixels",
            "rounded": "np.round(pixels / 255 if pixels.max() > 1 else pixels)",
            "by the mean": "pixels / 255 if pixels.mean() > 1 else pixels",
            "too high": "pixels / 255 if pixels.max() > 2 else pixels",
            "no else": RANGE.replace("return {0}", "if pixels.max() > 1: return pixels / 255"),
            "nothing": "None",
            "256": "pixels / 256 if pixels.max() > 1 else pixels",
            "cut off": "np.clip(pixels, 0, 1)",
            "an answer, no pixels": "pixels.max() > 1",
            "standardised": "(pixels - pixels.mean()) / pixels.std()",
        },
    ),
    "4.3": Forms(
        right={
            "scikit-learn": "from sklearn.dummy import DummyClassifier\n"
            + BASELINE.format(
                "model.score(test_labels.reshape(-1, 1), test_labels)",
                "model = DummyClassifier(strategy='most_frequent')"
                ".fit(train_labels.reshape(-1, 1), train_labels)",
            ),
            "pandas": named("pd.Series(train_labels).mode()[0]"),
            "count": named(
                "max(set(train_labels.tolist()), key=train_labels.tolist().count)",
                "[list(test_labels).count(commonest) / len(test_labels)]",
            ),
        },
        wrong={
            "test labels": named("np.bincount(test_labels).argmax()"),
            "training share": named("0", "np.bincount(train_labels).max() / len(train_labels)"),
            "percentage": named(
                "np.bincount(train_labels).argmax()", "100 * np.mean(test_labels == commonest)"
            ),
            "hits": named("np.bincount(train_labels).argmax()", "sum(test_labels == commonest)"),
            "mistakes": named(
                "np.bincount(train_labels).argmax()", "np.mean(test_labels != commonest)"
            ),
            "swapped": named(
                "np.bincount(test_labels).argmax()", "np.mean(train_labels == commonest)"
            ),
            "a count": named("np.bincount(train_labels).max()"),
            "mixed shares": named("0", "np.bincount(train_labels).max() / len(test_labels)"),
            "rounded": named(
                "np.bincount(train_labels).argmax()", "round(np.mean(test_labels == commonest), 2)"
            ),
            "least frequent": named("np.bincount(train_labels).argmin()"),
            "label": named("np.bincount(train_labels).argmax()", "commonest"),
            "largest count": named("np.bincount(train_labels).max()", "commonest"),
            "largest label": named("train_labels.max()"),
            "one too far": named("np.bincount(train_labels).argmax() + 1"),
            "counts of both": named(
                "np.bincount(train_labels).argmax()",
                "np.bincount(test_labels)[commonest] / len(test_labels)",
            ),
            "whole number": named(
                "np.bincount(train_labels).argmax()",
                "sum(test_labels == commonest) // len(test_labels)",
            ),
            "position": named("train_labels.argmax()"),
            "equal shares": named("0", "1 / len(np.unique(train_labels))"),
            "its own labels": named("0", "np.mean(test_people == 0)"),
            "another label": named("train_labels[0]"),
            "label by label": named(
                "np.bincount(train_labels).argmax()", "test_labels == commonest"
            ),
        },
    ),
    "4.4": Forms(
        right={
            "functional": "x = keras.Input((train_pixels.shape[1],))\n"
            "y = keras.layers.Dense(128, keras.activations.relu)(x)\n"
            "narrow_model = keras.Model(x, keras.layers.Dense(class_count, 'softmax')(y))\n"
            "narrow_model.compile(keras.optimizers.Adam(), keras.losses.CategoricalCrossentropy(), "
            "metrics=[keras.metrics.CategoricalAccuracy()])",
            "helper": "narrow_model = build_mlp(pixels.shape[1], [128], class_count)",
            "layers": "narrow_model = keras.Sequential([keras.Input((pixels.shape[1],)), "
            "keras.layers.Dense(128), keras.layers.ReLU(), keras.layers.Dense(class_count), "
            "keras.layers.Softmax()])\n"
            "narrow_model.compile('adam', 'categorical_crossentropy', metrics=['acc'])",
            "trained": network()
            + "narrow_model.fit(train_pixels[:50], train_one_hot[:50], verbose=0)\n",
        },
        wrong={
            "as wide": network(width=512),
            "a third as wide": network(width=182),
            "one output": network(outputs=1),
            "one too few": network(outputs="class_count - 1"),
            "one input too few": network(inputs="pixels.shape[1] - 1"),
            "sigmoid": network(last="sigmoid"),
            "no activation": network(hidden="None"),
            "no hidden layer": "narrow_model = build_mlp(pixels.shape[1], [], class_count)",
            "not compiled": NETWORK.format(
                "pixels.shape[1]", 128, "class_count", "softmax", "'relu'"
            ),
            "binary": network(loss="'binary_crossentropy'"),
            "tanh": network(hidden='"tanh"'),
            "another optimizer": network(optimizer='"sgd"'),
            "another learning rate": network(optimizer="keras.optimizers.Adam(0.01)"),
            "scores": network(loss="keras.losses.CategoricalCrossentropy(from_logits=True)"),
            "whole numbers": network(loss='"sparse_categorical_crossentropy"'),
            "no metrics": network(metrics="[]"),
            "dropout": "narrow_model = keras.Sequential([keras.Input((pixels.shape[1],)), "
            "keras.layers.Dense(128, 'relu'), keras.layers.Dropout(0.5), "
            "keras.layers.Dense(class_count, 'softmax')])\n"
            "narrow_model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])",
            "history": "narrow_model = history",
        },
    ),
    "4.5": Forms(
        right={
            "by hand": SCALE.format(
                "[(train_rows - mean) / deviation, (other_rows - mean) / deviation]",
                "mean, deviation = train_rows.mean(axis=0), train_rows.std(axis=0)",
            ),
            "fit_transform": SCALE.format(
                "scaler.fit_transform(train_rows), scaler.transform(other_rows).tolist()",
                "scaler = StandardScaler()",
            ),
            "tables": SCALE.format(
                "(table - table.mean()) / table.std(), (other_rows - table.mean().to_numpy()) "
                "/ table.std().to_numpy()",
                "table = pd.DataFrame(train_rows)",
            ),
        },
        wrong={
            "as it was": SCALE.format(TRANSFORM, FIT.format(ALL)),
            "other rows": SCALE.format(TRANSFORM, FIT.format("other_rows")),
            "its own rows": SCALE.format("train_pixels, test_pixels", "pass"),
            "each its own": SCALE.format(
                "scaler.fit_transform(train_rows), scaler.fit_transform(other_rows)",
                "scaler = StandardScaler()",
            ),
            "other rows first": SCALE.format(
                "scaler.transform(other_rows), scaler.transform(train_rows)",
                FIT.format("train_rows"),
            ),
            "other rows alone": SCALE.format(
                "scaler.transform(other_rows)", FIT.format("train_rows")
            ),
            "three": SCALE.format(f"{TRANSFORM}, scaler", FIT.format("train_rows")),
            "one array": SCALE.format(f"scaler.transform({ALL})", FIT.format("train_rows")),
            "other rows not scaled": SCALE.format(
                "scaler.transform(train_rows), other_rows", FIT.format("train_rows")
            ),
            "training rows not scaled": SCALE.format(
                "train_rows, scaler.transform(other_rows)", FIT.format("train_rows")
            ),
            "mean only": SCALE.format(
                "train_rows - mean, other_rows - mean", "mean = train_rows.mean(axis=0)"
            ),
            "one mean": SCALE.format(
                "(train_rows - mean) / deviation, (other_rows - mean) / deviation",
                "mean, deviation = train_rows.mean(), train_rows.std()",
            ),
            "minimum and maximum": "from sklearn.preprocessing import MinMaxScaler\n"
            + SCALE.format(TRANSFORM, "scaler = MinMaxScaler().fit(train_rows)"),
            "other rows otherwise": SCALE.format(
                "scaler.transform(train_rows), other_rows - train_rows.mean(axis=0)",
                FIT.format("train_rows"),
            ),
        },
    ),
    "4.6": Forms(
        RECALLS,
        right={
            "trace of shares": "np.diag(matrix / matrix.sum(axis=1))",
            "list": "[row[i] / sum(row) for i, row in enumerate(matrix.tolist())]",
            "column": "np.diag(matrix)[:, None] / matrix.sum(1, keepdims=True)",
            "series": "pd.Series(np.diagonal(matrix)) / pd.DataFrame(matrix).sum(axis=1)",
        },
    ),
    "4.7": Forms(
        AS_GOOD,
        right={
            "other way round": "paired_difference(wide, narrow).high < margin",
            "NumPy": "np.greater(lead.low + margin, 0)",
            "branches": "True if -lead.low < margin else False",
            "SciPy": "from scipy.stats import ttest_rel\n"
            + AS_GOOD.format(
                "ttest_rel(list(narrow), list(wide)).confidence_interval().low > -margin"
            ),
        },
        wrong={
            "holds zero": "lead.low <= 0 <= lead.high",
            "means": "lead.mean > -margin",
            "larger mean": "narrow.mean() >= wide.mean()",
            "sign": "paired_difference(wide, narrow).low > -margin",
            "upper end": "lead.high > -margin",
            "both sides": "-margin < lead.low and lead.high < margin",
            "better": "lead.low > 0",
            "better by the margin": "lead.low > margin",
            "upside down": "lead.low < -margin",
            "best runs": "max(narrow) >= max(wide) - margin",
            "best run": "max(narrow) >= max(wide)",
            "worst runs": "min(narrow) > min(wide) - margin",
            "every seed": "min(narrow - wide) > -margin",
            "not paired": "from scipy.stats import ttest_ind\n"
            + AS_GOOD.format("ttest_ind(narrow, wide).confidence_interval().low > -margin"),
            "no margin": "lead.low > -0.05",
            "always": "True",
            "never": "False",
            "less or equal": "lead.low >= -margin",
            "words": '"True" if lead.low > -margin else "False"',
            "a list": "[lead.low > -margin]",
            "one deviation": "lead.mean - np.std(narrow - wide) > -margin",
            "standard errors": "lead.mean - 1.96 * np.std(narrow - wide, ddof=1) "
            "/ np.sqrt(len(wide)) > -margin",
            "no else": AS_GOOD.replace("return {0}", "if lead.low > -margin: return True"),
            "a number": "lead.low + margin",
            "the interval": "lead",
        },
    ),
}


class TestFaces(LessonTests):
    NOTEBOOK = "04"
    FORMS = FORMS
    MEASURED = frozenset({"4.4"})
