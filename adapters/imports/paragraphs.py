"""Paragraphs of plain text: what blank lines separate. A line of white space alone is blank."""

from __future__ import annotations


def paragraphs_of(text: str) -> tuple[tuple[str, ...], bool]:
    """The paragraphs of a text, and whether blank lines between them give it back exactly."""
    lines = text.split("\n")
    if len(lines) % 2 and "\r" not in text and not any(lines[1::2]):
        paragraphs = tuple(lines[::2])
        if all(map(str.strip, paragraphs)):
            return paragraphs, True
    blocks: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    paragraphs = tuple("\n".join(block) for block in blocks if block)
    return paragraphs, "\n\n".join(paragraphs) == text
