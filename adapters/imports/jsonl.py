"""Reads JSONL: one copy of a story a line (docs/guide/jsonl.md), plain, gzip or zstd.

A line that cannot be read is named and passed over; the others go on. Memory is bounded by the
longest line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from enum import StrEnum
from functools import lru_cache, partial
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from variorum.adapters.exact_json import exact_of, may_differ, values
from variorum.adapters.imports.backup import is_backup
from variorum.adapters.imports.importer import COPYS_OWN, Bad, Defaults
from variorum.adapters.imports.json_names import check_names
from variorum.adapters.imports.paragraphs import paragraphs_of
from variorum.adapters.imports.plain import Plain, web_address
from variorum.adapters.imports.reading_ahead import read
from variorum.domain.asof import Implied, Outcome
from variorum.domain.bulk import Command
from variorum.domain.commands import Opening, RecordCopy, Sight, Source
from variorum.domain.content import Article, Comments, Description, Media, PrintedNotice
from variorum.domain.errors import UnreadableError, UsageError, ZonelessError
from variorum.domain.identity import outlet_id
from variorum.domain.notices import DatedItem, NoticeKind, Severity, StatedNotice
from variorum.domain.outlet import Settings
from variorum.domain.stated import Known, instant_asked, stated_time
from variorum.domain.story import story_id
from variorum.domain.times import Basis, DateOrder, Precision, PublishedTime, zone_named

_outlet_id = lru_cache(maxsize=1_024)(outlet_id)
_IN_FIGURES = re.compile(r"\d[/.]\d+[/.]\d")
"""In a time whose day and month may be in either order."""


class _Media(BaseModel):
    model_config = ConfigDict(extra="ignore")
    caption: str | None = None
    credit: str | None = None
    title: str | None = None
    url: str | None = None
    after: int | None = Field(default=None, ge=0, lt=1 << 31)


class _Time(BaseModel):
    """A published time in full, as an export writes one that no text can say."""

    model_config = ConfigDict(extra="forbid")
    at: str
    earliest: str | None
    latest: str
    precision: Precision
    basis: Basis
    zone: str | None = None
    resolved: tuple[Annotated[str, Field(pattern=r"^[a-z-]{1,20}:[a-z-]{1,20}$")], ...] = ()

    def read(self) -> PublishedTime:
        """The time that it says.

        Raises:
            UsageError: its parts cannot be read, or contradict one another.
        """
        nothing = Known()
        if self.zone is not None:
            zone_named(self.zone)
        try:
            return PublishedTime(
                at=instant_asked(self.at, nothing),
                earliest=None if self.earliest is None else instant_asked(self.earliest, nothing),
                latest=instant_asked(self.latest, nothing),
                precision=self.precision,
                basis=self.basis,
                zone=self.zone,
                resolved=self.resolved,
            )
        except ValueError as cause:
            raise UsageError(f"published: {cause}") from cause


_Place = Annotated[int, Field(ge=0, lt=1 << 31)]


class _Notice(BaseModel):
    model_config = ConfigDict(extra="ignore")
    printed: str
    after: int | None = Field(default=None, ge=0, lt=1 << 31)
    kind: NoticeKind | None = None
    rule: str = Field(default="stated", pattern=r"^[a-z0-9.-]{1,60}$")
    time: _Time | None = None
    severity: Severity | None = None
    label: tuple[_Place, _Place] | None = None


class _Item(BaseModel):
    model_config = ConfigDict(extra="forbid")
    paragraph: int = Field(ge=1, lt=1 << 31)
    rule: str = Field(default="stated", pattern=r"^[a-z0-9.-]{1,60}$")
    time: _Time | None = None


class _Implied(BaseModel):
    model_config = ConfigDict(extra="forbid")
    earliest: str | None
    latest: str


class Status(StrEnum):
    """Whether the story stood when it was looked for."""

    PRESENT = "present"
    UNCHANGED = "unchanged"
    GONE = "gone"
    MISSING = "missing"
    UNREACHABLE = "unreachable"


class Line(BaseModel):
    """One line, as the guide describes it. Unknown keys are kept as content."""

    model_config = ConfigDict(extra="allow")

    story: str | None = None
    url: str | None = None
    outlet: str | None = None
    zone: str | None = None
    published: str | _Time | None = None
    basis: Basis | None = None
    captured: str | None = None
    headline: str | None = None
    byline: str | None = None
    dateline: str | None = None
    body: str | None = None
    media: list[_Media] = Field(default_factory=list[_Media])
    notices: list[_Notice] = Field(default_factory=list[_Notice])
    items: list[_Item] = Field(default_factory=list[_Item])
    others: list[_Time] = Field(default_factory=list[_Time])
    implied: list[_Implied] = Field(default_factory=list[_Implied])
    comments: Comments | None = None
    status: Status = Status.PRESENT
    text_of: str | None = None


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[tuple[int, Command | Bad]]:
    """What a file's lines ask to be recorded, in order, each with the number of its line.

    Args:
        path: a file, or `-` for standard input.
        progress: told how many bytes of the file were read.

    Raises:
        UnreadableError: the file cannot be opened, is not text, is not what its first bytes say, or
            is one JSON document of several lines.
    """
    first = True
    with closing(read(path, progress, helped=defaults.helped)) as lines:
        for number, raw, plain in lines:
            if isinstance(raw, str):
                yield number, Bad(raw)
            else:
                if first:
                    _check_beginning(path, number, raw)
                yield number, _command_or_bad(raw, plain, defaults)
            first = False


def _check_beginning(path: str, number: int, raw: bytes) -> None:
    """Refuses a file whose first line says that it is of another kind.

    Raises:
        UnreadableError: it is a backup, or one JSON document that goes on in the next line.
    """
    if is_backup(raw):
        raise UnreadableError(f"{path}: a backup: `import backup {path}`")
    line = raw.strip()
    is_in_text = (line.count(b'"') - line.count(b'\\"')) % 2
    if line.startswith(_OPENING) and line.endswith((*_OPENING, b",")) and not is_in_text:
        each = ".[]" if line.startswith(b"[") else "."
        raise UnreadableError(
            f"{path}:{number}: one JSON document of several lines, not an object a line: "
            f"`jq -c '{each}'` writes it so"
        )


_OPENING = (b"{", b"[")


def _command_or_bad(raw: bytes, plain: Plain | None, defaults: Defaults) -> Command | Bad:
    try:
        return _copy(plain, defaults) if plain is not None else _command(raw, defaults)
    except ZonelessError as cause:  # a later line may give the story's
        return Bad(cause.message, partial(_command_or_bad, raw, None, defaults), len(raw))
    except COPYS_OWN as cause:
        return Bad(cause.message)


def _copy(line: Plain, defaults: Defaults) -> RecordCopy:
    """The command of a plain line.

    Raises:
        UsageError: what names its story, its zone or its outlet cannot.
    """
    story, zone, outlet, writes = _named(line, defaults)
    order = defaults.date_order or writes.date_order
    return RecordCopy(
        story=story,
        actor=defaults.actor,
        article=line.article,
        published=line.published,
        captured=line.captured,
        opening=_opening(zone or writes.zone, order, outlet, line.url, line.address),
    )


def _named(line: Line | Plain, defaults: Defaults) -> tuple[str, str | None, str | None, Settings]:
    """The story, zone and outlet of a line, and how the outlet writes.

    Raises:
        UsageError: what names one of them cannot.
    """
    story = story_id(line.story) if line.story else defaults.story_at(line.url or "")
    zone = line.zone or defaults.zone
    if zone is not None:
        zone_named(zone)
    outlet = line.outlet or defaults.outlet
    return story, zone, outlet, defaults.settings_of(_outlet_id(outlet) if outlet else None)


def _command(raw: bytes, defaults: Defaults) -> Command:
    """The command of one line.

    Raises:
        UnreadableError, UsageError: it is not JSON, or says something twice, too little or the
            wrong things.
    """
    fields: dict[str, Any] = values(raw)
    if isinstance(fields, list):
        raise UnreadableError("a list, not an object a line: `jq -c '.[]'` writes it so")
    if not isinstance(fields, dict):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise UnreadableError("not a JSON object")
    check_names(raw)
    try:
        line = Line.model_validate(fields)
    except ValidationError as cause:
        deepest = max(cause.errors(), key=lambda error: len(error["loc"]))
        key = ".".join(str(part) for part in deepest["loc"] if part not in ("str", "_Time"))
        is_object = deepest["type"] == "model_type"  # pydantic's words name the class
        raise UnreadableError(
            f"{key}: {'Input should be an object' if is_object else deepest['msg']}"
        ) from cause
    if not line.story and not line.url:
        raise UnreadableError("neither story nor url")
    if line.published is None and line.captured is None:
        raise UnreadableError("neither published nor captured")
    if "" in (line.published, line.captured, line.text_of):
        key = next(key for key in ("published", "captured", "text_of") if fields.get(key) == "")
        raise UnreadableError(f"{key}: an empty text is not a time: leave the key out, or null")
    story, zone, outlet, writes = _named(line, defaults)
    order = defaults.date_order or writes.date_order
    known = _known(line, defaults, story, zone, outlet)
    captured = instant_asked(line.captured, known) if line.captured else None
    published = _published(line, known)
    if published is not None and published.basis is Basis.CAPTURE:
        raise UnreadableError("basis capture, and yet published: give captured alone")
    address = web_address(line.url) if line.url else None
    opening = _opening(zone or writes.zone, order, outlet, line.url, address)
    if line.status is not Status.PRESENT:
        if line.body or line.headline:
            raise UnreadableError(f"status {line.status.value}, and yet a text")
        outcome = Outcome(line.status.value)
        if line.text_of and outcome is not Outcome.UNCHANGED:
            raise UnreadableError(f"status {line.status.value}, and yet text_of")
        return Sight(
            story,
            defaults.actor,
            captured or 0 if published is None else published.at,
            outcome,
            captured=None if published is None else captured,
            text_of=instant_asked(line.text_of, known) if line.text_of else None,
            opening=opening,
        )
    if line.text_of:
        raise UnreadableError("text_of, and yet a text")
    if line.notices and len({notice.kind is None for notice in line.notices}) > 1:
        raise UnreadableError("notices: either all have a kind, or none")
    article = _article(line)
    if line.items and max(i.paragraph for i in line.items) > len(article.paragraphs):
        raise UnreadableError("items: one is of a paragraph that there is not")
    return RecordCopy(
        story=story,
        actor=defaults.actor,
        article=article,
        published=published,
        captured=captured,
        source=_source(raw, fields),
        notices=tuple(map(_stated, (n for n in line.notices if n.kind))) if line.notices else (),
        items=tuple(map(_dated, line.items)),
        others=tuple(map(_Time.read, line.others)),
        implied=tuple(_implied(i, known) for i in line.implied) if line.implied else (),
        opening=opening,
    )


def _known(
    line: Line, defaults: Defaults, story: str, zone: str | None, outlet: str | None
) -> Known:
    """What helps to read a line's times; its story is looked for where one of them needs that."""
    said: list[object] = [line.published, line.captured, line.text_of]
    said += [text for each in line.implied for text in (each.earliest, each.latest)]
    if zone is None or any(isinstance(each, str) and _IN_FIGURES.search(each) for each in said):
        return defaults.known(story, outlet, zone=zone)
    return Known(zone=zone)


@lru_cache(maxsize=4_096)
def _opening(
    zone: str | None,
    order: DateOrder | None,
    outlet: str | None,
    url: str | None,
    address: str | None,
) -> Opening:
    """What a line says of its story; most lines say what another has said."""
    return Opening(
        zone=zone,
        date_order=order,
        outlet=_outlet_id(outlet) if outlet else None,
        address=address,
        description=Description(url=url, outlet=outlet) if url or outlet else None,
    )


def _published(line: Line, known: Known) -> PublishedTime | None:
    if line.published is None:
        return None
    if isinstance(line.published, _Time):
        time = line.published.read()
        return time if line.basis is None else replace(time, basis=line.basis)
    return stated_time(line.published, known, line.basis or Basis.STATED)


def _stated(notice: _Notice) -> StatedNotice:
    assert notice.kind is not None
    return StatedNotice(
        kind=notice.kind,
        rule=notice.rule,
        time=notice.time.read() if notice.time else None,
        severity=notice.severity,
        label=notice.label,
    )


def _dated(item: _Item) -> DatedItem:
    return DatedItem(item.paragraph - 1, item.rule, item.time.read() if item.time else None)


def _implied(implied: _Implied, known: Known) -> Implied:
    return Implied(
        earliest=None if implied.earliest is None else instant_asked(implied.earliest, known),
        latest=instant_asked(implied.latest, known),
    )


def _article(line: Line) -> Article:
    paragraphs, _ = paragraphs_of(line.body or "")
    article = Article(
        headline=line.headline or None,
        byline=line.byline or None,
        dateline=line.dateline or None,
        paragraphs=paragraphs,
        media=tuple(map(_medium, line.media)),
        notices=tuple(map(_printed, line.notices)),
        comments=line.comments,
    )
    if article == _NOTHING:
        raise UnreadableError("no text: neither headline, body, media nor notices")
    return article


def _medium(medium: _Media) -> Media:
    return Media(
        caption=medium.caption,
        credit=medium.credit,
        title=medium.title,
        url=medium.url,
        after=medium.after,
    )


def _printed(notice: _Notice) -> PrintedNotice:
    return PrintedNotice(printed=notice.printed, after=notice.after)


_NOTHING = Article()
_KNOWN_KEYS = frozenset(Line.model_fields)


def _source(raw: bytes, fields: dict[str, Any]) -> Source | None:
    """The keys that are not the archive's own, with their numbers as they came."""
    if fields.keys() <= _KNOWN_KEYS:
        return None
    rest = {key: value for key, value in fields.items() if key not in _KNOWN_KEYS}
    try:
        kept = orjson.dumps(rest)
        if may_differ(kept):
            kept = orjson.dumps(exact_of(raw, rest))
        return Source(kept, "application/json")
    except (TypeError, RecursionError) as cause:
        raise UnreadableError(f"{', '.join(rest)}: nested too deeply to be kept") from cause
