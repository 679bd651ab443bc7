"""How changes are written: + for what came, - for what went, ~ for what was edited.

Words that went stand in [-…-], words that came in {+…+}; colours only say it again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from variorum.cli.options import lines
from variorum.cli.output import (
    added,
    bold,
    changed,
    dim,
    fitted,
    folded,
    padded,
    removed,
    safe,
    say,
    width,
)
from variorum.domain.content import Article, PrintedNotice
from variorum.domain.differences import Difference, ValueChange
from variorum.domain.part_changes import MediaChange, NoticeChange, PartKind
from variorum.domain.sentence_changes import SentenceChange, SentenceKind, Side
from variorum.domain.wording import Run, RunKind

_CONTEXT = 1
"""How many unchanged sentences are shown beside a changed one."""


def print_changes(change: Difference, *, told: Collection[PrintedNotice] = ()) -> None:
    """What changed, inline, in reading order; without the new notices that were told already."""
    for name, value in _values(change):
        _print_value(name, value)
    shown = _near_changes(change.sentences)
    skipped = 0
    paragraph: int | None = None
    for index, sentence in enumerate(change.sentences):
        if sentence.kind is SentenceKind.SAME and index not in shown:
            skipped += 1
            continue
        if skipped:
            say(dim(f"  … {_count(skipped, 'sentence')} unchanged"))
            skipped = 0
        place = _paragraph(sentence)
        if place != paragraph:
            say(dim(f"  ¶{place}"))
            paragraph = place
        _print_sentence(sentence)
    if skipped and len(shown) > 0:
        say(dim(f"  … {_count(skipped, 'sentence')} unchanged"))
    for medium in change.media:
        _print_medium(medium)
    for notice in change.notices:
        if notice.kind is not PartKind.ADDED or notice.after not in told:
            _print_notice(notice)


def print_side_by_side(change: Difference) -> None:
    """What changed, the earlier text on the left and the later on the right."""
    for name, value in _values(change):
        _print_value(name, value)
    half = (width() - 5) // 2
    for sentence in change.sentences:
        left = _marked(sentence, RunKind.DELETED) if _on_left(sentence) else ""
        right = _marked(sentence, RunKind.INSERTED) if _on_right(sentence) else ""
        mark = _MARKS[sentence.kind]
        lefts = folded(safe(lines(left)), half) or [""]
        rights = folded(safe(lines(right)), half) or [""]
        for row in range(max(len(lefts), len(rights))):
            one = lefts[row] if row < len(lefts) else ""
            two = rights[row] if row < len(rights) else ""
            say(f"{padded(one, half)} {mark if row == 0 else ' '} │ {two}".rstrip())
    for medium in change.media:
        _print_medium(medium)
    for notice in change.notices:
        _print_notice(notice)


def print_first(article: Article) -> None:
    """A story's first revision, whole."""
    if article.headline:
        say(bold(fitted(lines(article.headline))))
    for paragraph in article.paragraphs:
        _print_marked("+", paragraph, added)
    for medium in article.media:
        _print_marked("+", _medium_text(medium.caption, medium.credit), added)
    for notice in article.notices:
        _print_marked("+", notice.printed, added)


def change_json(change: Difference) -> dict[str, Any]:
    """A difference as JSON; unchanged sentences are left out."""
    return {
        "empty": change.is_empty,
        **{name: _value_json(value) for name, value in _values_or_none(change)},
        "sentences": [
            {
                "kind": sentence.kind.value,
                "before": _side_json(sentence.before),
                "after": _side_json(sentence.after),
                "runs": _runs_json(sentence.runs),
            }
            for sentence in change.sentences
            if sentence.kind is not SentenceKind.SAME
        ],
        "media": [_medium_json(m) for m in change.media if m.kind is not PartKind.SAME or m.moved],
        "notices": [
            {
                "kind": n.kind.value,
                "moved": n.moved,
                "before": n.before.printed if n.before else None,
                "after": n.after.printed if n.after else None,
                "runs": _runs_json(n.runs),
            }
            for n in change.notices
            if n.kind is not PartKind.SAME or n.moved
        ],
        "summary": asdict(change.summary),
    }


def summary_text(change: Difference) -> str:
    """The counts of a difference in words."""
    counts = change.summary
    parts = [
        f"{_count(number, 'sentence')} {what}"
        for number, what in (
            (counts.sentences_inserted, "added"),
            (counts.sentences_deleted, "removed"),
            (counts.sentences_edited, "edited"),
            (counts.sentences_moved, "moved"),
        )
        if number
    ]
    words = [
        text
        for number, text in (
            (counts.words_inserted, f"+{counts.words_inserted}"),
            (counts.words_deleted, f"−{counts.words_deleted}"),
        )
        if number
    ]
    if words:
        parts.append(f"{' '.join(words)} words")
    if counts.breaks:
        parts.append(f"{_count(counts.breaks, 'paragraph break')} changed")
    if counts.spaces and not parts:
        parts.append("white space changed")
    if counts.media:
        parts.append(_count(counts.media, "picture") + " changed")
    if counts.notices:
        parts.append(_count(counts.notices, "notice") + " changed")
    return ", ".join(parts) or "no change in the text"


_MARKS = {
    SentenceKind.SAME: " ",
    SentenceKind.EDITED: "~",
    SentenceKind.INSERTED: "+",
    SentenceKind.DELETED: "-",
    SentenceKind.MOVED: ">",
    SentenceKind.MOVED_AWAY: "<",
}


def _print_sentence(sentence: SentenceChange) -> None:
    before, after = sentence.before, sentence.after
    match sentence.kind:
        case SentenceKind.SAME:
            _print_marked(" ", after.text if after else "", dim)
        case SentenceKind.INSERTED:
            _print_marked("+", after.text if after else "", added)
        case SentenceKind.DELETED:
            _print_marked("-", before.text if before else "", removed)
        case SentenceKind.EDITED:
            _print_marked("~", _run_text(sentence.runs), None)
        case SentenceKind.MOVED:
            text = _run_text(sentence.runs) or (after.text if after else "")
            _print_marked(">", f"(moved from ¶{before.paragraph if before else '?'}) {text}", None)
        case SentenceKind.MOVED_AWAY:
            text = before.text if before else ""
            _print_marked("<", f"(moved to ¶{after.paragraph if after else '?'}) {text}", dim)


def _print_marked(mark: str, text: str, style: Callable[[str], str] | None) -> None:
    found = folded(safe(lines(text)), max(20, width() - 4)) or [""]
    for number, line in enumerate(map(style, found) if style else _coloured(found)):
        lead = mark if number == 0 else " "
        say(f"{lead}   {line}".rstrip())


def _coloured(found: Iterable[str]) -> Iterator[str]:
    """Lines with their [-…-] and {+…+} in colour, where there is colour; none lasts beyond them."""
    colour: Callable[[str], str] = str
    for line in found:
        parts: list[str] = []
        for part in _BOUND.split(line):
            colour = _COLOURS.get(part[:2], colour)
            parts.append(colour(part) if part else "")
            if part.endswith(("-]", "+}")):
                colour = str
        yield "".join(parts)


_BOUND = re.compile(r"(?=\[-|\{\+)|(?<=-\]|\+\})")
_COLOURS = {"[-": removed, "{+": added}


def _run_text(runs: Iterable[Run]) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    if run.kind is RunKind.SAME:
        return run.text
    stripped = run.text.strip()
    if not stripped:
        return run.text if run.kind is RunKind.INSERTED else ""
    lead = run.text[: len(run.text) - len(run.text.lstrip())]
    tail = run.text[len(run.text.rstrip()) :]
    if run.kind is RunKind.DELETED:
        return f"{lead}[-{stripped}-]{tail or ' '}"
    return f"{lead}{{+{stripped}+}}{tail}"


def _print_medium(medium: MediaChange) -> None:
    def text(number: int | None, which: str) -> str:
        part = medium.before if which == "before" else medium.after
        return f"picture {number}: {_medium_text(part.caption, part.credit) if part else ''}"

    match medium.kind:
        case PartKind.ADDED:
            _print_marked("+", text(medium.after_number, "after"), added)
        case PartKind.REMOVED:
            _print_marked("-", text(medium.before_number, "before"), removed)
        case PartKind.CHANGED:
            for name, runs in (
                ("title", medium.title),
                ("caption", medium.caption),
                ("credit", medium.credit),
            ):
                if any(run.kind is not RunKind.SAME for run in runs):
                    _print_marked(
                        "~", f"picture {medium.after_number}, {name}: {_run_text(runs)}", None
                    )
            before, after = medium.before, medium.after
            if before and after and before.url != after.url:
                address = f"[-{before.url or 'none'}-] {{+{after.url or 'none'}+}}"
                _print_marked("~", f"picture {medium.after_number}, address: {address}", None)
        case PartKind.SAME if medium.moved:
            _print_marked(">", f"picture {medium.after_number} stands elsewhere now", None)
        case PartKind.SAME:
            pass


def _print_notice(notice: NoticeChange) -> None:
    match notice.kind:
        case PartKind.ADDED:
            _print_marked("+", f"notice: {notice.after.printed if notice.after else ''}", added)
        case PartKind.REMOVED:
            _print_marked("-", f"notice: {notice.before.printed if notice.before else ''}", removed)
        case PartKind.CHANGED:
            _print_marked("~", f"notice: {_run_text(notice.runs)}", None)
        case PartKind.SAME if notice.moved:
            _print_marked(">", f"notice {notice.after_number} stands elsewhere now", None)
        case PartKind.SAME:
            pass


def _values_or_none(change: Difference) -> Iterator[tuple[str, ValueChange | None]]:
    yield "headline", change.headline
    yield "byline", change.byline
    yield "dateline", change.dateline
    yield "comments", change.comments


def _values(change: Difference) -> Iterator[tuple[str, ValueChange]]:
    for name, value in _values_or_none(change):
        if value is not None:
            yield name, value


def _print_value(name: str, value: ValueChange) -> None:
    found = folded(safe(lines(f"{name}: {_value(value)}")), width() - 2)
    for number, line in enumerate(_coloured(found)):
        say(f"{changed('~') if number == 0 else ' '} {line}")


def _value(value: ValueChange) -> str:
    if value.runs:
        return _run_text(value.runs)
    return " ".join(
        part
        for part in (
            f"[-{value.before}-]" if value.before else "",
            f"{{+{value.after}+}}" if value.after else "",
        )
        if part
    )


def _near_changes(sentences: Sequence[SentenceChange]) -> set[int]:
    """The places of sentences that changed, and of their neighbours."""
    near: set[int] = set()
    for index, sentence in enumerate(sentences):
        if sentence.kind is not SentenceKind.SAME:
            near.update(range(index - _CONTEXT, index + _CONTEXT + 1))
    return near


def _paragraph(sentence: SentenceChange) -> int:
    if sentence.kind is SentenceKind.MOVED_AWAY and sentence.before:
        return sentence.before.paragraph
    side = sentence.after or sentence.before
    return side.paragraph if side else 0


def _on_left(sentence: SentenceChange) -> bool:
    return sentence.kind not in (SentenceKind.INSERTED, SentenceKind.MOVED)


def _on_right(sentence: SentenceChange) -> bool:
    return sentence.kind not in (SentenceKind.DELETED, SentenceKind.MOVED_AWAY)


def _marked(sentence: SentenceChange, which: RunKind) -> str:
    if sentence.kind is SentenceKind.EDITED or (
        sentence.kind is SentenceKind.MOVED and sentence.runs
    ):
        return _run_text(run for run in sentence.runs if run.kind in (RunKind.SAME, which))
    side = sentence.before if which is RunKind.DELETED else sentence.after
    return side.text if side else ""


def _medium_text(caption: str | None, credit: str | None) -> str:
    return " ".join(part for part in (caption, f"({credit})" if credit else None) if part)


def _medium_json(medium: MediaChange) -> dict[str, Any]:
    def part(value: Any) -> dict[str, Any] | None:
        return None if value is None else {k: v for k, v in asdict(value).items() if k != "after"}

    return {
        "kind": medium.kind.value,
        "moved": medium.moved,
        "before": part(medium.before),
        "after": part(medium.after),
        "caption": _runs_json(medium.caption),
        "credit": _runs_json(medium.credit),
        "title": _runs_json(medium.title),
    }


def _value_json(value: ValueChange | None) -> dict[str, Any] | None:
    if value is None:
        return None
    return {"before": value.before, "after": value.after, "runs": _runs_json(value.runs)}


def _side_json(side: Side | None) -> dict[str, Any] | None:
    return None if side is None else {"paragraph": side.paragraph, "text": side.text}


def _runs_json(runs: Iterable[Run]) -> list[dict[str, str]]:
    return [{"kind": run.kind.value, "text": run.text} for run in runs]


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
