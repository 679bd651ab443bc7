"""How much of the stories on pages is read, and how much that is not theirs: `make bench`."""

from __future__ import annotations

import sys
from pathlib import Path

from page import put

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from page_set import FIELDS, FIRST, SECOND, THIRD, scores
from page_stories import STORIES

_ABOUT = """
Seven stories in six languages, set into the mark-up of {systems} systems ({pages} pages, in
`tests/page_templates*.py`): class names and clutter are those of real systems, the sentences are
ours. A paragraph counts only where it is the same to the letter; a caption only with its credit.
Written by `python tests/benchmarks/pages.py`.

Before anything was mended from them, recall and precision were:

| at first sight | pages | paragraphs | captions and credits |
|---|---|---|---|
| the first 23 systems | 161 | 0.97 / 0.85 | 0.23 / 0.36 |
| 12 more, after mending | 84 | 1.00 / 0.83 | 0.60 / 0.66 |
| 8 more, after mending again | 56 | 1.00 / 0.86 | 1.00 / 1.00 |

What was given besides were labels, teasers of other stories and notes on rights. As all of them are
read now:
"""

if __name__ == "__main__":
    templates = (*FIRST, *SECOND, *THIRD)
    found = scores(templates)
    rows = "\n".join(
        f"| {name} | {found[name].expected} | {found[name].given} | "
        f"{found[name].precision:.3f} | {found[name].recall:.3f} |"
        for name in FIELDS
    )
    about = _ABOUT.format(systems=len(templates), pages=len(templates) * len(STORIES))
    put(
        "Pages",
        f"{about}\n| | expected | given | precision | recall |\n|---|---|---|---|---|\n{rows}",
    )
