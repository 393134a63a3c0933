"""The README's table of claims, made from the outputs that the notebooks have stored."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import nbformat

from helpers.originals import CLAIMS

CLAIMS_CELL = "claims-table"
"""Identifier of the cell with which each notebook closes its main part."""

BEGIN, END = "<!-- claims: written by course.py refresh -->", "<!-- end of claims -->"

HEAD = (
    "| tutorial | network | claimed | measured, mean of ten seeds (lowest to highest) "
    "| another seed, 95 % | baseline | verdict |"
)


class _Cells(HTMLParser):
    """Collect the texts in the cells of an HTML table, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._inside = True

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag not in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.rows[-1][-1] += data


def stored_claims(notebooks: Path) -> dict[str, dict[str, str]]:
    """Read the tables of claims that the notebooks have stored.

    Parameters
    ----------
    notebooks : pathlib.Path
        The folder of the notebooks.

    Returns
    -------
    dict of str to dict of str to str
        For each claim, by its name in `helpers.originals.CLAIMS`, the row of
        `helpers.evaluation.claims_table` as it is shown.
    """
    found = {}
    for path in sorted(notebooks.glob("[0-9][0-9]_*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.get("id") != CLAIMS_CELL:
                continue
            for output in cell.outputs:
                parser = _Cells()
                parser.feed(output.get("data", {}).get("text/html", ""))
                head = parser.rows[0] if parser.rows else []
                for row in parser.rows[1:]:
                    found[row[0]] = dict(zip(head[1:], row[1:], strict=True))
    return found


def claims_as_markdown(notebooks: Path) -> str:
    """Write the README's table, one line for each stored claim, in the order of `CLAIMS`.

    Parameters
    ----------
    notebooks : pathlib.Path
        The folder of the notebooks.

    Returns
    -------
    str
        A table in Markdown, without a line break at its end.
    """
    stored = stored_claims(notebooks)
    lines = [HEAD, "|---" * HEAD.count(" |") + "|"]
    for name, claim in CLAIMS.items():
        if row := stored.get(name):
            measured = f"{row['measured']} ({row['lowest']} to {row['highest']})"
            columns = [
                claim.tutorial,
                f"{claim.network}: {claim.setting}",
                f"{claim.metric} {claim}",
                measured,
                f"{row['another from']} to {row['another to']}",
                row["baseline"],
                row["verdict"],
            ]
            lines.append(f"| {' | '.join(columns)} |")
    return "\n".join(lines)


def write_claims(readme: Path, notebooks: Path) -> bool:
    """Put the table between the README's two marks.

    Parameters
    ----------
    readme : pathlib.Path
        A file that holds the lines `BEGIN` and `END`; any other is left alone.
    notebooks : pathlib.Path
        The folder of the notebooks.

    Returns
    -------
    bool
        Whether the file is another one now.
    """
    if not readme.exists():
        return False
    text = readme.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        return False
    new = f"{before}{BEGIN}\n{claims_as_markdown(notebooks)}\n{END}{after}"
    if new != text:
        readme.write_text(new, encoding="utf-8", newline="\n")
    return new != text
