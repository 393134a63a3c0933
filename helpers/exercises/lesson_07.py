"""The exercises and questions of notebook 7, on how sure one can be."""

from __future__ import annotations

from math import comb

import numpy as np

from helpers.exercises.answers import WrongAnswerError, call, read_array, read_number, read_share
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm, ValueForm


def _answers() -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Return true labels of three classes, and those that two classifiers give."""
    small = [0, 1, 2, 0, 1, 2, 0], [0, 1, 2, 0, 0, 1, 1], [0, 1, 0, 1, 1, 0, 1]
    generator = np.random.default_rng(19)
    large = generator.integers(0, 3, (3, 60))
    return [tuple(np.array(part) for part in small), tuple(large)]


def _only(truth: np.ndarray, one: np.ndarray, other: np.ndarray) -> int:
    return int(np.sum((one == truth) & (other != truth)))


def _read_two(answer: object, *labels: np.ndarray) -> np.ndarray:
    return read_array(call(answer, *labels), shape=(2,), what=RETURNED)


_CONTEST = FunctionForm(
    right=lambda truth, first, second: (_only(truth, first, second), _only(truth, second, first)),
    cases=_answers,
    read=_read_two,
    said="Where both are right, or both wrong, nothing is learned about which is better.",
    otherwise=lambda found, right, truth, first, second: (
        f"For {len(truth)} rows it returns {found.astype(float).tolist()}, and "
        f"{right.astype(int).tolist()} is expected."
    ),
    wrong={
        "as it was": (
            "Each count still holds the rows that both get right. Ask for two things at once: "
            "this one is right, and the other is not.",
            lambda truth, first, second: (np.sum(first == truth), np.sum(second == truth)),
        ),
        "swapped": (
            "The two counts are the wrong way round: the first classifier's comes first.",
            lambda truth, first, second: (
                _only(truth, second, first),
                _only(truth, first, second),
            ),
        ),
        "they differ": (
            "Rows on which both are wrong, each in another way, are among them. Of two classifiers "
            "that differ, one need not be right.",
            lambda truth, first, second: (
                np.sum((first == truth) & (first != second)),
                np.sum((first != truth) & (first != second)),
            ),
        ),
        "differing rows twice": (
            "Both counts are the number of rows on which the answers differ. Which of the two is "
            "right there?",
            lambda truth, first, second: (np.sum(first != second), np.sum(first != second)),
        ),
        "shares": (
            "These are shares of all rows. Counts are asked for: coins are counted, too.",
            lambda truth, first, second: (
                _only(truth, first, second) / len(truth),
                _only(truth, second, first) / len(truth),
            ),
        ),
        "mistakes": (
            "These are the mistakes of each. Count right answers that the other did not give.",
            lambda truth, first, second: (np.sum(first != truth), np.sum(second != truth)),
        ),
        "one count": (None, _only),
    },
)


def _tail(least: int, coins: int) -> float:
    """Return how often at least so many of fair coins show heads."""
    return sum(comb(coins, heads) for heads in range(least, coins + 1)) / 2**coins


def _as_uneven(first: int, second: int) -> float:
    return min(1.0, 2 * _tail(max(first, second), first + second))


def _read_share(answer: object, *counts: int) -> float:
    value = read_number(call(answer, *counts), RETURNED)
    if value > 2.5:
        raise WrongAnswerError(
            f"For {counts[0]}:{counts[1]} it returns {value:g}. A share from 0 to 1 is asked for: "
            "divide by the number of tries, or of outcomes."
        )
    return value


_UNEVEN = FunctionForm(
    right=_as_uneven,
    cases=lambda: [(5, 4), (9, 3), (12, 0), (3, 9), (6, 6)],
    read=_read_share,
    tolerance=0.012,
    said="That share is called the p-value.",
    otherwise=lambda found, right, first, second: (
        f"For {first}:{second} it returns {found:.4g}, and {right:.4g} is expected."
    ),
    wrong={
        "one side": (
            "Only one side is counted. 3:9 is as uneven as 9:3, and the coins do not know which "
            "side you hoped for.",
            lambda first, second: _tail(max(first, second), first + second),
        ),
        "the first side": (
            "Only heads are counted, so that 3:9 comes out otherwise than 9:3. Count both sides.",
            lambda first, second: _tail(first, first + second),
        ),
        "exactly": (
            "Only this very split is counted. More uneven ones belong to it: 10:2, 11:1, 12:0.",
            lambda first, second: (
                (1 + (first != second)) * comb(first + second, first) / 2 ** (first + second)
            ),
        ),
        "more uneven": (
            "Only splits that are more uneven are counted. The split itself belongs to them.",
            lambda first, second: min(1.0, 2 * _tail(max(first, second) + 1, first + second)),
        ),
        "twice the middle": (
            "For 6:6 it goes above 1: the middle is counted from both sides.",
            lambda first, second: 2 * _tail(max(first, second), first + second),
        ),
        "the other way": (
            "This is the share of splits that are less uneven. Take the others.",
            lambda first, second: 1 - _as_uneven(first, second),
        ),
        "a count": (
            None,
            lambda first, second: 2 ** (first + second) * _as_uneven(first, second),
        ),
    },
)

_PEEKING = ValueForm(
    right=lambda: 0.27,
    cases=lambda: [()],
    read=lambda answer: read_share(answer, "Your share"),
    tolerance=0.045,
    said="One look keeps its promise of one in twenty. Twenty-eight looks do not.",
    otherwise=lambda found, right: (
        f"{found:.3g} it is not. In how many of the thousand rows was at least one of the looks "
        "below 0.05?"
    ),
    wrong={
        "one look": (
            "That is how often a single look finds something, the last one say. Keep a note for "
            "each row whether any look so far has found something.",
            lambda: 0.05,
        ),
        "never": (
            "That is the share in which no look found anything. The others are asked for.",
            lambda: 0.73,
        ),
        "last look finds nothing": (
            "That is how often a single look finds nothing.",
            lambda: 0.95,
        ),
        "all looks": (
            "Hardly ever do all looks find something. One of them is enough: `|=` and not `&=`.",
            lambda: 0.0,
        ),
        "percentage": (None, lambda: 27.0),
        "a count": (None, lambda: 271.0),
    },
)


def _scores() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(20)
    return [
        (np.array([0.9, 0.6, 0.4]), np.array([0.5, 0.4, 0.1, 0.7])),
        (np.array([0.3, 0.8]), np.array([0.3, 0.3, 0.9])),
        (generator.random(12).round(1), generator.random(9).round(1)),
    ]


def _cells(ill: np.ndarray, healthy: np.ndarray) -> np.ndarray:
    return np.sign(ill[:, None] - healthy)


_AREA = FunctionForm(
    right=lambda ill, healthy: np.mean((_cells(ill, healthy) + 1) / 2),
    cases=_scores,
    said="So the area under the curve needs no curve: it is a share of pairs.",
    otherwise=lambda found, right, ill, healthy: (
        f"For the ill {ill.tolist()} and the healthy {healthy.tolist()} it returns {found:.4g}, "
        f"and {right:.4g} is expected."
    ),
    wrong={
        "ties lost": (
            "Equal scores count as lost. They count one half: nobody came first.",
            lambda ill, healthy: np.mean(_cells(ill, healthy) > 0),
        ),
        "ties won": (
            "Equal scores count as won. They count one half: nobody came first.",
            lambda ill, healthy: np.mean(_cells(ill, healthy) >= 0),
        ),
        "upside down": (
            "This is the share that is lost. A pair is won where the ill one has the higher score.",
            lambda ill, healthy: np.mean((1 - _cells(ill, healthy)) / 2),
        ),
        "side by side": (
            "The first ill one met only the first healthy one, the second only the second. Each "
            "has to meet all.",
            lambda ill, healthy: np.mean(
                [(np.sign(a - b) + 1) / 2 for a, b in zip(ill, healthy, strict=False)]
            ),
        ),
        "a sum": (
            "This is the number of pairs that are won. Divide by the number of all pairs.",
            lambda ill, healthy: np.sum((_cells(ill, healthy) + 1) / 2),
        ),
        "divided by the ill": (
            "The pairs are divided by the number of the ill. There are as many pairs as ill times "
            "healthy.",
            lambda ill, healthy: np.sum((_cells(ill, healthy) + 1) / 2) / len(ill),
        ),
        "means": (
            "This compares the two means. Compare each ill person with each healthy one.",
            lambda ill, healthy: float(ill.mean() > healthy.mean()),
        ),
    },
)

EXERCISES = (
    Exercise(
        "7.1",
        _CONTEST,
        (
            "On which rows do you learn something about who is better?",
            "A row counts for the first where it is right and the second is not: two conditions, "
            "joined by `&`, each in parentheses.",
            "`np.sum((first == truth) & (second != truth))`, and the same the other way round.",
        ),
        """def contest(truth, first, second):
    only_first = np.sum((first == truth) & (second != truth))
    only_second = np.sum((second == truth) & (first != truth))
    return only_first, only_second""",
        "Rows that both get right add the same number to both counts and hide the difference. "
        "What is left are the rows on which exactly one of the two is right.",
    ),
    Exercise(
        "7.2",
        _UNEVEN,
        (
            "Toss `only_first + only_second` coins ten thousand times, or count all outcomes with "
            "`math.comb`.",
            "With n coins and h heads, the split is h to n - h. Its unevenness is the distance "
            "between the two, `abs(2 * h - n)`.",
            "`heads = np.random.default_rng(0).binomial(n, 0.5, 10_000)`, then the mean of "
            "`abs(2 * heads - n) >= abs(only_first - only_second)`.",
        ),
        """def as_uneven(only_first, only_second):
    coins = only_first + only_second
    heads = np.random.default_rng(0).binomial(coins, 0.5, size=10_000)
    return np.mean(abs(2 * heads - coins) >= abs(only_first - only_second))""",
        "Ten thousand times so many coins; the share of throws that are at least as uneven as "
        "what was seen, on either side. Counting all outcomes gives the same without luck.",
    ),
    Exercise(
        "7.3",
        _PEEKING,
        (
            "`found = np.zeros(1000, dtype=bool)` holds, for each row, whether a look has found "
            "something.",
            "In the loop: `found |= ttest_1samp(differences[:, :seeds], 0, axis=1).pvalue < 0.05`.",
            "After the loop, the mean of `found` is the share.",
        ),
        """found = np.zeros(1000, dtype=bool)
for seeds in range(3, 31):
    p_values = ttest_1samp(differences[:, :seeds], 0, axis=1).pvalue
    found |= p_values < 0.05
share = found.mean()""",
        "Each look may be wrong once in twenty. Whoever looks again after every seed, and stops "
        "when it suits, collects the mistakes of all looks.",
    ),
    Exercise(
        "7.4",
        _AREA,
        (
            "Two loops, one inside the other: each of the ill meets each of the healthy.",
            "Add 1 where the score of the ill one is higher, and 0.5 where the two are equal.",
            "At the end, divide by `len(ill) * len(healthy)`.",
        ),
        """def area(ill, healthy):
    won = 0
    for score in ill:
        won += np.sum(score > healthy) + 0.5 * np.sum(score == healthy)
    return won / (len(ill) * len(healthy))""",
        "All pairs, each won, lost or tied. The share that is won is the area under the ROC curve.",
    ),
)

QUESTIONS = (
    Question(
        "7.q1",
        "Before you run the next cell: twelve fair coins are tossed. How often is one side ahead "
        "by 9:3 or more?",
        {"a": "about 1 time in 1,000", "b": "about 1 in 50", "c": "about 1 in 7", "d": "1 in 2"},
        "c",
        {
            "a": "That would be a split near 11:1. Look at the middle figure.",
            "b": "Many people guess that. Twelve coins are few, and few coins are uneven often.",
            "c": "A lead of six among twelve looks like much, and is nothing special.",
            "d": "In half of all cases the lead is smaller than that.",
        },
    ),
    Question(
        "7.q2",
        "Two networks have been compared from five seeds. The interval of the difference reaches "
        "from -0.020 to 0.015, and the margin was fixed at 0.010. What follows?",
        {
            "a": "the two are as good as equal, since 0 lies in the interval",
            "b": "the second is better, since more of the interval lies below 0",
            "c": "the margin should be 0.020",
            "d": "neither that they differ, nor that they are as good as equal",
        },
        "d",
        {
            "a": "A wide interval holds 0 easily: not having found a difference is not having "
            "shown that there is none.",
            "b": "An interval that holds 0 leaves open which of them is better.",
            "c": "Whoever moves the margin after looking can always be right. It is fixed before.",
            "d": "The interval is wider than the margin. More seeds would make it narrower.",
        },
    ),
    Question(
        "7.q3",
        "The share of all pairs lies outside of the interval of the hundred games: a bug, or one "
        "of the five in a hundred? Before you run the game again with `games = 10_000`: what would "
        "speak for chance, and against a bug?",
        {
            "a": "the share of games that are won stays where it was",
            "b": "the share of games that are won moves to that of all pairs",
            "c": "the interval grows wider",
            "d": "nothing: an interval holds the truth, so there must be a bug",
        },
        "b",
        {
            "a": "That would be a bug: more games, and still another answer than all pairs give.",
            "b": "It does: try it. A hundred games with another seed would mostly do as well.",
            "c": "A hundredfold of games makes it about ten times narrower, bug or not.",
            "d": "About five in a hundred intervals do not hold it, and here is one.",
        },
    ),
    Question(
        "7.q4",
        "Somebody squares all probabilities of a model: 0.9 becomes 0.81, and 0.5 becomes 0.25. "
        "What happens to the area under the curve, and to the calibration?",
        {
            "a": "both stay as they are",
            "b": "the area stays, the calibration changes",
            "c": "the area changes, the calibration stays",
            "d": "both change",
        },
        "b",
        {
            "a": "The order of the people stays. What the numbers promise does not.",
            "b": "Who is ahead in a pair is the same as before, and only that makes the area. But "
            "where it said 0.9 it now says 0.81, and the share that is ill is what it was.",
            "c": "Squaring keeps the order, and the area is made of the order alone.",
            "d": "The calibration does. For the area only the order in each pair counts.",
        },
    ),
)
