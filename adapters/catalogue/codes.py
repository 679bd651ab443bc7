"""How the catalogue writes enumerations: by number. Numbers are never given twice."""

from __future__ import annotations

from variorum.domain.asof import Outcome
from variorum.domain.content import ErasedPart
from variorum.domain.times import Basis, Precision

SINCE_EVER = -(2**63)
"""Stands for an unbounded `earliest` where it is part of a key."""

PRECISIONS: tuple[Precision, ...] = (
    Precision.SECOND,
    Precision.MINUTE,
    Precision.HOUR,
    Precision.DAY,
    Precision.MONTH,
)
BASES: tuple[Basis, ...] = (
    Basis.NOTICE,
    Basis.METADATA,
    Basis.HTTP,
    Basis.FEED,
    Basis.CAPTURE,
    Basis.STATED,
)
OUTCOMES: tuple[Outcome, ...] = (
    Outcome.UNCHANGED,
    Outcome.MISSING,
    Outcome.GONE,
    Outcome.UNREACHABLE,
)
PARTS: tuple[ErasedPart, ...] = (
    ErasedPart.REVISION,
    ErasedPart.PARAGRAPH,
    ErasedPart.HEADLINE,
    ErasedPart.BYLINE,
    ErasedPart.CAPTION,
    ErasedPart.CREDIT,
    ErasedPart.NOTICE,
    ErasedPart.SOURCE,
    ErasedPart.DESCRIPTION,
    ErasedPart.NOTE,
    ErasedPart.DATELINE,
)
PART_NUMBERS = {value.value: number for number, value in enumerate(PARTS)}
PRECISION_NUMBERS = {value.value: number for number, value in enumerate(PRECISIONS)}
BASIS_NUMBERS = {value.value: number for number, value in enumerate(BASES)}
OUTCOME_NUMBERS = {value.value: number for number, value in enumerate(OUTCOMES)}
REDESCRIBED, MERGED, UNMERGED, REDIRECTED = range(4)
"""The kinds of amendments."""
TAKEN_DOWN, AMENDED, SIGHTED, IMPLIED, REDATED = range(5)
"""What there is of a story besides revisions (`besides`)."""
