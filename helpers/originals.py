"""What the five tutorials claim, from which the course grew, as data."""

from __future__ import annotations

from typing import NamedTuple


class Claim(NamedTuple):
    """A number that a tutorial gives for one of its networks."""

    tutorial: str
    file: str
    """Name of the file with the tutorial's text."""
    network: str
    """Sizes of the layers, from the inputs to the outputs."""
    setting: str
    metric: str
    number: float | None
    """None if the tutorial gives none for this network."""
    digits: int = 4
    """How many digits after the point the tutorial gives."""
    at_least: bool = False
    """Whether the tutorial says "above" the number."""
    other_data: bool = False
    """Whether it was measured on data that are drawn like ours and are not the same."""

    def __str__(self) -> str:
        """Write the number as the tutorial does."""
        if self.number is None:
            return "–"
        return f"{'above ' * self.at_least}{self.number:.{self.digits}f}"


_IRIS = (
    "Keras Multi-Class Classification Introduction",
    "000_c942787733b0f9dd.txt",
    "4-5-3",
    "SGD, 500 epochs, training flowers",
)
_MNIST = (
    "Deep Learning with Keras – Part 4",
    "002_1dc082a7b5af2e67.txt",
    "784-512-10",
    "RMSprop, 10 epochs, test pictures",
)
_MNIST_DEEP = (
    "How to implement Multiclass classification using Keras",
    "001_80d68792ed681929.txt",
    "784-512-256-64-10",
    "RMSprop, 10 epochs, dropout 0.2, test pictures",
)
_POINTS = (
    "Multiclass classification, first half",
    "003_13a3e2ddadddea40.txt",
    "2-128-4",
    "Adam, 40 epochs, class 3 at (0.2, 0.8)",
)
_FACES = (
    "Multiclass classification, second half",
    "003_13a3e2ddadddea40.txt",
    "2914-512-5",
    "Adam, 100 epochs, test pictures",
)
_DIABETES = (
    "How to Use Keras to Solve Classification Problems",
    "004_f2dd42adf5178f06.txt",
    "8-8-8-1",
    "SGD, 4 epochs, test rows",
)

CLAIMS: dict[str, Claim] = {
    "iris": Claim(*_IRIS, "accuracy", 0.98, digits=2),
    "mnist": Claim(*_MNIST, "accuracy", 0.9799),
    "mnist loss": Claim(*_MNIST, "loss", 0.0710),
    "mnist deep": Claim(*_MNIST_DEEP, "accuracy", 0.98, digits=2, at_least=True),
    "points": Claim(*_POINTS, "probability", 0.93, digits=2, other_data=True),
    "faces": Claim(*_FACES, "accuracy", None),
    "diabetes": Claim(*_DIABETES, "accuracy", 0.7205),
    "diabetes loss": Claim(*_DIABETES, "loss", 0.5746),
}
"""The claims by a short name of the training."""

QUOTES: dict[str, tuple[str, ...]] = {
    "001_80d68792ed681929.txt": ("98 %", "9.04", "0.0904"),
    "002_1dc082a7b5af2e67.txt": ("0.9797", "0.0879", "0.0768", "0.0101", "0.0860"),
    "003_13a3e2ddadddea40.txt": ("0.0219", "0.0001", "0.0502", "0.9278", "2 %", "5 %", "93 %"),
    "004_f2dd42adf5178f06.txt": ("0.6790", "0.7802", "0.6016", "0.4597", "80 %", "75 %"),
}
"""Further numbers of the tutorials that the notebooks quote, as the notebooks write them."""
