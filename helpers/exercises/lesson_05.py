"""The exercises and questions of notebook 5, Diabetes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from helpers.exercises.answers import (
    WrongAnswerError,
    call,
    read_array,
    read_by_name,
    read_number,
    show,
)
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm, ValueForm

GAPS = ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]
THRESHOLDS = np.arange(1, 100) / 100
LEARNED = 411  # the rows that `validation_split=0.2` leaves


@cache
def _training() -> tuple[pd.DataFrame, np.ndarray]:
    from sklearn.model_selection import train_test_split

    from helpers.datasets import load_diabetes

    table = load_diabetes()
    rows, _, outcome, _ = train_test_split(
        table.iloc[:, 0:8], np.ravel(table["Outcome"]), test_size=0.33, random_state=42
    )
    return rows, outcome


def _names() -> list[str]:
    return [str(name) for name in _training()[0]]


_ZEROS = ValueForm(
    right=lambda rows: (rows[GAPS] == 0).sum(),
    cases=lambda: [(_training()[0],)],
    read=lambda answer, rows: read_by_name(answer, _names(), "numbers of zeros"),
    tolerance=1e-3,
    said="Nearly half of the insulin column was never measured.",
    otherwise=lambda found, right, rows: next(
        f"For {name}, {one:g} is not the number of zeros that are no measurement."
        for name, one, other in zip(list(rows), found, right, strict=True)
        if one != other
    ),
    wrong={
        "pregnancies": (
            "A woman may have had no pregnancies: those zeros are true. The others are right.",
            lambda rows: (rows == 0).sum(),
            lambda rows: (rows[["Pregnancies", *GAPS]] == 0).sum(),
        ),
        "isna": (
            "`isna` finds the gaps that pandas knows of, and a zero is none. Compare with 0.",
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


def _women_to_explain() -> list[tuple[Any, ...]]:
    draw = np.random.default_rng(53).normal
    return [(*draw(size=(2, count)).round(2), list("abcdefg")[:count]) for count in (3, 5, 7)]


def _read_names(answer: object, weights: object, values: object, names: list[str]) -> list[int]:
    found = call(answer, weights, values, names)
    if isinstance(found, np.ndarray | pd.Index | pd.Series | tuple):
        found = list(found)
    if not isinstance(found, list) or sorted(map(str, found)) != sorted(names):
        raise WrongAnswerError(
            f"{RETURNED} is {show(found)}. A list of the names is expected, each of them once."
        )
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
            "The order is turned round: `np.argsort` sorts from small to large.",
            _sorted_by(lambda weights, values: -weights * values),
        ),
        "weights": (
            "It sorts by the weights alone, the same for every woman. Multiply by her values.",
            _sorted_by(lambda weights, values: weights),
        ),
        "values": (
            "It sorts by her values alone. A high value matters only as much as its weight.",
            _sorted_by(lambda weights, values: values),
        ),
        "size": (
            "It sorts by the size of the products, without signs. What pulls down comes last.",
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
        raise WrongAnswerError(f"{RETURNED} has the shape {found.shape}. One number is expected.")
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
            "It still compares every answer with every outcome. Let both have one axis first.",
            lambda outcome, probabilities: np.mean((probabilities > 0.5) == outcome),
        ),
        "no threshold": (
            "It compares the probabilities themselves with 0 and 1. Are they above a half?",
            lambda outcome, probabilities: np.mean(probabilities[:, 0] == outcome),
        ),
        "argmax": (
            "With a single column, the largest is in column 0: `argmax` says 0 to everybody.",
            lambda outcome, probabilities: np.mean(probabilities.argmax(axis=1) == outcome),
        ),
        "mistakes": (
            "This is the share of wrong answers, the error. That of right ones is asked for.",
            lambda outcome, probabilities: np.mean((probabilities[:, 0] > 0.5) != outcome),
        ),
        "number": (
            "This is the number of right answers. Divide it by the number of women.",
            lambda outcome, probabilities: np.sum((probabilities[:, 0] > 0.5) == outcome),
        ),
        "first woman": (
            "`probabilities[0]` is the first woman. The first column is `probabilities[:, 0]`.",
            lambda outcome, probabilities: np.mean((probabilities[0] > 0.5) == outcome),
        ),
        "one each": (None, lambda outcome, probabilities: (probabilities[:, 0] > 0.5) == outcome),
    },
)


def _mistakes(outcome: np.ndarray, probabilities: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Count the misses and the alarms at each threshold."""
    sent = probabilities >= THRESHOLDS[:, np.newaxis]
    return (outcome & ~sent).sum(axis=1), ((1 - outcome) & sent).sum(axis=1)


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
            f"It returns {threshold:g}, no probability: a place or a cost? Return the threshold."
        )
    sent = probabilities >= threshold
    cost = price * np.sum((outcome == 1) & ~sent) + np.sum((outcome == 0) & sent)
    misses, alarms = _mistakes(outcome, probabilities)
    return max(float(cost), float((price * misses + alarms).min()))


def _lowest(cost: Callable[..., np.ndarray]) -> Callable[..., float]:
    def threshold(outcome: np.ndarray, probabilities: np.ndarray, price: float) -> float:
        costs = cost(*_mistakes(outcome, probabilities), price)
        return float(THRESHOLDS[np.argmin(costs)])

    return threshold


_CHEAPEST = FunctionForm(
    right=_lowest(lambda misses, alarms, price: price * misses + alarms),
    cases=_priced,
    read=_read_cost,
    said="Whoever names the price has chosen the threshold.",
    otherwise=lambda found, right, outcome, probabilities, price: (
        f"Where a miss costs {price:g}, its threshold costs {found:g}, and the cheapest {right:g}."
    ),
    wrong={
        "all alike": (
            "It counts a miss like an alarm. Multiply the misses by `miss_costs`.",
            _lowest(lambda misses, alarms, price: misses + alarms),
        ),
        "price of the alarm": (
            "The price went to the false alarms. It is the misses that cost `miss_costs`.",
            _lowest(lambda misses, alarms, price: misses + price * alarms),
        ),
        "misses only": (
            "It counts the misses alone: send everybody, then. Alarms cost something, too.",
            _lowest(lambda misses, alarms, price: misses),
        ),
        "alarms only": (
            "It counts the alarms alone, and then it is cheapest to send nobody.",
            _lowest(lambda misses, alarms, price: alarms),
        ),
        "dearest": (
            "It finds the dearest threshold of all. Is it `argmax`?",
            _lowest(lambda misses, alarms, price: -price * misses - alarms),
        ),
        "a half": ("It returns 0.5 for every price.", lambda outcome, probabilities, price: 0.5),
        "formula": (
            "That is cheapest in the long run, for perfect probabilities. Count for these women.",
            lambda outcome, probabilities, price: 1 / (1 + price),
        ),
        "place": (None, lambda outcome, probabilities, price: 24),
    },
)


def _precision(found: float, alarmed: float, ill: float) -> float:
    return ill * found / (ill * found + (1000 - ill) * alarmed)


_TOWN = FunctionForm(
    right=_precision,
    cases=lambda: [(0.8, 0.4, 50), (0.9, 0.3, 350), (0.6, 0.05, 100)],
    said="The test is the same. The people are others, and so is what an alarm means.",
    otherwise=lambda found, right, *case: (
        f"For the shares {case[0]} and {case[1]} and {case[2]} ill in 1,000, it returns "
        f"{found:.4g}. How many ill are sent, how many healthy? Divide the first by both together."
    ),
    wrong={
        "no town": (
            "It compares the two shares. Multiply each by the number of people it belongs to.",
            lambda found, alarmed, ill: found / (found + alarmed),
        ),
        "the same town": (
            "It returns the same for every town. Take `ill` in the place of 50.",
            lambda found, alarmed, ill: _precision(found, alarmed, 50),
        ),
        "a thousand healthy": (
            "The healthy are those of the thousand who are not ill: `1000 - ill`.",
            lambda found, alarmed, ill: ill * found / (ill * found + 1000 * alarmed),
        ),
        "recall": (
            "This is the share of the ill who are found: recall. Start from those who are sent.",
            lambda found, alarmed, ill: found,
        ),
        "healthy among the sent": (
            "This is the share of the healthy among the sent. That of the ill is asked for.",
            lambda found, alarmed, ill: 1 - _precision(found, alarmed, ill),
        ),
        "ratio": (
            "These are the found for each alarmed. Divide by found and alarmed together.",
            lambda found, alarmed, ill: ill * found / ((1000 - ill) * alarmed),
        ),
        "hardly anybody": (None, lambda found, alarmed, ill: 0.001),
    },
)


@cache
def _trial() -> tuple[Callable[[np.ndarray], float], np.ndarray]:
    """Return the loss of a logistic regression on validation rows, and these rows."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    rows, outcome = _training()
    scaled = StandardScaler().fit(rows[:LEARNED]).transform(rows)
    model = LogisticRegression(C=np.inf).fit(scaled[:LEARNED], outcome[:LEARNED])

    def loss(rows: np.ndarray) -> float:
        sums = rows @ model.coef_[0] + model.intercept_
        return float(np.mean(np.logaddexp(0, sums) - outcome[LEARNED:] * sums))

    return loss, scaled[LEARNED:]


def _rises(change: Callable[..., None], sign: int = 1, before: float = 0) -> dict[str, float]:
    """Return by how much the loss rises, in the mean, when a column is changed."""
    generator = np.random.default_rng(56)
    loss, unchanged = _trial()
    rises = {}
    for column, name in enumerate(_names()):
        losses = []
        for _ in range(100):
            rows = unchanged.copy()
            change(rows, column, generator)
            losses.append(loss(rows))
        rises[name] = sign * (float(np.mean(losses)) - loss(unchanged)) + before
    return rises


def _shuffle(
    rows: np.ndarray, column: int, generator: np.random.Generator, first: int | None = None
) -> None:
    columns = rows[:, column if first is None else first : column + 1]
    generator.permuted(columns, axis=0, out=columns)


def _unlike_rises(found: np.ndarray, right: np.ndarray, *case: object) -> str:
    place = int(np.argmax(np.abs(found - right)))
    return (
        f"For {_names()[place]} you have a rise of {found[place]:.3f}; here it is "
        f"{right[place]:.3f}. A single shuffle is luck: take the mean of twenty."
    )


_SHUFFLED = ValueForm(
    right=lambda *case: _rises(_shuffle),
    cases=lambda: [_trial()],
    read=lambda answer, *case: read_by_name(answer, _names(), "rises of the loss"),
    tolerance=0.035,
    said="Glucose is what it lives on, then BMI and age. Insulin it would not miss.",
    otherwise=_unlike_rises,
    wrong={
        "losses": (
            "These are the losses after shuffling. Subtract the loss before it.",
            lambda loss, rows: _rises(_shuffle, before=loss(rows)),
        ),
        "sign": (
            "The signs are turned round: a rise is the loss afterwards less the one before.",
            lambda *case: _rises(_shuffle, sign=-1),
        ),
        "whole rows": (
            "Whole rows were shuffled. Shuffle within one column: `rows[:, place]`.",
            lambda *case: _rises(lambda rows, _, generator: generator.shuffle(rows)),
        ),
        "no copy": (
            "Columns stay shuffled when the next one's turn comes. Make a copy each time.",
            lambda *case: _rises(lambda rows, column, numbers: _shuffle(rows, column, numbers, 0)),
        ),
        "nothing": (
            "The loss never changes. Does the model judge the shuffled copy?",
            lambda *case: _rises(lambda *unchanged: None),
        ),
        "mean": (
            "The column was set to 0, its mean. Shuffle it instead, so that it keeps its values.",
            lambda *case: _rises(lambda rows, column, _: rows[:, column].fill(0)),
        ),
        "an array": (None, lambda *case: np.array(list(_rises(_shuffle).values()))),
    },
)

EXERCISES = (
    Exercise(
        "5.1",
        _ZEROS,
        (
            "`train_features == 0` compares every value with 0; True counts as 1 in a sum.",
            "In which columns can a zero be true? Leave those out.",
            '`(train_features["Glucose"] == 0).sum()` is one count. Loop over the names.',
        ),
        """lying_zeros = {}
for name in ["Glucose", "BloodPressure", "SkinThickness", "Insulin", "BMI"]:
    lying_zeros[name] = (train_features[name] == 0).sum()""",
        "Nobody lives without sugar in the blood, but many have had no pregnancies.",
        prepare=_training,
    ),
    Exercise(
        "5.2",
        _WHY,
        (
            "`weights * values` holds one product for each column.",
            "`np.argsort(-products)` gives the places, from the largest product to the smallest.",
            "Go through the places in a loop, and append `names[place]` to a list.",
        ),
        """def why_she(weights, values, names):
    order = np.argsort(-weights * values)
    return [names[place] for place in order]""",
        "These products and the bias are all that the neuron knows of her.",
    ),
    Exercise(
        "5.3",
        _MENDED,
        (
            "Print `said.shape`, `outcome.shape` and `(said == outcome).shape` for two women.",
            "NumPy stretches (254, 1) and (254,) to (254, 254). Which has an axis too many?",
            "`probabilities.ravel()`, or `probabilities[:, 0]`, has the shape (254,).",
        ),
        """def share_right(outcome, probabilities):
    said = probabilities.ravel() > 0.5
    return np.mean(said == outcome)""",
        "A column and a row are stretched to a square, without any error: look at the shape.",
    ),
    Exercise(
        "5.4",
        _SHUFFLED,
        (
            "Two loops: over the columns' places from 0 to 7, and in it twenty times over a copy.",
            "In each copy, `rows[:, place] = generator.permutation(rows[:, place])`.",
            "`log_loss(validation_outcome, linear.predict_proba(rows))` is the loss afterwards.",
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
        "A shuffled column keeps its values and loses its women: the model has nothing from it.",
        prepare=_trial,
    ),
    Exercise(
        "5.5",
        _CHEAPEST,
        (
            "A loop over `thresholds`, and for each of them one number: what it costs.",
            "`np.sum((outcome == 1) & (probabilities < threshold))` counts the missed.",
            "Of a list of costs, `np.argmin` gives the place of the smallest.",
        ),
        """def cheapest_threshold(outcome, probabilities, miss_costs):
    costs = []
    for threshold in thresholds:
        misses = np.sum((outcome == 1) & (probabilities < threshold))
        alarms = np.sum((outcome == 0) & (probabilities >= threshold))
        costs.append(miss_costs * misses + alarms)
    return thresholds[np.argmin(costs)]""",
        "The model gives probabilities, people give the price. Both together make a decision.",
    ),
    Exercise(
        "5.6",
        _TOWN,
        (
            "How many are found, how many alarmed? Two shares, times two numbers of people.",
            "`found_share * ill` of the sent are ill, `alarmed_share * (1000 - ill)` are not.",
        ),
        """def precision_in_town(found_share, alarmed_share, ill):
    found = found_share * ill
    alarmed = alarmed_share * (1000 - ill)
    return found / (found + alarmed)""",
        "Both shares belong to the test, precision to the test and the town.",
    ),
)

QUESTIONS = (
    Question(
        "5.q1",
        "Before you run the next cell: which column goes along with `Outcome` most closely?",
        {"a": "`Age`", "b": "`BloodPressure`", "c": "`Glucose`", "d": "`Insulin`"},
        "c",
        {
            "a": "Older women are diagnosed more often. But other measurements are closer.",
            "b": "It is among the weakest.",
            "c": "It measures the sugar itself. Yet how far from 1 is even this correlation.",
            "d": "Where it was measured, it comes third; with the zeros that lie, far below.",
        },
    ),
    Question(
        "5.q2",
        "The training below has 514 rows, 4 epochs and batches of 1. How many steps does it take?",
        {"a": "4 times", "b": "153 times", "c": "514 times", "d": "2,056 times"},
        "d",
        {
            "a": "Only if all rows were one batch. Here every row is a batch of its own.",
            "b": "That is the number of parameters. They change together, at every step.",
            "c": "That is one epoch. There are four.",
            "d": "514 steps an epoch, and four epochs. Few epochs need not be few steps.",
        },
    ),
    Question(
        "5.q3",
        "Before you run the next cell: which way with gaps will have the lowest losses, and why?",
        {"a": "the zeros", "b": "the median", "c": "the median by outcome", "d": "all alike"},
        "c",
        {
            "a": "A zero is invented, too: it says that she has less insulin than anybody.",
            "b": "A gap then looks like an ordinary woman. But another way knows more about her.",
            "c": "Whoever fills with the outcome in hand writes the answer into the question.",
            "d": "Nearly half of the insulin column is gaps. Look at the two spikes once more.",
        },
    ),
    Question(
        "5.q4",
        "Before you run the next cell: in it a miss gets dearer, from one false alarm to five. "
        "Where does the cheapest threshold go?",
        {"a": "up", "b": "down", "c": "nowhere", "d": "to 0, so that everybody is sent"},
        "b",
        {
            "a": "Then more of the ill would be missed, and these have become dear.",
            "b": "What one fears more, one accepts fewer of, and pays with the other mistake.",
            "c": "The probabilities stay, but what one makes of them has another cost.",
            "d": "Only if an alarm cost nothing. Five alarms still weigh as much as a miss.",
        },
    ),
)
