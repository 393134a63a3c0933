"""Answers to the exercises of notebook 5: other right forms, and wrong ones."""

from __future__ import annotations

import pytest

from helpers.exercises.engine import examine
from tests.exercises import Forms, LessonTests

BASELINE = """
def baseline_accuracy(train_labels, other_labels):
    return {0}
"""
NETWORK = """
hidden, last = keras.layers.Dense({1}, {2!r}), keras.layers.Dense({3}, {4!r})
small_model = keras.Sequential([keras.Input(shape=({0},)), hidden, last])
"""
COMPILED = (
    NETWORK
    + """
small_model.compile(loss={5})
"""
)
RIGHT_NETWORK = (8, 16, "relu", 1, "sigmoid")
FILL = """
def fill_gaps(train, other, columns):
    filled = other.copy()
    for name in columns:
        filled[name] = other[name].replace(0, {0})
    return filled
"""
SCORES = """
honest_scores = cross_val_score({0}, {1}, train_outcome, {2})
honest_mean, honest_deviation = np.mean(honest_scores), np.std(honest_scores)
"""
HONEST = "make_pipeline(imputed, LogisticRegression())"
ALONG = "cv=folds, scoring='roc_auc'"
SHARES = """
def sensitivity_and_specificity(outcome, said_yes):
    return {0}
"""
FOUND = "said_yes[outcome == 1].mean()"
SPARED = "(~said_yes)[outcome == 0].mean()"
PRECISION = "outcome[said_yes].mean()"
SCREENING = """
{0}
ill, healthy = answers[truth == 1], answers[truth == 0]
own_threshold = {1}
own_sensitivity = np.mean(ill >= own_threshold)
own_specificity = np.mean(healthy < own_threshold)
"""
HELD_OUT = "answers, truth = probabilities['logistic regression, imputed'], train_outcome"
LEARNED = """
fitted = make_pipeline(imputed, LogisticRegression()).fit(train_features, train_outcome)
answers, truth = fitted.predict_proba(train_features)[:, 1], train_outcome
"""
TEST = LEARNED + "answers, truth = fitted.predict_proba(test_features)[:, 1], test_outcome"
LOWER = "np.quantile(ill, 0.05, method='lower')"

FORMS = {
    "5.1": Forms(
        right={
            "dictionary": "zero_counts = {n: int(sum(diabetes[n] == 0)) for n in diabetes}",
            "list": "zero_counts = [(diabetes[name] == 0).sum() for name in diabetes]",
            "in another order": "zero_counts = (diabetes == 0).sum().sort_values().astype(float)",
            "table of one row": "zero_counts = (diabetes == 0).sum().to_frame().T",
            "table of one column": "zero_counts = (diabetes == 0).sum().to_frame('zeros')",
            "array": "zero_counts = np.sum(diabetes.to_numpy() == 0, axis=0)",
        },
    ),
    "5.2": Forms(
        BASELINE,
        right={
            "pandas": "np.mean(pd.Series(other_labels) == pd.Series(train_labels).mode()[0])",
            "mean": "(other_labels == (train_labels.mean() > 0.5)).mean()",
            "scikit-learn": "from sklearn.dummy import DummyClassifier\n"
            + BASELINE.format(
                "DummyClassifier().fit(train_labels[:, None], train_labels)"
                ".score(other_labels[:, None], other_labels)"
            ),
            "counted, in an array": "np.array([sum(other_labels == "
            "(2 * sum(train_labels) > len(train_labels))) / len(other_labels)])",
        },
        wrong={
            "commonest of the others": "np.mean("
            "other_labels == np.bincount(other_labels).argmax())",
            "share of the commonest": "max(np.mean(train_labels), 1 - np.mean(train_labels))",
            "always no": "np.mean(other_labels == 0)",
            "always yes": "np.mean(other_labels)",
            "mistakes": "np.mean(other_labels != np.bincount(train_labels).argmax())",
            "count": "np.sum(other_labels == np.bincount(train_labels).argmax())",
            "percentage": "100 * np.mean(other_labels == np.bincount(train_labels).argmax())",
            "label": "np.bincount(train_labels).argmax()",
            "an array": "other_labels == np.bincount(train_labels).argmax()",
            "constant": "0.65",
            "rounded": "round(np.mean(other_labels == np.bincount(train_labels).argmax()), 2)",
            "sorted in place": "train_labels.sort() or "
            "np.mean(other_labels == np.bincount(train_labels).argmax())",
            "called": "baseline_accuracy = 0.65",
        },
    ),
    "5.3": Forms(
        right={
            "short name": COMPILED.format(*RIGHT_NETWORK, "'bce'"),
            "layer by layer": """
hidden, relu, last = keras.layers.Dense(16), keras.layers.ReLU(), keras.layers.Dense(1)
end = keras.layers.Activation("sigmoid")
small_model = keras.Sequential([keras.Input(shape=(8,)), hidden, relu, last, end])
small_model.compile(loss="binary_crossentropy")
""",
            "functional": """
entry = keras.Input(shape=(8,))
hidden = keras.layers.Activation("relu")(keras.layers.Dense(16)(entry))
small_model = keras.Model(entry, keras.layers.Dense(1, keras.activations.sigmoid)(hidden))
small_model.compile("adam", keras.losses.BinaryCrossentropy())
""",
            "trained": COMPILED.format(*RIGHT_NETWORK, "'binary_crossentropy'")
            + "small_model.fit(train_scaled, train_outcome, epochs=2, verbose=0)",
            "loss in a list": COMPILED.format(*RIGHT_NETWORK, "[keras.losses.binary_crossentropy]"),
        },
        wrong={
            "softmax, one output": COMPILED.format(8, 16, "relu", 1, "softmax", "'bce'"),
            "two outputs": COMPILED.format(
                8, 16, "relu", 2, "softmax", "'categorical_crossentropy'"
            ),
            "ten outputs": COMPILED.format(8, 16, "relu", 10, "sigmoid", "'bce'"),
            "no activation at the end": COMPILED.format(8, 16, "relu", 1, None, "'bce'"),
            "no activation in between": COMPILED.format(8, 16, None, 1, "sigmoid", "'bce'"),
            "tanh": COMPILED.format(8, 16, "tanh", 1, "sigmoid", "'bce'"),
            "sigmoid in between": COMPILED.format(8, 16, "sigmoid", 1, "sigmoid", "'bce'"),
            "softmax in between": COMPILED.format(8, 16, "softmax", 1, "sigmoid", "'bce'"),
            "elu": COMPILED.format(8, 16, "elu", 1, "sigmoid", "'bce'"),
            "leaky ReLU": COMPILED.format(8, 16, "leaky_relu", 1, "sigmoid", "'bce'"),
            "halved inputs": COMPILED.format(*RIGHT_NETWORK, "'bce'").replace(
                "hidden, last])", "keras.layers.Rescaling(0.5), hidden, last])"
            )
            + "small_model.layers[1].set_weights([np.eye(8, 16), -np.ones(16)])",
            "hard sigmoid": COMPILED.format(8, 16, "relu", 1, "hard_sigmoid", "'bce'"),
            "dropout": COMPILED.format(*RIGHT_NETWORK, "'bce'").replace(
                "hidden, last])", "hidden, keras.layers.Dropout(0.5), last])"
            ),
            "misspelt loss": COMPILED.format(*RIGHT_NETWORK, "'binary_crosentropy'"),
            "eight neurons": COMPILED.format(8, 8, "relu", 1, "sigmoid", "'bce'"),
            "nine inputs": COMPILED.format(9, 16, "relu", 1, "sigmoid", "'bce'"),
            "the network above": "small_model = model",
            "layers": "small_model = model.layers",
            "not compiled": NETWORK.format(*RIGHT_NETWORK),
            "categorical": COMPILED.format(*RIGHT_NETWORK, "'categorical_crossentropy'"),
            "sparse": COMPILED.format(*RIGHT_NETWORK, "'sparse_categorical_crossentropy'"),
            "squared": COMPILED.format(*RIGHT_NETWORK, "'mse'"),
            "logits": COMPILED.format(
                *RIGHT_NETWORK, "keras.losses.BinaryCrossentropy(from_logits=True)"
            ),
            "absolute": COMPILED.format(*RIGHT_NETWORK, "'mae'"),
            "regulariser": COMPILED.format(*RIGHT_NETWORK, "'bce'").replace(
                "'relu'", "'relu', kernel_regularizer='l2'"
            ),
            "the optimizer of another network": "adam = keras.optimizers.Adam()\n"
            "adam.build(model.trainable_variables)"
            + COMPILED.format(*RIGHT_NETWORK, "'bce', optimizer=adam"),
        },
    ),
    "5.4": Forms(
        FILL,
        right={
            "scikit-learn": """
def fill_gaps(train, other, columns):
    gaps = SimpleImputer(missing_values=0, strategy="median").fit(train[columns])
    return other.assign(**dict(zip(columns, gaps.transform(other[columns]).T)))
""",
            "array": """
def fill_gaps(train, other, columns):
    medians = train[columns].replace(0, np.nan).median()
    kept = other.drop(columns=columns)
    filled = other[columns].replace(0, np.nan).fillna(medians)
    return pd.concat([filled, kept], axis=1)[list(train)].to_numpy("float32").astype(float).round(4)
""",
            "column order": """
def fill_gaps(train, other, columns):
    other = other.copy()
    for name in columns:
        other.loc[other[name] == 0, name] = np.median(train[name][train[name] > 0])
    return other[sorted(other)].reset_index(drop=True)
""",
            "dictionary": FILL.format("train[name][train[name] != 0].median()").replace(
                "return filled", "return {name: list(filled[name]) for name in filled}"
            ),
        },
        wrong={
            "of the others": "other[name][other[name] != 0].median()",
            "of all": "pd.concat([train[name], other[name]]).replace(0, np.nan).median()",
            "zeros counted": "train[name].median()",
            "means": "train[name][train[name] != 0].mean()",
            "means with zeros": "train[name].mean()",
            "every column": FILL.format("train[name][train[name] != 0].median()").replace(
                "in columns", "in train"
            ),
            "in place": FILL.format("train[name][train[name] != 0].median()").replace(
                ".copy()", ""
            ),
            "return in the loop": FILL.format("train[name][train[name] != 0].median()").replace(
                "    return filled", "        return filled"
            ),
            "copy in the loop": """
def fill_gaps(train, other, columns):
    for name in columns:
        filled = other.copy()
        filled[name] = other[name].replace(0, train[name][train[name] != 0].median())
    return filled
""",
            "of the whole table": "diabetes[name][diabetes[name] != 0].median()",
            "of the notebook's rows": "train_features[name][train_features[name] != 0].median()",
            "the five columns": FILL.format("train[name][train[name] != 0].median()").replace(
                "in columns", "in suspicious"
            ),
            "NaN": "np.nan",
            "nothing": "def fill_gaps(train, other, columns): return other",
            "one median for all": "np.nanmedian(train[columns].replace(0, np.nan).to_numpy())",
            "whole column": """
def fill_gaps(train, other, columns):
    return other.assign(**train[columns].replace(0, np.nan).median())
""",
            "filled columns only": FILL.format("train[name][train[name] != 0].median()").replace(
                "return filled", "return filled[columns]"
            ),
            "training table": FILL.format("train[name][train[name] != 0].median()")
            .replace("other", "train")
            .replace("train, train", "train, other"),
            "rows dropped": """
def fill_gaps(train, other, columns):
    return other[(other[columns] != 0).all(axis=1)]
""",
            "both": "def fill_gaps(train, other, columns): return train, other",
            "no return": FILL.format("1").replace("return filled", ""),
        },
    ),
    "5.5": Forms(
        right={
            "loop": """
honest_scores = []
for learned, judged in folds.split(train_features, train_outcome):
    pipeline = make_pipeline(imputed, LogisticRegression())
    pipeline.fit(train_features.iloc[learned], train_outcome[learned])
    answers = pipeline.predict_proba(train_features.iloc[judged])[:, 1]
    honest_scores.append(roc_auc_score(train_outcome[judged], answers))
honest_mean, honest_deviation = sum(honest_scores) / 5, pd.Series(honest_scores).std()
""",
            "held-out answers": """
answers = probabilities["logistic regression, imputed"]
parts = [judged for _, judged in folds.split(train_features, train_outcome)]
honest_scores = pd.Series([roc_auc_score(train_outcome[p], answers[p]) for p in parts])
honest_mean, honest_deviation = honest_scores.mean(), honest_scores.std()
""",
            "rounded": SCORES.format(HONEST, "train_features", ALONG)
            + "honest_scores = tuple(honest_scores.round(4))\n"
            "honest_mean, honest_deviation = round(honest_mean, 2), np.array([honest_deviation])",
        },
        wrong={
            "the code above": SCORES.format(
                "make_pipeline(StandardScaler(), LogisticRegression())", "filled", ALONG
            ),
            "imputed before the folds": SCORES.format(
                "LogisticRegression()", "imputed.fit_transform(train_features)", ALONG
            ),
            "all columns": SCORES.format(
                "make_pipeline(SimpleImputer(missing_values=0, strategy='median'), "
                "StandardScaler(), LogisticRegression())",
                "train_features",
                ALONG,
            ),
            "zeros as they are": SCORES.format(
                "make_pipeline(as_they_are, LogisticRegression())", "train_features", ALONG
            ),
            "accuracy": SCORES.format(HONEST, "train_features", "cv=folds"),
            "other folds": SCORES.format(HONEST, "train_features", "scoring='roc_auc'"),
            "all women": SCORES.format(HONEST, "diabetes.drop(columns='Outcome')", ALONG).replace(
                "train_outcome", "outcome"
            ),
            "test rows": SCORES.format(HONEST, "test_features", ALONG).replace(
                "train_outcome", "test_outcome"
            ),
            "percentages": SCORES.format(HONEST, "train_features", ALONG)
            + "honest_scores = 100 * honest_scores",
            "all held-out answers": SCORES.format(HONEST, "train_features", ALONG)
            + "answers = probabilities['logistic regression, imputed']\n"
            "honest_mean = roc_auc_score(train_outcome, answers)",
            "ten folds": SCORES.format(HONEST, "train_features", "cv=10, scoring='roc_auc'"),
            "one number": SCORES.format(HONEST, "train_features", ALONG)
            + "honest_scores = honest_mean",
            "changed places": SCORES.format(HONEST, "train_features", ALONG)
            + "honest_mean, honest_deviation = honest_deviation, honest_mean",
            "median": SCORES.format(HONEST, "train_features", ALONG)
            + "honest_mean = np.median(honest_scores)",
            "best": SCORES.format(HONEST, "train_features", ALONG)
            + "honest_mean = max(honest_scores)",
            "variance": SCORES.format(HONEST, "train_features", ALONG)
            + "honest_deviation = np.var(honest_scores)",
            "range": SCORES.format(HONEST, "train_features", ALONG)
            + "honest_deviation = np.ptp(honest_scores)",
            "error of the mean": SCORES.format(HONEST, "train_features", ALONG)
            + "honest_deviation /= 5 ** 0.5",
        },
    ),
    "5.6": Forms(
        SHARES,
        right={
            "scikit-learn": "recall_score(outcome, said_yes), "
            "recall_score(outcome == 0, ~said_yes)",
            "array": f"np.array([[{FOUND}, {SPARED}]], dtype='float32')",
            "counts": "[sum(said_yes & (outcome == 1)) / sum(outcome), "
            "1 - sum(said_yes & (outcome == 0)) / sum(outcome == 0)]",
        },
        wrong={
            "mixed up": f"{SPARED}, {FOUND}",
            "percentages": f"100 * {FOUND}, 100 * {SPARED}",
            "precision first": f"{PRECISION}, {SPARED}",
            "precision second": f"{FOUND}, {PRECISION}",
            "false alarms": f"{FOUND}, 1 - {SPARED}",
            "missed": f"1 - {FOUND}, {SPARED}",
            "accuracy": f"{FOUND}, np.mean(said_yes == outcome)",
            "predictive values": f"{PRECISION}, (outcome[~said_yes] == 0).mean()",
            "arguments swapped": f"{PRECISION}, (~outcome[~said_yes]).mean()",
            "picked by ~": f"{FOUND}, (~said_yes[~outcome]).mean()",
            "negative": f"{FOUND}, (~outcome).mean()",
            "rounded": f"round({FOUND}, 2), round({SPARED}, 2)",
            "changed": """
def sensitivity_and_specificity(outcome, said_yes):
    found = said_yes[outcome == 1].mean()
    said_yes ^= True
    return found, said_yes[outcome == 0].mean()
""",
            "of all": "np.mean(said_yes & (outcome == 1)), np.mean(~said_yes & (outcome == 0))",
            "counts": "np.sum(said_yes & (outcome == 1)), np.sum(~said_yes & (outcome == 0))",
            "one": FOUND,
            "three": f"{FOUND}, {SPARED}, {PRECISION}",
            "two functions": "np.mean, np.mean",
            "first wrong": f"0.75, {SPARED}",
            "second wrong": f"{FOUND}, 0.75",
        },
    ),
    "5.7": Forms(
        right={
            "sorted": SCREENING.format(HELD_OUT, "np.sort(ill)[int(0.05 * len(ill))]"),
            "a hundredth lower": SCREENING.format(HELD_OUT, f"np.floor(100 * {LOWER}) / 100"),
            "tried one by one": SCREENING.format(
                HELD_OUT, "max(t for t in np.arange(0, 1, 0.001) if np.mean(ill < t) <= 0.05)"
            ),
            "rounded, in arrays": SCREENING.format(HELD_OUT, f"np.float32({LOWER} - 1e-6)")
            + "own_sensitivity = [round(own_sensitivity, 2)]\n"
            "own_specificity = np.array(round(own_specificity, 2))",
        },
        wrong={
            "a half": SCREENING.format(HELD_OUT, "0.5"),
            "of the network": SCREENING.format(
                "answers, truth = probabilities['network, imputed'], train_outcome", LOWER
            ),
            "between two": SCREENING.format(HELD_OUT, "np.quantile(ill, 0.05)"),
            "rounded up": SCREENING.format(HELD_OUT, "0.16"),
            "upper of two": SCREENING.format(HELD_OUT, "np.quantile(ill, 0.05, method='higher')"),
            "much too low": SCREENING.format(HELD_OUT, "0.14"),
            "too low": SCREENING.format(HELD_OUT, "0.1"),
            "nine tenths found": SCREENING.format(HELD_OUT, "np.quantile(ill, 0.1)"),
            "from the other end": SCREENING.format(HELD_OUT, "np.quantile(ill, 0.95)"),
            "all women": SCREENING.format(HELD_OUT, "np.quantile(answers, 0.05)"),
            "healthy": SCREENING.format(HELD_OUT, "np.quantile(healthy, 0.95)"),
            "test rows": SCREENING.format(TEST, LOWER),
            "learned rows": SCREENING.format(LEARNED, LOWER),
            "percentage": SCREENING.format(HELD_OUT, LOWER) + "own_threshold *= 100",
            "measured on the test rows": SCREENING.format(HELD_OUT, LOWER)
            + TEST
            + "\nown_sensitivity = np.mean(answers[truth == 1] >= own_threshold)\n"
            "own_specificity = np.mean(answers[truth == 0] < own_threshold)",
            "mixed up": SCREENING.format(HELD_OUT, LOWER)
            + "own_sensitivity, own_specificity = own_specificity, own_sensitivity",
            "false alarms": SCREENING.format(HELD_OUT, LOWER)
            + "own_specificity = np.mean(healthy >= own_threshold)",
            "missed": SCREENING.format(HELD_OUT, LOWER)
            + "own_sensitivity = np.mean(ill < own_threshold)",
            "precision": SCREENING.format(HELD_OUT, LOWER)
            + "own_specificity = np.mean(truth[answers >= own_threshold])",
            "accuracy": SCREENING.format(HELD_OUT, LOWER)
            + "own_specificity = np.mean((answers >= own_threshold) == truth)",
            "shares at a half": SCREENING.format(HELD_OUT, "0.5") + f"own_threshold = {LOWER}",
            "wished for": SCREENING.format(HELD_OUT, LOWER) + "own_sensitivity = 0.99",
        },
    ),
}


class TestDiabetes(LessonTests):
    NOTEBOOK = "05"
    FORMS = FORMS
    MEASURED = frozenset({"5.3", "5.7"})

    def test_dots_in_a_pair_that_is_returned_are_no_attempt(self):
        exercise = next(item for item in self.module.EXERCISES if item.number == "5.6")
        assert examine(exercise, lambda outcome, said_yes: (..., ...)).status == "open"

    @pytest.mark.parametrize(
        ("number", "name", "words"),
        [
            ("5.7", "rounded up", "round down"),
            ("5.7", "much too low", "higher by a hundredth"),
            ("5.7", "upper of two", "the upper of two"),
            ("5.7", "of the network", "answers of another model"),
            ("5.3", "misspelt loss", "no loss of the name"),
            ("5.4", "the five columns", "argument `columns`"),
        ],
    )
    def test_a_mistake_is_named_for_what_it_is(self, results, number, name, words):
        assert words in results[number, "wrong", name].text
