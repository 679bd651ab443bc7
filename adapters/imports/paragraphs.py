"""Paragraphs of plain text: what blank lines separate. A line of white space alone is blank."""

from __future__ import annotations


def paragraphs_of(text: str) -> tuple[tuple[str, ...], bool]:
    """The paragraphs of a text, and whether blank lines between them give it back exactly."""
    if "\r" not in text:
        paragraphs = tuple(text.split("\n\n"))
        alone = text.count("\n") == 2 * (len(paragraphs) - 1)  # no other ends of lines
        if alone and all(map(str.strip, paragraphs)):
            return paragraphs, True
    blocks: list[list[str]] = [[]]
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    paragraphs = tuple("\n".join(block) for block in blocks if block)
    return paragraphs, "\n\n".join(paragraphs) == text
