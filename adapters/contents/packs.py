"""Packs: up to 32 texts of a chain that follow one another, in one zstd frame.

Pack n of a chain has the texts at ordinals from 32n on; all but the last of a chain are full. It
begins with a *head* for each text: its length + 1 as an unsigned LEB128 number, then its salt of
32 bytes; the single byte 0 where the text is erased. Then comes the *frame*: all the texts that are
held, one after another, compressed upon the *prefix*: the last text that is held in pack
n & (n − 1), or, where nothing is held there, in the pack which that one would build on. Chains
start afresh every 1,024 texts, as those of loose texts do.

SQLite's pages are filled best by rows that are small, or that spill into pages which they fill
whole: there a pack is cut into *pieces*.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from variorum.adapters.contents.chain import CHAIN_LENGTH, PREFIX_FROM, is_as_written
from variorum.adapters.database.port import Dialect, Row
from variorum.domain.content import SALT_BYTES, Held
from variorum.domain.errors import DamagedError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TEXTS = 32
"""Texts of a pack that is full."""
LEVEL = 17
_LONG = 1 << 17
"""Bytes of prefix and texts together beyond which matches are looked for from afar."""
_WIDEST = 27
"""The widest window that decoders have to have: 128 MB (RFC 8878, 3.1.1.1.2, and zstd's own)."""
_PACKS = CHAIN_LENGTH // TEXTS
_PIECE = 400
"""Bytes of a row of which SQLite's pages of 4,096 bytes hold ten."""
_SPILL = 4092
"""Bytes that a page holds of what a row spills (sqlite.org/fileformat2.html, 1.6)."""
_LONGEST_NUMBER = 6
"""Bytes of a text's length."""

Packed = tuple[int, bytes]
"""How many texts a pack has, and its bytes as they are stored."""
Texts = list[Held | None]
"""The texts of a pack, in order; None for one that is erased."""


def pack_of(ordinal: int) -> int:
    """The pack that a text is in, once it is sealed."""
    return ordinal // TEXTS


def bases_of(pack: int) -> Iterator[int]:
    """The packs that one may build on, in the order in which they are tried."""
    place = pack % _PACKS
    while place:
        place &= place - 1
        yield pack - pack % _PACKS + place


def last_held(texts: Texts) -> bytes | None:
    """The text of a pack that others build on; None where nothing is held."""
    return next((held.data for held in reversed(texts) if held is not None), None)


def encode_pack(texts: Texts, prefix: bytes | None) -> bytes:
    """A pack of some texts."""
    heads = b"".join(
        b"\0" if held is None else _number(len(held.data) + 1) + held.salt for held in texts
    )
    data = b"".join(held.data for held in texts if held is not None)
    options = _options(len(data) + len(prefix or b""))
    return heads + zstd.compress(data, options=options, zstd_dict=_dictionary(prefix))


def heads_of(data: bytes, count: int) -> tuple[list[tuple[bytes, int] | None], int]:
    """The salts and lengths of a pack's texts, None for one that is erased; where its frame begins.

    Raises:
        DamagedError: the bytes do not begin with the heads of so many texts.
    """
    found: list[tuple[bytes, int] | None] = []
    at = 0
    try:
        for _ in range(count):
            number = shift = 0
            begin = at
            while data[at] & 0x80:
                number |= (data[at] & 0x7F) << shift
                shift += 7
                at += 1
            number |= data[at] << shift
            at += 1
            if at - begin > _LONGEST_NUMBER or (data[at - 1] == 0 and at - begin > 1):
                raise DamagedError("the heads of a pack are not as they were written")
            if not number:
                found.append(None)
                continue
            found.append((data[at : at + SALT_BYTES], number - 1))
            at += SALT_BYTES
    except IndexError:
        raise DamagedError(f"a pack has not the heads of {count} texts") from None
    return found, at


def decode_pack(packed: bytes, count: int, prefix: bytes | None) -> Texts:
    """The texts of a pack.

    Raises:
        DamagedError: the bytes are not a pack's of so many texts.
    """
    known, begin = heads_of(packed, count)
    frame = packed[begin:]
    length = sum(each[1] for each in known if each is not None)
    decompressor = zstd.ZstdDecompressor(_dictionary(prefix), _DECODING)
    try:
        stated = zstd.get_frame_info(frame).decompressed_size
        data = decompressor.decompress(frame, length + 1)
    except zstd.ZstdError as cause:
        raise DamagedError(f"a pack cannot be decompressed: {cause}") from cause
    whole = decompressor.eof and not decompressor.unused_data and len(data) == stated == length
    if not whole or not is_as_written(frame):
        raise DamagedError("a pack is not one whole frame as it was written")
    texts: Texts = []
    at = 0
    for each in known:
        if each is None:
            texts.append(None)
            continue
        salt, size = each
        texts.append(Held(salt, data[at : at + size]))
        at += size
    return texts


def decode_into(packs: dict[int, Texts], pack: int, count: int, packed: bytes) -> Texts:
    """The texts of a pack, put among the packs of its chain before it, of which it builds on one.

    Raises:
        DamagedError: as `decode_pack`, or a pack that it may build on is missing.
    """
    texts = packs[pack] = decode_pack(packed, count, prefix_of(pack, packs))
    return texts


def pieces(dialect: Dialect, packed: bytes) -> list[bytes]:
    """A pack as it is cut for a database."""
    if dialect != "sqlite":
        return [packed]
    spilling = max(0, (len(packed) - _PIECE) // _SPILL * _SPILL + _PIECE)
    first = spilling if spilling > _PIECE else _PIECE
    rest = range(first, len(packed), _PIECE)
    return [packed[:first], *(packed[at : at + _PIECE] for at in rest)]


def joined(rows: Iterable[Row]) -> Iterator[tuple[int, int, bytes]]:
    """Packs, how many texts each has, and its bytes: from rows of pack, texts, piece, in order."""
    for pack, group in groupby(rows, key=itemgetter(0)):
        parts = list(group)
        yield pack, parts[0][1], b"".join(bytes(part[2]) for part in parts)


def held_in(packs: Mapping[int, Packed], ordinal: int) -> Held | None:
    """A text out of packs as they are stored; None where it is in none of them, or erased.

    Args:
        packs: by their numbers; those that the text's pack builds on are among them.

    Raises:
        DamagedError: the pack, or one that it builds on, cannot be read.
    """
    pack, place = pack_of(ordinal), ordinal % TEXTS
    if pack not in packs or place >= packs[pack][0]:
        return None
    texts: dict[int, Texts] = {}
    for each in sorted((pack, *bases_of(pack))):
        if each in packs:
            count, data = packs[each]
            decode_into(texts, each, count, bytes(data))
    return texts[pack][place]


def prefix_of(pack: int, packs: dict[int, Texts]) -> bytes | None:
    """What a pack builds on, among the packs of its chain.

    Raises:
        DamagedError: a pack that it may build on is missing.
    """
    for base in bases_of(pack):
        if base not in packs:
            raise DamagedError(f"pack {pack} builds on pack {base}, which is not there")
        text = last_held(packs[base])
        if text is not None:
            return text
    return None


def _number(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)


def _dictionary(prefix: bytes | None) -> Any:
    if prefix is None or len(prefix) < PREFIX_FROM:
        return None
    return zstd.ZstdDict(prefix, is_raw=True).as_prefix


_DECODING: dict[Any, int] = {zstd.DecompressionParameter.window_log_max: _WIDEST}


def _options(size: int) -> dict[Any, int]:
    parameter = zstd.CompressionParameter
    options = {
        parameter.compression_level: LEVEL,
        parameter.window_log: max(10, min(_WIDEST, size.bit_length())),
    }
    if size > _LONG:
        options[parameter.enable_long_distance_matching] = 1
    return options
