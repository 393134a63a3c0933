"""Answers to the exercises of notebook 2: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

BEST = """
def best_epoch(history):
    {0}
"""
UPDATES = """
def updates(pictures, batch_size, epochs):
    return {0}
"""
SLIDE = """
def slide(picture, window):
    places = len(picture) - {0}
    result = np.zeros((places, places))
    for row in range(places):
        for column in range(places):
            part = picture[row : row + 3, column : column + 3]
            result[row, column] = {1}
    return {2}
"""
CONFUSED = """
def most_confused(actual, predicted):
    counts = np.zeros((10, 10), int)
    for one, other in zip(actual, predicted):
        counts[one, other] += {0}
    return {1}
"""
COUNTED = """
def most_confused(actual, predicted):
    counts = np.zeros((10, 10))
    {0}
    np.fill_diagonal(counts, 0)
    return divmod(np.argmax(counts), 10)
"""
NETWORK = """
rescaling = keras.layers.Rescaling(1 / 255)
hidden, last = keras.layers.Dense({1}, {2}), keras.layers.Dense({3}, "{4}")
small_model = keras.Sequential([keras.Input(shape=({0},)), rescaling, hidden, last])
small_model.compile("rmsprop", "categorical_crossentropy", metrics=["accuracy"])
"""
# The trained weights in a network of its own, as another training would have left it.
OTHERWISE = """
weights = small_model.get_weights()
small_model = keras.Sequential([keras.Input((784,)), keras.layers.Rescaling(1 / 255),
    keras.layers.Dense(128, "relu"), keras.layers.Dense(10, "softmax")])
small_model.set_weights(weights)
small_model.compile("{0}", "categorical_crossentropy")
small_model.optimizer.iterations.assign({1})
"""
TRAINED = """
small_model.fit({0}, epochs={1}, batch_size=128, verbose=0)
"""
RELU = "'relu'"

FORMS = {
    "2.1": Forms(
        right={
            "list": "middle_rows = [p[4:24, 4:24].ravel().tolist() for p in train_images[:100]]",
            "from the ends": "middle_rows = train_images[:100, 4:-4, 4:-4].reshape(-1, 20 * 20)",
            "float": "middle_rows = train_pixels[:100].reshape(-1, 28, 28)[:, 4:24, 4:24]\n"
            "middle_rows = middle_rows.reshape(len(middle_rows), -1).astype('float32')",
            "table": "middle_rows = pd.DataFrame(train_images[:100, 4:24, 4:24].reshape(100, -1))",
        },
        wrong={
            "one pixel too few": "middle_rows = train_images[:100, 4:23, 4:23].reshape(100, -1)",
            "one pixel too many": "middle_rows = train_images[:100, 4:25, 4:25].reshape(100, -1)",
            "not reshaped": "middle_rows = train_images[:100, 4:24, 4:24]",
            "not cut": "middle_rows = train_pixels[:100]",
            "corner": "middle_rows = train_images[:100, :20, :20].reshape(100, 400)",
            "one too far": "middle_rows = train_images[:100, 5:25, 5:25].reshape(100, 400)",
            "divided": "middle_rows = train_images[:100, 4:24, 4:24].reshape(100, 400) / 255",
            "one row": "middle_rows = train_images[:100, 4:24, 4:24].reshape(-1)",
            "mixed": "middle_rows = train_images[:100, 4:24, 4:24].reshape(400, 100).T",
            "columns first": "middle_rows = "
            "train_images[:100, 4:24, 4:24].transpose(0, 2, 1).reshape(100, 400)",
            "swapped": "middle_rows = train_images[:100, 4:24, 4:24].reshape(100, 400).T",
            "99 pictures": "middle_rows = train_images[:99, 4:24, 4:24].reshape(99, 400)",
            "all pictures": "middle_rows = train_images[:, 4:24, 4:24].reshape(-1, 400)",
            "only 16": "middle_rows = train_images[:100, 4:20, 4:20].reshape(100, -1)",
            "row cut": "middle_rows = train_pixels[:100, 4:24]",
            "margins at the sides": "middle_rows = train_pixels[:100, 192:592]",
            "others": "middle_rows = train_images[100:200, 4:24, 4:24].reshape(100, 400)",
        },
    ),
    "2.2": Forms(
        right={
            "list": BEST.format(
                "losses = history.history['val_loss']; return losses.index(min(losses)) + 1"
            ),
            "pandas": BEST.format(
                "return [pd.DataFrame(history.history)['val_loss'].idxmin() + 1.0]"
            ),
            "sorted": BEST.format("return np.argsort(history.history['val_loss'])[:1] + 1"),
        },
    ),
    "2.3": Forms(
        UPDATES,
        right={
            "integers": "-(-pictures // batch_size) * epochs",
            "numpy": "np.ceil(pictures / batch_size).reshape(1) * epochs",
            "range": "sum(len(range(0, pictures, batch_size)) for _ in [0] * epochs)",
        },
        wrong={
            "rounded down": "pictures // batch_size * epochs",
            "one more": "(pictures // batch_size + 1) * epochs",
            "not rounded": "pictures / batch_size * epochs",
            "rounded at the end": "math.ceil(pictures * epochs / batch_size)",
            "rounded": "round(pictures / batch_size) * epochs",
            "one epoch": "math.ceil(pictures / batch_size)",
            "one batch in all": "pictures // batch_size * epochs + 1",
            "validation": "math.ceil(0.8 * pictures / batch_size) * epochs",
            "pictures": "pictures * epochs",
            "a number": "updates = 4690",
            "constant": "4690",
        },
    ),
    "2.4": Forms(
        right={
            "windows": "def slide(picture, window):\n"
            "    views = np.lib.stride_tricks.sliding_window_view(picture, (3, 3))\n"
            "    return (views * window).sum(axis=(2, 3))",
            "keras": "def slide(picture, window):\n"
            "    x, kernel = picture[None, :, :, None], window[:, :, None, None]\n"
            "    return keras.ops.conv(x.astype('float32'), kernel.astype('float32'))",
            "lists": "def slide(p, w):\n"
            "    n = range(len(p) - 2)\n"
            "    return [[sum(p[r + i, c + j] * w[i, j] for i in range(3) for j in range(3))"
            " for c in n] for r in n]",
            "scipy": "from scipy.signal import correlate2d\n"
            "def slide(picture, window): return correlate2d(picture, window, 'valid')",
        },
    ),
    "2.5": Forms(
        right={
            "list": CONFUSED.format(
                "one != other", "[int(i[0]) for i in np.nonzero(counts == counts.max())]"
            ),
            "numpy": "def most_confused(actual, predicted):\n"
            "    wrong = actual != predicted\n"
            "    counts = np.bincount(10 * actual[wrong] + predicted[wrong], minlength=100)\n"
            "    return np.array(np.unravel_index(counts.argmax(), (10, 10)), dtype=float)",
            "added": COUNTED.format("np.add.at(counts, (actual, predicted), 1)"),
            "pandas": "def most_confused(actual, predicted):\n"
            "    pairs = pd.DataFrame({'actual': actual, 'predicted': predicted})\n"
            "    return pairs[actual != predicted].value_counts().index[0]",
        },
    ),
    "2.6": Forms(
        right={
            "array": "error = np.array([0.25])",
            "rounded": "error = np.float32(0.2501)",
            "table": "error = calibration_table(np.array([1] * 6 + [0] * 2 + [1] * 2, bool), "
            "np.array([0.95] * 8 + [0.55] * 2))[1]",
        },
        wrong={
            "not weighted": "error = (0.2 + 0.45) / 2",
            "signs": "error = 0.8 * 0.2 - 0.2 * 0.45",
            "negative": "error = -0.25",
            "largest": "error = 0.45",
            "sum": "error = 0.65",
            "sum over the answers": "error = 8 * 0.2 + 2 * 0.45",
            "wrong answers": "error = 0.2",
            "one row": "error = 0.8 * 0.2",
            "other row": "error = 0.2 * 0.45",
            "single answers": "error = (6 * 0.05 + 2 * 0.95 + 2 * 0.45) / 10",
            "first row all right": "error = 0.8 * 0.05 + 0.2 * 0.45",
            "weights swapped": "error = 0.2 * 0.2 + 0.8 * 0.45",
            "of all ten": "error = 0.8 * abs(6 / 10 - 0.95) + 0.2 * 0.45",
            "accuracy": "error = 0.8",
            "confidence": "error = 0.8 * 0.95 + 0.2 * 0.55",
            "percentage": "error = 25",
            "text": 'error = "0.25"',
            "anything": "error = 0.5",
        },
    ),
    "2.7": Forms(
        right={
            "functional": "inputs = keras.Input(shape=(784,))\n"
            "hidden = keras.layers.Dense(128)(keras.layers.Rescaling(1 / 255)(inputs))\n"
            "outputs = keras.layers.Dense(10)(keras.layers.ReLU()(hidden))\n"
            "copied = keras.Model(inputs, keras.layers.Softmax()(outputs))\n"
            "copied.set_weights(small_model.get_weights())\n"
            "copied.compile(keras.optimizers.RMSprop(), 'categorical_crossentropy')\n"
            "copied.optimizer.iterations.assign(3750)\n"
            "small_model = copied",
            "helper": "weights = small_model.get_weights()\n"
            "small_model = keras.Sequential([keras.Input((784,)), keras.layers.Rescaling(1 / 255),"
            "keras.layers.Dense(128, 'relu'), keras.layers.Dense(10, 'softmax')])\n"
            "small_model.set_weights(weights)\n"
            "verdict = np.array(' ' + verdict.upper())",
            "dictionary": "history = history.history",
        },
        wrong={
            "512": "small_model = model",
            "64": NETWORK.format(784, 64, RELU, 10, "softmax"),
            "one output": NETWORK.format(784, 128, RELU, 1, "softmax"),
            "sigmoid": NETWORK.format(784, 128, RELU, 10, "sigmoid"),
            "nine outputs": NETWORK.format(784, 128, RELU, 9, "softmax"),
            "off by one shape": NETWORK.format(783, 128, RELU, 10, "softmax"),
            "not trained": NETWORK.format(784, 128, RELU, 10, "softmax"),
            "one epoch": NETWORK.format(784, 128, RELU, 10, "softmax")
            + TRAINED.format("train_pixels[:48_000], train_one_hot[:48_000]", 1),
            "no activation": NETWORK.format(784, 128, None, 10, "softmax")
            + TRAINED.format("train_pixels[:48_000], train_one_hot[:48_000]", 1),
            "validation pictures": "trained = small_model\n"
            + NETWORK.format(784, 128, RELU, 10, "softmax")
            + "small_model.set_weights(trained.get_weights())\n"
            + TRAINED.format("train_pixels[48_000:], train_one_hot[48_000:]", 4),
            "test pictures": NETWORK.format(784, 128, RELU, 10, "softmax")
            + TRAINED.format("test_pixels, test_one_hot", 10),
            "divided outside": "weights = small_model.get_weights()\n"
            "small_model = keras.Sequential([keras.Input((784,)), "
            "keras.layers.Dense(128, 'relu'), keras.layers.Dense(10, 'softmax')])\n"
            "small_model.set_weights(weights)",
            "adam": OTHERWISE.format("adam", 3750),
            "larger batches": OTHERWISE.format("rmsprop", 94 * 10),
            "twice": OTHERWISE.format("rmsprop", 2 * 3750),
            "all pictures": OTHERWISE.format("rmsprop", 469 * 10),
            "history": "small_model = small_history",
            "its own history": "history = small_history",
            "no history": "history = model",
            "better": "verdict = 'better'",
            "another word": "verdict = 'good'",
            "truth": "verdict = True",
        },
    ),
}


class TestMnist(LessonTests):
    NOTEBOOK = "02"
    FORMS = FORMS
    MEASURED = frozenset({"2.7"})
