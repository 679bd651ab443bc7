"""How well notices are found: `make bench-notices`.

With `--misses`, it says which are missed or false; with `--unseen` too, in the unseen part.
"""

from __future__ import annotations

import sys
from pathlib import Path

from page import put

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from notice_set import is_unseen, lines, scores, section, total

if __name__ == "__main__":
    if "--misses" in sys.argv:
        part = [line for line in lines() if is_unseen(line) == ("--unseen" in sys.argv)]
        print("\n".join(total(scores(part).values()).misses))
    else:
        put("Notices", section())
        print(section())
