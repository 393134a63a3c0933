"""The exercises and questions of notebook 5, Diabetes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.exercises.answers import WrongAnswerError, call, read_array, read_number, show
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm, ValueForm

GAPS = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
THRESHOLDS = np.arange(1, 100) / 100
VALIDATION = slice(411, None)
"""The rows that `validation_split=0.2` puts aside."""


class _Split(NamedTuple):
    rows: pd.DataFrame
    outcome: np.ndarray


@cache
def _training() -> _Split:
    from sklearn.model_selection import train_test_split

    from helpers.datasets import load_diabetes

    table = load_diabetes()
    rows, _, outcome, _ = train_test_split(
        table.iloc[:, 0:8], np.ravel(table["Outcome"]), test_size=0.33, random_state=42
    )
    return _Split(rows, outcome)


def _read_by_column(answer: object, what: str) -> np.ndarray:
    """Read one number for each of the eight columns, 0 where there is none."""
    names = list(_training().rows)
    if isinstance(answer, pd.DataFrame):
        raise WrongAnswerError(
            f"This is a table of the shape {answer.shape}. One number a column is expected: a "
            "dictionary or a Series, with the columns' names."
        )
    if not isinstance(answer, Mapping | pd.Series):
        raise WrongAnswerError(
            f"Your answer is {show(answer)}. A dictionary is expected, with the columns' names "
            f"before the colons and {what} behind them."
        )
    found = dict(answer.items())
    if unknown := [name for name in found if name not in names]:
        raise WrongAnswerError(f"The rows have no column {show(unknown[0])}.")
    return np.array([read_number(found.get(name, 0), f"What {name} has") for name in names])


def _read_zeros(answer: object, rows: pd.DataFrame) -> np.ndarray:
    if isinstance(answer, list | tuple | set) and answer and set(map(str, answer)) <= set(rows):
        raise WrongAnswerError("These are names. How many zeros stand in each of the columns?")
    if isinstance(answer, Mapping | pd.Series):
        answer = {name: count + 0 for name, count in answer.items() if name != "Outcome"}
    return _read_by_column(answer, "the numbers of zeros")


def _lying(rows: pd.DataFrame) -> pd.Series:
    return (rows[GAPS] == 0).sum()


_ZEROS = ValueForm(
    right=_lying,
    cases=lambda: [(_training().rows,)],
    read=_read_zeros,
    tolerance=1e-3,
    said="Nearly half of the insulin column was never measured.",
    otherwise=lambda found, right, rows: next(
        f"For {name}, {one:g} is not the number of zeros that are no measurement."
        for name, one, other in zip(list(rows), found, right, strict=True)
        if one != other
    ),
    wrong={
        "pregnancies": (
            "A woman may have had no pregnancies: the zeros of that column are true. The others "
            "are right.",
            lambda rows: (rows == 0).sum(),
            lambda rows: (rows[["Pregnancies", *GAPS]] == 0).sum(),
        ),
        "isna": (
            "There is no zero anywhere, it says. `isna` finds the gaps that pandas knows of, and "
            "for pandas a zero is a number. Compare with 0 instead.",
            lambda rows: rows.isna().sum(),
        ),
        "shares": (
            "These are shares of the rows. The number of rows is asked for: a sum, no mean.",
            lambda rows: (rows[GAPS] == 0).mean(),
            lambda rows: (rows == 0).mean(),
        ),
        "other values": (
            "These are the rows with another value than 0. Count the zeros.",
            lambda rows: (rows[GAPS] != 0).sum(),
        ),
        "count": (
            "For every column these are all its rows: `count` counts True and False alike. Which "
            "function counts True alone?",
            lambda rows: (rows[GAPS] == 0).count(),
        ),
        "two columns": (
            "Insulin and skin thickness have the most. But is a blood pressure of 0 possible?",
            lambda rows: (rows[["SkinThickness", "Insulin"]] == 0).sum(),
        ),
        "names": (None, lambda rows: GAPS),
        "not summed": (None, lambda rows: rows == 0),
        "all together": (None, lambda rows: int((rows[GAPS] == 0).sum().sum())),
        "other names": (None, lambda rows: {"Blood pressure": 25}),
    },
)


def _women_to_explain() -> list[tuple[np.ndarray, np.ndarray, list[str]]]:
    return [
        (np.array([2.0, -1.0, 0.5]), np.array([0.1, -3.0, 2.0]), ["height", "weight", "pulse"]),
        (
            np.array([0.4, -0.6, 1.5, 0.9, -0.2]),
            np.array([-1.0, -0.5, -0.8, 1.0, 2.5]),
            ["a", "b", "c", "d", "e"],
        ),
    ]


def _read_names(answer: object, weights: object, values: object, names: list[str]) -> list[int]:
    found = call(answer, weights, values, names)
    if isinstance(found, np.ndarray | pd.Index | pd.Series | tuple):
        found = list(found)
    if not isinstance(found, list) or len(found) != len(names):
        raise WrongAnswerError(
            f"{RETURNED} is {show(found)}. A list of {len(names)} names is expected."
        )
    if isinstance(found[0], int | float | np.number):
        raise WrongAnswerError(
            "It returns numbers. The names are asked for, in the order of the products."
        )
    if set(map(str, found)) != set(names):
        raise WrongAnswerError(f"{RETURNED} is {show(found)}. Each of the names belongs in once.")
    return [names.index(str(name)) for name in found]


def _sorted_by(key: Callable[[Any, Any], Any]) -> Callable[..., list[str]]:
    def names_by(weights: np.ndarray, values: np.ndarray, names: list[str]) -> list[str]:
        return [names[place] for place in np.argsort(-key(weights, values))]

    return names_by


_WHY = FunctionForm(
    right=_sorted_by(lambda weights, values: weights * values),
    cases=_women_to_explain,
    read=_read_names,
    said="The first name pushed her probability up most, the last one pulled it down most.",
    otherwise=lambda found, right, weights, values, names: (
        f"For the weights {weights.tolist()} and the values {values.tolist()}, it begins with "
        f"{names[int(found[0])]!r} and ends with {names[int(found[-1])]!r}. The products are "
        f"{(weights * values).round(2).tolist()}: the largest comes first."
    ),
    wrong={
        "smallest first": (
            "The order is turned round: the smallest product comes first. `np.argsort` sorts from "
            "small to large.",
            _sorted_by(lambda weights, values: -weights * values),
        ),
        "weights": (
            "It sorts by the weights alone, which are the same for every woman. Multiply them by "
            "her values.",
            _sorted_by(lambda weights, values: weights),
        ),
        "values": (
            "It sorts by her values alone. A high value matters only as much as its weight.",
            _sorted_by(lambda weights, values: values),
        ),
        "size": (
            "It sorts by the size of the products, whatever their sign. What pulls her down comes "
            "last.",
            _sorted_by(lambda weights, values: np.abs(weights * values)),
        ),
        "as they come": (
            "The names come back in the order in which they were given.",
            lambda weights, values, names: names,
        ),
        "numbers": (None, lambda weights, values, names: np.argsort(-weights * values)),
        "one name": (None, lambda weights, values, names: names[np.argmax(weights * values)]),
        "one name only": (None, lambda weights, values, names: names[:1] * len(names)),
    },
)


def _column_and_row() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(53)
    cases = []
    for count in (5, 16, 40):
        outcome = (generator.random(count) < 0.4).astype(int)
        answers = generator.random((count, 1)) * 0.6 + 0.3 * outcome[:, np.newaxis]
        cases.append((outcome, answers.astype("float32")))
    return cases


def _read_share_right(answer: object, outcome: np.ndarray, probabilities: np.ndarray) -> float:
    found = read_array(call(answer, outcome, probabilities), what=RETURNED)
    if found.size > 1:
        raise WrongAnswerError(
            f"{RETURNED} has the shape {found.shape}. One number is expected: the mean over the "
            "women."
        )
    return read_number(found, RETURNED)


_MENDED = FunctionForm(
    right=lambda outcome, probabilities: np.mean((probabilities[:, 0] > 0.5) == outcome),
    cases=_column_and_row,
    read=_read_share_right,
    said="Now each answer meets the outcome of its own woman, and of no other.",
    otherwise=lambda found, right, outcome, probabilities: (
        f"For the outcomes {outcome.tolist()} and the probabilities "
        f"{probabilities.ravel().astype(float).round(2).tolist()}, in the shape "
        f"{probabilities.shape}, it returns {found:.4g}, and {right:.4g} is expected."
    ),
    wrong={
        "not mended": (
            "It still compares every answer with every outcome. Print the shape of "
            "`said == outcome`, and let both have one axis before they meet.",
            lambda outcome, probabilities: np.mean((probabilities > 0.5) == outcome),
        ),
        "no threshold": (
            "It compares the probabilities themselves with 0 and 1, which they hardly ever equal. "
            "Is a probability above a half?",
            lambda outcome, probabilities: np.mean(probabilities[:, 0] == outcome),
        ),
        "argmax": (
            "With a single column, the largest is in column 0: `argmax` says 0 to everybody.",
            lambda outcome, probabilities: np.mean(probabilities.argmax(axis=1) == outcome),
        ),
        "mistakes": (
            "This is the share of wrong answers, the tutorial's error. The share of right ones is "
            "asked for.",
            lambda outcome, probabilities: np.mean((probabilities[:, 0] > 0.5) != outcome),
        ),
        "number": (
            "This is the number of right answers. Divide it by the number of women.",
            lambda outcome, probabilities: np.sum((probabilities[:, 0] > 0.5) == outcome),
        ),
        "first woman": (
            "It looks at the first woman's answer alone, `probabilities[0]`. The first column is "
            "`probabilities[:, 0]`.",
            lambda outcome, probabilities: np.mean((probabilities[0] > 0.5) == outcome),
        ),
        "one each": (None, lambda outcome, probabilities: (probabilities[:, 0] > 0.5) == outcome),
    },
)


def _costs(
    outcome: np.ndarray, probabilities: np.ndarray, of_a_miss: float, of_an_alarm: float = 1
) -> np.ndarray:
    """Return what each threshold costs."""
    sent = probabilities >= THRESHOLDS[:, np.newaxis]
    misses, alarms = (outcome & ~sent).sum(axis=1), ((1 - outcome) & sent).sum(axis=1)
    return of_a_miss * misses + of_an_alarm * alarms


def _priced() -> list[tuple[np.ndarray, np.ndarray, float]]:
    generator = np.random.default_rng(54)
    cases = []
    for count, price in ((60, 4), (90, 1), (80, 10), (70, 0.5)):
        outcome = (generator.random(count) < 0.4).astype(int)
        answers = generator.beta(2 + 2 * outcome, 4 - outcome).round(3)
        cases.append((outcome, answers, price))
    return cases


def _read_cost(
    answer: object, outcome: np.ndarray, probabilities: np.ndarray, price: float
) -> float:
    threshold = read_number(call(answer, outcome, probabilities, price), RETURNED)
    if not 0 <= threshold <= 1:
        raise WrongAnswerError(
            f"It returns {threshold:g}, which is no probability. Is it a place in the list, or a "
            "cost? The threshold itself is asked for."
        )
    sent = probabilities >= threshold
    cost = price * np.sum((outcome == 1) & ~sent) + np.sum((outcome == 0) & sent)
    return max(float(cost), float(_costs(outcome, probabilities, price).min()))


def _cheapest(*prices: Any) -> Callable[..., float]:  # noqa: ANN401 - numbers, or None for the case's price
    def threshold(outcome: np.ndarray, probabilities: np.ndarray, price: float) -> float:
        of_both = [price if each is None else each for each in prices]
        return float(THRESHOLDS[np.argmin(_costs(outcome, probabilities, *of_both))])

    return threshold


_CHEAPEST = FunctionForm(
    right=_cheapest(None, 1),
    cases=_priced,
    read=_read_cost,
    said="Whoever names the price has chosen the threshold.",
    otherwise=lambda found, right, outcome, probabilities, price: (
        f"For {len(outcome)} women and misses that cost {price:g}, its threshold costs {found:g}. "
        f"The cheapest costs {right:g}."
    ),
    wrong={
        "all alike": (
            "It counts a miss like an alarm, whatever a miss costs. Multiply the misses by "
            "`miss_costs`.",
            _cheapest(1, 1),
        ),
        "price of the alarm": (
            "The price went to the false alarms. It is the misses that cost `miss_costs`.",
            _cheapest(1, None),
        ),
        "misses only": (
            "It counts the misses alone, and then it is cheapest to send everybody. The alarms "
            "cost something, too.",
            _cheapest(1, 0),
            lambda outcome, probabilities, price: 0,
        ),
        "alarms only": (
            "It counts the alarms alone, and then it is cheapest to send nobody.",
            _cheapest(0, 1),
            lambda outcome, probabilities, price: 1,
        ),
        "dearest": (
            "It finds the dearest threshold of all. Is it `argmax`?",
            lambda outcome, probabilities, price: THRESHOLDS[
                np.argmax(_costs(outcome, probabilities, price))
            ],
        ),
        "a half": (
            "It returns 0.5 for every price.",
            lambda outcome, probabilities, price: 0.5,
        ),
        "formula": (
            "One over one plus the price is cheapest for a model whose probabilities are perfect. "
            "Count what each threshold costs for the women who are given.",
            lambda outcome, probabilities, price: 1 / (1 + price),
        ),
        "place": (
            None,
            lambda outcome, probabilities, price: np.argmin(_costs(outcome, probabilities, price)),
        ),
    },
)


@cache
def _shares_at_two() -> tuple[float, float]:
    """Return the shares of the ill found and of the healthy alarmed where a miss costs two."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows, outcome = _training()
    rows = rows.astype(float)
    answers = np.zeros(len(outcome))
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=0)
    for learned, judged in folds.split(rows, outcome):
        medians = rows.iloc[learned][GAPS].replace(0, np.nan).median()
        filled = rows.copy()
        filled[GAPS] = rows[GAPS].mask(rows[GAPS] == 0, medians, axis=1)
        model = make_pipeline(StandardScaler(), LogisticRegression())
        model.fit(filled.iloc[learned], outcome[learned])
        answers[judged] = model.predict_proba(filled.iloc[judged])[:, 1]
    sent = answers >= THRESHOLDS[np.argmin(_costs(outcome, answers, 2))]
    return float(sent[outcome == 1].mean()), float(sent[outcome == 0].mean())


def _precision(ill: float) -> Callable[[float, float], float]:
    return lambda found, alarmed: ill * found / (ill * found + (1 - ill) * alarmed)


_TOWN = ValueForm(
    right=_precision(0.05),
    cases=lambda: [_shares_at_two()],
    read=lambda answer, *case: read_number(answer, "Your answer"),
    tolerance=0.005,
    said="The test is the same. The people are others, and so is what an alarm means.",
    otherwise=lambda found, right, *case: (
        f"{found:.4g} it is not. Of the ill in the town, how many are called? Of the healthy? "
        "The answer is the first of these numbers, divided by the sum of both."
    ),
    wrong={
        "as in the study": (
            "This is the share among our own women, of whom more than a third are ill. In the town "
            "there are far more healthy women to alarm.",
            _precision(182 / 514),
        ),
        "recall": (
            "This is the share of the ill who are found: recall. Start from those who are called.",
            lambda found, alarmed: found,
        ),
        "alarmed": (
            "This is the share of the healthy who are alarmed. Start from those who are called.",
            lambda found, alarmed: alarmed,
        ),
        "healthy among the called": (
            "This is the share of the healthy among the called. That of the ill is asked for.",
            lambda found, alarmed: 1 - _precision(0.05)(found, alarmed),
        ),
        "ratio": (
            "This is found for each alarmed. Divide by found and alarmed together.",
            lambda found, alarmed: 0.05 * found / (0.95 * alarmed),
        ),
        "percentage": (
            "This is a percentage. A fraction between 0 and 1 is asked for.",
            lambda found, alarmed: 100 * _precision(0.05)(found, alarmed),
        ),
        "hardly anybody": (None, lambda found, alarmed: 0.001),
    },
)


class _Trial(NamedTuple):
    """Logistic regression that learned from the first rows, and the rows that it is tried on."""

    weights: np.ndarray
    bias: float
    rows: np.ndarray
    outcome: np.ndarray

    def loss(self, rows: np.ndarray) -> float:
        sums = rows @ self.weights + self.bias
        return float(np.mean(np.logaddexp(0, sums) - self.outcome * sums))

    def rises(self, change: Callable[..., None], times: int = 100) -> np.ndarray:
        """Return by how much the loss rises, in the mean, when a column is changed."""
        generator, changed = np.random.default_rng(56), []
        for column in range(8):
            losses = []
            for _ in range(times):
                rows = self.rows.copy()
                change(rows, column, generator)
                losses.append(self.loss(rows))
            changed.append(np.mean(losses) - self.loss(self.rows))
        return np.array(changed)


@cache
def _trial() -> _Trial:
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rows, outcome = _training()
    scaled = StandardScaler().fit_transform(rows)
    model = LogisticRegression().fit(scaled[: VALIDATION.start], outcome[: VALIDATION.start])
    return _Trial(
        model.coef_[0], float(model.intercept_[0]), scaled[VALIDATION], outcome[VALIDATION]
    )


def _shuffle(rows: np.ndarray, column: int, generator: np.random.Generator) -> None:
    rows[:, column] = generator.permutation(rows[:, column])


def _shuffle_so_far(rows: np.ndarray, column: int, generator: np.random.Generator) -> None:
    for place in range(column + 1):
        _shuffle(rows, place, generator)


def _named(rises: np.ndarray) -> dict[str, float]:
    return dict(zip(map(str, _training().rows), rises.tolist(), strict=True))


def _unlike_rises(found: np.ndarray, right: np.ndarray, trial: _Trial) -> str:
    place = int(np.argmax(np.abs(found - right)))
    return (
        f"For {list(_training().rows)[place]} the loss rises by {found[place]:.3f}, you say; "
        f"measured here it is {right[place]:.3f}. A single shuffle is luck: take the mean of "
        "twenty."
    )


_SHUFFLED = ValueForm(
    right=lambda trial: _named(trial.rises(_shuffle)),
    cases=lambda: [(_trial(),)],
    read=lambda answer, trial: _read_by_column(answer, "the rises of the loss"),
    tolerance=0.035,
    said="Glucose is what it lives on, then BMI and age. Insulin, full of gaps, it would not miss.",
    otherwise=_unlike_rises,
    wrong={
        "losses": (
            "These are the losses after shuffling. Subtract the loss before it.",
            lambda trial: _named(trial.rises(_shuffle) + trial.loss(trial.rows)),
        ),
        "sign": (
            "The signs are turned round. A rise is the loss after shuffling less the one before.",
            lambda trial: _named(-trial.rises(_shuffle)),
        ),
        "whole rows": (
            "Whole rows were shuffled, so every woman has another one's outcome. Shuffle within "
            "one column: `rows[:, place]`.",
            lambda trial: _named(trial.rises(lambda rows, _, generator: generator.shuffle(rows))),
        ),
        "no copy": (
            "The columns stay shuffled when the next one's turn comes. Make a new copy of the rows "
            "for each shuffle.",
            lambda trial: _named(trial.rises(_shuffle_so_far)),
        ),
        "nothing": (
            "The loss never changes. Does the model judge the shuffled copy?",
            lambda trial: _named(np.zeros(8)),
        ),
        "mean": (
            "The column was set to 0, its mean. Shuffle it instead, so that it keeps its values.",
            lambda trial: _named(trial.rises(lambda rows, column, _: rows[:, column].fill(0), 1)),
        ),
        "an array": (None, lambda trial: trial.rises(_shuffle)),
    },
)

EXERCISES = (
    Exercise(
        "5.1",
        _ZEROS,
        (
            "`train_features == 0` compares every value with 0; True counts as 1 in a sum.",
            "In which columns can a zero be true? Leave those out.",
            '`(train_features["Glucose"] == 0).sum()` is the count of one column. A loop over the '
            "names puts the counts into a dictionary.",
        ),
        """lying_zeros = {}
for name in ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]:
    lying_zeros[name] = (train_features[name] == 0).sum()""",
        "Nobody lives without sugar in the blood, without blood pressure or without weight, and a "
        "fold of skin has a thickness. No pregnancies, however, is an ordinary number.",
        prepare=_training,
    ),
    Exercise(
        "5.2",
        _WHY,
        (
            "`weights * values` holds one product for each column.",
            "`np.argsort(products)` gives the places from the smallest product to the largest; a "
            "minus in front of the products turns that round.",
            "Go through the places in a loop, and append `names[place]` to a list.",
        ),
        """def why_she(weights, values, names):
    order = np.argsort(-weights * values)
    return [names[place] for place in order]""",
        "The sum of these products and the bias is all that the neuron knows of her. So the "
        "products say what spoke for an illness, and what against it.",
    ),
    Exercise(
        "5.3",
        _MENDED,
        (
            "Print `said.shape`, `outcome.shape` and `(said == outcome).shape` for two women.",
            "NumPy stretches (254, 1) and (254,) to (254, 254). Which of the two has an axis too "
            "many?",
            "`probabilities.ravel()`, or `probabilities[:, 0]`, has the shape (254,).",
        ),
        """def share_right(outcome, probabilities):
    said = probabilities.ravel() > 0.5
    return np.mean(said == outcome)""",
        "A column and a row are stretched to a square, without any error. A look at the shape "
        "before the mean is taken is worth its line.",
    ),
    Exercise(
        "5.4",
        _CHEAPEST,
        (
            "A loop over `thresholds`, and for each of them one number: what it costs.",
            "The missed are `(outcome == 1) & (probabilities < threshold)`, the alarmed "
            "`(outcome == 0) & (probabilities >= threshold)`. `np.sum` counts either.",
            "Put `miss_costs * misses + alarms` into a list. `np.argmin` gives the place of the "
            "smallest, and `thresholds[place]` is the answer.",
        ),
        """def cheapest_threshold(outcome, probabilities, miss_costs):
    costs = []
    for threshold in thresholds:
        misses = np.sum((outcome == 1) & (probabilities < threshold))
        alarms = np.sum((outcome == 0) & (probabilities >= threshold))
        costs.append(miss_costs * misses + alarms)
    return thresholds[np.argmin(costs)]""",
        "The model gives probabilities, and the price comes from people. Only both together make a "
        "decision.",
    ),
    Exercise(
        "5.5",
        _TOWN,
        (
            "How many of the 50 are found, how many of the 950 alarmed? Two shares of our own "
            "women, times two numbers.",
            "`found_share * 50` of the called are ill, `alarmed_share * 950` are not.",
        ),
        """found_there = found_share * 50
alarmed_there = alarmed_share * 950
precision_there = found_there / (found_there + alarmed_there)""",
        "The shares of the ill found and of the healthy alarmed belong to the test. Precision "
        "belongs to the test and the town: the fewer are ill, the more alarms are false.",
        prepare=_shares_at_two,
    ),
    Exercise(
        "5.6",
        _SHUFFLED,
        (
            "Two loops: over the columns' places from 0 to 7, and in it twenty times over a copy.",
            "`rows = validation_rows.copy()`, then `rows[:, place] = "
            "generator.permutation(rows[:, place])`.",
            "`log_loss(validation_outcome, linear.predict_proba(rows))` is the loss afterwards. Of "
            "twenty take the mean, and subtract `linear_loss`.",
        ),
        """generator = np.random.default_rng(0)
rises = {}
for place, name in enumerate(names):
    losses = []
    for shuffle in range(20):
        rows = validation_rows.copy()
        rows[:, place] = generator.permutation(rows[:, place])
        losses.append(log_loss(validation_outcome, linear.predict_proba(rows)))
    rises[name] = np.mean(losses) - linear_loss""",
        "A shuffled column keeps its values and loses its women. What the loss then rises by is "
        "what the model got from the column, and no other could replace without learning anew.",
        prepare=_trial,
    ),
)

QUESTIONS = (
    Question(
        "5.q1",
        "Before you run the next cell: it draws the correlations of all columns. Which "
        "measurement goes along with `Outcome` most closely?",
        {"a": "`Age`", "b": "`BloodPressure`", "c": "`Glucose`", "d": "`Insulin`"},
        "c",
        {
            "a": "Older women are diagnosed more often. But two other measurements are closer.",
            "b": "It is among the weakest, and its zeros blur it further.",
            "c": "Diabetes is a disease of the sugar in the blood, and this column measures that "
            "sugar. Look how far from 1 even this correlation is.",
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
        "Before you run the next cell: it compares the ways of filling gaps, and the network. "
        "Which row will have the lowest loss, and why?",
        {
            "a": "the median, because a gap then looks like an ordinary woman",
            "b": "the median by outcome, because the filling tells the outcome",
            "c": "the zeros as they are, because nothing is invented",
            "d": "the network, because it has the most weights",
        },
        "b",
        {
            "a": "It is the best honest way, as you will see. But one row is not honest.",
            "b": "Whoever fills with the outcome in hand writes the answer into the question. For "
            "a woman who comes tomorrow, nobody knows which median to take.",
            "c": "A zero is invented, too: it says that she has less insulin than anybody.",
            "d": "Remember the 60 epochs: these rows give more weights little to learn.",
        },
    ),
    Question(
        "5.q4",
        "Before you run the next cell: in it a miss gets dearer, from one false alarm to five. "
        "Where does the cheapest threshold go?",
        {
            "a": "up: one must be surer before sending somebody",
            "b": "down: less is enough to send her",
            "c": "nowhere: the probabilities are the same",
            "d": "to 0: everybody is sent",
        },
        "b",
        {
            "a": "Then more of the ill would be missed, and these have become dear.",
            "b": "What one fears more, one accepts fewer of, and pays with the other mistake.",
            "c": "The probabilities stay, but what one makes of them has another cost.",
            "d": "Only if an alarm cost nothing. Five alarms still weigh as much as a miss.",
        },
    ),
)
