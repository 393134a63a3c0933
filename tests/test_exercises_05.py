"""Answers to the exercises of notebook 5: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

WHY = """
def why_she(weights, values, names):
    return {0}
"""
SHARE = """
def share_right(outcome, probabilities):
    return {0}
"""
CHEAPEST = """
def cheapest_threshold(outcome, probabilities, miss_costs):
    def cost(threshold):
        sent = probabilities >= threshold
        return miss_costs * np.sum(outcome[~sent]) + np.sum(1 - outcome[sent])

    return {0}
"""
TOWN = "precision_there = {0}"
RISES = """
generator = np.random.default_rng({1})
rises = {{}}
for place, name in enumerate(names):
    rises[name] = 0
    for _ in range({2}):
        rows = validation_rows.copy()
        rows[:, place] = {0}
        loss = log_loss(validation_outcome, linear.predict_proba(rows))
        rises[name] += (loss - linear_loss) / {2}
"""
PERMUTED = "generator.permutation(rows[:, place])"

FORMS = {
    "5.1": Forms(
        "lying_zeros = {0}",
        right={
            "series": "(train_features[list(lying_zeros)] == 0).sum()",
            "all eight, those without gaps 0": "dict.fromkeys(names, 0) | lying_zeros",
            "floats in another order": "(train_features[list(lying_zeros)[::-1]] == 0).sum() * 1.0",
        },
    ),
    "5.2": Forms(
        WHY,
        right={
            "an array": "np.array(names)[np.argsort(weights * values)[::-1]]",
            "sorted pairs": "tuple(n for _, n in sorted(zip(weights * values, names))[::-1])",
            "pandas": "pd.Series(weights * values, names).sort_values(ascending=False).index",
        },
        wrong={"prints": "print(names)"},
    ),
    "5.3": Forms(
        SHARE,
        right={
            "first column": "((probabilities > 0.5)[:, 0] == outcome).mean()",
            "two columns": "np.mean((probabilities > 0.5) == outcome.reshape(-1, 1))",
            "squeezed": "np.mean(np.squeeze(probabilities > 0.5) == outcome)",
        },
        wrong={"evaluate": "test_accuracy"},
    ),
    "5.4": Forms(
        CHEAPEST,
        right={
            "min": "min(thresholds, key=cost)",
            "the last of the cheapest": "min(thresholds[::-1], key=cost)",
            "finer": "min(probabilities, key=cost)",
        },
        wrong={"a cost": "min(map(cost, thresholds)) + 1"},
    ),
    "5.5": Forms(
        TOWN,
        right={
            "in whole women": "round(found_share * 50) / "
            "(round(found_share * 50) + round(alarmed_share * 950))",
            "rounded": "0.12",
            "Bayes": "1 / (1 + 0.95 * alarmed_share / (0.05 * found_share))",
        },
        wrong={"a town of a hundred ill": "1 / (1 + 0.9 * alarmed_share / (0.1 * found_share))"},
    ),
    "5.6": Forms(
        RISES,
        right={
            "another seed": RISES.format(PERMUTED, 7, 20),
            "more shuffles, a series": RISES.format(PERMUTED, 1, 40)
            + "\nrises = pd.Series(rises).sort_values()",
            "drawn with replacement": RISES.format("generator.choice(rows[:, place], 103)", 2, 40),
        },
        wrong={"one column": "rises = {'Glucose': rises['Glucose']}"},
    ),
}


class TestDiabetes(LessonTests):
    NOTEBOOK = "05"
    FORMS = FORMS
    MEASURED = frozenset({"5.6"})
