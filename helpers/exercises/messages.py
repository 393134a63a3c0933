"""What the exercises say, as text and as a page shows it."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

_LOOKS = {
    "right": ("#009E73", "✔ "),
    "wrong": ("#D55E00", "✘ "),
    "open": ("#999999", "○ "),
    "note": ("#0072B2", ""),
}


@dataclass(frozen=True, repr=False)
class Message:
    """Words for the learner: plain text, which a page shows with a mark and a coloured edge.

    `kind` is ``"right"``, ``"wrong"``, ``"open"`` (not answered yet) or ``"note"``.
    """

    text: str
    kind: str = "note"

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, object]]:
        """Leave the kind in the output's metadata, for whoever reads an executed notebook."""
        return {}, {"course": {"kind": self.kind}}

    def _repr_html_(self) -> str:
        colour, mark = _LOOKS[self.kind]
        parts = []
        for part in self.text.split("\n\n"):
            if part.startswith("    "):
                lines = "\n".join(line.removeprefix("    ") for line in part.split("\n"))
                parts.append(f"<pre>{html.escape(lines)}</pre>")
            else:
                words = re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(part, quote=False))
                parts.append("<p>" + words.replace("\n", "<br>") + "</p>")
        if mark:
            parts[0] = parts[0].replace("<p>", f'<p><span aria-hidden="true">{mark}</span>', 1)
        style = f"border-left: 0.3em solid {colour}; padding-left: 0.8em"
        return f'<div style="{style}">{"".join(parts)}</div>'
