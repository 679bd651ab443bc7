"""Pieces of HTML, as feeds and other people's files hold them: to blocks of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from variorum.adapters.imports.paragraphs import paragraphs_of
from variorum.domain.errors import UnreadableError

if TYPE_CHECKING:
    from lxml.html import HtmlElement, HTMLParser

_BLOCK_NAMES = """
    address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6
    header hr li main ol p pre section table td th tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSEEN = frozenset(("script", "style", "template", "noscript", "iframe", "head", "svg"))
_MARKUP = re.compile(r"<[a-zA-Z!/][^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|\w+);")


def blocks_of_fragment(text: str) -> list[str]:
    """The paragraphs of a text that is HTML if it looks so, and otherwise plain.

    Raises:
        UnreadableError: it cannot be parsed.
    """
    if not _MARKUP.search(text):
        return list(paragraphs_of(text)[0])
    from lxml import etree, html

    parser = new_parser()
    markup = f"<div>{text}</div>".replace("\0", "").encode("utf-8", "replace")
    try:
        root = html.document_fromstring(markup, parser=parser)
    except (etree.ParserError, ValueError) as cause:
        raise UnreadableError("its text cannot be parsed") from cause
    lines = "".join(_pieces(root)).split("\n")
    return [line for line in (" ".join(each.split()) for each in lines) if line]


def new_parser(*, deep: bool = True) -> HTMLParser:
    """A parser of HTML, for one document; it takes mark-up that is nested 2,048 deep, or 256."""
    from lxml import html

    return html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=deep)


def is_cut_off(parser: HTMLParser) -> bool:
    """Whether a document was nested deeper than that, and is not there from that place on."""
    return any("Excessive depth" in each.message for each in parser.error_log)


def line_of_fragment(text: str) -> str:
    """The text of a piece of HTML on one line."""
    return " ".join(blocks_of_fragment(text))


def blocks_of_plain(text: str) -> list[str]:
    """The paragraphs of a text that is said to be plain; `<` is a letter in it, `&amp;` is `&`."""
    return list(paragraphs_of(unescape(text))[0])


def line_of_plain(text: str) -> str:
    """A text that is said to be plain, on one line."""
    return " ".join(unescape(text).split())


def _pieces(root: HtmlElement) -> Iterator[str]:
    """What is printed, with a line feed wherever a block begins or ends."""
    from lxml import etree

    hidden = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        unseen = node.tag in _UNSEEN
        mark = "\n" if node.tag in _BLOCKS else ""
        if event == "start":
            hidden += unseen
            if not hidden:
                yield mark + (node.text or "").replace("\n", " ")
        else:
            hidden -= unseen
            if not hidden:
                yield mark + (node.tail or "").replace("\n", " ")
