"""Forms: what a language's newsrooms print when they say that a story was changed.

A *label* opens a notice and is set off from it: `Correction: …`, `Update 10/24/24, …`.
A *said* form says it of the story in a sentence: a subject, then a verb, perhaps with a time
between or after them: `This article was amended on …`, `Dieser Artikel wurde am … korrigiert`.
An *earlier* form speaks of a text that stood before: `An earlier version of this story …`.
A *publication* form says when the story first came out: `Published: …`.

Patterns are matched without regard to case. Each form has an id that is stored with what it found;
ids are never reused for another meaning. Their part before the first full stop is the language
(BCP 47), or `wire` for the slugs of agencies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from variorum.domain.notices import NoticeKind, Severity


class Bare(Enum):
    """Whether a label may stand without a time."""

    NEVER = "never"
    BEFORE_SENTENCE = "before a sentence"
    ALWAYS = "always"
    BEFORE_SAID = "only before a form that says it of the story"


@dataclass(frozen=True)
class Label:
    """A label that opens a notice.

    Attributes:
        words: a pattern of the label.
        not_before: a pattern of what makes a bare label something else.
        capitals: whether it counts only where it is printed in capitals.
    """

    id: str
    kind: NoticeKind
    words: str
    bare: Bare = Bare.BEFORE_SENTENCE
    not_before: str | None = None
    capitals: bool = False
    severity: Severity | None = None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        follows = r"(?!\w)|(?=[A-Z][a-z]{2})" if self.id.endswith("updated") else r"(?!\w)"
        flags = re.NOFLAG if self.capitals else re.I
        return re.compile(rf"(?:{self.words})(?:{follows})", flags)

    @cached_property
    def barred(self) -> re.Pattern[str] | None:
        return re.compile(self.not_before, re.I) if self.not_before else None


@dataclass(frozen=True)
class Verb:
    """What may be said to have been done to a story."""

    id: str
    kind: NoticeKind
    words: str
    severity: Severity | None = None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self.words})\b", re.I)


@dataclass(frozen=True)
class Said:
    """A sentence of the story itself.

    Attributes:
        subject: a pattern of the subject, up to where a verb or a time may follow.
        verbs: what it may go on with.
        reach: how many characters may stand between subject and verb.
        not_after: a pattern of what makes the verb speak of something else.
        not_between: the same, where it stands between subject and verb.
    """

    subject: str
    verbs: tuple[Verb, ...]
    reach: int = 0
    not_after: str = r"(?!)"
    not_between: str = r"(?!)"

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.subject, re.I)

    @cached_property
    def verb(self) -> re.Pattern[str]:
        """The first of the verbs that stands within reach, as its group `v<number>`."""
        words = "|".join(f"(?P<v{n}>{verb.words})" for n, verb in enumerate(self.verbs))
        gap = (
            rf"(?:(?!(?:{self.not_between})\b)[^!?;“”\"\n]){{0,{self.reach}}}?\b"
            if self.reach
            else ""
        )
        return re.compile(rf"{gap}(?:{words})\b(?!\s*+(?:{self.not_after}))", re.I)


@dataclass(frozen=True)
class Earlier:
    """A mention of a text that stood before: a correction where it also says `error`."""

    id: str
    words: str
    error: str
    always_error: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(self.words, re.I)

    @cached_property
    def errors(self) -> re.Pattern[str]:
        return re.compile(self.error, re.I)


@dataclass(frozen=True)
class Language:
    """A language's forms.

    Attributes:
        openings: a pattern of the words that its sentences begin with.
        published: a pattern of what stands before the time of the first publication.
        clearly_first: a pattern of those of them that say that it is the first.
    """

    code: str
    openings: str
    labels: tuple[Label, ...]
    said: tuple[Said, ...]
    earlier: tuple[Earlier, ...]
    published: str
    clearly_first: str = r"(?!)"

    @cached_property
    def opening(self) -> re.Pattern[str]:
        return re.compile(rf"(?:{self.openings})", re.I)

    @cached_property
    def publication(self) -> re.Pattern[str]:
        return re.compile(self.published, re.I)

    @cached_property
    def first_publication(self) -> re.Pattern[str]:
        return re.compile(self.clearly_first, re.I)
