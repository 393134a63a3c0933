"""The figures that notebooks draw, by the one name that they import; see `helpers.figures`."""

from helpers.figures.bars import bars, class_balance
from helpers.figures.bars_at import map_with_bars
from helpers.figures.borders import borders
from helpers.figures.curves import learning_curves
from helpers.figures.description import describe, description
from helpers.figures.layers import activations, describe_network, show_image
from helpers.figures.maps import maps, zoomed_maps
from helpers.figures.matrices import confusion_matrix, correlation_heat_map
from helpers.figures.pictures import image_grid
from helpers.figures.points import point_cloud
from helpers.figures.reliability import reliability_curve
from helpers.figures.scores import roc_curve, threshold_curve
from helpers.figures.sheets import folded_sheets
from helpers.figures.sigmoid import sigmoid_and_loss

__all__ = [
    "activations",
    "bars",
    "borders",
    "class_balance",
    "confusion_matrix",
    "correlation_heat_map",
    "describe",
    "describe_network",
    "description",
    "folded_sheets",
    "image_grid",
    "learning_curves",
    "map_with_bars",
    "maps",
    "point_cloud",
    "reliability_curve",
    "roc_curve",
    "show_image",
    "sigmoid_and_loss",
    "threshold_curve",
    "zoomed_maps",
]
