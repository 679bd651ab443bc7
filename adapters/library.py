"""The archive for Python: stories, revisions, as-of and differences, with pictures in notebooks.

Times are given as text (read in the story's zone) or as aware datetimes, and are answered as aware
datetimes in the story's zone, UTC if it has none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING

from variorum.adapters.connect import connect
from variorum.domain.archive import Archive
from variorum.domain.asof import LAST_POSITION, current
from variorum.domain.commands import Source
from variorum.domain.content import Article, Media
from variorum.domain.decisions import Verdict
from variorum.domain.errors import NotFoundError
from variorum.domain.ports import StoryEntry
from variorum.domain.shown import Shown
from variorum.domain.stated import describe
from variorum.domain.times import PublishedTime, to_datetime, to_instant, zone_named

if TYPE_CHECKING:
    from variorum.domain.differences import Difference

Time = str | datetime


class OpenArchive:
    """A collection, open for reading and recording. Close it, or use it in a `with`."""

    def __init__(self, address: str, collection: str, *, actor: str, create: bool) -> None:
        self._connection = connect(address, collection, actor=actor, create=create)
        self._archive = self._connection.archive

    def stories(self) -> Iterator[Story]:
        """Every story, in the order of their ids."""
        for entry in self._archive.listed_at(LAST_POSITION):
            yield Story(self._archive, entry.id, entry)

    def story(self, story: str) -> Story:
        """One story.

        Raises:
            NotFoundError: there is none of that id.
        """
        return Story(self._archive, story, self._archive.story(story))

    def record(
        self,
        story: str,
        text: str,
        *,
        zone: str | None = None,
        published: Time | None = None,
        captured: Time | None = None,
        outlet: str | None = None,
        url: str | None = None,
    ) -> Verdict:
        """Records a copy of a story's text, read as `variorum record` reads a file.

        Returns what it came to: a revision, a sighting, or held already.

        Raises:
            UsageError: a time cannot be read, or none is known at all.
            UnreadableError: the text holds nothing to be recorded.
        """
        from variorum.adapters.imports.copy import copy_of
        from variorum.domain.reading import read_text
        from variorum.domain.story import story_id

        entry = self._archive.found(story_id(story))
        copy = copy_of(
            story,
            self._archive.actor,
            lambda known: read_text(text, known),
            Source(text.encode(errors="surrogatepass"), "text/plain"),  # which read_text refuses
            entry=entry,
            zone=zone,
            published=_text(published),
            captured=_text(captured),
            outlet=outlet,
            url=url,
            settings=self._archive.settings,
        )
        return self._archive.record(copy).verdict

    def close(self) -> None:
        """Closes the database."""
        self._connection.close()

    def __enter__(self) -> OpenArchive:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<archive {self._connection.database.name}, {self._connection.collection_name}>"


class Story:
    """A story: what it said, at any moment.

    Of one that is merged with another, `id` is that of the story that answers now. It is asked by
    the id by which it was found, which names its revisions, and answers for itself by an earlier K.
    """

    def __init__(self, archive: Archive, asked: str, entry: StoryEntry) -> None:
        self._archive = archive
        self._asked = asked
        self._entry = entry

    @property
    def id(self) -> str:
        return self._entry.id

    @property
    def zone(self) -> str | None:
        """The zone in which its times are read, an IANA name or an offset."""
        return self._entry.zone

    @property
    def revisions(self) -> list[Revision]:
        """Every revision, in order of publication as known now, also where it is restricted."""
        datings = current(self._archive.state(self.id).datings, LAST_POSITION)
        return [
            Revision(self._archive.show_revision(self.id, dating.revision, withheld=True))
            for dating in datings
        ]

    def revision(self, number: int) -> Revision:
        """The revision of a number; numbers are given in order of arrival.

        Raises:
            NotFoundError: there is none.
            RestrictedError: it may not be read now.
        """
        return Revision(self._archive.show_revision(self._asked, number))

    def at(self, time: Time | None = None, known_at: Time | None = None) -> Revision:
        """The revision in force at a moment (now, if none is given), as was known by another.

        Args:
            time: a moment of the newsroom's clock.
            known_at: a moment of the archive's clock, or `#n`, a position of its log.

        Raises:
            NothingInForceError: none was; its `reason` is `before`, `gap` or `gone`.
        """
        return Revision(self._archive.show(self._asked, _text(time), _text(known_at)))

    def diff(self, before: str | Revision, after: str | Revision) -> Changes:
        """What changed between two revisions (`r1`) or moments.

        Raises:
            NotFoundError: one of them is not there.
        """
        ask = self._archive.chosen
        one, two = (
            each if isinstance(each, Revision) else Revision(ask(self._asked, each))
            for each in (before, after)
        )
        return Changes(one, two)

    def __repr__(self) -> str:
        return f"<story {self.id}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{each.name}</td><td>{escape(each.when)}</td>"
            f"<td>{'restricted' if each.restricted else escape(each.headline or '')}</td></tr>"
            for each in self.revisions
        )
        return (
            f"<table><caption>{escape(self.id)}</caption>"
            f"<thead><tr><th>revision</th><th>published</th><th>headline</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )


class Revision:
    """What a story said from one moment on."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown

    @property
    def name(self) -> str:
        """`r3`"""
        return f"r{self._shown.revision}"

    @property
    def article(self) -> Article | None:
        """All that it said; None where it was erased.

        Raises:
            RestrictedError: it may not be read now.
        """
        if self._shown.restriction is not None:
            raise self._shown.restriction.error(self._shown.story.id)
        return self._shown.article

    @property
    def restricted(self) -> bool:
        """Whether its text may not be read now."""
        return self._shown.restriction is not None

    @property
    def erased(self) -> tuple[str, ...]:
        """What was erased of it: `paragraph 3 of r2`."""
        return tuple(erasure.what for erasure, _ in self._shown.erasures)

    @property
    def headline(self) -> str | None:
        return self.article.headline if self.article else None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return self.article.paragraphs if self.article else ()

    @property
    def media(self) -> tuple[Media, ...]:
        return self.article.media if self.article else ()

    @property
    def text(self) -> str:
        """The headline and the paragraphs, separated by blank lines."""
        return self.article.text if self.article else ""

    @property
    def published(self) -> datetime:
        """The moment it counts from, in the story's zone."""
        return self._local(self._shown.published.at)

    @property
    def dating(self) -> PublishedTime:
        """The published time with its doubt: instants in µs since 1970 UTC."""
        return self._shown.published

    @property
    def recorded(self) -> datetime:
        """When the archive recorded it, UTC."""
        return to_datetime(self._shown.recorded_at)

    @property
    def position(self) -> int:
        """Its position in the log."""
        return self._shown.dating.arrived

    @property
    def last_sighted(self) -> datetime | None:
        """When it was last seen to stand."""
        seen = self._shown.last_sighted
        return None if seen is None else self._local(seen)

    @property
    def certain(self) -> bool:
        """Whether nothing else can have been in force at the moment that was asked for."""
        return self._shown.certain

    @property
    def possible(self) -> tuple[str, ...]:
        """What else may have been in force: `r2`, `gap`, `before` or `gone`."""
        return self._shown.possible

    @property
    def when(self) -> str:
        """The published time for people, as finely as it is known."""
        return describe(self._shown.published, self._shown.story.zone)

    def _local(self, instant: int) -> datetime:
        return to_datetime(instant, zone_named(self._shown.story.zone or "UTC"))

    def __repr__(self) -> str:
        return f"<{self._shown.story.id} {self.name}, {self.when}>"

    def _repr_html_(self) -> str:
        paragraphs = "".join(f"<p>{escape(text)}</p>" for text in self.paragraphs)
        notices = "".join(
            f"<p><em>{escape(notice.printed)}</em></p>" for notice in self._shown.notices
        )
        return (
            f"<article><h3>{escape(self.headline or self._shown.story.id)}</h3>"
            f"<p><small>{escape(self._shown.story.id)} {self.name}, {escape(self.when)}</small></p>"
            f"{paragraphs}{notices}</article>"
        )


class Changes:
    """What changed from one revision to another."""

    def __init__(self, before: Revision, after: Revision) -> None:
        self.before = before
        self.after = after

    @cached_property
    def difference(self) -> Difference:
        """All that changed (variorum.domain.differences)."""
        from variorum.domain.differences import difference

        return difference(_held(self.before), _held(self.after))

    def __bool__(self) -> bool:
        return not self.difference.is_empty

    def __str__(self) -> str:
        """The sentences that changed: `+` came, `-` went, `~` was edited, one a line."""
        return "\n".join(f"{mark} {text}" for mark, text, _ in self._lines())

    def __repr__(self) -> str:
        return f"<changes {self.before.name} → {self.after.name}>"

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{html}</li>" for _, _, html in self._lines())
        return f"<ul>{lines}</ul>"

    def _lines(self) -> Iterator[tuple[str, str, str]]:
        """Each changed sentence: its mark, its text with words marked, and the same as HTML."""
        from variorum.domain.sentence_changes import SentenceKind

        for change in self.difference.sentences:
            match change.kind:
                case SentenceKind.INSERTED if change.after:
                    text = change.after.text
                    yield "+", text, f"<ins>{escape(text)}</ins>"
                case SentenceKind.DELETED if change.before:
                    text = change.before.text
                    yield "-", text, f"<del>{escape(text)}</del>"
                case SentenceKind.EDITED:
                    yield "~", *_edited(change.runs)
                case SentenceKind.MOVED if change.before and change.after:
                    moved = f"(moved from ¶{change.before.paragraph}) "
                    text, html = _edited(change.runs)
                    text, html = text or change.after.text, html or escape(change.after.text)
                    yield ">", moved + text, moved + html
                case _:
                    pass


def _held(revision: Revision) -> Article:
    if revision.article is None:
        raise NotFoundError(f"the text of {revision.name} was erased", reason="unknown")
    return revision.article


def _edited(runs: tuple[object, ...]) -> tuple[str, str]:
    from variorum.domain.wording import Run, RunKind

    text, html = "", ""
    for run in runs:
        assert isinstance(run, Run)
        match run.kind:
            case RunKind.SAME:
                text, html = text + run.text, html + escape(run.text)
            case RunKind.DELETED:
                text, html = f"{text}[-{run.text}-]", f"{html}<del>{escape(run.text)}</del>"
            case RunKind.INSERTED:
                text, html = f"{text}{{+{run.text}+}}", f"{html}<ins>{escape(run.text)}</ins>"
    return text, html


def _text(time: Time | None) -> str | None:
    """A time as text; an aware datetime as ISO 8601.

    Raises:
        UsageError: a datetime without a zone.
    """
    if isinstance(time, datetime):
        in_utc = to_datetime(to_instant(time))
        offset = time.utcoffset() or timedelta()
        # Clocks of before the standard zones went by the sun: to the second, which no text says.
        return (in_utc if offset % timedelta(minutes=1) else time).isoformat()
    return time
