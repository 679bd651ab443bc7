"""What hypothesis draws: articles as stories print them, and as nobody would; a story's fate."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec.structs import replace

from variorum.domain.asof import Implied, Outcome
from variorum.domain.commands import AttachNote, Opening, RecordCopy, Redate, Sight, Source
from variorum.domain.content import Article, Comments, Media, Note, PrintedNotice
from variorum.domain.times import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    Basis,
    Precision,
    PublishedTime,
)

Command = RecordCopy | Sight | Redate | AttachNote

#: Sentences of an invented story, some with the same key, some alike, some short and common.
SENTENCES = (
    "Officials said some 2,000 workers had left the harbour by noon.",
    "Officials said at least 3,000 workers had left the harbour by noon.",
    "officials  said at least 3,000 workers had left the harbour by noon.",
    "The strike began at 9 a.m. ET.",
    "The company denied it.",
    "“We never agreed to that,” a spokeswoman for the company said.",
    '"We never agreed to that," a spokeswoman for the company said.',
    "Nobody was hurt.",
    "Nobody was hurt!",
    "Nobody was badly hurt, the harbour master said, though two cranes fell into the water.",
    "Though two cranes fell into the water.",
    "No.",
    "Порт закрыт с утра.",
    "港口今天上午关闭。",
)

_SPACES = st.sampled_from((" ", " ", " ", "  ", "\n", "\u00a0", ""))


@st.composite
def _told(draw: DrawFn) -> str:
    """A paragraph of the invented story, with white space where it may stand."""
    parts = draw(st.lists(st.sampled_from(SENTENCES), max_size=4))
    return draw(st.sampled_from(("", "", " "))) + "".join(part + draw(_SPACES) for part in parts)


def texts() -> SearchStrategy[str]:
    """Any text, blank or not, that can be stored."""
    return st.one_of(_told(), st.text(), st.text("a. \n’?“A1,他", max_size=40))


def paragraphs() -> SearchStrategy[tuple[str, ...]]:
    """The paragraphs of an article; two draws often have sentences in common."""
    return st.lists(st.one_of(_told(), _told(), texts()), max_size=8).map(tuple)


def _lines() -> SearchStrategy[str | None]:
    return st.none() | st.sampled_from(SENTENCES) | st.text(max_size=20)


def _places() -> SearchStrategy[int | None]:
    return st.none() | st.integers(0, 9)


def media() -> SearchStrategy[Media]:
    """A medium; two draws often have the URL or the caption in common."""
    urls = st.none() | st.sampled_from(("https://example.org/1.jpg", "https://example.org/2.jpg"))
    return st.builds(
        Media, caption=_lines(), credit=_lines(), title=_lines(), url=urls, after=_places()
    )


def articles() -> SearchStrategy[Article]:
    """An article; two draws often have sentences, media and notices in common."""
    notices = st.builds(
        PrintedNotice, printed=st.sampled_from(SENTENCES) | st.text(), after=_places()
    )
    return st.builds(
        Article,
        headline=_lines(),
        byline=_lines(),
        dateline=_lines(),
        paragraphs=paragraphs(),
        media=st.lists(media(), max_size=4).map(tuple),
        notices=st.lists(notices, max_size=3).map(tuple),
        comments=st.none() | st.sampled_from(Comments),
    )


#: The moments at which things happen to a drawn story: few, so that they often coincide.
MOMENTS = tuple(1_729_775_460_000_000 + seconds * SECOND for seconds in (0, 1, 30, 60, 90, 3600))

#: The texts that a drawn story goes back and forth between.
VERSIONS = tuple(Article(headline="Cranes", paragraphs=(text,)) for text in SENTENCES[:3])

_UNITS = {
    Precision.SECOND: SECOND,
    Precision.MINUTE: MINUTE,
    Precision.HOUR: HOUR,
    Precision.DAY: DAY,
    Precision.MONTH: 31 * DAY,
}


@st.composite
def moments(draw: DrawFn) -> int:
    """An instant of a drawn story, or one just beside it."""
    nudge = draw(st.sampled_from((0, 0, 0, 0, -1, 1, SECOND // 2)))
    return draw(st.just(MOMENTS[0]) | st.sampled_from(MOMENTS)) + nudge


@st.composite
def stated_times(draw: DrawFn) -> PublishedTime:
    """A time stated to some precision: it counts from its beginning."""
    at, precision = draw(moments()), draw(st.sampled_from(Precision))
    return PublishedTime(
        at=at,
        earliest=at,
        latest=at + _UNITS[precision],
        precision=precision,
        basis=Basis.NOTICE,
        zone=draw(st.none() | st.sampled_from(("America/New_York", "-04:00"))),
        resolved=draw(st.sampled_from(((), ("zone:story",), ("zone:story", "date:capture")))),
    )


@st.composite
def loose_times(draw: DrawFn) -> PublishedTime:
    """A time somewhere in an interval, from whatever source."""
    earliest, at, latest = sorted(draw(st.lists(moments(), min_size=3, max_size=3)))
    return PublishedTime(
        at=at,
        earliest=draw(st.none() | st.just(earliest)),
        latest=latest,
        precision=draw(st.sampled_from(Precision)),
        basis=draw(st.sampled_from(Basis)),
    )


def published_times() -> SearchStrategy[PublishedTime]:
    """A published time, usually as one is stated."""
    return stated_times() | stated_times() | loose_times()


@st.composite
def _implied(draw: DrawFn) -> Implied:
    earliest, latest = sorted(draw(st.lists(moments(), min_size=2, max_size=2, unique=True)))
    return Implied(draw(st.sampled_from((earliest, earliest, None))), latest)


@st.composite
def copies(draw: DrawFn, story: str, *, plain: bool = False) -> RecordCopy:
    """A copy of a story, published or captured or both.

    Args:
        plain: it says nothing of other revisions.
    """
    published = draw(st.none() | published_times() | published_times())
    captured = draw(moments() if published is None else st.none() | moments())
    copy = RecordCopy(
        story=story,
        actor="tester",
        article=draw(st.sampled_from(VERSIONS)),
        published=published,
        captured=captured,
        source=draw(st.none() | st.just(Source(b"<p>No.</p>", "text/html"))),
        opening=Opening(zone="America/New_York", outlet="example", address="ab" * 32),
    )
    if plain:
        return copy
    size = draw(st.sampled_from((0, 0, 1, 2)))
    return replace(
        copy,
        implied=tuple(draw(st.lists(_implied(), min_size=size, max_size=size))),
        earlier_text=draw(st.sampled_from((False, False, True))),
        first_published=draw(st.none() | st.none() | stated_times()),
    )


def sights(story: str) -> SearchStrategy[Sight]:
    """Somebody looks for a story, which it may be that nobody has recorded."""
    return st.builds(
        Sight,
        st.just(story),
        st.just("tester"),
        moments(),
        st.sampled_from(Outcome),
        revision=st.none() | st.none() | st.integers(1, 3),
        opening=st.none() | st.just(Opening(outlet="example")),
    )


def redatings(story: str) -> SearchStrategy[Redate]:
    """A revision, which there may not be, gets another time."""
    notes = st.none() | st.just(Note(text="the editor said so", authority="her letter"))
    return st.builds(
        Redate, st.just(story), st.just("tester"), st.integers(1, 4), published_times(), notes
    )


def notes(story: str) -> SearchStrategy[AttachNote]:
    """An archivist's note."""
    return st.builds(
        AttachNote,
        st.just(story),
        st.just("tester"),
        st.just(Note(text="checked")),
        st.none() | st.integers(1, 3),
    )


def commands(story: str) -> SearchStrategy[list[Command]]:
    """What is done to a story, in the order in which it is done; not all of it can be."""
    copy, sight = copies(story), sights(story)
    return st.lists(st.one_of(copy, copy, copy, sight, redatings(story), notes(story)), max_size=14)


def plain_commands(story: str) -> SearchStrategy[list[Command]]:
    """Copies and redatings alone: nothing is known to be gone or to be missing."""
    copy = copies(story, plain=True)
    return st.lists(st.one_of(copy, copy, redatings(story)), max_size=14)
