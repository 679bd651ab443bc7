"""Plots as SVG: bars and lines, each with a title and a description for who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import log10

WIDTH, LEFT, RIGHT, ROW = 860, 330, 90, 26
_INK, _FAINT, _GOOD, _BAD, _PLAIN = "#1f2328", "#d0d7de", "#1a7f64", "#b3541e", "#3b6ea5"
_LABEL = 90  # between two labels below an axis
_LINES = (_PLAIN, _BAD, _GOOD, "#7a5195")


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: float
    shown: str
    good: bool | None = None


def bars(title: str, described: str, shown: Sequence[Bar], *, mark: float | None = None) -> str:
    """Horizontal bars on a logarithmic scale; a line where *mark* is."""
    values = [bar.value for bar in shown if bar.value > 0] + ([mark] if mark else [])
    low, high = log10(min(values)) - 0.3, log10(max(values)) + 0.05

    def place(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (log10(value) - low) / (high - low)

    height = 56 + ROW * len(shown)
    parts: list[str] = []
    for number, bar in enumerate(shown):
        y = 44 + ROW * number
        colour = _PLAIN if bar.good is None else _GOOD if bar.good else _BAD
        end = place(bar.value) if bar.value > 0 else LEFT
        parts += [
            _text(LEFT - 8, y + 13, bar.label, anchor="end"),
            f'<rect x="{LEFT}" y="{y}" width="{end - LEFT:.1f}" height="18" fill="{colour}"/>',
            _text(end + 6, y + 13, bar.shown),
        ]
    if mark is not None:
        x = place(mark)
        parts.append(f'<path d="M{x:.1f} 36V{height - 8}" stroke="{_INK}" stroke-dasharray="4 3"/>')
    return _picture(title, described, height, parts)


def lines(
    title: str,
    described: str,
    series: dict[str, Sequence[tuple[float, float]]],
    *,
    across: str,
    up: str,
) -> str:
    """Lines over a logarithmic axis, from nought upwards."""
    points = [point for each in series.values() for point in each]
    left, right = (log10(pick(x for x, _ in points)) for pick in (min, max))
    top = max(y for _, y in points) * 1.1 or 1
    height, bottom, ceiling, begin, end = 340, 290, 50, 70, WIDTH - 190

    def place(x: float, y: float) -> str:
        over = (log10(x) - left) / (right - left) if right > left else 0.5
        return f"{begin + (end - begin) * over:.1f} {bottom - (bottom - ceiling) * y / top:.1f}"

    parts = [
        f'<path d="M{begin} {ceiling}V{bottom}H{end}" fill="none" stroke="{_FAINT}"/>',
        _text(begin - 6, bottom, "0", anchor="end"),
        _text(begin - 6, ceiling + 8, f"{top:.3g}", anchor="end"),
        _text(begin, ceiling - 6, up),
        _text(end, bottom + 34, across, anchor="end"),
    ]
    free = float(WIDTH)
    for x in sorted({x for x, _ in points}, reverse=True):
        along = float(place(x, 0).split()[0])
        if along + _LABEL <= free:
            parts.append(_text(along, bottom + 16, f"{x:,.0f}", anchor="middle"))
            free = along
    for number, (label, each) in enumerate(series.items()):
        colour = _LINES[number % len(_LINES)]
        path = "L".join(place(x, y) for x, y in each)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y in each:
            at, above = place(x, y).split()
            parts.append(f'<circle cx="{at}" cy="{above}" r="3.5" fill="{colour}"/>')
        parts.append(_text(end + 12, float(place(*each[-1]).split()[1]) + 4, label, colour=colour))
    return _picture(title, described, height, parts)


def _picture(title: str, described: str, height: int, parts: list[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="t d" font-family="system-ui, sans-serif" font-size="13">\n'
        f'<title id="t">{escape(title)}</title>\n<desc id="d">{escape(described)}</desc>\n'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>\n'
        f"{_text(16, 24, title, weight=600)}\n" + "\n".join(parts) + "\n</svg>\n"
    )


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", weight: int = 400, colour: str = _INK
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}" '
        f'fill="{colour}">{escape(text)}</text>'
    )
