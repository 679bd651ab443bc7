"""How answers are written: text for people, JSON for programs. One place for both.

JSON is one object (or, for lists, one object a line), described by the schemas in docs/schemas.
Instants are ISO 8601 in UTC. Text is plain where it goes into a pipe or a file.
"""

from __future__ import annotations

import io
import re
import sys
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import TextIO, cast

import orjson

from variorum.cli.options import lines
from variorum.domain.content import Article, Media, Note, PrintedNotice
from variorum.domain.shown import Shown
from variorum.domain.stated import BASIS_WORDS, describe, possible_words
from variorum.domain.times import Basis, PublishedTime, clock_time

WIDTH = 96
_BOLD, _DIM, _RED, _GREEN, _YELLOW, _CYAN, _PLAIN = (
    "\x1b[1m",
    "\x1b[2m",
    "\x1b[31m",
    "\x1b[32m",
    "\x1b[33m",
    "\x1b[36m",
    "\x1b[0m",
)


def say(text: str = "") -> None:
    """Writes a line of text."""
    sys.stdout.write(text + "\n")


def emit(body: object) -> None:
    """Writes one line of JSON; of a file's name that is not Unicode, what can be said in it.

    What could take over a terminal is escaped, so that nothing is lost.
    """
    try:
        line = orjson.dumps(body)
    except TypeError:
        import json

        line = json.dumps(body, ensure_ascii=False).encode(errors="replace")
    write_utf8(_CONTROLLING.sub(_escaped, line.decode()) + "\n")


def write_utf8(text: str) -> None:
    """Writes what is UTF-8 whatever the locale says: JSON (RFC 8259, section 8.1), pages."""
    out: TextIO = sys.stdout
    if isinstance(out, io.TextIOWrapper) and out.encoding.lower() != "utf-8":
        cast(io.TextIOWrapper, out).reconfigure(encoding="utf-8", errors="backslashreplace")
    out.write(text)


_CONTROLLING = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""What JSON may hold as it is, and a terminal does not take as text."""


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def in_colour() -> bool:
    """Whether text goes to a terminal that shows colours (https://no-color.org is heeded)."""
    import os

    said = os.environ
    return sys.stdout.isatty() and not said.get("NO_COLOR") and said.get("TERM") != "dumb"


def styled(text: str, *styles: str) -> str:
    """Text in a style, where there is one; nothing is ever said by colour alone."""
    return f"{''.join(styles)}{text}{_PLAIN}" if styles and in_colour() else text


def bold(text: str) -> str:
    return styled(text, _BOLD)


def dim(text: str) -> str:
    return styled(text, _DIM)


def removed(text: str) -> str:
    return styled(text, _RED)


def added(text: str) -> str:
    return styled(text, _GREEN)


def changed(text: str) -> str:
    return styled(text, _YELLOW)


def heading(text: str) -> str:
    return styled(text, _BOLD, _CYAN)


def width() -> int:
    """How wide text may be: the terminal's width, or `WIDTH` columns in a pipe."""
    if not sys.stdout.isatty():
        return WIDTH
    import shutil

    return max(40, min(shutil.get_terminal_size().columns, 120))


def safe(text: str) -> str:
    """Text without what could take over a terminal, or turn around what is written there.

    Spaces, soft hyphens, joiners and marks of direction are letters of many scripts, and stay.
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in "\n\t" or _is_harmless(c) else "\N{REPLACEMENT CHARACTER}"
        for c in text
    )


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that turn the direction of what follows (UAX #9): not of what stands beside them."""


def _is_harmless(character: str) -> bool:
    return unicodedata.category(character) in ("Zs", "Cf") and character not in _TURNING


def counted(number: int, one: str, many: str | None = None) -> str:
    """How many there are: `1 story`, `2,208 events`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def wrapped(text: str, indent: str = "") -> str:
    """Text folded to the width, each of its lines by itself."""
    if sys.stdout.isatty():
        room = width() - len(indent)
        parts = (folded(line, room, whole=True) or [""] for line in safe(text).splitlines())
        return "\n".join((indent + line).rstrip() for part in parts for line in part)
    return "\n".join(
        textwrap.fill(
            line,
            width(),
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in safe(text).splitlines()
    )


def fitted(text: str, lead: str = "") -> str:
    """A line with what leads it in, folded to a terminal's width under its beginning.

    It stays whole in a pipe, and so do words that are longer than a terminal is wide.
    """
    line = lead + safe(text)
    if not sys.stdout.isatty() or extent(line) <= width():
        return line
    hang = " " * extent(lead) or "  "
    found = folded(safe(text), width() - len(hang), whole=True) or [""]
    return f"\n{hang}".join([lead + found[0], *found[1:]])


def when(published: PublishedTime, zone: str | None) -> str:
    """A published time for people: how finely it is known, and who says so."""
    return f"{describe(published, zone)} ({BASIS_WORDS[published.basis]})"


def extent(text: str) -> int:
    """How many columns of a terminal a text takes (UAX #11), emoji that are joined as if apart."""
    return len(text) if text.isascii() else sum(map(_extent, text))


def _extent(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    if character == "\N{SOFT HYPHEN}":
        return 1
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1


def padded(text: str, columns: int) -> str:
    """Text with spaces after it, up to so many columns."""
    return text + " " * (columns - extent(text))


def folded(text: str, columns: int, *, whole: bool = False) -> list[str]:
    """Text in lines of so many columns; words that are longer are broken.

    Args:
        whole: only those with wide characters are, as those scripts put no spaces between words.
    """
    counted = text if text.isascii() else "".join(c + "\0" * (_extent(c) - 1) for c in text)
    wide = len(counted) > len(text)
    if wide:
        columns -= 1  # a line may end between a wide character and what counts it as two
    found = textwrap.wrap(
        counted, columns, break_on_hyphens=False, break_long_words=wide or not whole
    )
    return [line.replace("\0", "") for line in found]


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, free: int | None = -1) -> None:
    """Writes a table: columns padded, the last one as long as it is; whole in a pipe.

    On a terminal, the column of free text is folded, or stands below the others where there is no
    room beside them; of the others, those that do not fit go on in a line below. None is cut.

    Args:
        free: which column is free text; None if none is.
    """
    if not rows:
        return
    cells = [columns, *([safe(" ".join(cell.split())) for cell in row] for row in rows)]
    widths = [max(map(extent, column)) for column in zip(*cells, strict=True)]
    bands = _bands(widths, None if free is None else range(len(columns))[free])
    for number, row in enumerate(cells):
        for line in _laid_out(row, widths, bands):
            say(line if number else bold(line))


_GAP, _BELOW = "  ", "    "
_LEAST = 24
"""Columns of a terminal below which free text is not worth a column of its own."""


def _bands(widths: list[int], free: int | None) -> list[list[int]]:
    """Which columns stand beside each other in which line of a row; narrows the free one to fit."""
    every = list(range(len(widths)))
    limit = width() if sys.stdout.isatty() else None
    if limit is None or _across(widths) <= limit:
        return [every]
    others = [each for each in every if each != free]
    if free is not None:
        room = limit - _across([*(widths[each] for each in others), 0])
        widths[free] = min(widths[free], room if room >= _LEAST else limit - len(_BELOW))
        if room >= _LEAST:
            return [every]
    bands: list[list[int]] = [[]]
    for each in others:
        indent = len(_BELOW) if len(bands) > 1 else 0
        if bands[-1] and indent + _across([widths[one] for one in (*bands[-1], each)]) > limit:
            bands.append([])
        bands[-1].append(each)
    return bands if free is None else [*bands, [free]]


def _across(widths: Sequence[int]) -> int:
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _laid_out(
    row: Sequence[str], widths: Sequence[int], bands: Sequence[Sequence[int]]
) -> Iterator[str]:
    for band in bands:
        indent = "" if band is bands[0] else _BELOW
        parts = [_within(row[each], widths[each]) for each in band]
        for line in zip_longest(*parts, fillvalue=""):
            padding = (padded(part, widths[each]) for part, each in zip(line, band, strict=True))
            text = _GAP.join(padding).rstrip()
            if text:
                yield indent + text


def _within(text: str, columns: int) -> list[str]:
    return [text] if extent(text) <= columns else folded(text, columns)


def note_text(note: Note) -> str:
    """What an archivist noted, why, and on what authority."""
    return "; ".join(part for part in (note.text, note.why, note.authority) if part)


def reason(note: Note | None) -> str:
    """Why something was taken down, and on what authority."""
    if note is None:
        return "the reason was erased"
    return "; ".join(lines(part) for part in (note.why, note.authority) if part)


def print_shown(shown: Shown) -> None:
    """The answer of `show`, for people."""
    zone = shown.story.zone
    article = shown.article
    title = article.headline if article and article.headline else shown.story.id
    say(heading(wrapped(lines(title))))
    say(
        fitted(
            f"{shown.story.id} r{shown.revision}"
            + (f" · {lines(shown.description.url)}" if shown.description.url else "")
        )
    )
    say(fitted(_since(shown), "in force    "))
    if shown.returned is not None:
        say(fitted(f"from {clock_time(shown.returned, zone)}, after another text", "back        "))
    if not shown.certain:
        said = fitted(f"possible too: {', '.join(possible_words(shown.possible))}", "not certain ")
        say(said.replace("not certain", changed("not certain"), 1))
    seen = [f"last sighted {clock_time(shown.last_sighted, zone)}"] if shown.last_sighted else []
    if shown.missing_since is not None:
        seen.append(f"looked for in vain {clock_time(shown.missing_since, zone)}")
    if seen:
        say(fitted("; ".join(seen), "seen        "))
    recorded = f"{clock_time(shown.recorded_at, None)}, position #{shown.dating.arrived}"
    say(fitted(recorded, "recorded    "))
    if shown.known.asked is not None:
        final = "final" if shown.known.final else "not final: events may still be recorded by then"
        say(fitted(f"#{shown.known.position} ({final})", "known at    "))
    following = shown.following
    known = f"r{following.revision}, {when(following.published, zone)}" if following else None
    say(fitted(known or "none known", "next        "))
    for erasure, note in shown.erasures:
        moment = clock_time(erasure.recorded_at, None)
        place = f"{moment}, position #{erasure.position}, by {erasure.actor}"
        say(fitted(f"{erasure.what}: {place}: {reason(note)}", "erased      "))
    say()
    if article is None:
        say("The text of this revision was erased.")
        return
    print_article(article)


def _since(shown: Shown) -> str:
    published = shown.published
    text = f"from {when(published, shown.story.zone)}"
    if published.basis is Basis.CAPTURE and published.earliest is not None:
        text += f"; not before {clock_time(published.earliest, shown.story.zone)}"
    return text


def print_article(article: Article) -> None:
    """What a revision said: text, pictures and notices in the order in which they stand."""
    if article.byline:
        say(dim(wrapped(lines(article.byline))))
        say()
    for part in article.parts():
        match part:
            case Media():
                say(wrapped(f"[picture] {part.caption or part.title or ''}", "    "))
                if part.credit:
                    say(dim(wrapped(f"credit: {part.credit}", "    ")))
            case PrintedNotice():
                say(changed(wrapped(part.printed)))
            case _:
                say(wrapped(part))
        say()
    if article.comments is not None:
        say(dim(f"Comments: {article.comments.value}"))
