"""How sure one can be of an accuracy."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from scipy.stats import binomtest


def accuracy_table(accuracies: Mapping[str, float], rows: int) -> pd.DataFrame:
    """Put accuracies into a table, each with the interval that chance allows.

    The interval is Wilson's score interval for a share, at 95 %: were the
    measurement repeated with other rows of the same kind, 95 of 100 such
    intervals would hold the true accuracy. Unlike the usual "plus or minus two
    standard errors" it stays between 0 and 1, and has a width even where every
    row was right. It knows the chance in the rows, not the one in the training.

    Parameters
    ----------
    accuracies : mapping of str to float
        The share of rows that each classifier got right, from 0 to 1.
    rows : int
        The number of rows on which all of them were measured, at least 1.

    Returns
    -------
    pandas.DataFrame
        One row a classifier; columns ``accuracy``, ``from`` and ``to``, float64.

    Raises
    ------
    ValueError
        If there is no row, or an accuracy is not a share of the rows.

    References
    ----------
    E. B. Wilson, "Probable inference, the law of succession, and statistical
    inference", Journal of the American Statistical Association 22 (1927).

    Examples
    --------
    >>> accuracy_table({"network": 0.98}, rows=50).round(3)
             accuracy   from     to
    network      0.98  0.895  0.996
    """
    if rows < 1:
        raise ValueError(f"rows is {rows}; an accuracy needs at least 1 row")
    table = {}
    for name, accuracy in accuracies.items():
        if not 0 <= accuracy <= 1:
            raise ValueError(f"the accuracy of {name!r} is {accuracy}; give a share from 0 to 1")
        right = round(float(accuracy) * rows)
        # Keras counts in float32, hence not exactly a whole number of rows.
        if abs(accuracy * rows - right) > 1e-4 * rows:
            raise ValueError(
                f"the accuracy of {name!r} is {accuracy}, no whole number of {rows} rows; "
                "give the number of rows on which it was measured"
            )
        interval = binomtest(right, rows).proportion_ci(0.95, method="wilson")
        table[name] = {"accuracy": right / rows, "from": interval.low, "to": interval.high}
    return pd.DataFrame.from_dict(table, orient="index", columns=["accuracy", "from", "to"])
