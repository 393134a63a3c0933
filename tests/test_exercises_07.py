"""Answers to the exercises of notebook 7: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

CONTEST = """
def contest(truth, first, second):
    {0}
"""
UNEVEN = """
def as_uneven(only_first, only_second):
    {0}
"""
AREA = """
def area(ill, healthy):
    {0}
"""

FORMS = {
    "7.1": Forms(
        right={
            "loop": CONTEST.format(
                "counts = [0, 0]\n"
                "    for label, one, other in zip(truth, first, second):\n"
                "        counts[0] += one == label != other\n"
                "        counts[1] += other == label != one\n"
                "    return counts"
            ),
            "test": "from helpers.evaluation import mcnemar\n"
            + CONTEST.format("return mcnemar(truth, first, second)[:2]"),
            "difference": CONTEST.format(
                "both = np.sum((first == truth) & (second == truth))\n"
                "    return np.sum(first == truth) - both, np.sum(second == truth) - both"
            ),
        },
        wrong={
            "no return": CONTEST.format("np.sum((first == truth) & (second != truth))"),
            "called": "contest = hurried_contest([0], [0], [1])",
        },
    ),
    "7.2": Forms(
        right={
            "counted": "import math\n"
            + UNEVEN.format(
                "n = only_first + only_second\n"
                "    far = abs(only_first - only_second)\n"
                "    return sum(math.comb(n, h) for h in range(n + 1) if abs(2 * h - n) >= far)"
                " / 2 ** n"
            ),
            "library": "from scipy.stats import binomtest\n"
            + UNEVEN.format("return binomtest(only_first, only_first + only_second).pvalue"),
            "single coins": UNEVEN.format(
                "coins = np.random.default_rng(1).random((10000, only_first + only_second)) < 0.5\n"
                "    larger = np.maximum(coins.sum(axis=1), (~coins).sum(axis=1))\n"
                "    return np.mean(larger >= max(only_first, only_second))"
            ),
        },
        wrong={
            "percentage": UNEVEN.format("return 14.6"),
            "no return": UNEVEN.format("pass"),
            "always one half": UNEVEN.format("return 0.5"),
            "the split's own share": UNEVEN.format(
                "return only_first / (only_first + only_second)"
            ),
        },
    ),
    "7.3": Forms(
        right={
            "array": "share = np.array([0.268])",
            "lowest p-value": "looks = [ttest_1samp(differences[:, :seeds], 0, axis=1).pvalue "
            "for seeds in range(3, 31)]\nshare = np.mean(np.min(looks, axis=0) < 0.05)",
        },
        wrong={
            "a table": "share = p_values",
            "text": 'share = "a quarter"',
            "something": "share = 0.5",
        },
    ),
    "7.4": Forms(
        right={
            "loops": AREA.format(
                "won = 0\n"
                "    for one in ill:\n"
                "        for other in healthy:\n"
                "            won += 1 if one > other else 0.5 if one == other else 0\n"
                "    return won / len(ill) / len(healthy)"
            ),
            "library": "from sklearn.metrics import roc_auc_score\n"
            + AREA.format(
                "labels = [1] * len(ill) + [0] * len(healthy)\n"
                "    return roc_auc_score(labels, np.concatenate([ill, healthy]))"
            ),
            "table": AREA.format(
                "table = ill[:, None] - healthy\n"
                "    return np.mean(table > 0) + np.mean(table == 0) / 2"
            ),
        },
        wrong={
            "curve": AREA.format("return ill, healthy"),
            "percentage": AREA.format("return 80"),
            "no return": AREA.format("won = 0"),
        },
    ),
}


class TestHowSure(LessonTests):
    NOTEBOOK = "07"
    FORMS = FORMS
