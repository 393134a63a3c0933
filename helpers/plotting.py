"""The figures that notebooks draw, by the one name that they import; see `helpers.figures`."""

from helpers.figures.against_line import loss_against, paired_weights
from helpers.figures.answer_sheets import answer_sheet
from helpers.figures.balance import classes_of_groups
from helpers.figures.bars import bars, class_balance
from helpers.figures.bars_at import map_with_bars
from helpers.figures.borders import borders
from helpers.figures.by_heart import by_heart, losses_by_number
from helpers.figures.chance import intervals_of_repetitions, possible_truths
from helpers.figures.claimed import claims_and_seeds
from helpers.figures.coins import coin_tosses
from helpers.figures.contests import contest_of_seeds, courses
from helpers.figures.covered import covered_places
from helpers.figures.curves import learning_curves
from helpers.figures.description import describe, description
from helpers.figures.digits import pixels_as_numbers, weight_pictures
from helpers.figures.dots import differences_and_margin, pairs_of_networks
from helpers.figures.doubt import named_above
from helpers.figures.downhill import descents
from helpers.figures.fences import fences
from helpers.figures.flowers import circled_flowers
from helpers.figures.folds_of_rows import fold_losses, folds_of_rows
from helpers.figures.heaps import two_heaps
from helpers.figures.histograms import filled_gaps, histograms
from helpers.figures.layers import describe_network, show_image
from helpers.figures.leads import leads_of_pairs
from helpers.figures.lines import lines_between, wrong_side
from helpers.figures.looks import p_values_of_looks
from helpers.figures.losses import probability_costs, training_losses
from helpers.figures.luck import right_answers
from helpers.figures.maps import maps, zoomed_maps
from helpers.figures.matrices import confusion_matrix, correlation_heat_map
from helpers.figures.mistakes import mistakes_matrix
from helpers.figures.named import faces_and_answers
from helpers.figures.neighbours import neighbours
from helpers.figures.networks import shares_right
from helpers.figures.overlays import digit_over_weights
from helpers.figures.people import women
from helpers.figures.pictures import image_grid
from helpers.figures.points import point_cloud
from helpers.figures.pooled import pooling
from helpers.figures.portions import batches_of, groups_of
from helpers.figures.prices import prices
from helpers.figures.ranking import calibration_dots, pairs_square
from helpers.figures.readings import answer_bars, readings
from helpers.figures.scales import losses_of_seeds
from helpers.figures.seen import rows_seen
from helpers.figures.sheets import folded_sheets
from helpers.figures.sigmoid import sigmoid_and_loss
from helpers.figures.signed_maps import signed_maps
from helpers.figures.strips import strips
from helpers.figures.town import town
from helpers.figures.traced import traced_back
from helpers.figures.triangle import triangles
from helpers.figures.windows import window_stops
from helpers.figures.wiring import wiring

__all__ = [
    "answer_bars",
    "answer_sheet",
    "bars",
    "batches_of",
    "borders",
    "by_heart",
    "calibration_dots",
    "circled_flowers",
    "claims_and_seeds",
    "class_balance",
    "classes_of_groups",
    "coin_tosses",
    "confusion_matrix",
    "contest_of_seeds",
    "correlation_heat_map",
    "courses",
    "covered_places",
    "descents",
    "describe",
    "describe_network",
    "description",
    "differences_and_margin",
    "digit_over_weights",
    "faces_and_answers",
    "fences",
    "filled_gaps",
    "fold_losses",
    "folded_sheets",
    "folds_of_rows",
    "groups_of",
    "histograms",
    "image_grid",
    "intervals_of_repetitions",
    "leads_of_pairs",
    "learning_curves",
    "lines_between",
    "loss_against",
    "losses_by_number",
    "losses_of_seeds",
    "map_with_bars",
    "maps",
    "mistakes_matrix",
    "named_above",
    "neighbours",
    "p_values_of_looks",
    "paired_weights",
    "pairs_of_networks",
    "pairs_square",
    "pixels_as_numbers",
    "point_cloud",
    "pooling",
    "possible_truths",
    "prices",
    "probability_costs",
    "readings",
    "right_answers",
    "rows_seen",
    "shares_right",
    "show_image",
    "sigmoid_and_loss",
    "signed_maps",
    "strips",
    "town",
    "traced_back",
    "training_losses",
    "triangles",
    "two_heaps",
    "weight_pictures",
    "window_stops",
    "wiring",
    "women",
    "wrong_side",
    "zoomed_maps",
]
