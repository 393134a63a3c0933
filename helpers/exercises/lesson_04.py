"""The exercises and questions of notebook 4, Faces."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from helpers.exercises.answers import WrongAnswerError, call, read_array
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm

Rows = np.ndarray
ALL = slice(None)


def _three_people() -> list[tuple[Rows, Rows, Rows]]:
    generator = np.random.default_rng(41)
    labels = generator.permutation(np.arange(18) % 3)
    rows = generator.normal(0, 1, (3, 5))[labels] + generator.normal(0, 1.5, (18, 5))
    return [(rows, labels, generator.normal(0, 1.5, (60, 5)))]


def _means(rows: Rows, people: Rows) -> Rows:
    return np.array([rows[people == person].mean(axis=0) for person in np.unique(people)])


def _apart(others: Rows, rows: Rows, power: int = 2) -> Rows:
    """Return how far each of the others is from each row, shape (others, rows)."""
    return ((others[:, np.newaxis] - rows) ** power).sum(axis=2)


def _read_names(answer: object, *case: Rows) -> Rows:
    return read_array(call(answer, *case), shape=(len(case[2]),), what=RETURNED)


_MEAN_FACES = FunctionForm(
    right=lambda a, b, c: _apart(c, _means(a, b)).argmin(axis=1),
    cases=_three_people,
    read=_read_names,
    said="It has learned one face a person, and nothing else. A baseline may be as plain as that.",
    otherwise=lambda found, right, train_rows, train_people, rows: (
        f"For {len(rows)} made-up pictures of {train_people.max() + 1} people, "
        f"{int(np.sum(found != right))} get another name than that of the nearest mean."
    ),
    wrong={
        "farthest": (
            "It gives the name of the farthest mean face. Is it `argmax`?",
            lambda a, b, c: _apart(c, _means(a, b)).argmax(axis=1),
        ),
        "nearest picture": (
            "It gives the name of the nearest single picture. Take each person's mean first.",
            lambda a, b, c: b[_apart(c, a).argmin(axis=1)],
        ),
        "signs": (
            "Differences above and below zero cancel each other. Square them before the sum.",
            lambda a, b, c: np.abs(_apart(c, _means(a, b), 1)).argmin(axis=1),
        ),
        "one for all": (
            "All pictures get the same name. Are the differences squared before they are added up?",
            lambda a, b, c: _apart(c, _means(a, b), 1).argmin(axis=1),
        ),
        "distances": (None, lambda a, b, c: _apart(c, _means(a, b))),
    },
)


def _small_pictures() -> list[tuple[Rows, Rows]]:
    slopes = np.array([[0, 0.1, 0.2], [0.3, 0.4, 0.5]])
    return [(np.arange(20)[:, np.newaxis, np.newaxis] + slopes, np.arange(20) % 2)]


def _read_split(answer: object, pictures: Rows, people: Rows) -> Rows:
    """Count in both parts the pictures, the mirrored, the upturned and wrong labels; any twins."""
    parts = call(answer, pictures, people)
    if not isinstance(parts, tuple | list) or len(parts) != 4:
        raise WrongAnswerError(
            "Four arrays are expected: `return learned, judged, learned_people, judged_people`."
        )
    counts, numbers = [], []
    for name, found, labels in (("learned", *parts[::2]), ("judged", *parts[1::2])):
        group = read_array(found, (None, *pictures.shape[1:]), f"`{name}`")
        whose = read_array(labels, (len(group),), f"`{name}_people`")
        numbers.append(np.floor(group.min(axis=(1, 2))))
        mirrored = np.sum(group[:, 0, 0] > group[:, 0, -1])
        upturned = np.sum(group[:, 0, 0] > group[:, -1, 0])
        counts += [len(group), mirrored, upturned, np.any(numbers[-1] % 2 != whose)]
    return np.array([*counts, np.isin(*numbers).any()])


def _mirrored(pictures: Rows) -> Rows:
    return np.concatenate([pictures, pictures[:, :, ::-1]])


def _deal(pictures: Rows, people: Rows) -> list[Rows]:
    from sklearn.model_selection import train_test_split

    return train_test_split(pictures, people, test_size=0.2, stratify=people, random_state=0)


def _split(
    learn: Callable[[Rows], Rows] = _mirrored,
    judge: Callable[[Rows], Rows] = lambda pictures: pictures,
    times: Callable[[Rows, int], Rows] = np.tile,
) -> Callable[[Rows, Rows], tuple[Rows, ...]]:
    """Return a function that splits, and mirrors the two parts in some way afterwards."""

    def split(pictures: Rows, people: Rows) -> tuple[Rows, ...]:
        learned, judged, learned_people, judged_people = _deal(pictures, people)
        both = learn(learned), judge(judged)
        counts = len(both[0]) // len(learned), len(both[1]) // len(judged)
        return *both, times(learned_people, counts[0]), times(judged_people, counts[1])

    return split


_MENDED = FunctionForm(
    right=_split(),
    cases=_small_pictures,
    read=_read_split,
    said="Whatever makes new pictures out of old ones comes after the split, and for the learned "
    "ones alone.",
    otherwise=lambda found, right, pictures, people: (
        f"Of {len(pictures)} pictures, {int(right[0])} should be learned from, half of them "
        f"mirrored, and {int(right[4])} judged. Yours: {int(found[0])}, {int(found[1])} mirrored, "
        f"and {int(found[4])}."
    ),
    wrong={
        "the leak": (
            "It still leaks: some pictures that are judged have a twin, their mirror image, among "
            "those that are learned from. Split first, then mirror.",
            lambda pictures, people: tuple(_deal(_mirrored(pictures), np.tile(people, 2))),
        ),
        "judged mirrored, too": (
            "The judged pictures are doubled as well. That is no leak, but each then counts twice, "
            "and the doubled ones are no new faces.",
            _split(judge=_mirrored),
        ),
        "no mirror": (
            "Nothing leaks, and nothing is mirrored any more. Add the mirrored copies of the "
            "learned pictures.",
            _split(learn=lambda pictures: pictures),
        ),
        "repeated labels": (
            "Some learned pictures have somebody else's label. The copies stand behind all "
            "originals, so the labels have to come twice in a row as a whole.",
            _split(times=np.repeat),
        ),
        "upside down": (
            "The copies are upside down, not mirrored. Left and right are the last axis.",
            _split(learn=lambda pictures: np.concatenate([pictures, pictures[:, ::-1]])),
        ),
    },
)


def _matrices() -> list[tuple[Rows]]:
    random = np.random.default_rng(46).integers(1, 20, (5, 5))
    return [(np.array([[6, 3, 1], [2, 8, 10], [0, 2, 3]]),), (random,)]


def _recalls_of(matrix: Rows) -> Rows:
    return np.diag(matrix) / matrix.sum(axis=1)


_RECALLS = FunctionForm(
    right=_recalls_of,
    cases=_matrices,
    tolerance=1e-5,
    said="Each person has a number of their own, however many pictures the others have.",
    otherwise=lambda found, right, matrix: (
        f"For the matrix {matrix.tolist()} it returns {np.round(found, 3).tolist()}, and "
        f"{np.round(right, 3).tolist()} is expected."
    ),
    wrong={
        "precision": (
            "The diagonal was divided by the sums of the columns, that is, by how often each name "
            "was given. For recall, ask how many pictures there are of each person.",
            lambda matrix: np.diag(matrix) / matrix.sum(axis=0),
        ),
        "counts": (
            "These are the numbers of pictures recognised. Divide each by the number of that "
            "person's pictures.",
            np.diag,
        ),
        "of all": (
            "All were divided by the number of all pictures. Each person has a number of pictures "
            "of their own.",
            lambda matrix: np.diag(matrix) / matrix.sum(),
        ),
    },
)


def _twelve(start: int) -> slice:
    return slice(start, start + 12)


def _places() -> list[tuple[Rows, int, int, Rows]]:
    generator = np.random.default_rng(44)
    return [(generator.uniform(0, 1, (3, 30, 26)), 4, 9, generator.uniform(0, 1, (30, 26)))]


def _cover(pictures: Rows, filling: Rows, *where: int | slice) -> Rows:
    copies = pictures.copy()
    copies[where] = filling[where[1:]]
    return copies


def _read_covered(answer: object, *case: Rows) -> Rows:
    return read_array(call(answer, *case), shape=case[0].shape, what=RETURNED)


_COVERED = FunctionForm(
    right=lambda p, top, left, f: _cover(p, f, ALL, _twelve(top), _twelve(left)),
    cases=_places,
    read=_read_covered,
    said="Now move it over the faces, and see which place the network misses most.",
    otherwise=lambda found, right, pictures, top, left, filling: (
        f"With the top at {top} and the left at {left}, {int(np.sum(found != right))} pixels are "
        "not as they should be. Print one small picture before and after."
    ),
    wrong={
        "swapped": (
            "`top` and `left` are mixed up. The second axis goes down the picture, the third to "
            "the right.",
            lambda p, top, left, f: _cover(p, f, ALL, _twelve(left), _twelve(top)),
        ),
        "the first alone": (
            "Only the first picture is covered. A colon as the first index takes all of them.",
            lambda p, top, left, f: _cover(p, f, 0, _twelve(top), _twelve(left)),
        ),
        "to the end": (
            "Everything below and to the right of the corner is covered. The square ends after 12 "
            "pixels.",
            lambda p, top, left, f: _cover(p, f, ALL, slice(top, None), slice(left, None)),
        ),
        "always grey": (
            "The square is grey, whatever the filling is. Take the same rows and columns of "
            "`filling`.",
            lambda p, top, left, f: _cover(p, 0 * f + 0.5, ALL, _twelve(top), _twelve(left)),
        ),
    },
)


def _without_cases() -> list[tuple[int, Rows, Rows]]:
    rows = np.random.default_rng(45).uniform(0, 1, (9, 4))
    people = np.array([2, 0, 1, 1, 2, 0, 2, 1, 0])
    return [(1, rows, people), (2, rows, people), (0, rows, people)]


def _without(person: int, rows: Rows, people: Rows) -> tuple[Rows, Rows]:
    kept = people != person
    labels = people[kept]
    return rows[kept], np.where(labels > person, labels - 1, labels)


def _read_without(answer: object, person: int, rows: Rows, people: Rows) -> Rows:
    pair = call(answer, person, rows, people)
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise WrongAnswerError("Two arrays are expected: `return kept_rows, kept_people`.")
    kept = read_array(pair[0], (6, rows.shape[1]), "The first array, without one person's rows,")
    labels = read_array(pair[1], (6,), "The second array, without that person's labels,")
    return np.column_stack([kept, labels])


_WITHOUT = FunctionForm(
    right=_without,
    cases=_without_cases,
    read=_read_without,
    said="The network that follows has an output less, and will never have seen this person.",
    otherwise=lambda found, right, person, rows, people: (
        f"Without person {person}, the labels are {found[:, -1].tolist()}, and "
        f"{right[:, -1].tolist()} is expected."
    ),
    wrong={
        "gap": (
            "The labels have a gap where the person was, and a network with one output less has no "
            "place for the highest. Everybody after the gap moves down by one.",
            lambda person, rows, people: (rows[people != person], people[people != person]),
        ),
        "all down": (
            "All labels were lowered. Only those above the missing person's move.",
            lambda person, rows, people: (rows[people != person], people[people != person] - 1),
        ),
    },
)


def _certainties() -> list[tuple[Rows, Rows, Rows, float]]:
    generator = np.random.default_rng(47)
    known = generator.uniform(0.3, 1, 23)
    right = generator.uniform(size=23) < known
    strangers = generator.uniform(0.2, 1, 31)
    return [(right, known, strangers, threshold) for threshold in (0.5, 0.75)]


def _shares(right: Rows, known: Rows, strangers: Rows, threshold: float) -> tuple[float, float]:
    return float(np.mean(right & (known > threshold))), float(np.mean(strangers > threshold))


def _read_shares(answer: object, *case: object) -> Rows:
    return read_array(call(answer, *case), shape=(2,), what=RETURNED)


_PRICE = FunctionForm(
    right=_shares,
    cases=_certainties,
    read=_read_shares,
    said="When the threshold rises, both shares fall. Neither falls alone.",
    otherwise=lambda found, right, right_names, known, strangers, threshold: (
        f"Above {threshold:g} it returns {found.round(3).tolist()}, and "
        f"{right.round(3).tolist()} is expected."
    ),
    wrong={
        "whoever is named": (
            "The first share counts wrong names, too. Only known faces that are named rightly "
            "count.",
            lambda r, k, s, t: (np.mean(k > t), np.mean(s > t)),
        ),
        "of the named": (
            "The first share is one of those that are named. Divide by all known faces, since "
            "whoever gets no name has to wait at the door.",
            lambda r, k, s, t: (np.mean(r[k > t]), np.mean(s > t)),
        ),
        "counts": (
            "These are counts. `np.mean` of true and false gives shares.",
            lambda r, k, s, t: (np.sum(r & (k > t)), np.sum(s > t)),
        ),
        "the other way round": (
            "The two are the other way round: the known faces first.",
            lambda r, k, s, t: _shares(r, k, s, t)[::-1],
        ),
        "one": (None, lambda r, k, s, t: np.mean(s > t)),
    },
)

EXERCISES = (
    Exercise(
        "4.1",
        _MEAN_FACES,
        (
            "`train_rows[train_people == 2].mean(axis=0)` is the mean face of person 2, and "
            "`((rows - mean) ** 2).sum(axis=1)` the distance of each picture from a mean face.",
            "Put one array of distances a person into a list. `np.argmin(distances, axis=0)` then "
            "gives the nearest person of each picture.",
        ),
        """def nearest_mean(train_rows, train_people, rows):
    distances = []
    for person in np.unique(train_people):
        mean = train_rows[train_people == person].mean(axis=0)
        distances.append(((rows - mean) ** 2).sum(axis=1))
    return np.argmin(distances, axis=0)""",
        "A mean face keeps what all pictures of a person share, and loses how the head was turned.",
    ),
    Exercise(
        "4.2",
        _MENDED,
        (
            "In `leaky_split` a picture and its mirror image are dealt out as if they had nothing "
            "to do with each other. What if there were no mirror images yet?",
            "Split `pictures` and `people` in the first line. Then put the mirror images behind "
            "`learned`, and the labels behind `learned_people`.",
        ),
        """def mended_split(pictures, people):
    learned, judged, learned_people, judged_people = train_test_split(
        pictures, people, test_size=0.2, stratify=people, random_state=0
    )
    learned = np.concatenate([learned, learned[:, :, ::-1]])
    learned_people = np.concatenate([learned_people, learned_people])
    return learned, judged, learned_people, judged_people""",
        "Now no judged picture has a twin among the learned ones. The same goes for pictures from "
        "one second of a film, or for two samples of one patient.",
    ),
    Exercise(
        "4.3",
        _RECALLS,
        (
            "How many pictures of a person are recognised, and how many are there?",
            "The first is on the diagonal, `np.diag(matrix)`. The second is the sum of the row, "
            "`matrix.sum(axis=1)`.",
        ),
        """def recalls(matrix):
    return np.diag(matrix) / matrix.sum(axis=1)""",
        "A row holds all pictures of one person. The sum of a column is something else: how often "
        "a name is given.",
    ),
    Exercise(
        "4.4",
        _COVERED,
        (
            "`pictures.copy()` first: the notebook needs the pictures again.",
            "Three indices, with commas: all pictures, the rows from `top` on, the columns from "
            "`left` on. `top : top + 12` are twelve rows. The filling has two indices.",
        ),
        """def covered(pictures, top, left, filling):
    copies = pictures.copy()
    square = filling[top : top + 12, left : left + 12]
    copies[:, top : top + 12, left : left + 12] = square
    return copies""",
        "Whatever the network took from these pixels is gone, and the filling has come instead.",
    ),
    Exercise(
        "4.5",
        _WITHOUT,
        (
            "`kept = people != person` is true for the pictures that stay.",
            "Of the labels that stay, those above `person` move down by one: "
            "`labels[labels > person] -= 1` does that, in an array of your own.",
        ),
        """def without(person, rows, people):
    kept = people != person
    labels = people[kept]
    labels[labels > person] -= 1
    return rows[kept], labels""",
        "A mask makes a new array, so nothing is changed outside of the function.",
    ),
    Exercise(
        "4.6",
        _PRICE,
        (
            "A known face counts if two things are true at once: `right & (known > threshold)`.",
            "`np.mean` of an array of true and false is the share of true.",
        ),
        """def shares_named(right, known, strangers, threshold):
    return np.mean(right & (known > threshold)), np.mean(strangers > threshold)""",
        "Whoever chooses a threshold chooses how many of the known are turned away, and how many "
        "strangers get a name.",
    ),
)

QUESTIONS = (
    Question(
        "4.q1",
        "Before you run the next cell: it counts the pictures of these five people. Somebody "
        "who looks at none gives them all the same name, the commonest. Of 100 pictures, how many "
        "are named rightly?",
        {"a": "about 20", "b": "about 30", "c": "more than 40"},
        "c",
        {
            "a": "That is so where all are photographed equally often, as the people of ORL are. "
            "The news has no such plan.",
            "b": "It is more. How often was a president in the news, and how often a minister?",
            "c": "A president was in the news more often than a minister. (The ORL faces, where "
            "they stand in, are balanced.)",
        },
    ),
    Question(
        "4.q2",
        "Before you run the next cell: it trains the same network on pixels from 0 to 1, on pixels "
        "from 0 to 0.004, and on pixels with a mean of 0 and a deviation of 1. Which training is "
        "the slowest?",
        {"a": "from 0 to 1", "b": "from 0 to 0.004", "c": "mean 0 and deviation 1"},
        "b",
        {
            "a": "These inputs are neither huge nor tiny.",
            "b": "Tiny inputs make tiny sums, and the weights have far to go before two pictures "
            "look different to the network.",
            "c": "Inputs around 0, neither huge nor tiny, are what training likes best.",
        },
    ),
    Question(
        "4.q3",
        "Before you run the next cell: it trains the network with 512 neurons from ten seeds, and "
        "nothing else changes. How far apart will the best and the worst be, in pictures of 80?",
        {
            "a": "some pictures, fewer than fifteen",
            "b": "not at all: the same pictures give the same network",
            "c": "half of the pictures or more",
        },
        "a",
        {
            "a": "No network did anything better than another. Its seed was luckier.",
            "b": "The seed sets the first weights and the order of the pictures. Different starts "
            "end in different networks.",
            "c": "Then some seeds would hardly learn at all. Here all do.",
        },
    ),
    Question(
        "4.q4",
        "A shop has a camera at its door, and behind it this network of five people. A thousand "
        "visitors pass, none of them one of the five. How many are given one of the five names?",
        {
            "a": "none: the network sees that it does not know them",
            "b": "as large a share as the network's mistakes on the test pictures",
            "c": "those for whom one of the probabilities is above a half",
            "d": "all thousand",
        },
        "d",
        {
            "a": "It has five outputs, and none of them stands for somebody else.",
            "b": "That share was measured on pictures of the five. About strangers it says "
            "nothing.",
            "c": "The largest probability wins, whatever its size. A limit would have to be added.",
            "d": "Every visitor's five probabilities add up to one, and the largest gives the "
            "name. Nobody asked the thousand, and none of them learns what the camera calls them.",
        },
    ),
)
