"""Answers to the exercises of notebook 4: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

MEAN = """
def nearest_mean(train_rows, train_people, rows):
    means = [train_rows[train_people == person].mean(axis=0) for person in set(train_people)]
    return {0}
"""
SPLIT = """
def mended_split(pictures, people):
    learned, judged, learned_people, judged_people = train_test_split(
        pictures, people, {0}
    )
    {1}
    return learned, judged, learned_people, judged_people
"""
MIRROR = "learned = np.concatenate([learned, learned[:, :, ::-1]])"
TWICE = "learned_people = np.concatenate([learned_people, learned_people])"
STRATIFIED = "test_size=0.2, stratify=people, random_state=0"
RECALLS = """
def recalls(matrix):
    return {0}
"""
COVERED = """
def covered(pictures, top, left, filling):
    copies = {0}
    {1}
    return copies
"""
WITHOUT = """
def without(person, rows, people):
    kept = people != person
    return {0}
"""
SHARES = """
def shares_named(right, known, strangers, threshold):
    return {0}
"""

FORMS = {
    "4.1": Forms(
        MEAN,
        right={
            "norm": "[np.argmin([np.linalg.norm(row - mean) for mean in means]) for row in rows]",
            "scikit-learn": "__import__('sklearn.neighbors').neighbors.NearestCentroid()"
            ".fit(train_rows, train_people).predict(rows)",
        },
        wrong={"means": "means"},
    ),
    "4.2": Forms(
        right={
            "another seed": SPLIT.format(
                "test_size=0.2, stratify=people, random_state=7", f"{MIRROR}\n    {TWICE}"
            ),
            "flip, tile, mirrored first": SPLIT.format(
                STRATIFIED,
                "learned = np.concatenate([np.flip(learned, axis=2), learned])\n"
                "    learned_people = np.tile(learned_people, 2)",
            ),
        },
        wrong={
            "another share": SPLIT.format("test_size=0.5", f"{MIRROR}\n    {TWICE}"),
            "one array": "def mended_split(pictures, people):\n    return pictures",
        },
    ),
    "4.3": Forms(
        RECALLS,
        right={
            "trace of shares": "np.diag(matrix / matrix.sum(axis=1))",
            "list": "[row[i] / sum(row) for i, row in enumerate(matrix.tolist())]",
        },
        wrong={"table": "matrix / matrix.sum(axis=1, keepdims=True)"},
    ),
    "4.4": Forms(
        right={
            "NumPy's copy": COVERED.format(
                "np.array(pictures)",
                "copies[:, top : top + 12, left : left + 12] = "
                "filling[top : top + 12, left : left + 12]",
            ),
            "a mask": COVERED.format(
                "pictures", "copies = np.where(square(pictures, top, left), filling, pictures)"
            )
            + """
def square(pictures, top, left):
    rows, columns = np.indices(pictures.shape[1:])
    return (rows >= top) & (rows < top + 12) & (columns >= left) & (columns < left + 12)
""",
        },
        wrong={
            "no copy": COVERED.format(
                "pictures",
                "copies[:, top : top + 12, left : left + 12] = "
                "filling[top : top + 12, left : left + 12]",
            ),
            "the filling's corner": COVERED.format(
                "pictures.copy()",
                "copies[:, top : top + 12, left : left + 12] = filling[:12, :12]",
            ),
        },
    ),
    "4.5": Forms(
        WITHOUT,
        right={
            "a difference of truth values": "rows[kept], people[kept] - (people[kept] > person)",
            "places": "[rows[kept], np.searchsorted(np.unique(people[kept]), people[kept])]",
        },
        wrong={
            "labels alone": "rows, people[kept] - (people[kept] > person)",
            "rows alone": "rows[kept]",
        },
    ),
    "4.6": Forms(
        SHARES,
        right={
            "counted": "sum(right[known > threshold]) / len(known), "
            "sum(strangers > threshold) / len(strangers)",
            "a list of products": "[np.mean(right * (known > threshold)), "
            "np.mean(strangers > threshold)]",
        },
        wrong={"below": "np.mean(right & (known <= threshold)), np.mean(strangers <= threshold)"},
    ),
}


class TestFaces(LessonTests):
    NOTEBOOK = "04"
    FORMS = FORMS
