"""Writes states as one page: it needs nothing from elsewhere, runs no script, and can be printed.

A Content-Security-Policy in the page itself forbids all but its own style, which is named by its
digest. Several states have a table of contents. Whatever comes from a story is escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile

from variorum.adapters.exports.markup import body, escaped
from variorum.adapters.exports.states import Departure, State
from variorum.adapters.exports.text import interval
from variorum.domain.stated import BASIS_WORDS, describe
from variorum.domain.times import iso

_STYLE = """
:root { color-scheme: light dark; --line: #8886; --mark: #b45309; }
@media (prefers-color-scheme: dark) { :root { --mark: #fbbf24; } }
body { font: 1.05rem/1.6 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; overflow-wrap: anywhere; }
p, dd, li, figcaption { overflow-wrap: anywhere; white-space: pre-line; }
nav, dl, figure, aside { font-family: system-ui, sans-serif; font-size: .9rem; }
article + article { border-top: 2px solid var(--line); margin-top: 3rem; padding-top: 1rem; }
figure { border: 1px solid var(--line); margin: 1rem 0; padding: .5rem 1rem; }
figcaption :is(b, span, small, cite) { display: block; }
aside { border-left: 4px solid var(--mark); margin: 1rem 0; padding: 0 1rem; }
aside::before { color: var(--mark); content: "Notice"; font-weight: bold; }
dl { border: 1px solid var(--line); display: grid; gap: .25rem 1rem; padding: 1rem;
  grid-template-columns: max-content 1fr; }
dt { font-weight: bold; } dd { margin: 0; }
.away { font-style: italic; }
@media (max-width: 30rem) { dl { display: block; } }
@media print { body { margin: 0; max-width: none; } nav { display: none; }
  article + article { break-before: page; } figure, aside, dl { break-inside: avoid; } }
"""
_IN_MEMORY = 4 << 20
_PIECE = 1 << 16
_POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"


def page(states: Iterable[State | Departure], known: int) -> bytes:
    """One page with all the states; see `pieces`."""
    return b"".join(pieces(states, known))


def pieces(states: Iterable[State | Departure], known: int) -> Iterator[bytes]:
    """One page with all the states, a piece at a time; all but its contents wait in a file.

    Args:
        known: the position by which all of it was known.
    """
    items: list[str] = []
    title = "0 states"
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as articles:
        for number, each in enumerate(states, 1):
            title = _title(each) if number == 1 else f"{number} states"
            items.append(_item(number, each))
            articles.write(("\n" if number > 1 else "").encode() + _article(number, each).encode())
        yield _head(title, items).encode()
        articles.seek(0)
        yield from iter(lambda: articles.read(_PIECE), b"")
    yield f"""
</main>
<footer><p><small>As known by position #{known} of the archive's log.</small></p></footer>
</body>
</html>
""".encode()


def _head(title: str, items: list[str]) -> str:
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = _POLICY.format(digest)
    nothing = "" if items else '<p class="away">Nothing was in force then.</p>'
    return f"""<!DOCTYPE html>
<html lang="">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escaped(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
{_contents(items) if len(items) > 1 else ""}
<main>
{nothing}"""


def _title(state: State | Departure) -> str:
    return f"{state.entry.id}, gone" if isinstance(state, Departure) else state.title


def _item(number: int, each: State | Departure) -> str:
    return (
        f'<li><a href="#s{number}">{escaped(_title(each))}</a> '
        f"<small>{escaped(_line(each))}</small></li>"
    )


def _contents(items: list[str]) -> str:
    lines = "\n".join(items)
    return f'<nav aria-label="Contents">\n<h1>Contents</h1>\n<ol>\n{lines}\n</ol>\n</nav>'


def _line(state: State | Departure) -> str:
    if isinstance(state, Departure):
        return "" if state.since is None else f"seen {iso(state.since)}"
    return f"{state.name}, {describe(state.chosen.published, state.chosen.entry.zone)}"


def _article(number: int, state: State | Departure) -> str:
    heading = f'<h2 id="h{number}">{escaped(_title(state))}</h2>'
    if isinstance(state, Departure):
        rows, text = _departure_rows(state), '<p class="away">The story was gone.</p>'
    else:
        rows, text = _rows(state), _said(state)
    box = "\n".join(f"<dt>{escaped(name)}</dt>\n<dd>{value}</dd>" for name, value in rows)
    return (
        f'<article id="s{number}" aria-labelledby="h{number}">\n{heading}\n{text}\n'
        f"<h3>Provenance</h3>\n<dl>\n{box}\n</dl>\n</article>"
    )


def _said(state: State) -> str:
    article = state.chosen.article
    if article is None:
        return '<p class="away">The text is not here; below is why.</p>'
    lines = [
        f"<p><small>{escaped(line)}</small></p>"
        for line in (article.byline, article.dateline)
        if line
    ]
    return "\n".join([*lines, body(article)])


def _departure_rows(gone: Departure) -> Iterator[tuple[str, str]]:
    yield "Story", escaped(gone.entry.id)
    if gone.revision is not None:
        yield "Stood before", f"r{gone.revision}"
    if gone.since is not None:
        yield "Seen to be gone", _time(gone.since)


def _rows(state: State) -> Iterator[tuple[str, str]]:
    """The provenance of a state: names, and values as HTML."""
    chosen, shown = state.chosen, state.shown
    event, published, zone = chosen.revision.event, chosen.published, chosen.entry.zone
    yield "Story", escaped(f"{chosen.entry.id}, {chosen.revision.name}")
    if state.description.url:
        yield "Address", escaped(state.description.url)
    if outlet := state.description.outlet or chosen.entry.outlet:
        yield "Outlet", escaped(outlet)
    yield (
        "Published",
        f"{_time(published.at, describe(published, zone))}, {BASIS_WORDS[published.basis]}",
    )
    yield "Between", escaped(interval(published))
    if event.captured is not None:
        yield "Captured", _time(event.captured)
    yield "Recorded", _time(chosen.revision.recorded_at)
    yield "Position", f"#{chosen.revision.position}"
    yield "Commitment", f"<code>{event.article.commitment}</code>"
    if state.remainder:
        yield "Of what is left", f"<code>{state.remainder}</code>, which is the text above"
    also = f"no, at {iso(shown.at)} possible too: {', '.join(state.doubts)}"
    yield "Certain", "yes" if shown.certain else escaped(also)
    if shown.last_sighted is not None:
        yield "Last sighted", _time(shown.last_sighted)
    if chosen.article and chosen.article.comments:
        yield "Comments", chosen.article.comments.value
    if chosen.restriction is not None:
        by = f"{chosen.restriction.ends}, by event #{chosen.restriction.position}"
        yield "Restricted", escaped(by)
    for erasure in chosen.erasures:
        yield "Erased", escaped(f"{erasure.what}, by event #{erasure.position}")


def _time(instant: int, words: str | None = None) -> str:
    stamp = iso(instant)
    if instant % 1000:  # HTML has thousandths of a second, the log millionths
        return escaped(words or stamp)
    return f'<time datetime="{stamp}">{escaped(words or stamp)}</time>'
