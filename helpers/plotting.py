"""The figures that notebooks draw, by the one name that they import; see `helpers.figures`."""

from helpers.figures.bars import bars, class_balance
from helpers.figures.curves import learning_curves
from helpers.figures.description import describe, description
from helpers.figures.downhill import descents
from helpers.figures.flowers import circled_flowers
from helpers.figures.layers import activations, describe_network, show_image
from helpers.figures.lines import lines_between, wrong_side
from helpers.figures.losses import probability_costs, training_losses
from helpers.figures.luck import right_answers
from helpers.figures.matrices import confusion_matrix, correlation_heat_map
from helpers.figures.pictures import image_grid
from helpers.figures.points import point_cloud
from helpers.figures.portions import batches_of, groups_of
from helpers.figures.regions import decision_regions
from helpers.figures.reliability import reliability_curve
from helpers.figures.scores import roc_curve, threshold_curve
from helpers.figures.triangle import triangles
from helpers.figures.wiring import wiring

__all__ = [
    "activations",
    "bars",
    "batches_of",
    "circled_flowers",
    "class_balance",
    "confusion_matrix",
    "correlation_heat_map",
    "decision_regions",
    "descents",
    "describe",
    "describe_network",
    "description",
    "groups_of",
    "image_grid",
    "learning_curves",
    "lines_between",
    "point_cloud",
    "probability_costs",
    "reliability_curve",
    "right_answers",
    "roc_curve",
    "show_image",
    "threshold_curve",
    "training_losses",
    "triangles",
    "wiring",
    "wrong_side",
]
