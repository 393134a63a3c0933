"""Which groups of rows a scaler, or whoever learns, has seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers.figures.description import present
from helpers.figures.style import palette


class Seen(NamedTuple):
    """The size of each group and, for each way to do it, the groups that are seen."""

    sizes: dict[str, int]
    ways: dict[str, list[str]]


def rows_seen(sizes: Mapping[str, int], ways: Mapping[str, Sequence[str]]) -> Axes:
    """Draw the groups of rows as blocks, a strip for each way, with those that are seen marked.

    Parameters
    ----------
    sizes : mapping of str to int
        Rows of each group.
    ways : mapping of str to sequence of str
        By the name of a way to do it, the groups from which it takes a mean.
    """
    seen = Seen(dict(sizes), {name: list(groups) for name, groups in ways.items()})
    for name, groups in seen.ways.items():
        if unknown := [group for group in groups if group not in seen.sizes]:
            raise ValueError(f"{name!r} sees {unknown[0]!r}, expected some of {list(seen.sizes)}")
    if not seen.sizes or not seen.ways or min(seen.sizes.values()) < 1:
        raise ValueError("sizes and ways have to name something, each group with a row or more")
    return present((8, 0.5 + 0.95 * len(seen.ways)), seen, draw_seen, words_seen)


def draw_seen(axes: Axes, seen: Seen) -> None:
    """Draw a strip of blocks a way; a hatched block is seen."""
    blue, orange = palette(2)
    total = sum(seen.sizes.values())
    for row, (name, groups) in enumerate(seen.ways.items()):
        left = 0
        axes.text(0, row - 0.42, name, ha="left", va="bottom", weight="bold")
        for place, (group, size) in enumerate(seen.sizes.items()):
            leak = group in groups and place > 0
            axes.add_patch(
                Rectangle(
                    (left, row - 0.35),
                    size,
                    0.6,
                    facecolor=(orange if leak else blue) if group in groups else "white",
                    alpha=0.45,
                    hatch="////" if group in groups else "",
                    edgecolor="black",
                )
            )
            text = f"{group}\n{size}" + (", seen" if group in groups else ", not seen")
            box = {"boxstyle": "round,pad=0.2", "fc": "white", "ec": "none"}
            middle = left + size / 2
            axes.text(middle, row - 0.05, text, ha="center", va="center", fontsize=9, bbox=box)
            left += size
    axes.set(xlim=(-2, total + 2), ylim=(len(seen.ways) - 0.65, -0.75))
    axes.set_axis_off()


def words_seen(seen: Seen) -> str:
    """Say for each way which groups it sees."""
    sizes = ", ".join(f"{group} {size}" for group, size in seen.sizes.items())
    ways = [f"{name}: {', '.join(groups)}" for name, groups in seen.ways.items()]
    return (
        f"Strips of the same rows in {len(seen.sizes)} blocks: {sizes}. Hatched are the blocks "
        f"from which mean and deviation are taken. {'; '.join(ways)}."
    )
