"""The encodings of content, and which text of a chain is whose prefix."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Sequence
from enum import IntEnum
from typing import Any

import zstandard

from variorum.domain.errors import DamagedError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

CHAIN_LENGTH = 1024
LEVEL = 3
_PLAIN_BELOW = 64
"""Bytes under which compression does not pay."""
PREFIX_FROM = 8
"""Bytes that a prefix has at least, for zstd."""
_LONGEST = 1 << 26
"""Bytes of a text that room is made for at once."""
_LARGE = 1 << 20
"""Bytes of prefix and text together beyond which the window has to be widened."""


class Encoding(IntEnum):
    """How the stored bytes relate to the content."""

    PLAIN = 0
    ZSTD = 1
    ZSTD_PREFIX = 2
    ERASED = 9
    """Nothing is left of it but its place."""


_PLAIN, _ZSTD, _ZSTD_PREFIX = map(int, (Encoding.PLAIN, Encoding.ZSTD, Encoding.ZSTD_PREFIX))
_UNUSED_BIT = 0x10
"""Of a frame's header: encoders leave it zero, decoders pass over it (RFC 8878, 3.1.1.1.1)."""


def base_of(ordinal: int) -> int | None:
    """The ordinal of the text that text `ordinal` builds on; None at the start of a chain."""
    place = ordinal % CHAIN_LENGTH
    if place == 0:
        return None
    return ordinal - place + (place & (place - 1))


def base_from(ordinal: int, stated: int | None) -> int | None:
    """As `base_of`, where the text's row may name another one.

    Raises:
        DamagedError: it names one that does not come before the text in the same chain.
    """
    if stated is None:
        return base_of(ordinal)
    if not ordinal - ordinal % CHAIN_LENGTH <= stated < ordinal:
        raise DamagedError(f"content {ordinal} builds on {stated}, which does not come before it")
    return stated


def encode(data: bytes, prefix: bytes | None) -> tuple[Encoding, bytes]:
    """The shortest of the encodings of `data`, given the text that it may build on."""
    if len(data) < _PLAIN_BELOW:
        return Encoding.PLAIN, data
    encoding = Encoding.ZSTD
    if prefix is not None and len(prefix) >= PREFIX_FROM:
        dictionary = zstd.ZstdDict(prefix, is_raw=True).as_prefix
        options = _options(len(prefix) + len(data))
        packed = zstd.compress(data, options=options, zstd_dict=dictionary)
        encoding = Encoding.ZSTD_PREFIX
    elif len(data) < _LARGE:
        packed = _contexts.compress(data)
    else:
        packed = zstd.compress(data, options=_options(len(data)))
    return (encoding, packed) if len(packed) < len(data) else (Encoding.PLAIN, data)


Encoded = tuple[int, bytes]
"""The encoding of a text, and the bytes that are stored."""


def decode(encoding: int, data: bytes, prefix: bytes | None, most: int = -1) -> bytes:
    """The content of stored bytes.

    Args:
        most: no more bytes than this are made of them; -1 where whoever wrote them is trusted.

    Raises:
        DamagedError: they are not of that encoding.
    """
    if encoding == _PLAIN:
        return data
    dictionary: Any = None
    if encoding == _ZSTD_PREFIX and prefix is not None and len(prefix) >= PREFIX_FROM:
        dictionary = zstd.ZstdDict(prefix, is_raw=True).as_prefix
    elif encoding != _ZSTD:
        raise DamagedError(f"stored content of unknown encoding {encoding}, or prefix")
    decompressor = zstd.ZstdDecompressor(dictionary)
    try:
        text = decompressor.decompress(data, most)
    except zstd.ZstdError as cause:
        raise DamagedError(f"stored content cannot be decompressed: {cause}") from cause
    if not decompressor.eof or decompressor.unused_data or not is_as_written(data):
        raise DamagedError("stored content is not one whole frame as it was written")
    return text


def decode_links(links: Sequence[Encoded], prefix: bytes | None = None) -> bytes | None:
    """The first text of a chain, out of those that it builds on, each before its base.

    Quicker than `decode` of each, and does not see what may follow after a frame.

    Args:
        prefix: what the last of them builds on.

    Raises:
        DamagedError: they are not of their encodings.
    """
    *above, last = links
    frames: list[Any] = [frame for _, frame in reversed(links)]
    of_one_kind = last[0] == _ZSTD and all(encoding == _ZSTD_PREFIX for encoding, _ in above)
    if of_one_kind and all(map(_is_plain_frame, frames)):
        with contextlib.suppress(zstandard.ZstdError):  # `decode` says which, and why
            return _contexts.decompress(frames)
    text = prefix
    for encoding, frame in reversed(links):
        text = decode(encoding, frame, text)
    return text


def _is_plain_frame(frame: bytes) -> bool:
    """Whether a frame says how long its text is, and that is believed."""
    try:
        return 0 <= zstandard.frame_content_size(frame) < _LONGEST and is_as_written(frame)
    except (zstandard.ZstdError, IndexError):
        return False


class _Contexts(threading.local):
    """Each thread's own: making one takes longer than most of what it does."""

    def __init__(self) -> None:
        self.compress = zstandard.ZstdCompressor(level=LEVEL).compress
        self.decompress = zstandard.ZstdDecompressor().decompress_content_dict_chain


_contexts = _Contexts()


def is_as_written(frame: bytes) -> bool:
    """Whether no bit is set in a frame's header that decompressing does not look at."""
    return not frame[4] & _UNUSED_BIT


def _options(size: int) -> dict[Any, int]:
    parameter = zstd.CompressionParameter
    if size < _LARGE:
        return {parameter.compression_level: LEVEL}
    return {
        parameter.compression_level: LEVEL,
        parameter.window_log: min(27, size.bit_length() + 1),
        parameter.enable_long_distance_matching: 1,
    }
