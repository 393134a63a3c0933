"""The exercises and questions of notebook 5, Diabetes."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Mapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from helpers.exercises.answers import (
    NotAttemptedError,
    WrongAnswerError,
    agree,
    call,
    read_array,
    read_number,
    read_share,
    read_table,
    show,
)
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, ValueForm
from helpers.exercises.model_checks import (
    expect_own_optimizer,
    loss_of,
    outputs,
    read_model,
)

if TYPE_CHECKING:
    import keras

TWO_DIGITS = 0.0051
"""How far an answer may be off that was rounded to two digits."""
SUSPICIOUS = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]


@cache
def _diabetes() -> pd.DataFrame:
    from helpers.datasets import load_diabetes

    return load_diabetes()


def _names(rows: pd.DataFrame) -> list[str]:
    return [str(name) for name in rows]


def _zeros_of(women: pd.DataFrame) -> pd.Series:
    return (women == 0).sum()


def _read_counts(answer: object, women: pd.DataFrame) -> np.ndarray:
    names = _names(women)
    counts = _by_column(answer, names)
    lacking = [name for name in names if name not in counts]
    if lacking:
        raise WrongAnswerError(
            f"There is no count for {', '.join(lacking[:4])}. Every column is asked for, also "
            "where a zero is no gap."
        )
    return np.array([counts[name] for name in names])


def _unlike_counts(found: np.ndarray, right: np.ndarray, women: pd.DataFrame) -> str:
    place = int(np.flatnonzero(found != right)[0])
    return f"For {_names(women)[place]}, {found[place]:g} is not the number of zeros."


_ZEROS = ValueForm(
    right=_zeros_of,
    cases=lambda: [(_diabetes(),)],
    read=_read_counts,
    tolerance=1e-3,
    said="Insulin has the most. Which of these zeros are measurements, and which are gaps?",
    otherwise=_unlike_counts,
    wrong={
        "isna": (
            "There is no zero anywhere, it says. `isna` finds the gaps that pandas knows of, "
            "and for pandas a zero is a number. Compare with 0 instead.",
            lambda women: women.isna().sum(),
        ),
        "shares": (
            "These are the shares of the rows. The number of rows is asked for: a sum, no mean.",
            lambda women: (women == 0).mean(),
        ),
        "percentages": (
            "These are percentages. The number of rows is asked for.",
            lambda women: 100 * (women == 0).mean(),
        ),
        "other values": (
            "These are the rows with another value than 0. Count the zeros.",
            lambda women: (women != 0).sum(),
        ),
        "smallest": (
            "These are the smallest values of the columns. How many zeros does each hold?",
            pd.DataFrame.min,
        ),
        "any": (
            "It says whether a column holds a zero, with True for 1. How many are there?",
            lambda women: (women == 0).any(),
        ),
        "count": (
            "For every column these are all its rows. `count` counts what is not missing, and "
            "True and False are both there. Which function counts True alone?",
            pd.DataFrame.count,
        ),
        "without the outcome": (None, lambda women: _zeros_of(women.drop(columns="Outcome"))),
        "Insulin only": (None, lambda women: _zeros_of(women[["Insulin"]])),
        "five columns": (None, lambda women: _zeros_of(women)[1:6]),
        "list without one": (None, lambda women: list(_zeros_of(women))[:8]),
        "along the rows": (None, lambda women: (women == 0).sum(axis=1)),
        "not summed": (None, lambda women: women == 0),
        "another table": (None, lambda women: women.describe()),
        "all together": (None, lambda women: _zeros_of(women).sum()),
        "other names": (None, lambda women: _zeros_of(women).rename({"BMI": "bmi"})),
        "a column in columns": (None, lambda women: {name: [0, 1] for name in women}),
        "one wrong": (None, lambda women: _zeros_of(women) + (np.arange(9) == 4)),
    },
)


def _by_column(answer: object, names: list[str]) -> dict[str, float]:
    """Read one number a column: a series, a table of one row or column, a dictionary, a list."""
    what = "Your answer"
    if isinstance(answer, pd.DataFrame):
        if answer.shape == (768, 9):
            raise WrongAnswerError(
                "This is a table of 768 rows, True wherever a zero stands. Sum each column: True "
                "counts as 1."
            )
        if 1 not in answer.shape:
            raise WrongAnswerError(
                f"This is a table of the shape {answer.shape}. One number a column is expected."
            )
        answer = answer.iloc[0] if len(answer) == 1 else answer.iloc[:, 0]
    if isinstance(answer, pd.Series):
        labels = list(answer.index)
    elif isinstance(answer, Mapping):
        labels, answer = list(answer), list(answer.values())
    else:
        labels = names
    values = read_array(answer, what=what)
    if values.ndim == 0 or (values.size == 1 and labels is names):
        raise WrongAnswerError(
            "This is a single number. One a column is expected: sum along the columns only."
        )
    if values.shape == (768,):
        raise WrongAnswerError(
            "These are 768 numbers, one a woman: the sum ran along the rows. One a column is "
            "expected."
        )
    if labels is names:
        values = read_array(answer, shape=(9,), what=what)
    elif values.shape != (len(labels),):
        raise WrongAnswerError("Each column should have one number.")
    unknown = [label for label in labels if label not in names]
    if unknown:
        raise WrongAnswerError(f"There is no column {show(unknown[0])} in the table.")
    return dict(zip(labels, values.astype(float).tolist(), strict=True))


def _call_and_watch(function: object, *arguments: object) -> tuple[object, bool]:
    """Call a learner's function; return its value, and whether it changed an argument."""
    given = copy.deepcopy(arguments)
    value = call(partial(function, *given) if callable(function) else function)
    return value, not all(map(_equal, given, arguments))


def _equal(first: object, second: object) -> bool:
    if isinstance(first, pd.DataFrame) and isinstance(second, pd.DataFrame):
        return bool(first.equals(second))
    if isinstance(first, np.ndarray) and isinstance(second, np.ndarray):
        return np.array_equal(first, second)
    return bool(first == second)


def _is_rounded(found: np.ndarray, right: np.ndarray) -> bool:
    return any(agree(found, right.round(digits), 1e-9) for digits in (1, 2, 3, 4, 5))


def _baseline(answer: object) -> str:
    generator = np.random.default_rng(51)
    cases = [
        (np.array(learned), np.array(judged))
        for learned, judged in (
            ([0, 0, 0, 1], [0, 1, 0, 0, 0]),
            ([1, 1, 0, 1, 1], [0, 0, 1, 0]),
            ([0, 1, 0], [1, 1, 0, 1, 1, 1]),
        )
    ]
    cases.append((generator.integers(0, 2, 25), (generator.random(40) < 0.7).astype(int)))
    calls = [_call_and_watch(answer, *case) for case in cases]
    found = [read_number(value, RETURNED) for value, _ in calls]
    right = [float(np.mean(judged == _commonest(learned))) for learned, judged in cases]
    for other, reason in (
        (
            [np.mean(judged == _commonest(judged)) for _, judged in cases],
            "The commonest label was looked for among the labels to be judged. Whoever answers "
            "does not know them yet: take that of the training labels.",
        ),
        (
            [np.mean(judged == 0) for _, judged in cases],
            "It always says 0. That is right only where 0 is the commonest training label.",
        ),
        (
            [np.mean(judged) for _, judged in cases],
            "This is the share of ones. It is the accuracy only where 1 is the commonest "
            "training label.",
        ),
        (
            [np.mean(learned == _commonest(learned)) for learned, _ in cases],
            "This is the share among the training labels themselves. Measure on the others.",
        ),
        (
            [np.mean(judged != _commonest(learned)) for learned, judged in cases],
            "This is the share of wrong answers. Accuracy is the share of right ones.",
        ),
        (
            [np.sum(judged == _commonest(learned)) for learned, judged in cases],
            "This is the number of right answers. Divide it by the number of labels judged.",
        ),
        (
            [100 * part for part in right],
            "This is a percentage. Accuracy is a fraction between 0 and 1.",
        ),
        (
            [float(_commonest(learned)) for learned, _ in cases],
            "This is the commonest training label itself. How often is it right on the others?",
        ),
    ):
        if agree(np.array(found), np.array(other, float)):
            raise WrongAnswerError(reason)
    if not agree(np.array(found), np.array(right)) and _is_rounded(
        np.array(found), np.array(right)
    ):
        raise WrongAnswerError(
            "What it returns is right, but rounded. Return the accuracy as it is, and round only "
            "what is printed."
        )
    for (learned, judged), value, wanted in zip(cases, found, right, strict=True):
        if abs(value - wanted) > 1e-6:
            raise WrongAnswerError(
                f"Tried with {len(learned)} training labels and {len(judged)} others, it returns "
                f"{value:.4g}, and {wanted:.4g} is expected. First find the commonest training "
                "label, then how often the others equal it."
            )
    if any(changed for _, changed in calls):
        raise WrongAnswerError(
            "What it returns is right. But it changes an array that it was given, as `sort` does, "
            "and whoever called it has another array afterwards. Only read the labels."
        )
    return "A model is worth something only above this."


def _commonest(labels: np.ndarray) -> int:
    return int(np.bincount(labels).argmax())


def _network(answer: object) -> str:
    generator = np.random.default_rng(52)
    x = generator.normal(size=(60, 8)).astype("float32")
    network = read_model(answer)
    found = outputs(network, np.concatenate([x, 20 * x]))
    if found.shape == (120, 2):
        raise WrongAnswerError(
            "It has two outputs. One is enough: the probability of no diabetes is what is left "
            "to 1."
        )
    if found.shape not in ((120, 1), (120,)):
        raise WrongAnswerError(
            f"For 120 rows its output has the shape {found.shape}. One probability a row is "
            "expected."
        )
    if np.allclose(found, 1, rtol=0, atol=1e-6):
        raise WrongAnswerError(
            "It says 1 for every row, whatever the weights. Softmax makes the outputs of a row "
            "add up to 1, and here there is only one of them. Which activation turns a single "
            "sum into a probability?"
        )
    if np.any(found < 0) or np.any(found > 1) or not np.all(np.isfinite(found)):
        raise WrongAnswerError(
            f"Its outputs go from {found.min():.3g} to {found.max():.3g} on rows that were tried. "
            "A probability lies between 0 and 1."
        )
    count = network.count_params()
    if count == 153:
        raise WrongAnswerError("This is the network above. One hidden layer of 16 is asked for.")
    if count != 161:
        raise WrongAnswerError(
            f"It has {count} parameters. Eight inputs, sixteen hidden neurons and one output make "
            "16 * (8 + 1) + (16 + 1) = 161."
        )
    _look_at_activations(network, x, found.reshape(120, 1))
    if not getattr(network, "compiled", False):
        raise WrongAnswerError("The network is right. It is not compiled yet.")
    _look_at_loss(network, generator)
    return "The output is one number, and the loss judges it against one label, 0 or 1."


def _look_at_activations(network: keras.Model, x: np.ndarray, found: np.ndarray) -> None:
    """Calculate from the network's weights what other activations would answer."""
    import keras

    rows = np.concatenate([x, 20 * x])
    arrays = {part.shape: part for part in network.get_weights()}
    if set(arrays) != {(8, 16), (16,), (16, 1), (1,)}:
        raise WrongAnswerError(
            "It has 161 parameters, as expected, but not in a layer of sixteen neurons and one "
            "of a single neuron. Do all eight measurements go into each of the sixteen?"
        )
    sums = rows @ arrays[8, 16] + arrays[16,]

    def is_found(hidden: str, last: str) -> bool:
        def apply(name: str, values: np.ndarray) -> np.ndarray:
            function = keras.activations.get(name)
            return keras.ops.convert_to_numpy(function(keras.ops.convert_to_tensor(values)))

        return agree(found, apply(last, apply(hidden, sums) @ arrays[16, 1] + arrays[1,]), 1e-4)

    if is_found("relu", "sigmoid"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the reply says what matters
            in_training = keras.ops.convert_to_numpy(network(rows, training=True))
        if not agree(in_training.reshape(found.shape), found, 1e-4):
            raise WrongAnswerError(
                "While it is trained, it answers by chance, as with Dropout or noise. That may "
                "be useful, but two Dense layers are all that is asked for here."
            )
        return
    if is_found("linear", "sigmoid"):
        raise WrongAnswerError(
            "Its hidden layer has no activation. Two layers without one in between can do no "
            "more than a single neuron."
        )
    for name in ("tanh", "sigmoid", "softmax", "elu", "leaky_relu", "gelu", "silu", "softplus"):
        if is_found(name, "sigmoid"):
            raise WrongAnswerError(
                f"The activation of its hidden layer is `{name}`. Neurons with ReLU are asked for."
            )
    if is_found("relu", "hard_sigmoid"):
        raise WrongAnswerError(
            "Its output has a sigmoid made of straight lines, `hard_sigmoid`, which reaches 0 and "
            "1 exactly. Take the logistic function."
        )
    raise WrongAnswerError(
        "Its sizes are right. But sixteen ReLU neurons and a sigmoid, with its weights, would "
        "answer otherwise. Look at the two activations, and at any layer beside the two."
    )


def _look_at_loss(network: keras.Model, generator: np.random.Generator) -> None:
    """Compare the network's loss, of made-up probabilities, with binary cross-entropy."""
    labels = generator.integers(0, 2, (40, 1)).astype("float32")
    answers = generator.uniform(0.05, 0.95, (40, 1)).astype("float32")
    of_right = np.where(labels == 1, answers, 1 - answers)
    if _is_unknown(network.loss):
        raise WrongAnswerError(
            "The network is right, but Keras knows no loss of the name that it was compiled "
            "with. Compare the spelling with the cell that built `model`."
        )
    found = loss_of(network, labels, answers)
    if np.isnan(found):
        raise WrongAnswerError(
            "The network is right, but its loss cannot be calculated for one output. Which loss "
            "goes with one probability and the labels 0 and 1?"
        )
    for other, reason in (
        (
            0.0,
            "The network is right. Its loss is 0 whatever it answers: categorical cross-entropy "
            "needs one output a class. For a single probability there is a loss of its own.",
        ),
        (
            np.mean((labels - answers) ** 2),
            "The network is right. Its loss is the mean squared error; take the cross-entropy "
            "for two classes.",
        ),
        (
            np.mean(np.log1p(np.exp(-answers * (2 * labels - 1)))),
            "The network is right. Its loss takes the outputs for sums before the sigmoid "
            "(`from_logits=True`), and they are probabilities already.",
        ),
    ):
        if abs(found - other) < 1e-4:
            raise WrongAnswerError(reason)
    if abs(found + np.mean(np.log(of_right))) > 1e-4:
        raise WrongAnswerError(
            "The network is right. Its loss is none for a probability and the labels 0 and 1."
        )
    expect_own_optimizer(network)


def _is_unknown(loss: object) -> bool:
    """Tell whether a loss is a name that Keras does not know."""
    import keras

    try:
        return isinstance(loss, str) and not keras.losses.get(loss)
    except ValueError:
        return True


class _Tables(NamedTuple):
    train: pd.DataFrame
    other: pd.DataFrame
    columns: list[str]

    def zeroed(self) -> _Tables:
        """Put 0 into all rows of the columns that are to be filled."""
        return self._replace(other=self.other.assign(**dict.fromkeys(self.columns, 0.0)))


def _made_up() -> list[_Tables]:
    few = _Tables(
        pd.DataFrame(
            {
                "Pregnancies": [0.0, 2.0, 5.0, 1.0, 0.0],
                "Insulin": [0.0, 90.0, 0.0, 130.0, 400.0],
                "BMI": [20.0, 0.0, 31.0, 45.0, 32.0],
            }
        ),
        pd.DataFrame(
            {
                "Pregnancies": [0.0, 3.0, 0.0, 1.0],
                "Insulin": [0.0, 60.0, 220.0, 0.0],
                "BMI": [0.0, 28.0, 22.0, 23.0],
            },
            index=[7, 3, 11, 4],
        ),
        ["Insulin", "BMI"],
    )
    generator = np.random.default_rng(53)
    names = ["Age", "Glucose", "Children", "SkinThickness"]

    def draw(rows: int, middle: float) -> pd.DataFrame:
        values = generator.gamma(4, middle / 4, (rows, 4)).round(1) + 1
        return pd.DataFrame(np.where(generator.random((rows, 4)) < 0.25, 0, values), columns=names)

    return [few, _Tables(draw(31, 40), draw(18, 60), ["SkinThickness", "Glucose"])]


def _fill(case: _Tables, medians: pd.Series, columns: Sequence[str] = ()) -> pd.DataFrame:
    filled = case.other.copy()
    for name in columns or case.columns:
        filled[name] = filled[name].mask(filled[name] == 0, medians[name])
    return filled


def _measured(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.where(rows != 0)


def _imputed(answer: object) -> str:
    cases = _made_up()
    calls = [_call_to_fill(answer, case) for case in cases]
    found = [_filled(value, case) for case, (value, _) in zip(cases, calls, strict=True)]
    right = [_fill(case, _measured(case.train).median()) for case in cases]

    def is_found(others: list[pd.DataFrame]) -> bool:
        return all(
            agree(one.to_numpy(), other.to_numpy(), 1e-6)
            for one, other in zip(found, others, strict=True)
        )

    if is_found(right):
        if any(changed for _, changed in calls):
            raise WrongAnswerError(
                "What it returns is right. But it changes what it was given. Does it work on a "
                "copy of the table? `filled = other` makes none: both names stand for one table."
            )
        return "A new woman's gaps can be filled by it, even if she comes alone."
    for others, reason in (
        (
            [_fill(case, _measured(case.other).median()) for case in cases],
            "The medians come from the very rows that are filled. A single new woman with a gap "
            "has no median: take those of the training rows.",
        ),
        (
            [_fill(case, _measured(pd.concat(case[:2])).median()) for case in cases],
            "The medians come from the training rows and the others together. That is the leak: "
            "the training rows alone may teach.",
        ),
        (
            [_fill(case, case.train.median()) for case in cases],
            "The zeros were counted into the medians, and they pull them down. Take the median "
            "of the measured values only.",
        ),
        (
            [_fill(case, _measured(case.train).mean()) for case in cases],
            "The gaps hold the means. The median is asked for: a few huge values do not move it.",
        ),
        (
            [_fill(case, case.train.mean()) for case in cases],
            "The gaps hold the means, and of all rows, zeros included. Take the medians of the "
            "measured values.",
        ),
        (
            [_fill(case, _measured(case.train).median(), _names(case.other)) for case in cases],
            "Zeros were replaced in every column. In a column that is not in the list, 0 is a "
            "value like any other: no pregnancies, for instance.",
        ),
        (
            [_fill(case, _measured(case.train).median(), case.columns[:1]) for case in cases],
            "Only the first column of the list is filled. Does `return` stand inside the loop?",
        ),
        (
            [_fill(case, _measured(case.train).median(), case.columns[-1:]) for case in cases],
            "Only the last column of the list is filled. Does the loop begin with a new copy of "
            "`other` each time?",
        ),
        (
            [_fill(case, _measured(_diabetes()).median()) for case in cases],
            "The medians are those of the notebook's table `diabetes`. Take them from the table "
            "that the function is given as `train`.",
        ),
        (
            [_fill(case, _measured(_split().features).median()) for case in cases],
            "The medians are those of the notebook's table `train_features`. Take them from the "
            "table that the function is given as `train`.",
        ),
        ([case.other for case in cases], "The zeros are still there: nothing was filled."),
        (
            [_fill(case, pd.Series(np.nan, case.columns)) for case in cases],
            "The zeros have become NaN, that is, gaps that pandas knows of. Fill them now.",
        ),
        (
            [_fill(case.zeroed(), _measured(case.train).median()) for case in cases],
            "The whole column holds the median now. Only the zeros are to be replaced.",
        ),
    ):
        if is_found(others):
            raise WrongAnswerError(reason)
    for one, wanted, case in zip(found, right, cases, strict=True):
        for name in _names(case.other):
            pairs = zip(one[name].tolist(), wanted[name].tolist(), case.other[name], strict=True)
            for value, right_value, before in pairs:
                if not agree(np.array(value), np.array(right_value)):
                    task = "filled" if before == 0 and name in case.columns else "kept"
                    raise WrongAnswerError(
                        f"In a table that was tried, {value:g} stands in the column {name} where "
                        f"{right_value:g} is expected. What stood there, {before:g}, was to be "
                        f"{task}."
                    )
    raise WrongAnswerError("The numbers are others than expected.")


def _call_to_fill(answer: object, case: _Tables) -> tuple[object, bool]:
    """Call the learner's function as `_call_and_watch` does; name a column it cannot know."""
    try:
        return _call_and_watch(answer, *case)
    except WrongAnswerError as error:
        unknown = [name for name in SUSPICIOUS if name not in case.other]
        if isinstance(error.__cause__, KeyError) and any(
            name in str(error.__cause__) for name in unknown
        ):
            raise WrongAnswerError(
                f"Your function was tried with tables that hold {', '.join(_names(case.other))}, "
                "and looks for other columns in them. The names of the columns to fill stand in "
                "the argument `columns`, not in `suspicious`."
            ) from error
        raise


def _filled(answer: object, case: _Tables) -> pd.DataFrame:
    """Read a filled table, or an array with its columns in the order of the table."""
    what = RETURNED
    names = _names(case.other)
    if isinstance(answer, pd.DataFrame | pd.Series) and len(answer) == len(case.train):
        raise WrongAnswerError(
            "It returns as many rows as the training table has. Return the other table, filled."
        )
    if isinstance(answer, pd.DataFrame) and set(answer) == set(case.columns):
        raise WrongAnswerError(
            "It returns the filled columns alone. Return the whole table, the other columns as "
            "they were."
        )
    if isinstance(answer, pd.DataFrame | Mapping):
        found = read_table(answer, names, what)
    elif isinstance(answer, tuple | list) and len(answer) == 2 and _is_table(answer[0]):
        raise WrongAnswerError("It returns two tables. Return the other one only, filled.")
    else:
        found = pd.DataFrame(read_array(answer, shape=case.other.shape, what=what), columns=names)
    if len(found) != len(case.other):
        raise WrongAnswerError(
            f"It returns {len(found)} rows for {len(case.other)}. No row may be dropped or added."
        )
    return found


def _is_table(answer: object) -> bool:
    return isinstance(answer, pd.DataFrame)


class _Training(NamedTuple):
    features: pd.DataFrame
    other_features: pd.DataFrame
    outcome: np.ndarray
    other_outcome: np.ndarray


@cache
def _split() -> _Training:
    from sklearn.model_selection import train_test_split

    women = _diabetes()
    parts = train_test_split(
        women.drop(columns="Outcome"),
        women["Outcome"].to_numpy(),
        test_size=0.33,
        random_state=42,
    )
    return _Training(*parts)


def _filled_by_outcome() -> pd.DataFrame:
    """Fill each gap as the code of exercise 5.5 does: by women of the same outcome."""
    rows, _, outcome, _ = _split()
    filled = rows.astype(float)
    for name in SUSPICIOUS:
        for group in (0, 1):
            of_group = outcome == group
            median = rows.loc[(rows[name] != 0) & of_group, name].median()
            filled.loc[(rows[name] == 0) & of_group, name] = median
    return filled


@cache
def _ways_to_score() -> dict[str, np.ndarray]:
    """Cross-validate the right way and the wrong ones of exercise 5.5."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_score
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows, others, outcome, other_outcome = _split()
    women = _diabetes()
    shuffled = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
    gaps = SimpleImputer(missing_values=0, strategy="median")
    some = make_column_transformer((gaps, SUSPICIOUS), remainder="passthrough")

    def score(
        x: object,
        *steps: object,
        by: str = "roc_auc",
        folds: object = shuffled,
        truth: object = outcome,
    ) -> np.ndarray:
        pipeline = make_pipeline(*steps, StandardScaler(), LogisticRegression())
        return cross_val_score(pipeline, x, truth, cv=folds, scoring=by)

    return {
        "right": score(rows, some),
        "by outcome": score(_filled_by_outcome()),
        "before the folds": score(some.fit_transform(rows)),
        "all columns": score(rows, gaps),
        "zeros": score(rows),
        "accuracy": score(rows, some, by="accuracy"),
        "other folds": score(rows, some, folds=5),
        "all women": score(women.drop(columns="Outcome"), some, truth=women["Outcome"]),
        "test rows": score(others, some, truth=other_outcome),
    }


def _honest_scores(scores: object, mean: object, deviation: object) -> str:
    found = read_array(scores, what="Your first answer")
    if found.size == 1:
        raise WrongAnswerError("The first answer is one number. Five are expected, one a fold.")
    found = read_array(scores, shape=(5,), what="Your first answer")
    ways = _ways_to_score()
    distances = {name: np.max(np.abs(found - values)) for name, values in ways.items()}
    nearest = min(distances, key=lambda name: distances[name])
    reasons = {
        "by outcome": "These are the scores of the code above. A gap is still filled according to "
        "the outcome, which nobody knows of a new woman.",
        "before the folds": "The medians no longer look at the outcome. But they were calculated "
        "before the folds were dealt, from all training rows: the women who are judged took part. "
        "Hand the imputation to `cross_val_score` as a part of the pipeline.",
        "all columns": "Zeros were filled in all eight columns. No pregnancies is a measurement: "
        "the imputation should look at the five suspicious columns only.",
        "zeros": "These are the scores with the zeros as they are. The gaps should be imputed.",
        "accuracy": "These are accuracies, which `cross_val_score` gives unless it is told "
        "otherwise. The area under the ROC curve is asked for.",
        "other folds": "The rows were dealt into other folds. Hand over `folds`, so that the "
        "scores can be compared with the table.",
        "all women": "These are the scores of all 768 women. The test rows are among them, and "
        "they stay closed here: take `train_features` and `train_outcome`.",
        "test rows": "These are scores of the test rows, which stay closed here. Take "
        "`train_features` and `train_outcome`.",
    }
    if np.max(np.abs(found / 100 - ways["right"])) < 6e-4:
        raise WrongAnswerError("These are percentages. An area under the curve is at most 1.")
    if distances[nearest] < 6e-4 and nearest in reasons:
        raise WrongAnswerError(reasons[nearest])
    if distances[nearest] >= 6e-4:
        raise WrongAnswerError(
            "The five scores are others. Logistic regression, the five suspicious columns "
            "imputed, the notebook's folds, the area under the ROC curve: which one differs?"
        )
    right = ways["right"]
    _read_mean(read_number(mean, "The mean"), right)
    _read_deviation(read_number(deviation, "The deviation"), right)
    return (
        f"The honest mean is {right.mean():.3f}, and the folds scatter around it by about "
        f"{right.std():.3f}. The code above got {ways['by outcome'].mean():.3f}, and its lead came "
        "from the leak."
    )


def _read_mean(found: float, scores: np.ndarray) -> None:
    from sklearn.metrics import roc_auc_score

    pooled = roc_auc_score(_split().outcome, _linear_answers().held_out)
    if abs(found - pooled) < 6e-5:
        raise WrongAnswerError(
            "The second answer is the area of all held-out answers taken together. It is close to "
            "the mean of the five areas, and not the same."
        )
    if abs(found - scores.mean()) < TWO_DIGITS:
        return
    for other, reason in (
        (scores.std(), "The second answer is the deviation. The mean comes first."),
        (np.median(scores), "The second answer is the median of the five. The mean is asked for."),
        (scores.sum(), "The second answer is the sum of the five. Divide it by five."),
        (scores.max(), "The second answer is the best of the five. The mean is asked for."),
    ):
        if abs(found - other) < 6e-4:
            raise WrongAnswerError(reason)
    raise WrongAnswerError(f"The scores are right. {found:.4g} is not their mean.")


def _read_deviation(found: float, scores: np.ndarray) -> None:
    if min(abs(found - scores.std()), abs(found - scores.std(ddof=1))) < TWO_DIGITS:
        return
    for other, reason in (
        (scores.var(), "The third answer is the variance. The deviation is its square root."),
        (scores.var(ddof=1), "The third answer is the variance. The deviation is its square root."),
        (np.ptp(scores), "The third answer is the distance from the lowest to the highest score."),
        (scores.mean(), "The third answer is the mean. The deviation says how far they scatter."),
        (
            scores.std() / 5**0.5,
            "The third answer was divided by the root of five: that is the "
            "error of the mean. How far the folds scatter is asked for.",
        ),
        (
            scores.std(ddof=1) / 5**0.5,
            "The third answer was divided by the root of five: that is "
            "the error of the mean. How far the folds scatter is asked for.",
        ),
    ):
        if abs(found - other) < 2e-4:
            raise WrongAnswerError(reason)
    raise WrongAnswerError(
        f"The scores and their mean are right. {found:.4g} is not their standard deviation."
    )


def _two_shares(answer: object) -> str:
    generator = np.random.default_rng(54)
    outcome = np.array([1, 1, 1, 1, 0, 0, 0, 0, 0, 0])
    cases = [
        (outcome, np.array([1, 1, 1, 0, 1, 1, 0, 0, 0, 0], bool)),
        (outcome[::-1].copy(), np.array([0, 0, 0, 0, 0, 1, 0, 1, 0, 0], bool)),
        ((generator.random(50) < 0.3).astype(int), generator.random(50) < 0.6),
    ]
    calls = [_call_and_watch(answer, *case) for case in cases]
    found = np.array([_pair(value) for value, _ in calls])
    found_ill = np.array([np.mean(yes[truth == 1]) for truth, yes in cases])
    spared = np.array([np.mean(~yes[truth == 0]) for truth, yes in cases])
    precision = np.array([np.mean(truth[yes]) for truth, yes in cases])
    negatives = np.array([np.mean(truth[~yes] == 0) for truth, yes in cases])
    for first, second, reason in (
        (spared, found_ill, "The two are mixed up: the sensitivity comes first."),
        (100 * found_ill, 100 * spared, "These are percentages. Return fractions from 0 to 1."),
        (
            precision,
            spared,
            "The first is the precision: it starts from those to whom the model says yes. The "
            "sensitivity starts from those who are ill.",
        ),
        (
            found_ill,
            precision,
            "The second is the precision. The specificity starts from those who are not ill.",
        ),
        (
            found_ill,
            1 - spared,
            "The second is the share of the healthy who are alarmed. The specificity is the share "
            "of those who are not.",
        ),
        (
            1 - found_ill,
            spared,
            "The first is the share of the ill who are missed. The sensitivity is the share of "
            "those who are found.",
        ),
        (
            found_ill,
            np.array([np.mean(yes == truth) for truth, yes in cases]),
            "The second is the accuracy, which looks at all rows. The specificity looks at the "
            "healthy only.",
        ),
        (
            np.array([np.mean((truth == 1) & yes) for truth, yes in cases]),
            np.array([np.mean((truth == 0) & ~yes) for truth, yes in cases]),
            "Both are shares of all rows. Divide by the number of the ill, and by that of the "
            "healthy.",
        ),
        (
            np.array([np.sum((truth == 1) & yes) for truth, yes in cases]),
            np.array([np.sum((truth == 0) & ~yes) for truth, yes in cases]),
            "These are counts. Divide by the number of the ill, and by that of the healthy.",
        ),
        (
            precision,
            negatives,
            "Both start from what the test said: the share of the ill among those with a yes, and "
            "of the healthy among those with a no. Start from the ill, and from the healthy. Does "
            "the outcome come first among the arguments?",
        ),
        (
            precision,
            np.array([np.mean(~truth[~yes]) for truth, yes in cases]),
            "The outcome and what the test said have changed places. The outcome comes first.",
        ),
        (
            found_ill,
            np.array([np.mean(~yes[~truth]) for truth, yes in cases]),
            "The first is right. For the second, `~outcome` does not pick the healthy: of the "
            "whole numbers 0 and 1, `~` makes -1 and -2. Write `outcome == 0`.",
        ),
    ):
        if agree(found, np.column_stack([first, second]).astype(float)):
            raise WrongAnswerError(reason)
    right = np.column_stack([found_ill, spared])
    if np.any(found < 0):
        raise WrongAnswerError(
            f"It returns {found.min():.3g}, and a share is not negative. Of True and False, `~` "
            "makes False and True; of the whole numbers 1 and 0, it makes -2 and -1."
        )
    if not agree(found, right) and _is_rounded(found, right):
        raise WrongAnswerError(
            "Both are right, but rounded. Return the shares as they are, and round only what is "
            "printed."
        )
    for which, wanted, name, group in (
        (found[:, 0], found_ill, "sensitivity", "ill"),
        (found[:, 1], spared, "specificity", "healthy"),
    ):
        for value, expected in zip(which, wanted, strict=True):
            if abs(value - expected) > 1e-6:
                raise WrongAnswerError(
                    f"For people who were tried, the {name} is {value:.4g}, and {expected:.4g} is "
                    f"expected. Take the rows of the {group} only, then the share of the right "
                    "answers among them."
                )
    if any(changed for _, changed in calls):
        raise WrongAnswerError(
            "What it returns is right. But it changes an array that it was given, and whoever "
            "called it has other answers afterwards. Only read the two arrays."
        )
    return "A test that says yes to everybody has the first at 1 and the second at 0."


def _pair(answer: object) -> np.ndarray:
    what = RETURNED
    if isinstance(answer, tuple | list) and any(part is ... for part in answer):
        raise NotAttemptedError
    if isinstance(answer, Mapping):
        raise WrongAnswerError(f"{what} is a dictionary. Two numbers are expected.")
    values = read_array(answer, what=what)
    if values.size == 1:
        raise WrongAnswerError(f"{what} is one number. Two are expected, separated by a comma.")
    if values.shape in ((2, 1), (1, 2)):
        values = values.ravel()
    return read_array(values, shape=(2,), what=what).astype(float)


class _Answers(NamedTuple):
    held_out: np.ndarray
    learned: np.ndarray
    of_test_rows: np.ndarray


@cache
def _linear_answers() -> _Answers:
    """Let logistic regression answer, as the notebook does, for rows of three kinds."""
    from sklearn.compose import make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows, others, outcome, _ = _split()
    gaps = SimpleImputer(missing_values=0, strategy="median")
    some = make_column_transformer((gaps, SUSPICIOUS), remainder="passthrough")
    linear = make_pipeline(make_pipeline(some, StandardScaler()), LogisticRegression())
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
    held_out = cross_val_predict(linear, rows, outcome, cv=folds, method="predict_proba")[:, 1]
    linear.fit(rows, outcome)
    return _Answers(held_out, *(linear.predict_proba(x)[:, 1] for x in (rows, others)))


def _shares_at(threshold: float, answers: np.ndarray, outcome: np.ndarray) -> tuple[float, float]:
    yes = answers >= threshold - 1e-9
    return float(np.mean(yes[outcome == 1])), float(np.mean(~yes[outcome == 0]))


def _screening(threshold: object, sensitivity: object, specificity: object) -> str:
    level = read_share(threshold, "The threshold")
    answers = _linear_answers()
    training = _split()
    outcome = training.outcome
    ill = np.sort(answers.held_out[outcome == 1])
    may_miss = len(ill) // 20

    def missed(at: float) -> int:
        return int(np.sum(ill < at - 1e-9))

    def is_quantile(values: np.ndarray, part: float = 0.05) -> bool:
        return any(
            abs(level - np.quantile(values, part, method=how)) < 1e-6
            for how in ("lower", "linear", "higher")
        )

    keeps = missed(level) <= may_miss
    if keeps and missed(level + 0.01) > may_miss:
        found = (
            read_share(sensitivity, "The sensitivity"),
            read_share(specificity, "The specificity"),
        )
        _compare_shares(found, level, answers, training)
        return (
            f"It misses {missed(level)} of the {len(ill)}. The threshold of 0.5 would miss "
            f"{missed(0.5)}. The price is the specificity: what does a false alarm cost?"
        )
    place = "is the upper of" if np.min(np.abs(ill - level)) < 1e-6 else "lies between"
    for wrong, reason in (
        (
            is_quantile(answers.of_test_rows[training.other_outcome == 1]),
            "This threshold was chosen by the test rows. Then they can no longer say how well it "
            "does: choose by the training rows, each judged by a model that had not seen it.",
        ),
        (
            is_quantile(answers.learned[outcome == 1]),
            "This threshold comes from a model that had learned the very rows it judges. Take the "
            'answers in `probabilities["logistic regression, imputed"]`.',
        ),
        (
            is_quantile(answers.held_out),
            "This is the quantile over all women. Those with diabetes must not be missed, so take "
            "the answers for them only.",
        ),
        (
            is_quantile(answers.held_out[outcome == 0])
            or is_quantile(answers.held_out[outcome == 0], 0.95),
            "This is a quantile over the healthy. Those with diabetes must not be missed, so take "
            "the answers for them.",
        ),
        (
            is_quantile(ill, 0.95),
            "At this threshold nearly all women with diabetes are missed. It is the lowest of "
            "their answers that may be missed, not the highest.",
        ),
        (
            is_quantile(ill, 0.1),
            "At this threshold about a tenth of the women with diabetes are missed, as in the "
            "cell above. Here the limit is one in twenty.",
        ),
        (
            not keeps and is_quantile(ill),
            f"Close: {missed(level)} of the {len(ill)} women with diabetes fall below it. One in "
            f"twenty is {may_miss}. The threshold {place} two of their answers; what does the "
            "argument `method` do in the cell above?",
        ),
        (
            not keeps and missed(level - 0.01) <= may_miss,
            f"Close: {missed(level)} of the {len(ill)} women with diabetes fall below it. One in "
            f"twenty is {may_miss}. If you have rounded it, round down: rounding up breaks the "
            "limit.",
        ),
    ):
        if wrong:
            raise WrongAnswerError(reason)
    _look_for_other_answers((sensitivity, specificity), level, answers.held_out, outcome)
    if not keeps:
        usual = " Nobody chose that threshold for a purpose." if level == 0.5 else ""
        raise WrongAnswerError(
            f"By the answers of logistic regression, {missed(level)} of the {len(ill)} women with "
            f"diabetes are missed at this threshold. One in twenty would be {may_miss}.{usual}"
        )
    alarmed = np.sum(answers.held_out[outcome == 0] >= level - 1e-9)
    raise WrongAnswerError(
        f"By the answers of logistic regression, it keeps to the limit and alarms {alarmed} "
        "healthy women. A threshold that is higher by a hundredth or more keeps to it, too, and "
        "alarms no more of them."
    )


def _look_for_other_answers(
    handed_in: tuple[object, object], level: float, answers: np.ndarray, outcome: np.ndarray
) -> None:
    """Say so if the shares fit the limit, but do not belong to the threshold."""
    try:
        found = read_number(handed_in[0]), read_number(handed_in[1])
    except WrongAnswerError:
        return
    right = _shares_at(level, answers, outcome)
    if 0.95 <= found[0] < 0.96 and not np.allclose(found, right, atol=TWO_DIGITS, rtol=0):
        raise WrongAnswerError(
            "Your sensitivity keeps to the limit, but with the answers of logistic regression "
            f"this threshold has another, {right[0]:.3f}. Were they the answers of another model "
            'or for other rows? Take `probabilities["logistic regression, imputed"]`.'
        )


def _compare_shares(
    found: tuple[float, float], level: float, answers: _Answers, training: _Training
) -> None:
    outcome = training.outcome
    right = _shares_at(level, answers.held_out, outcome)
    if np.allclose(found, right, atol=TWO_DIGITS, rtol=0):
        return
    of_test_rows = _shares_at(level, answers.of_test_rows, training.other_outcome)
    yes = answers.held_out >= level - 1e-9
    for other, reason in (
        (of_test_rows, "Both shares were measured on the test rows, which stay closed here."),
        (
            _shares_at(level, answers.learned, outcome),
            "Both shares come from a model that had learned the very rows it judges.",
        ),
        (right[::-1], "Sensitivity and specificity are mixed up."),
        (
            (right[0], 1 - right[1]),
            "The last number is the share of the healthy who are alarmed. The specificity is the "
            "share of those who are not.",
        ),
        (
            (1 - right[0], right[1]),
            "The second number is the share of the ill who are missed. The sensitivity is the "
            "share of those who are found.",
        ),
        (
            (np.mean(outcome[yes]), right[1]),
            "The second number is the precision. The sensitivity starts from those who are ill.",
        ),
        (
            (right[0], np.mean(outcome[yes])),
            "The last number is the precision. The specificity starts from the healthy.",
        ),
        (
            (right[0], np.mean(yes == outcome)),
            "The last number is the accuracy. The specificity looks at the healthy only.",
        ),
        (
            _shares_at(0.5, answers.held_out, outcome),
            "Both shares belong to the threshold of 0.5. Measure them at your own.",
        ),
    ):
        if np.allclose(found, other, atol=2e-3):
            raise WrongAnswerError(f"The threshold is right. {reason}")
    name, value = (
        ("sensitivity", found[0])
        if abs(found[0] - right[0]) > TWO_DIGITS
        else ("specificity", found[1])
    )
    raise WrongAnswerError(
        f"The threshold is right. {value:.4g} is not the {name} that follows from it."
    )


EXERCISES = (
    Exercise(
        "5.1",
        _ZEROS,
        (
            "`diabetes == 0` compares every value of the table with 0.",
            "The result is a table of True and False, and True counts as 1. Which method of a "
            "table adds up each column?",
        ),
        "zero_counts = (diabetes == 0).sum()",
        "The comparison gives a table of the same shape with True wherever a zero stands. A sum "
        "without an axis runs down each column, and what remains is one number a column.",
        prepare=_diabetes,
    ),
    Exercise(
        "5.2",
        _baseline,
        (
            "Two steps: learn the commonest label from the first argument, then measure on the "
            "second.",
            "`np.bincount(train_labels)` counts the zeros and the ones; `argmax()` of that is the "
            "commoner label.",
            "`np.mean(other_labels == commonest)` is the share of labels that equal it.",
        ),
        """def baseline_accuracy(train_labels, other_labels):
    commonest = np.bincount(train_labels).argmax()
    return np.mean(other_labels == commonest)""",
        "Even this simplest of models has something to learn, the commonest label, and it learns "
        "it from training rows. The other rows only say how often it is right.",
    ),
    Exercise(
        "5.3",
        _network,
        (
            "Copy the cell that built `model`, with its last line, and leave out a layer.",
            "The hidden layer has sixteen neurons. What stays as it is, at the beginning and at "
            "the end?",
            "`Dense(16)` with ReLU, then `Dense(1)` with the logistic function, which Keras calls "
            "sigmoid; the loss has *binary* in its name.",
        ),
        """small_model = keras.Sequential(
    [
        keras.Input(shape=(8,)),
        keras.layers.Dense(16, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
small_model.compile(optimizer="sgd", loss="binary_crossentropy", metrics=["accuracy"])""",
        "Sigmoid looks at one sum and turns it into a probability. Softmax divides by the sum over "
        "the outputs, and with a single output that makes 1 every time.",
    ),
    Exercise(
        "5.4",
        _imputed,
        (
            "For each name in `columns` there are two steps: a median, then a replacement. From "
            "which table does the median come?",
            "`measured = train[name][train[name] != 0]` holds the measured values of a column.",
            "`filled` begins as `other.copy()`, before the loop. Inside, `replace` makes the new "
            "column from `filled[name]`, and `return` comes after the loop.",
        ),
        """def fill_gaps(train, other, columns):
    filled = other.copy()
    for name in columns:
        measured = train[name][train[name] != 0]
        filled[name] = filled[name].replace(0, measured.median())
    return filled""",
        "The medians are learned from measured values in the training table, and what is learned "
        "there is applied to any other table, be it of one row. `SimpleImputer` does the first in "
        "`fit` and the second in `transform`.",
        prepare=_split,
    ),
    Exercise(
        "5.5",
        _honest_scores,
        (
            "The inner loop runs over the two outcomes. Could it fill the gap of a woman whose "
            "outcome is not known yet?",
            "The scaler is safe, because it is in the pipeline: it is fitted anew for each fold. "
            "The imputation should be there, too.",
            "`imputed` imputes and scales. Make a pipeline of it and `LogisticRegression()`, and "
            "hand that to `cross_val_score` with `train_features`; then `mean()` and `std()`.",
        ),
        """honest_scores = cross_val_score(
    make_pipeline(imputed, LogisticRegression()),
    train_features,
    train_outcome,
    cv=folds,
    scoring="roc_auc",
)
honest_mean = honest_scores.mean()
honest_deviation = honest_scores.std()""",
        "The code filled each gap with the median of women of the same outcome. So a filled value "
        "tells the outcome, also that of the women who are judged. In the pipeline the medians "
        "are learned anew from four folds each time, and from their measurements alone.",
        answers=3,
        prepare=lambda: (_ways_to_score(), _linear_answers()),
    ),
    Exercise(
        "5.6",
        _two_shares,
        (
            "Each of the two starts from a group. Which rows are the ill, which the healthy?",
            "`said_yes[outcome == 1]` are the answers for the ill. What is their mean?",
            "For the healthy, `~said_yes` is True where the answer was no: take its mean over "
            "`outcome == 0`.",
        ),
        """def sensitivity_and_specificity(outcome, said_yes):
    found = np.mean(said_yes[outcome == 1])
    left_in_peace = np.mean(~said_yes[outcome == 0])
    return found, left_in_peace""",
        "A mean of True and False is the share of True. Both shares look at one group alone, so "
        "neither can hide behind the size of the other, as accuracy does.",
    ),
    Exercise(
        "5.7",
        _screening,
        (
            "The cell above did it for the network and a tenth. What changes?",
            "Take the answers for the women with diabetes only, and of these the quantile for one "
            'in twenty, with `method="lower"`.',
            "`np.quantile(linear_answers[train_outcome == 1], 0.05, method=...)` is the "
            "threshold. Then compare all answers with it, and go on as in exercise 5.6.",
        ),
        """linear_answers = probabilities["logistic regression, imputed"]
own_threshold = np.quantile(linear_answers[train_outcome == 1], 0.05, method="lower")
own_yes = linear_answers >= own_threshold
own_sensitivity = np.mean(own_yes[train_outcome == 1])
own_specificity = np.mean(~own_yes[train_outcome == 0])""",
        "The women with diabetes decide about the threshold, because the limit is about them. "
        '`method="lower"` takes one of their answers instead of a value between two, so that the '
        "limit is kept. The specificity then follows: it cannot be chosen as well.",
        answers=3,
        prepare=_linear_answers,
    ),
)

QUESTIONS = (
    Question(
        "5.q1",
        "Before you run the next cell: it draws the correlations of all columns. Which "
        "measurement goes along with `Outcome` most closely?",
        {
            "a": "`Age`",
            "b": "`BloodPressure`",
            "c": "`Glucose`",
            "d": "`Insulin`",
        },
        "c",
        {
            "a": "Older women are diagnosed more often, and the figure shows it. But two "
            "other measurements are closer.",
            "b": "It is among the weakest, and its zeros blur it further.",
            "c": "Diabetes is a disease of the sugar in the blood, and this column measures that "
            "sugar. Look in the figure at how far from 1 even this correlation is.",
            "d": "It has to do with the disease. But so many of its values are zeros that are no "
            "measurements that little of it can be seen in this table.",
        },
    ),
    Question(
        "5.q2",
        "The training below goes through 514 rows four times, with a batch size of 1. How many "
        "times does it change the weights?",
        {
            "a": "4 times, once an epoch",
            "b": "153 times, once for each parameter",
            "c": "514 times, once for each row",
            "d": "2,056 times, once for each row in each epoch",
        },
        "d",
        {
            "a": "Only if all rows were one batch. Here every row is a batch of its own.",
            "b": "All 153 parameters change together, at every step.",
            "c": "That is one epoch. There are four.",
            "d": "514 steps an epoch, and four epochs. Few epochs need not be few steps.",
        },
    ),
    Question(
        "5.q3",
        "Before you run the next cell: it compares both models, with the zeros as they are and "
        "with imputed values. Nearly half of the insulin values are such zeros. What will "
        "imputing do to the accuracies?",
        {
            "a": "raise them a great deal, by a tenth or more",
            "b": "move them a little, by less than the intervals are wide",
            "c": "lower them a great deal, because the medians are invented",
            "d": "nothing at all, to the last digit: every gap gets the same number, as before",
        },
        "b",
        {
            "a": "Run the next cells and compare the two rows of each model. What was never "
            "measured does not come back by imputing.",
            "b": "A median says that nothing special is known. That is more honest than a zero, "
            "and it adds no measurement.",
            "c": "Compare the two rows of each model in the table below. A median lies in the "
            "middle of what is plausible, and a zero far outside of it.",
            "d": "Another number in the gaps means other weights, and other answers for some "
            "women. Compare the two rows of each model in the table below.",
        },
    ),
    Question(
        "5.q4",
        "Before you run the next cell: it lowers the threshold from 0.5 until nine in ten women "
        "with diabetes are found. What happens to precision and accuracy?",
        {
            "a": "both fall",
            "b": "precision falls, accuracy rises, because more of the ill are found",
            "c": "precision rises, accuracy falls",
            "d": "both rise",
        },
        "a",
        {
            "a": "Of the women who are alarmed in addition, most are healthy. That makes the "
            "alarms less reliable and the right answers fewer, and for a screening it may still "
            "be the better choice.",
            "b": "More of the ill are found. But even more of the healthy are alarmed, and "
            "accuracy counts them all alike.",
            "c": "Precision is the share of the ill among the alarmed. A lower threshold alarms "
            "women who look less and less ill.",
            "d": "Only recall must rise. What it costs stands in the other rows of the table "
            "below.",
        },
    ),
    Question(
        "5.q5",
        "Two classifiers answered for the same 250 people. Twelve people are classified rightly "
        "by the first alone, eight by the second alone. Which sentence follows?",
        {
            "a": "The first is better, as twelve is more than eight.",
            "b": "The two are equally good.",
            "c": "Chance alone would often divide twenty people as unevenly as that.",
            "d": "The difference is 4 of 250 people, and so small that a test is not needed.",
        },
        "c",
        {
            "a": "Toss a coin twenty times: twelve heads to eight tails is nothing special.",
            "b": "A difference may exist. Twenty people cannot show it, and that is no proof of "
            "equality.",
            "c": "Were it a coin, a division as uneven or more so would come up about every "
            "second time. The other 230 people say nothing about which is better.",
            "d": "The size of a difference alone does not say what chance can do. It also takes "
            "the number of people about whom the two differ.",
        },
    ),
)
