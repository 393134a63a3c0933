"""Answers to the exercises of notebook 1: other right forms, and wrong ones."""

from __future__ import annotations

from tests.exercises import Forms, LessonTests

SOFTMAX = """
def softmax(scores):
    {0}
"""
LOSS = """
def cross_entropy(one_hot, probabilities):
    return {0}
"""
ACCURACY = """
def accuracy_of(probabilities, labels):
    return {0}
"""
NETWORK = """
hidden, last = keras.layers.Dense(10, "relu"), keras.layers.Dense(3, "softmax")
wider_model = keras.Sequential([keras.Input((4,)), hidden, last])
"""

FORMS = {
    "1.1": Forms(
        right={
            "list": "decoded = [int(row.argmax()) for row in one_hot_labels]",
            "encoder": "decoded = encoder.inverse_transform(one_hot_labels)",
            "product": "decoded = one_hot_labels @ [0.0, 1.0, 2.0]",
            "series": "decoded = pd.Series(labels)",
        },
        wrong={
            "axis 0": "decoded = np.argmax(one_hot_labels, axis=0)",
            "no axis": "decoded = np.argmax(one_hot_labels)",
            "as it was": "decoded = one_hot_labels",
            "from one": "decoded = np.argmax(one_hot_labels, axis=1) + 1",
            "off by one": "decoded = np.argmax(one_hot_labels, axis=1)[1:]",
            "all the same": "decoded = np.zeros(150)",
            "three flowers": "decoded = one_hot_labels[[0, 50, 100]].argmax(axis=1)",
            "largest value": "decoded = one_hot_labels.max(axis=1)",
            "smallest": "decoded = one_hot_labels.argmin(axis=1)",
            "rows": "decoded = np.where(one_hot_labels)[0]",
        },
    ),
    "1.2": Forms(
        right={
            "float": "parameters = 83.0",
            "array": "parameters = np.array(83)",
            "list": "parameters = [np.int16(83)]",
        },
        wrong={
            "no biases": "parameters = 70",
            "one bias missing": "parameters = 80",
            "the other network": "parameters = 43",
            "inputs counted": "parameters = 87",
            "text": 'parameters = "83"',
            "half": "parameters = 83.5",
            "anything": "parameters = 12",
        },
    ),
    "1.3": Forms(
        right={
            "keras": "def softmax(scores): return keras.activations.softmax(scores)",
            "stable": SOFTMAX.format(
                "e = np.exp(scores - scores.max(axis=1, keepdims=True)); "
                "return (e / e.sum(axis=1)[:, None]).astype('float32')"
            ),
            "lists": SOFTMAX.format(
                "return [[np.exp(s) / np.exp(row).sum() for s in row] for row in scores]"
            ),
        },
        wrong={
            "over all": SOFTMAX.format("return np.exp(scores) / np.exp(scores).sum()"),
            "over columns": SOFTMAX.format("return np.exp(scores) / np.exp(scores).sum(axis=0)"),
            "exponentials": SOFTMAX.format("return np.exp(scores)"),
            "no exponential": SOFTMAX.format("return scores / scores.sum(axis=1, keepdims=True)"),
            "no keepdims": "def softmax(scores):\n    e = np.exp(scores)\n"
            "    return e / e.sum(axis=1)",
            "another name": "def softmax(score):\n    e = np.exp(scores)\n"
            "    return e / e.sum(axis=1, keepdims=True)",
            "percentage": SOFTMAX.format("return 100 * keras.activations.softmax(scores)"),
            "sigmoid": SOFTMAX.format("return 1 / (1 + np.exp(-scores))"),
            "no return": SOFTMAX.format("np.exp(scores)"),
            "called": "softmax = np.exp([[1.0, 2.0]])",
            "ReLU": SOFTMAX.format("return np.maximum(scores, 0)"),
        },
    ),
    "1.4": Forms(
        right={
            "keras": LOSS.format("keras.losses.CategoricalCrossentropy()(one_hot, probabilities)"),
            "indices": LOSS.format("np.mean(-np.log(probabilities[one_hot == 1])).reshape(1)"),
            "scikit-learn": "from sklearn.metrics import log_loss\n"
            + LOSS.format("log_loss(one_hot.argmax(axis=1), probabilities, labels=[0, 1, 2])"),
        },
    ),
    "1.5": Forms(
        ACCURACY,
        right={
            "count": "sum(probabilities.argmax(1) == labels) / len(labels)",
            "keras": "np.mean(keras.metrics.sparse_categorical_accuracy(labels, probabilities))",
            "scikit-learn": "from sklearn.metrics import accuracy_score\n"
            + ACCURACY.format("accuracy_score(labels, probabilities.argmax(axis=1))"),
        },
        wrong={
            "percentage": "100 * np.mean(probabilities.argmax(1) == labels)",
            "count": "np.sum(probabilities.argmax(1) == labels)",
            "mistakes": "np.mean(probabilities.argmax(1) != labels)",
            "threshold": "np.mean(probabilities.max(axis=1) > 0.5)",
            "baseline": "np.bincount(labels).max() / len(labels)",
            "wrong axis": "np.mean(probabilities.argmax(0) == labels)",
            "no axis": "np.mean(np.argmax(probabilities) == labels)",
            "more than a half": "np.mean(probabilities[np.arange(len(labels)), labels] > 0.5)",
            "constant": "0.98",
        },
    ),
    "1.6": Forms(
        right={
            "scaler": "from sklearn.preprocessing import StandardScaler\n"
            "scaled_test = StandardScaler().fit(train_features).transform(test_features)",
            "table": "table = pd.DataFrame(train_features)\n"
            "scaled_test = (pd.DataFrame(test_features) - table.mean()) / table.std()",
            "list": "scaled_test = ((test_features - train_features.mean(axis=0)) "
            "/ train_features.std(axis=0)).astype('float32').tolist()",
        },
        wrong={
            "test": "scaled_test = (test_features - test_features.mean(axis=0)) "
            "/ test_features.std(axis=0)",
            "all": "scaled_test = (test_features - features.mean(axis=0)) / features.std(axis=0)",
            "no axis": "scaled_test = (test_features - train_features.mean()) "
            "/ train_features.std()",
            "mean only": "scaled_test = test_features - train_features.mean(axis=0)",
            "deviation only": "scaled_test = test_features / train_features.std(axis=0)",
            "training": "scaled_test = (train_features - train_features.mean(axis=0)) "
            "/ train_features.std(axis=0)",
            "parentheses": "scaled_test = test_features - train_features.mean(axis=0) "
            "/ train_features.std(axis=0)",
            "two sources": "scaled_test = (test_features - train_features.mean(axis=0)) "
            "/ test_features.std(axis=0)",
            "rounded": "scaled_test = ((test_features - train_features.mean(axis=0)) "
            "/ train_features.std(axis=0)).round(2)",
            "range": "scaled_test = test_features / train_features.max(axis=0)",
            "as they were": "scaled_test = test_features",
            "one too few": "scaled_test = test_features[1:]",
        },
    ),
    "1.7": Forms(
        right={
            "functional": "inputs = keras.Input(shape=(4,))\n"
            "hidden = keras.layers.Dense(10, activation='relu')(inputs)\n"
            "wider_model = keras.Model(inputs, keras.layers.Dense(3, 'softmax')(hidden))\n"
            "wider_model.compile(loss='categorical_crossentropy')",
            "helper": "wider_model = build_mlp(4, [10], 3)",
            "layers": "wider_model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(10),"
            "keras.layers.ReLU(), keras.layers.Dense(3), keras.layers.Softmax()])\n"
            "wider_model.compile('adam', keras.losses.CategoricalCrossentropy())",
        },
        wrong={
            "the optimizer of another network": NETWORK
            + "wider_model.compile(split_model.optimizer, 'categorical_crossentropy')",
            "result of compile": "wider_model = split_model.compile(loss='mse')",
            "history": "wider_model = history",
        },
    ),
}


class TestIris(LessonTests):
    NOTEBOOK = "01"
    FORMS = FORMS
