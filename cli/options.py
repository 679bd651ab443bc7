"""Options and arguments that several commands have, said once, and how they are read."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from variorum.domain.errors import UsageError
from variorum.domain.streams import revision_number
from variorum.domain.times import DateOrder

if TYPE_CHECKING:
    from variorum.domain.content import Note


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
WhyOption = Annotated[str, typer.Option("--why", help="Why.")]
AuthorityOption = Annotated[
    str | None, typer.Option("--authority", help="On whose word or what document.")
]
TargetArgument = Annotated[
    str, typer.Argument(metavar="STORY[@rN]", help="A story, or one of its revisions.")
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
    number = revision_number(revision)
    if number is None:
        raise UsageError(f"not a revision: {text[:80]} (write {story or 'STORY'}@r3)")
    return story, number


def reason_given(text: str, why: str, authority: str | None) -> Note:
    """The note of something that is done only with a reason.

    Raises:
        UsageError: no reason is given.
    """
    from variorum.domain.content import Note

    if not why.strip():
        raise UsageError("say why: --why")
    return Note(text=text, why=why, authority=authority)


def lines(text: str) -> str:
    """One line out of any white space, for tables and messages."""
    return " ".join(text.split())
