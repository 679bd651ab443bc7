"""Writes CSV (RFC 4180): one row a revision, for spreadsheets. Instants are ISO 8601 in UTC."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from variorum.adapters.exports.selection import Chosen, Selection, read_together, revisions
from variorum.domain.archive import Archive
from variorum.domain.times import iso

COLUMNS = (
    "story",
    "revision",
    "published_at",
    "earliest",
    "latest",
    "precision",
    "basis",
    "captured",
    "recorded_at",
    "position",
    "headline",
    "text",
    "notices",
)


def lines(archive: Archive, selection: Selection) -> Iterator[bytes]:
    """The header and the rows, each with its line end.

    Raises:
        NotFoundError: a story that was asked for is not there.
    """
    yield row(COLUMNS)
    for ready, entry in read_together(archive, selection):
        for chosen in revisions(ready, entry, selection):
            yield row(_values(chosen))


def _values(chosen: Chosen) -> tuple[str, ...]:
    published, revision, article = chosen.published, chosen.revision, chosen.article
    captured = revision.event.captured
    return (
        chosen.entry.id,
        revision.name,
        iso(published.at),
        "" if published.earliest is None else iso(published.earliest),
        iso(published.latest),
        published.precision.value,
        published.basis.value,
        "" if captured is None else iso(captured),
        iso(revision.recorded_at),
        str(revision.position),
        (article.headline or "") if article else "",
        "\n\n".join(article.paragraphs) if article else "",
        "\n".join(notice.printed for notice in article.notices) if article else "",
    )


def row(values: tuple[str, ...]) -> bytes:
    """A row with its line end; no cell of it is a formula."""
    text = io.StringIO()
    csv.writer(text).writerow(map(_unarmed, values))
    return text.getvalue().encode()


def _unarmed(value: str) -> str:
    """A cell that a spreadsheet will not take for a formula (OWASP, CSV injection)."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value
