"""What hypothesis draws: articles as stories print them, and as nobody would."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from variorum.domain.content import Article, Comments, Media, PrintedNotice

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
