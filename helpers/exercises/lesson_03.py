"""The exercises and questions of notebook 3, Points in the plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from helpers.exercises.answers import WrongAnswerError, call, read_array, read_number, read_whole
from helpers.exercises.engine import Exercise, Question
from helpers.exercises.forms import RETURNED, FunctionForm, NetworkForm, ValueForm, dense_network
from helpers.exercises.model_checks import outputs

if TYPE_CHECKING:
    import keras

ON_THE_LINE = np.array([[0.2, 0.2], [0.5, 0.8]])
STAR = np.array([0.2, 0.8])
PLACES = np.array([[0.2, 0.8], [0.8, 0.4], [0.4, 0.2], [-0.3, 1.5], [0.55, 0.9]])


def _read_neuron(answer: object, _line: np.ndarray) -> np.ndarray:
    """Read weights and bias; only their ratios count, so the weights get length 1."""
    found = read_array(answer, what="Your neuron").astype(float).ravel()
    if len(found) != 3:
        raise WrongAnswerError(
            f"Your neuron has {len(found)} numbers. Three are expected: two weights and a bias."
        )
    length = np.hypot(*found[:2])
    if not np.isfinite(length) or length == 0:
        raise WrongAnswerError("With both weights 0 the score is the same everywhere: no line.")
    return found / length


def _say_scores(found: np.ndarray, _right: np.ndarray, line: np.ndarray) -> str:
    first, second, star = np.vstack([line, STAR]) @ found[:2] + found[2]
    return (
        f"With weights of length 1, the score is {first:.2f} at (0.2, 0.2), {second:.2f} at "
        f"(0.5, 0.8) and {star:.2f} at the star. On the line it has to be 0, at the star positive."
    )


_NEURON = ValueForm(
    right=lambda _line: [-2, 1, 0.2],
    cases=lambda: [(ON_THE_LINE,)],
    read=_read_neuron,
    tolerance=1e-3,
    said="Any multiple of it draws the same line; the larger, the surer.",
    otherwise=_say_scores,
    wrong={
        "other side": (
            "The line is right, and the star on the side of no. What turns an arrow round?",
            lambda _line: [2, -1, -0.2],
        ),
        "sign of the bias": (
            "The direction is right. The bias has the other sign: put (0.2, 0.2) into the score.",
            lambda _line: [-2, 1, -0.2],
        ),
        "no bias": (
            "The direction is right. With a bias of 0 the line runs through (0, 0): slide it.",
            lambda _line: [-2, 1, 0],
        ),
        "along the line": (
            "These weights point along the line. The arrow stands at a right angle to it.",
            lambda _line: [1, 2, 0],
            lambda _line: [1, 2, -0.6],
            lambda _line: [0.3, 0.6, 0.2],
        ),
        "swapped": (
            "The two weights are swapped: the first belongs to x, the second to y.",
            lambda _line: [1, -2, 0.2],
        ),
        "level": (None, lambda _line: [0, 1, -0.5]),
        "slope and height": (None, lambda _line: [2, -0.2]),
        "no weights": (None, lambda _line: [0, 0, 1]),
        "four": (None, lambda _line: [-2, 1, 0.2, 0]),
    },
)


def _places_and_centres() -> list[tuple[np.ndarray, np.ndarray]]:
    generator = np.random.default_rng(31)
    square = np.array([[0.43, 0.20], [0.80, 0.43], [0.57, 0.80], [0.20, 0.57]])
    cases = [(place, square) for place in PLACES[:3]]
    cases += [(generator.uniform(size=2), generator.uniform(size=(n, 2))) for n in (3, 6, 6, 5, 9)]
    # Here the sum of the two differences, or the larger of them, leads elsewhere.
    for centres in ([[5, 5], [0.6, 0.6], [0.9, 0]], [[0.7, 0.7], [0.8, 0.1], [0.9, 5]]):
        cases.append((np.zeros(2), np.array(centres, dtype=float)))
    return cases


def _read_class(answer: object, place: np.ndarray, centres: np.ndarray) -> int:
    value = read_number(call(answer, place, centres), RETURNED)
    distance = np.hypot(*(centres - place).T).min()
    if value != round(value) and min(abs(value - distance), abs(value - distance**2)) < 1e-6:
        raise WrongAnswerError(
            "This is the smallest distance itself. The number of its row is asked for."
        )
    return read_whole(value, RETURNED)


def _squares(place: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return ((centres - place) ** 2).sum(axis=1)


_NEAREST_CENTRE = FunctionForm(
    right=lambda place, centres: np.argmin(_squares(place, centres)),
    cases=_places_and_centres,
    read=_read_class,
    said="With the true centres, no classifier can beat this function in the long run.",
    otherwise=lambda found, right, place, centres: (
        f"For the place {place.round(2).tolist()} and {len(centres)} centres your function returns "
        f"{found:g}, and another centre is nearer."
    ),
    wrong={
        "farthest": (
            "This is the class whose centre is farthest away.",
            lambda place, centres: np.argmax(_squares(place, centres)),
        ),
        "from one": (
            "All classes are one too large: the first row belongs to class 0.",
            lambda place, centres: np.argmin(_squares(place, centres)) + 1,
        ),
        "not squared": (
            "The differences were added up, or rooted, as they are. Square them first.",
            lambda place, centres: np.argmin(np.abs(centres - place).sum(axis=1)),
            lambda place, centres: np.argmin((centres - place).sum(axis=1)),
            lambda place, centres: np.argmin(np.sqrt(centres - place).sum(axis=1)),
            lambda place, centres: np.argmin(np.sqrt((centres - place).sum(axis=1))),
        ),
        "x only": (
            "Only x was looked at. A place has two coordinates.",
            lambda place, centres: np.argmin(np.abs(centres - place)[:, 0]),
        ),
        "other sums": (
            "A distance belongs to one row: add the two squares of each row, `sum(axis=1)`.",
            lambda place, centres: np.argmin(((centres - place) ** 2).sum(axis=0)),
            lambda place, centres: np.argmin((centres - place) ** 2),
            lambda place, centres: np.argmin(_squares(place, centres).sum()),
        ),
        "distance": (None, lambda place, centres: np.sqrt(_squares(place, centres)).min()),
        "distances": (None, lambda place, centres: np.sqrt(_squares(place, centres))),
        "always 3": (None, lambda place, centres: 3),
    },
)


def _read_mended(network: keras.Model) -> None:
    found = outputs(network, PLACES.astype("float32"))
    if found.shape not in ((5, 1), (5, 2)):
        raise WrongAnswerError(
            f"For 5 points it answers in the shape {found.shape}. One probability a point is asked "
            "for, as before."
        )


_MENDED = NetworkForm(
    right=dense_network(2, 128, 1, last="sigmoid", optimizer="adam", loss="binary_crossentropy"),
    read=_read_mended,
    said="The sigmoid has a slope at every score; ReLU has none below 0. Can you say now why the "
    "loss stood still?",
    otherwise=lambda network: (
        "The network as it was has 513 parameters, and a ReLU inside. Change one word only."
    ),
    loss="The network is right. For one probability the loss is binary cross-entropy, as it was.",
    wrong={
        "relu": (
            "Its last layer is still a ReLU: it answers 0 to every negative score. Where nothing "
            "changes, nothing is learned.",
            dense_network(2, 128, 1, last="relu"),
        ),
        "two outputs": (
            "Two outputs with softmax need one-hot labels. Here they are 0 and 1: keep one output.",
            dense_network(2, 128, 2),
        ),
        "out of range": (
            "This activation can answer below 0. A probability lies between 0 and 1.",
            dense_network(2, 128, 1, last="tanh"),
            dense_network(2, 128, 1, last=None),
        ),
        "hidden sigmoid": (
            "The output is right now. The hidden layer was right before: keep its ReLU.",
            dense_network(2, 128, 1, hidden="sigmoid", last="sigmoid"),
            dense_network(2, 128, 1, hidden=None, last="sigmoid"),
            dense_network(2, 128, 1, hidden="softmax", last="sigmoid"),
        ),
        "softmax": (
            "Now it says 1 to every point: softmax gives a single output the whole.",
            dense_network(2, 128, 1),
        ),
        "another inside": (
            None,
            dense_network(2, 8, 1, last="sigmoid"),
            dense_network(2, 128, 1, hidden="tanh", last="sigmoid"),
        ),
        "four outputs": (None, dense_network(2, 128, 4)),
    },
)


def _far_and_near() -> list[tuple[np.ndarray, np.ndarray, float]]:
    generator = np.random.default_rng(34)
    return [
        (generator.normal(0, spread, 2), generator.normal(0, spread, (15, 2)), limit)
        for limit, spread in [(0.25, 0.4), (0.4, 0.4), (1.5, 3.0)] * 6
    ]


def _read_far(answer: object, place: np.ndarray, known: np.ndarray, limit: float) -> float:
    found = read_array(call(answer, place, known, limit), what=RETURNED)
    if found.size == len(known):
        raise WrongAnswerError(
            "It returns an answer for each known point. One answer for the place is asked for: "
            "take the nearest known point first."
        )
    if found.size != 1 or found.ravel()[0] not in (0, 1):
        raise WrongAnswerError(
            f"{RETURNED} is neither True nor False. Compare the smallest distance with `limit`."
        )
    return float(found.ravel()[0])


def _distances(place: np.ndarray, known: np.ndarray) -> np.ndarray:
    return np.hypot(*(known - place).T)


_TOO_FAR = FunctionForm(
    right=lambda place, known, limit: _distances(place, known).min() > limit,
    cases=_far_and_near,
    read=_read_far,
    said="It needs no network: it asks whether the network has seen anything like it.",
    otherwise=lambda found, right, place, known, limit: (
        f"With a limit of {limit:g}, your function returns {bool(found)} for a place whose nearest "
        f"known point is {_distances(place, known).min():.2f} away."
    ),
    wrong={
        "turned round": (
            "True and False are exchanged: True is for a place that is too far away.",
            lambda place, known, limit: _distances(place, known).min() <= limit,
        ),
        "not the nearest": (
            "The nearest known point alone decides: not the farthest, the mean, or the middle.",
            lambda place, known, limit: _distances(place, known).max() > limit,
            lambda place, known, limit: _distances(place, known).mean() > limit,
            lambda place, known, limit: np.hypot(*(place - known.mean(axis=0))) > limit,
        ),
        "no distance": (
            "This is not the distance yet: add the squares of the differences, then take the root.",
            lambda place, known, limit: _distances(place, known).min() ** 2 > limit,
            lambda place, known, limit: np.abs(known - place).sum(axis=1).min() > limit,
        ),
        "never": (None, lambda place, known, limit: False),
        "each one": (None, lambda place, known, limit: _distances(place, known) > limit),
        "distance": (None, lambda place, known, limit: _distances(place, known).min()),
    },
)


FENCED, MIDDLE_LOST, OPEN, NARROW, WIDE = range(5)


def _ring() -> list[tuple[np.ndarray, np.ndarray]]:
    from sklearn.datasets import make_circles

    places, inside = make_circles(500, factor=0.4, noise=0.1, random_state=0)
    return [(places[:300], inside[:300])]


def _folded(folds: np.ndarray, places: np.ndarray) -> np.ndarray:
    return 2.5 - np.maximum(places @ folds[:, :2].T + folds[:, 2], 0).sum(axis=1)


def _read_folds(answer: object, places: np.ndarray, inside: np.ndarray) -> int:
    """Read four folds, and say what kind of a fence they are."""
    folds = read_array(answer, what="Your answer").astype(float)
    if folds.shape != (4, 3):
        raise WrongAnswerError(
            f"Your answer has the shape {folds.shape}. Four rows of three numbers are asked for: "
            "weight of x, weight of y, bias."
        )
    if _folded(folds, np.zeros((1, 2)))[0] <= 0:
        return MIDDLE_LOST
    turns = np.linspace(0, 2 * np.pi, 720)
    if (_folded(folds, 1.5 * np.array([np.cos(turns), np.sin(turns)]).T) > 0).any():
        return OPEN
    yes = _folded(folds, places) > 0
    if np.mean(yes == inside) > 0.95:
        return FENCED
    return NARROW if np.sum(~yes & (inside == 1)) > np.sum(yes & (inside == 0)) else WIDE


_FOUR_FOLDS = ValueForm(
    right=lambda _places, _inside: [(0, 8, -2), (0, -8, -2), (8, 0, -2), (-8, 0, -2)],
    cases=_ring,
    read=_read_folds,
    said="How many corners will it have? Count the areas around the middle in the next picture.",
    otherwise=lambda found, right, _places, _inside: f"This fence is of kind {found:g}.",
    wrong={
        "biases above 0": (
            "In the middle of the disc the score is below 0 already. There no neuron should "
            "answer: give each a negative bias.",
            lambda _places, _inside: [(0, 8, 2), (0, -8, 2), (8, 0, 2), (-8, 0, 2)],
            lambda _places, _inside: [(0, -8, 8), (0, 8, 8), (-8, 0, 8), (8, 0, 8)],
        ),
        "one side without": (
            "There is a way out: in some direction no neuron pulls, or not enough. Sketch the four "
            "arrows: they have to point to all sides.",
            lambda _places, _inside: [(0, 8, -2), (0, -8, -2), (8, 0, -2), (8, 8, -2)],
            lambda _places, _inside: [(0, 8, -2), (0, -8, -2)] * 2,
            lambda _places, _inside: [(0, 1, -1), (0, -1, -1), (1, 0, -1), (-1, 0, -1)],
        ),
        "too narrow": (
            "It is a fence, and too narrow: many points of the disc stand outside. Let the folds "
            "begin farther out (a bias further below 0), or slope less (smaller weights).",
            lambda _places, _inside: [(0, 8, 0), (0, -8, 0), (8, 0, 0), (-8, 0, 0)],
            lambda _places, _inside: [(0, 20, -2), (0, -20, -2), (20, 0, -2), (-20, 0, -2)],
        ),
        "too wide": (
            "It is a fence, and too wide: points of the ring stand inside. Let the folds begin "
            "nearer to the middle (a bias closer to 0), or slope more (larger weights).",
            lambda _places, _inside: [(0, 8, -7), (0, -8, -7), (8, 0, -7), (-8, 0, -7)],
        ),
        "three": (None, lambda _places, _inside: [(0, 8, -2), (-7, -4, -2), (7, -4, -2)]),
        "no biases": (None, lambda _places, _inside: [(0, 8), (0, -8), (8, 0), (-8, 0)]),
        "flat list": (None, lambda _places, _inside: [0, 8, -2]),
    },
)


def _read_fences(answer: object, seeds: int) -> np.ndarray:
    found = read_array(answer, what="Your answer").ravel().astype(float)
    if len(found) != 3:
        raise WrongAnswerError(
            f"Your answer holds {len(found)} of the three counts: for one, two and three neurons."
        )
    if (found != found.round()).any() or not np.all((found >= 0) & (found <= seeds)):
        raise WrongAnswerError(
            f"Of {seeds} networks of each width, how many are above 0.95? Each count is a whole "
            f"number from 0 to {seeds}."
        )
    if 0 < found[2] < seeds:  # which seeds do may differ from one processor to another
        found[2] = 2
    return found


_FENCES = ValueForm(
    right=lambda _seeds: [0, 0, 2],
    cases=lambda: [(5,)],
    read=_read_fences,
    said="Two folds never close a fence, and three do it sometimes. Was that your prediction?",
    otherwise=lambda found, right, _seeds: (
        f"You counted {found.astype(int).tolist()}. One fold or two always leave a way out. Is it "
        "the accuracy on `ring_points[300:]` that is compared with 0.95?"
    ),
    wrong={
        "no fence": (
            "None of three neurons? The map of seed 0 above is a fence. Did you use seeds 0 to 4?",
            lambda _seeds: [0, 0, 0],
        ),
        "one seed": (
            "All five? Is the seed handed on, `train_network(neurons, seed)`?",
            lambda seeds: [0, 0, seeds],
        ),
        "all": (
            "Every network was counted. Only those above 0.95 count.",
            lambda seeds: [seeds, seeds, seeds],
        ),
        "misses": (
            "These are the networks that fail. Count those that are above 0.95.",
            lambda seeds: [seeds, seeds, seeds - 2],
        ),
        "two suffice": (None, lambda _seeds: [0, 3, 5]),
        "no counts": (None, lambda _seeds: [0.665, 0.825, 1.0], lambda _seeds: [0, 0, 7]),
        "one number": (None, lambda _seeds: 3),
    },
)


EXERCISES = (
    Exercise(
        "3.1",
        _NEURON,
        (
            "From (0.2, 0.2) to (0.5, 0.8): what stands at a right angle to that, to the star?",
            "To the left and a little up: x has a negative weight, twice as large as that of y.",
            "With weights -2 and 1, the bias has to make the score 0 at (0.2, 0.2).",
        ),
        "your_neuron = [-2, 1, 0.2]",
        "(1, 2) runs along the line, so (-2, 1) stands at a right angle to it. At (0.2, 0.2) that "
        "gives -0.2, which a bias of 0.2 brings to 0. Larger multiples are surer.",
    ),
    Exercise(
        "3.2",
        _NEAREST_CENTRE,
        (
            "`centres - place` subtracts the place from each row. What comes before adding?",
            "Square the differences, then `sum(axis=1)`: one number for each row.",
            "`np.argmin` of these is the class; the root does not change which is the smallest.",
        ),
        """def nearest_centre(place, centres):
    squares = (centres - place) ** 2
    return np.argmin(squares.sum(axis=1))""",
        "A row's sum is the squared distance, by Pythagoras; its root has the same order.",
    ),
    Exercise(
        "3.3",
        _MENDED,
        (
            "Which answers can each activation give: ReLU, sigmoid, softmax?",
            "The wrong word stands in the last layer. What does it make of -3? And of -2?",
            "One output that is a probability takes the sigmoid.",
        ),
        """mended = keras.Sequential(
    [
        keras.Input(shape=(2,)),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
mended.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])""",
        "With these weights every score of the last layer is negative, and ReLU makes 0 of all of "
        "them. Change a weight a little: it is still 0, the loss stays, and no way is downhill. "
        "With another seed it may learn, and then gives some points a probability above 1.",
        prepare=_MENDED.prepare,
    ),
    Exercise(
        "3.4",
        _TOO_FAR,
        (
            "Subtract the place from `known`, as in 3.2. What is the distance to each row?",
            "Square, add along axis 1, take the root: one distance for each known point.",
            "Compare the smallest of them, `.min()`, with `limit`.",
        ),
        """def too_far(place, known, limit):
    distances = np.sqrt(((known - place) ** 2).sum(axis=1))
    return distances.min() > limit""",
        "If even the nearest known point is far away, nothing like it was seen in training.",
    ),
    Exercise(
        "3.5",
        _FOUR_FOLDS,
        (
            "Four neurons can answer above, below, to the right and to the left of the middle.",
            "`(0, 8, -2)` answers above y = 0.25. Which weights answer below y = -0.25?",
            "`(0, -8, -2)` does. Do the same for x.",
        ),
        "four_folds = [(0, 8, -2), (0, -8, -2), (8, 0, -2), (-8, 0, -2)]",
        "Each arrow points away from the middle, where no neuron answers. Where two answer, the "
        "border cuts the corner of the square, which makes eight corners.",
        prepare=_ring,
    ),
    Exercise(
        "3.6",
        _FENCES,
        (
            "Two loops: over 1, 2 and 3 neurons, and inside of it over `range(5)`.",
            "`network = train_network(neurons, seed)`, then `evaluate`; each count begins at 0.",
            "`if accuracy > 0.95: count += 1`; after the inner loop `fences.append(count)`.",
        ),
        """fences = []
for neurons in [1, 2, 3]:
    count = 0
    for seed in range(5):
        network = train_network(neurons, seed)
        accuracy = network.evaluate(ring_points[300:], inside[300:], verbose=0)[1]
        if accuracy > 0.95:
            count += 1
    fences.append(count)""",
        "Two folds leave a way out. Three can close the fence; whether they do depends on where "
        "the seed has put them. What a network could say, its training need not find.",
    ),
)

QUESTIONS = (
    Question(
        "3.q1",
        "Before you run the next cell: it prints, among other things, the accuracy of a network "
        "that has learned nothing and always answers no. What is it, roughly?",
        {"a": "0", "b": "0.25", "c": "0.5", "d": "0.75"},
        "d",
        {
            "a": "It is wrong on every point of class 3. On all others, no is right.",
            "b": "That is the share of class 3, and so the accuracy of always answering yes.",
            "c": "That would be so if yes and no were equally frequent. One class of four is yes.",
            "d": "Three of four points are not in class 3. To have learned is to be above that.",
        },
    ),
    Question(
        "3.q2",
        "Before you run the next cell: it gives every place in the plane the colour of the class "
        "that the network chooses there. What will the borders look like?",
        {
            "a": "nearly straight lines, half-way between neighbouring clouds",
            "b": "a circle around each cloud, and an empty space outside",
            "c": "lines that wind around every stray point",
            "d": "bands between the clouds in which no class is chosen",
        },
        "a",
        {
            "a": "There two equally wide clouds are equally likely, along a straight line.",
            "b": "No place stays empty: the network answers everywhere, however far away.",
            "c": "That would be learning by heart, and the training accuracy would end at 1.",
            "d": "One of the four is always the largest. Doubt shows in its size.",
        },
    ),
    Question(
        "3.q3",
        "Before you run the next cell: it draws the same map from three and from ten times as far "
        "away. What does the network answer out there, where no point has ever been?",
        {
            "a": "one quarter for each class, because it cannot know",
            "b": "nearly 1 for one class, almost everywhere",
            "c": "nothing: `predict` refuses such places",
            "d": "0 for each class",
        },
        "b",
        {
            "a": "That would be honest. But it takes equal scores, and these lie at the borders.",
            "b": "Far out the scores lie far apart. Softmax turns that into near certainty.",
            "c": "`predict` takes any two numbers. Whether they make sense is left to you.",
            "d": "Softmax makes the four probabilities sum to one, everywhere.",
        },
    ),
    Question(
        "3.q4",
        "Before you run the next cell: it trains networks of 0, 1, 2, 3, 8 and 128 hidden neurons "
        "on 300 points. The last has 513 weights and biases. What will its border look like?",
        {
            "a": "nearly round, somewhere between the disc and the ring",
            "b": "islands around single points",
            "c": "a star with 128 points",
            "d": "torn: with so many folds, the fence has a way out",
        },
        "a",
        {
            "a": "No more is asked for than a border between them. Many small bends look round.",
            "b": "No point stands among those of the other class. An island would win nothing.",
            "c": "Nobody asks for spikes: there are no points between disc and ring to go around.",
            "d": "Folds that are not needed do little harm: many neurons can say what few can.",
        },
    ),
)
