"""Writes a state as plain text: what it is, then what it said, as it stood."""

from __future__ import annotations

from collections.abc import Iterator

from variorum.adapters.exports.states import Departure, State
from variorum.domain.content import Article, Media, PrintedNotice
from variorum.domain.times import PublishedTime, iso

_RULE = "-" * 72


def text(state: State | Departure) -> bytes:
    """A state as UTF-8 text: lines of `name: value`, a rule, the article."""
    head, article = (_departed(state), None) if isinstance(state, Departure) else _stood(state)
    lines = [f"{name}: {value}" for name, value in head]
    return "\n".join([*lines, _RULE, "", *_article(article)]).rstrip().encode() + b"\n"


def interval(published: PublishedTime) -> str:
    """[earliest, latest) as ISO 8601-1 writes intervals, `..` where it is open."""
    begun = ".." if published.earliest is None else iso(published.earliest)
    return f"{begun}/{iso(published.latest)}"


def _departed(gone: Departure) -> list[tuple[str, str]]:
    since = "" if gone.since is None else f", seen {iso(gone.since)}"
    return [("story", gone.entry.id), ("gone", f"yes{since}")]


def _stood(state: State) -> tuple[list[tuple[str, str]], Article | None]:
    chosen, event = state.chosen, state.chosen.revision.event
    published, shown = chosen.published, state.shown
    head: list[tuple[str, str]] = [
        ("story", chosen.entry.id),
        ("revision", chosen.revision.name),
        ("published", f"{iso(published.at)} (by {published.basis.value})"),
        ("between", interval(published)),
    ]
    if event.captured is not None:
        head.append(("captured", iso(event.captured)))
    head.append(("recorded", iso(chosen.revision.recorded_at)))
    head.append(("position", f"#{chosen.revision.position}"))
    head.append(("commitment", event.article.commitment))
    if state.remainder:
        head.append(("remainder", f"{state.remainder} (commitment of the text below)"))
    also = f"no, at {iso(shown.at)} possible too: {', '.join(state.doubts)}"
    head.append(("certain", "yes" if shown.certain else also))
    if chosen.restriction is not None:
        by = f"(event #{chosen.restriction.position})"
        head.append(("restricted", f"{chosen.restriction.ends} {by}"))
    head += [("erased", f"{each.what} (event #{each.position})") for each in chosen.erasures]
    if chosen.article is None:
        head.append(("text", "not here"))
    return head, chosen.article


def _article(article: Article | None) -> Iterator[str]:
    if article is None:
        return
    for line in (article.headline, article.byline, article.dateline):
        if line:
            yield from (line, "")
    for part in article.parts():
        match part:
            case Media():
                yield from (_picture(part), "")
            case PrintedNotice():
                yield from (f"[notice] {part.printed}", "")
            case _:
                yield from (part, "")
    if article.comments is not None:
        yield f"Comments: {article.comments.value}"


def _picture(medium: Media) -> str:
    said = [part for part in (medium.title, medium.caption) if part]
    credit = [f"(credit: {medium.credit})"] if medium.credit else []
    return " ".join(["[picture]", *said, *credit])
