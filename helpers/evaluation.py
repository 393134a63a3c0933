"""Evidence: intervals, paired comparisons, calibration, and what was claimed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import binomtest, ttest_rel
from scipy.stats import t as student_t

from helpers.originals import Claim

SEEDS_FILE = Path(__file__).resolve().parents[1] / "data" / "seeds.csv"


def accuracy_table(accuracies: Mapping[str, float], rows: int) -> pd.DataFrame:
    """Put accuracies into a table, each with the interval that chance allows.

    It is Wilson's score interval at 95 % (Journal of the American Statistical Association
    22, 1927): were the measurement repeated with other rows of the same kind, 95 of 100
    such intervals would hold the true accuracy. It stays between 0 and 1, and knows the
    chance in the rows, not in the training.

    Parameters
    ----------
    accuracies : mapping of str to float
        The share of rows that each classifier got right, from 0 to 1.
    rows : int
        The number of rows on which all of them were measured, at least 1.

    Returns
    -------
    pandas.DataFrame
        One row a classifier; columns ``accuracy``, ``from`` and ``to``, float64.

    Raises
    ------
    ValueError
        If there is no row, or an accuracy is not a share of the rows.

    Examples
    --------
    >>> accuracy_table({"network": 0.98}, rows=50).round(3)
             accuracy   from     to
    network      0.98  0.895  0.996
    """
    if rows < 1:
        raise ValueError(f"rows is {rows}; an accuracy needs at least 1 row")
    table = {}
    for name, accuracy in accuracies.items():
        if not 0 <= accuracy <= 1:
            raise ValueError(f"the accuracy of {name!r} is {accuracy}; give a share from 0 to 1")
        right = round(float(accuracy) * rows)
        # Keras counts in float32, hence not exactly a whole number of rows.
        if abs(accuracy * rows - right) > 1e-6 * rows:
            raise ValueError(
                f"the accuracy of {name!r} is {accuracy}, no whole number of {rows} rows; "
                "give the number of rows on which it was measured"
            )
        interval = binomtest(right, rows).proportion_ci(0.95, method="wilson")
        table[name] = {"accuracy": right / rows, "from": interval.low, "to": interval.high}
    return pd.DataFrame.from_dict(table, orient="index", columns=["accuracy", "from", "to"])


class PairedTest(NamedTuple):
    """What the rows say that two classifiers answer differently."""

    only_first: int
    """Rows that only the first got right."""
    only_second: int
    p_value: float
    """How often chance alone would divide them as unevenly, were the two equally good."""


def mcnemar(truth: np.ndarray, first: np.ndarray, second: np.ndarray) -> PairedTest:
    """Compare two classifiers on the same rows: McNemar's exact test.

    Rows that both get right, or both wrong, say nothing about which is better. Among the
    others each has an even chance, if the two are equally good: the test is a binomial test
    of a half (Q. McNemar, Psychometrika 12, 1947).

    Parameters
    ----------
    truth, first, second : numpy.ndarray
        Labels, ``(n,)``: the true ones and those that each classifier gives.

    Returns
    -------
    PairedTest
        With a p-value of 1 where the two are right on the same rows.

    Raises
    ------
    ValueError
        If the three are not of one length, or empty.

    Examples
    --------
    >>> mcnemar([0, 1, 1, 0, 1], [0, 1, 1, 0, 0], [1, 0, 0, 1, 0])
    PairedTest(only_first=4, only_second=0, p_value=0.125)
    """
    truth, first, second = (np.asarray(labels) for labels in (truth, first, second))
    if not truth.shape == first.shape == second.shape or truth.ndim != 1 or len(truth) == 0:
        raise ValueError(
            f"the labels have the shapes {truth.shape}, {first.shape} and {second.shape}; "
            "give one label for each of the same rows, and at least one row"
        )
    only_first = int(np.sum((first == truth) & (second != truth)))
    only_second = int(np.sum((first != truth) & (second == truth)))
    different = only_first + only_second
    p_value = binomtest(only_first, different).pvalue if different else 1.0
    return PairedTest(only_first, only_second, float(p_value))


class PairedDifference(NamedTuple):
    """By how much two networks differ, seed by seed."""

    mean: float
    """Of the first minus the second; `low` and `high` are the limits of its 95 % interval."""
    low: float
    high: float
    p_value: float
    """How often chance alone would bring about such a mean, were there no difference."""


def paired_difference(first: ArrayLike, second: ArrayLike) -> PairedDifference:
    """Compare two networks over the same seeds: the paired t-test and its interval.

    Parameters
    ----------
    first, second : array-like of float
        A number for each network, such as its accuracy, and each seed, ``(n,)``
        in the same order, of at least two seeds.

    Returns
    -------
    PairedDifference
        By `scipy.stats.ttest_rel`. If all differences are the same, the
        interval is that number, and the p-value 1 for none and else 0.

    Raises
    ------
    ValueError
        If the two are not of one length, too short, or hold something else
        than finite numbers.
    """
    pair = [np.asarray(values, float) for values in (first, second)]
    if pair[0].shape != pair[1].shape or pair[0].ndim != 1 or len(pair[0]) < 2:
        raise ValueError(
            f"the numbers have the shapes {pair[0].shape} and {pair[1].shape}; "
            "give one number for each of the same seeds, and at least two seeds"
        )
    differences = pair[0] - pair[1]
    if not np.isfinite(differences).all():
        raise ValueError("a number is not finite; leave out that seed in both")
    mean = float(differences.mean())
    if np.ptp(differences) == 0:
        return PairedDifference(mean, mean, mean, float(mean == 0))
    test = ttest_rel(*pair)
    interval = test.confidence_interval(0.95)
    return PairedDifference(mean, float(interval.low), float(interval.high), float(test.pvalue))


def calibration_table(correct: ArrayLike, confidence: ArrayLike) -> tuple[pd.DataFrame, float]:
    """Compare how sure a classifier is with how often it is right.

    Rows are put into ten bins of equal width by the probability given for the answer, as
    M. P. Naeini, G. Cooper and M. Hauskrecht do (AAAI 2015).

    Parameters
    ----------
    correct : array-like of bool
        For each row whether the answer was right, ``(n,)``; for a network with
        one output, whether the row is of class 1.
    confidence : array-like of float
        The probability given for the answer, from 0 to 1, ``(n,)``; for a
        network with one output, the probability of class 1.

    Returns
    -------
    pandas.DataFrame
        One row for each bin that is not empty; columns ``from``, ``to``,
        ``rows``, ``confidence`` (mean probability) and ``accuracy``.
    float
        The expected calibration error: the mean distance between accuracy and
        confidence of the bins, weighted by their rows.

    Raises
    ------
    ValueError
        If the two differ in length, are empty, or a probability is not between
        0 and 1.
    """
    right, sure = np.asarray(correct, bool), np.asarray(confidence, float)
    if right.shape != sure.shape or right.ndim != 1 or len(right) == 0:
        raise ValueError(
            f"correct has the shape {right.shape} and confidence {sure.shape}; "
            "give one of each for every row, and at least one row"
        )
    if not ((sure >= 0) & (sure <= 1)).all():
        raise ValueError("a confidence is not a probability; give numbers from 0 to 1")
    edges = np.linspace(0, 1, 11)
    number = np.clip(np.searchsorted(edges, sure, side="left") - 1, 0, 9)
    groups = pd.DataFrame({"bin": number, "confidence": sure, "accuracy": right}).groupby("bin")
    table = groups.mean()
    table.insert(0, "from", edges[table.index])
    table.insert(1, "to", edges[table.index + 1])
    table.insert(2, "rows", groups.size())
    error = np.average(abs(table["accuracy"] - table["confidence"]), weights=table["rows"])
    return table.reset_index(drop=True), float(error)


def prediction_interval(numbers: ArrayLike) -> tuple[float, float]:
    """Say between which limits one more seed would most likely lie.

    The interval holds the next seed with a probability of 95 %, if the numbers are
    normally distributed. (The range of ten seeds misses it in two cases of eleven.)

    Parameters
    ----------
    numbers : array-like of float
        The same quantity, measured from several seeds, ``(n,)``, of at least two; finite.

    Returns
    -------
    tuple of float
        The limits: mean plus or minus ``t * s * sqrt(1 + 1/n)``, with the standard
        deviation ``s`` and the 97.5 % quantile ``t`` of Student's distribution (G. J. Hahn
        and W. Q. Meeker, Statistical Intervals, Wiley 1991, section 4.7).
    """
    values = np.asarray(numbers, float)
    if values.ndim != 1 or len(values) < 2 or not np.isfinite(values).all():
        raise ValueError("numbers needs one finite number a seed, and at least two seeds")
    n = len(values)
    half = student_t.ppf(0.975, n - 1) * values.std(ddof=1) * np.sqrt(1 + 1 / n)
    return float(values.mean() - half), float(values.mean() + half)


def verdict(claim: Claim, numbers: ArrayLike) -> str:
    """Say whether a tutorial's number is borne out by trainings from several seeds.

    Parameters
    ----------
    claim : helpers.originals.Claim
        What the tutorial claims.
    numbers : array-like of float
        The same quantity, measured from several seeds, ``(n,)``, of at least two.

    Returns
    -------
    str
        "within the spread" if the claim lies where one more seed might, by
        `prediction_interval`; otherwise "outside" and what the seeds give.
        For a claim of "above", how many seeds lie above. "nothing claimed"
        where the tutorial gives no number, "not comparable" where its data
        are others.
    """
    low, high = prediction_interval(numbers)
    values = np.asarray(numbers, float)
    if claim.number is None:
        return "nothing claimed"
    if claim.other_data:
        return "other data, not comparable"
    if claim.at_least:
        return f"{np.sum(values > claim.number)} of {len(values)} seeds above"
    half_digit = 0.5 * 10**-claim.digits + 1e-9  # the claim is rounded
    if low - half_digit <= claim.number <= high + half_digit:
        return "within the spread"
    return f"outside: other seeds give {'more' if claim.number < low else 'less'}"


def stored_seeds(training: str) -> pd.DataFrame:
    """Return what ``tools/seeds.py`` has measured for one of the slower networks.

    ``training`` is "mnist", "mnist deep" or "faces"; "mnist flat" and "faces flat" are the
    same without a hidden layer. Returns one row a seed; columns
    ``accuracy`` and ``loss``, float64, on the test rows.
    """
    table = pd.read_csv(SEEDS_FILE)
    chosen = table[table["training"] == training].set_index("seed")[["accuracy", "loss"]]
    if chosen.empty:
        names = ", ".join(table["training"].unique())
        raise ValueError(f"no seeds are stored for {training!r}; there are {names}")
    return chosen
