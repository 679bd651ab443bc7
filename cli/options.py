"""Options that several commands have, said once."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from variorum.domain.errors import UsageError
from variorum.domain.times import DateOrder

_REVISION = re.compile(r"r([1-9][0-9]{0,8})")


class Format(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    JSON = "json"


FormatOption = Annotated[
    Format, typer.Option("--format", help="text for people, json for programs.")
]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="T",
        help="A moment of the newsroom's clock: 2024-10-24T09:12-04:00, '2024-10-24 09:12 ET'.",
    ),
]
KnownAtOption = Annotated[
    str | None,
    typer.Option(
        "--known-at",
        metavar="K",
        help="Only what the archive knew by then: a time, or #n, a position of its log.",
    ),
]
PassphraseOption = Annotated[
    bool,
    typer.Option(
        "--passphrase",
        help="Encrypt the key: by VARIORUM_PASSPHRASE, or asked for on a terminal.",
    ),
]
KeyFileOption = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="The key file, if not the usual one.")
]
ZoneOption = Annotated[
    str | None,
    typer.Option(
        "--zone",
        metavar="ZONE",
        help="The zone of times that name none: America/New_York, -04:00.",
    ),
]
DateOrderOption = Annotated[
    DateOrder | None,
    typer.Option("--date-order", help="Which comes first in 10/04/24: month or day."),
]
StoryArgument = Annotated[str, typer.Argument(metavar="STORY", help="A story's id.")]


def story_and_revision(text: str) -> tuple[str, int | None]:
    """`kursk@r3` as a story and the number of a revision; the number is None without one.

    Raises:
        UsageError: what stands after the @ is not a revision.
    """
    story, at, revision = text.partition("@")
    if not at:
        return story, None
    number = _REVISION.fullmatch(revision)
    if number is None:
        raise UsageError(f"not a revision: {text[:80]} (write {story or 'STORY'}@r3)")
    return story, int(number[1])


def lines(text: str) -> str:
    """One line out of any white space, for tables and messages."""
    return " ".join(text.split())
