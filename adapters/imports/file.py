"""Reads one file as a copy of a story: text, HTML or an item of ninjs, told by its beginning."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from variorum.domain.commands import Source
from variorum.domain.errors import UnreadableError

if TYPE_CHECKING:
    from variorum.domain.reading import Reading
    from variorum.domain.stated import Known

LARGEST_FILE = 32 << 20
_HEAD = 4096
_KEY = re.compile(rb"PRIVATE\+KEY\+|[^\n]*\n-----BEGIN ENCRYPTED PRIVATE KEY-----")
"""What a key file begins with (`adapters.key_files`), as one lies beside each archive."""


def check_input(path: str, is_own: Callable[[Path], bool]) -> None:
    """Refuses the archive's own files before one is opened.

    Args:
        is_own: `Database.is_own_file`.

    Raises:
        UnreadableError: it is one.
    """
    if is_own(Path(path)):
        raise UnreadableError(f"{path}: the archive itself, which is no input")


def read_bytes(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`.

    Raises:
        UnreadableError: there is no such file, it is not one, or it is too large for a story.
    """
    try:
        if path == "-":
            data = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
    except OSError as cause:
        raise UnreadableError(f"{path}: {cause.strerror}") from cause
    if _KEY.match(data):
        raise UnreadableError(f"{path}: a private key, which is no story")
    if len(data) > LARGEST_FILE:
        raise UnreadableError(f"{path}: larger than {LARGEST_FILE >> 20} MB; that is no story")
    return data


def reader_of(
    path: str, data: bytes, encoding: str | None = None
) -> tuple[Callable[[Known], Reading], Source]:
    """What reads a file's bytes as a story, and the source to be kept with it."""
    from variorum.adapters.imports.page import looks_like_html

    html = looks_like_html(data)
    ninjs = not html and _is_ninjs(data[:_HEAD])

    def read(known: Known) -> Reading:
        try:
            if html:
                from variorum.adapters.imports.page import read_page

                content_type = f"text/html; charset={encoding}" if encoding else None
                return read_page(data, known, content_type)
            if ninjs:
                from variorum.adapters.imports.ninjs import read_item

                return read_item(data, known)
            if _is_mail(data[:_HEAD]):
                raise UnreadableError(
                    "a page and its pictures in one file (MHTML): save it as HTML alone"
                )
            from variorum.adapters.imports.text import decode_text
            from variorum.domain.reading import read_text

            return read_text(decode_text(data, encoding), known)
        except UnreadableError as cause:
            advice = "; if the text is in another encoding, name it with --encoding"
            told = cause.message + (advice if "offset" in cause.detail else "")
            raise UnreadableError(f"{path}: {told}") from cause

    kind = "text/html" if html else "application/json" if ninjs else "text/plain"
    return read, Source(data, kind)


def _is_mail(head: bytes) -> bool:
    """Whether it begins as a mail of several parts, as which browsers save pages (RFC 2557)."""
    headers = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0].lower()
    return b"mime-version:" in headers and b"content-type: multipart/" in headers


def _is_ninjs(head: bytes) -> bool:
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
        return False
    from variorum.adapters.imports.formats import format_of_head

    return format_of_head(head) == "ninjs"
