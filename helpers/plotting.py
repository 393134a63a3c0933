"""The figures that notebooks draw, by the one name that they import; see `helpers.figures`."""

from helpers.figures.bars import bars, class_balance
from helpers.figures.chance import (
    counts_of_repetitions,
    intervals_of_repetitions,
    possible_truths,
)
from helpers.figures.claimed import claims_and_seeds
from helpers.figures.coins import coin_tosses
from helpers.figures.curves import learning_curves
from helpers.figures.description import describe, description
from helpers.figures.dots import differences_and_margin, pairs_of_networks
from helpers.figures.layers import activations, describe_network, show_image
from helpers.figures.matrices import confusion_matrix, correlation_heat_map
from helpers.figures.pictures import image_grid
from helpers.figures.points import point_cloud
from helpers.figures.ranking import calibration_dots, pairs_square
from helpers.figures.regions import decision_regions
from helpers.figures.reliability import reliability_curve
from helpers.figures.scores import roc_curve, threshold_curve

__all__ = [
    "activations",
    "bars",
    "calibration_dots",
    "claims_and_seeds",
    "class_balance",
    "coin_tosses",
    "confusion_matrix",
    "correlation_heat_map",
    "counts_of_repetitions",
    "decision_regions",
    "describe",
    "describe_network",
    "description",
    "differences_and_margin",
    "image_grid",
    "intervals_of_repetitions",
    "learning_curves",
    "pairs_of_networks",
    "pairs_square",
    "point_cloud",
    "possible_truths",
    "reliability_curve",
    "roc_curve",
    "show_image",
    "threshold_curve",
]
