"""How much of the stories in a set of pages is found, and how much that is none of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from page_stories import STORIES, Picture, Story
from page_templates import TEMPLATES, Template, authors
from page_templates_last import LAST
from page_templates_later import LATER
from variorum.adapters.imports.page import read_page
from variorum.domain.content import Media
from variorum.domain.reading import Reading
from variorum.domain.stated import Known
from variorum.domain.times import MINUTE

#: Templates that show the first picture of a story only; none; or without who made it.
ONE_PICTURE = frozenset(
    (
        "old_tables",
        "rdfa",
        "graph",
        "nos",
        "zeit",
        "svt",
        "joomla",
        "plain_divs",
        "standaard",
        "kyodo",
    )
)
NO_PICTURE = frozenset(("paywalled", "tv_station"))
NO_CREDIT = frozenset(("pangea",))
#: That state no time of modification in a form that a machine reads, or one in words that differs.
NO_TIME = frozenset(("old_tables", "blogger", "plain_divs", "npr", "tv_station"))
#: Whose page does not say who its authors are, but for words beside a time to read.
NO_BYLINE = frozenset(("next_hashed", "kyodo"))
#: Sentences around a story that a reader may take for it, and may not.
EITHER = re.compile(
    r"___|Reporting by the staff|Our Standards:|A version of this article|Find more stories on"
    r"|Fakta: Rasrisk|Lera och regn|Source: Coastal Press"
)
_LABEL = re.compile(r"^(?:©|Photo by|Photo:|Foto:|Photograph:)\s*")


@dataclass
class Score:
    """What was expected, what of it was found, and what was given."""

    expected: int = 0
    found: int = 0
    given: int = 0
    missing: list[str] = field(default_factory=list[str])
    extra: list[str] = field(default_factory=list[str])

    @property
    def precision(self) -> float:
        return self.found / self.given if self.given else 1.0

    @property
    def recall(self) -> float:
        return self.found / self.expected if self.expected else 1.0

    def count(self, expected: Sequence[object], given: Sequence[object], where: str) -> None:
        self.expected += len(expected)
        self.given += len(given)
        self.found += sum(each in given for each in expected)
        self.missing += [f"{where}: {each}" for each in expected if each not in given]
        self.extra += [f"{where}: {each}" for each in given if each not in expected]


FIELDS = ("paragraphs", "captions and credits", "headline", "byline", "time")


def scores(templates: Iterable[Template], stories: Iterable[Story] = STORIES) -> dict[str, Score]:
    """The score of each field, over pages of all the stories in all the templates."""
    found = {name: Score() for name in FIELDS}
    for template in templates:
        for story in stories:
            reading = read_page(template(story).encode(), Known())
            _count(found, template.__name__, story, reading)
    return found


def _count(found: dict[str, Score], name: str, story: Story, reading: Reading) -> None:
    where = f"{name} {story.language}"
    article = reading.article
    text = [p for p in article.paragraphs if p != story.summary and not EITHER.match(p)]
    found["paragraphs"].count(expected_text(name, story), text, where)
    found["captions and credits"].count(expected_pictures(name, story), _said(article.media), where)
    found["headline"].count([story.headline], [article.headline], where)
    byline = article.byline or ""
    if name not in NO_BYLINE:
        is_whole = all(author in byline for author in story.authors)
        given = [authors(story) if is_whole else byline] if byline else []
        found["byline"].count([authors(story)], given, where)
    if name not in NO_TIME:
        at = int(datetime.fromisoformat(story.modified).timestamp()) * 1_000_000
        published = reading.published
        times = [] if published is None else [published.at]
        expected = at - at % MINUTE if times == [at - at % MINUTE] else at
        found["time"].count([expected], times, where)


def expected_text(name: str, story: Story) -> list[str]:
    return list(story.paragraphs[:2] if name == "paywalled" else story.paragraphs)


def expected_pictures(name: str, story: Story) -> list[tuple[str | None, str | None]]:
    shown = story.pictures[:1] if name in ONE_PICTURE else story.pictures
    if name in NO_PICTURE:
        shown = ()
    return [_named(p, name not in NO_CREDIT) for p in shown]


def _named(picture: Picture, credited: bool) -> tuple[str | None, str | None]:
    return picture.caption, _bare(picture.credit) if credited else None


def _said(media: Iterable[Media]) -> list[tuple[str | None, str | None]]:
    return [(m.caption, _bare(m.credit)) for m in media if m.caption or m.credit]


def _bare(credit: str | None) -> str | None:
    """A credit without the brackets and the label that it is printed with."""
    if credit is None:
        return None
    bare = re.sub(r"^[(\[](.*)[)\]]$", r"\1", credit)
    return _LABEL.sub("", _LABEL.sub("", bare))


FIRST, SECOND, THIRD = TEMPLATES, LATER, LAST
