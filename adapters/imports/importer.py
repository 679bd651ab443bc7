"""What every importer takes and gives.

An *importer* reads one file, or one folder, and gives what it asks to be recorded: commands in the
order in which they stand there, each with its *place*, so that what is bad can be named and passed
over while the rest goes on. It holds no more of a file than one copy at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from variorum.adapters.imports.known import Said, known_of
from variorum.domain.bulk import Command
from variorum.domain.commands import Opening
from variorum.domain.content import Description
from variorum.domain.errors import NotFoundError, UnreadableError, UsageError
from variorum.domain.identity import address_of, id_from_url, outlet_id
from variorum.domain.outlet import UNKNOWN, Settings
from variorum.domain.stated import Known
from variorum.domain.times import DateOrder


class GitTime(StrEnum):
    """Which of a commit's times says when its text was published."""

    AUTHOR = "author"
    COMMITTER = "committer"


class StoryAt(Protocol):
    """Finds the story of a web address, and of others that the page says to be its own."""

    def __call__(self, url: str, *others: str) -> str: ...


def _new_story(url: str, *others: str) -> str:
    return id_from_url((*others, url)[0])


@dataclass(frozen=True)
class Defaults:
    """What holds for copies that do not say otherwise."""

    actor: str
    zone: str | None = None
    date_order: DateOrder | None = None
    outlet: str | None = None
    said_of: Callable[[str], Said | None] = lambda _: None
    """What is said of a story that the archive has already, or is about to have."""
    story_at: StoryAt = _new_story
    """The story of a web address: the archive's, where it has one, or else one of a new id.

    More addresses are those that the page says to be its own (`page_address.page_addresses`).

    Raises UsageError where it is no web address."""
    story: str | None = None
    """The story that a file is the history of, where it is of one and does not name it."""
    git_time: GitTime = GitTime.COMMITTER
    settings_of: Callable[[str | None], Settings] = lambda _: UNKNOWN
    """How an outlet writes, by its id; for what neither the copy nor its story says."""

    helped: Callable[[], bool] = lambda: False
    """Whether others may be read beside this process by now: so many were taken."""

    def known(
        self,
        story: str | None,
        outlet: str | None = None,
        captured: int | None = None,
        zone: str | None = None,
    ) -> Known:
        """What helps to read a story's copy; `outlet` and `zone` are what that says itself."""
        outlet = outlet or self.outlet
        return known_of(
            self.said_of(story) if story is not None else None,
            self.settings_of,
            zone=zone or self.zone,
            date_order=self.date_order,
            outlet=outlet_id(outlet) if outlet else None,
            captured=captured,
        )

    def opening(self, url: str | None, outlet: str | None = None) -> Opening:
        """What is said of a story when it is new; `url` may be a name that is no web address."""
        outlet = outlet or self.outlet
        try:
            address = address_of(url) if url else None
        except UsageError:
            address = None
        return Opening(
            zone=self.zone,
            date_order=self.date_order,
            outlet=outlet_id(outlet) if outlet else None,
            address=address,
            description=Description(url=url, outlet=outlet) if url or outlet else None,
        )


COPYS_OWN = (NotFoundError, UnreadableError, UsageError)
"""The errors that are one copy's own: it is passed over. Others are the archive's, and end it."""


@dataclass(frozen=True)
class Bad:
    """What was passed over, and why."""

    reason: str
    again: Callable[[], Command | Bad] | None = None
    """Reads it once more, where what comes later may say what it lacks."""
    size: int = 0
    """Bytes that are kept for that."""


Item = tuple[int | str, Command | Bad]
"""A command with its place in the file: a line, an offset, a record."""


class Importer(Protocol):
    """Reads one file, or one folder."""

    def __call__(
        self, path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
    ) -> Iterator[Item]:
        """What is to be recorded, in order.

        Args:
            progress: told how many bytes of the file were read.

        Raises:
            UnreadableError: the file cannot be opened, or what is left of it cannot be read.
        """
        ...
