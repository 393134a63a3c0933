"""The figures that notebooks draw, by the one name that they import; see `helpers.figures`."""

from helpers.figures.against_line import loss_against, paired_weights
from helpers.figures.bars import bars, class_balance
from helpers.figures.by_heart import by_heart, losses_by_number
from helpers.figures.chance import counts_of_repetitions, intervals_of_repetitions, possible_truths
from helpers.figures.claimed import claims_and_seeds
from helpers.figures.coins import coin_tosses
from helpers.figures.curves import learning_curves
from helpers.figures.description import describe, description
from helpers.figures.digits import pixels_as_numbers, weight_pictures
from helpers.figures.dots import differences_and_margin, pairs_of_networks
from helpers.figures.downhill import descents
from helpers.figures.flowers import circled_flowers
from helpers.figures.folds_of_rows import folds_of_rows
from helpers.figures.heaps import two_heaps
from helpers.figures.histograms import filled_gaps, histograms
from helpers.figures.layers import activations, describe_network, show_image
from helpers.figures.lines import lines_between, wrong_side
from helpers.figures.losses import probability_costs, training_losses
from helpers.figures.luck import right_answers
from helpers.figures.matrices import confusion_matrix, correlation_heat_map
from helpers.figures.mistakes import mistakes_matrix
from helpers.figures.networks import shares_right
from helpers.figures.overlays import digit_over_weights
from helpers.figures.people import women
from helpers.figures.pictures import image_grid
from helpers.figures.points import point_cloud
from helpers.figures.portions import batches_of, groups_of
from helpers.figures.prices import prices
from helpers.figures.ranking import calibration_dots, pairs_square
from helpers.figures.readings import answer_bars, readings
from helpers.figures.regions import decision_regions
from helpers.figures.town import town
from helpers.figures.triangle import triangles
from helpers.figures.wiring import wiring

__all__ = [
    "activations",
    "answer_bars",
    "bars",
    "batches_of",
    "by_heart",
    "calibration_dots",
    "circled_flowers",
    "claims_and_seeds",
    "class_balance",
    "coin_tosses",
    "confusion_matrix",
    "correlation_heat_map",
    "counts_of_repetitions",
    "decision_regions",
    "descents",
    "describe",
    "describe_network",
    "description",
    "differences_and_margin",
    "digit_over_weights",
    "filled_gaps",
    "folds_of_rows",
    "groups_of",
    "histograms",
    "image_grid",
    "intervals_of_repetitions",
    "learning_curves",
    "lines_between",
    "loss_against",
    "losses_by_number",
    "mistakes_matrix",
    "paired_weights",
    "pairs_of_networks",
    "pairs_square",
    "pixels_as_numbers",
    "point_cloud",
    "possible_truths",
    "prices",
    "probability_costs",
    "readings",
    "right_answers",
    "shares_right",
    "show_image",
    "town",
    "training_losses",
    "triangles",
    "two_heaps",
    "weight_pictures",
    "wiring",
    "women",
    "wrong_side",
]
