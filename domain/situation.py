"""A *situation*: the little of a story's state that one decision looks at.

A catalogue can answer it with an index, without folding the story's stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from variorum.domain.asof import Marks, Outcome
from variorum.domain.content import ContentKind, commit


@dataclass(frozen=True, slots=True)
class HeldText:
    """A text that the archive holds, so that another can be compared with it unread.

    `salt` is None once the text has been erased; then it equals nothing.
    """

    revision: int
    captured: int | None
    commitment: str
    salt: bytes | None
    length: int | None = field(default=None, compare=False)
    """In bytes, where that is at hand: a text of another length is another."""

    def equals(self, data: bytes) -> bool:
        if self.salt is None or self.length not in (None, len(data)):
            return False
        return commit(self.salt, data).hex() == self.commitment


class Situation(Struct, frozen=True):
    """What a decision looks at."""

    exists: bool
    version: int
    """The version that the story's next event takes."""
    revisions: int
    ordinals: Mapping[ContentKind, int]
    zone: str | None
    marks: Marks
    """As of the instant that the decision is about, known now."""
    standing: HeldText | None
    """The text of `marks.stood`."""
    same_time: tuple[HeldText, ...]
    """The texts of all revisions that were ever dated to that very instant."""
    seen: frozenset[tuple[Outcome, int | None, int | None]]
    """What was seen of that very instant: outcome, revision, capture."""
    seen_texts: tuple[HeldText, ...]
    """The texts that were seen unchanged at that very instant."""
