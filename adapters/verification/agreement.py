"""Whether some streams and their contents agree, asked of all of them at once.

To say of each thing what is wrong with it takes time even where nothing is. Here the same is asked
so that one difference anywhere gives None, and nothing is named: then `streams` looks at each thing
by itself. The *account* of some streams lists the contents that their events commit to; what is
stored must give the very same list.

Frames that build on one text, or on none, are decompressed by one context of `zstandard`: the
standard library makes one for each frame, which takes longer than to decompress a news text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence

import zstandard

from variorum.adapters.contents.chain import PREFIX_FROM, Encoding, base_from, is_as_written
from variorum.adapters.contents.commits import commits, committed
from variorum.adapters.contents.store import KIND_NUMBERS
from variorum.adapters.database.port import Row
from variorum.adapters.eventlog.codec import CLASSES
from variorum.adapters.eventlog.packing import unpacked
from variorum.adapters.verification.leaves import Leaves
from variorum.adapters.verification.prefixes import FEW, is_done
from variorum.domain.content import ContentKind
from variorum.domain.errors import DamagedError
from variorum.domain.log import LINE, stream_part, topic_part
from variorum.domain.tree import LEAF
from variorum.domain.verification import Checked

_PLAIN, _ZSTD, _ZSTD_PREFIX = map(int, (Encoding.PLAIN, Encoding.ZSTD, Encoding.ZSTD_PREFIX))
_ARTICLE = KIND_NUMBERS[ContentKind.ARTICLE]
_LARGE = 1 << 24
"""Bytes beyond which a text is left to those who do not trust what a frame says of its length."""

Accounted = tuple[int, int, int, str, int]
"""Stream, kind, ordinal, commitment and length of a content."""


def agreed(
    events: Sequence[Row],
    contents: Iterable[Row],
    names: Mapping[int, str],
    topics: Mapping[int, str],
    leaves: Leaves,
) -> Checked | None:
    """What checking some streams came to where all is as it should be; otherwise None.

    Fills in the leaves of the events if their account is whole.

    Args:
        events: of the streams, in the order of stream and version.
        contents: of the streams, in the order of stream, kind and ordinal.
        names: of the streams, by key.
        topics: names, by key.
    """
    account = _account(events, names, topics, leaves)
    if account is None:
        return None
    account.sort()
    length = _compared(account, contents)
    if length is None:
        return None
    return Checked(events=len(events), intact=len(account), bytes=length)


def _account(
    events: Sequence[Row], names: Mapping[int, str], topics: Mapping[int, str], leaves: Leaves
) -> list[Accounted] | None:
    """What the events commit to. None where they are not whole, or say that something is gone."""
    sha256 = hashlib.sha256
    form = LEAF + LINE
    tails = {key: topic_part(name) for key, name in topics.items() if name in CLASSES}
    account: list[Accounted] = []
    hashes: list[bytes] = []
    current, expected, middle, streams = None, 0, b"", 0
    for position, recorded_at, stream, version, topic, state in events:
        if stream != current:
            current, expected = stream, 0
            streams += 1
            name = names.get(stream)
            if not name:
                return None
            middle = stream_part(name)
        if version != expected or topic not in tails:
            return None
        expected += 1
        try:
            state = unpacked(state)
            found = commits(state)
        except DamagedError:
            return None
        leaf = form % (position, recorded_at, middle, version, tails[topic], state)
        hashes.append(sha256(leaf).digest())
        if found.contents:
            return None
        article = found.article
        if article is not None and found.source is None and found.note is None:
            account.append((stream, _ARTICLE, article.ordinal, article.commitment, article.length))
        else:
            account.extend(
                (stream, KIND_NUMBERS[kind], ref.ordinal, ref.commitment, ref.length)
                for kind, ref in committed(found)
            )
    if streams != len(names):
        return None
    positions = [row[0] for row in events]
    if not leaves.put(positions, hashes, [row[1] for row in events]):
        return None
    return account


def _compared(account: Iterable[Accounted], contents: Iterable[Row]) -> int | None:
    """The bytes of all contents together, if they are the ones that the account lists."""
    sha256 = hashlib.sha256
    plain = zstandard.ZstdDecompressor().decompress
    length = 0
    expected = iter(account)
    chain = _Chain()
    in_stream = of_kind = -1
    try:
        for stream, kind, ordinal, base, encoding, salt, data in contents:
            if kind != of_kind or stream != in_stream:
                in_stream, of_kind = stream, kind
                chain = _Chain()
            wanted = next(expected, None)
            if base is not None and encoding != _ZSTD_PREFIX:
                return None
            if encoding == _PLAIN:
                text = data
            elif wanted is None or not _is_safe(data, wanted[4]):
                return None
            elif encoding == _ZSTD:
                text = plain(data, allow_extra_data=False)
            elif encoding == _ZSTD_PREFIX:
                decompress = chain.upon(base_from(ordinal, base))
                text = decompress(data, allow_extra_data=False)
            else:
                return None
            if wanted != (stream, kind, ordinal, sha256(salt + text).hexdigest(), len(text)):
                return None
            if not ordinal & 1 and len(text) >= PREFIX_FROM:
                chain.keep(ordinal, text)
            length += len(text)
    except (DamagedError, LookupError, zstandard.ZstdError):
        return None
    return length if next(expected, None) is None else None


def _is_safe(frame: bytes, length: int) -> bool:
    """Whether so long a text is what a frame says that it holds, and as it was written."""
    return (
        length <= _LARGE and zstandard.frame_content_size(frame) == length and is_as_written(frame)
    )


class _Chain:
    """The texts of one chain that later ones build on, each with a context once it is wanted."""

    def __init__(self) -> None:
        self._texts: dict[int, bytes] = {}
        self._contexts: dict[int, Callable[..., bytes]] = {}

    def upon(self, base: int | None) -> Callable[..., bytes]:
        """What decompresses the frames that build on a text.

        Raises:
            LookupError: there is no such text, or it was not kept.
        """
        if base is None:
            raise LookupError
        found = self._contexts.get(base)
        if found is None:
            prefix = zstandard.ZstdCompressionDict(
                self._texts[base], dict_type=zstandard.DICT_TYPE_RAWCONTENT
            )
            found = zstandard.ZstdDecompressor(dict_data=prefix).decompress
            self._contexts[base] = found
        return found

    def keep(self, ordinal: int, text: bytes) -> None:
        """Keeps a text at an even ordinal, and drops those that nothing after it builds on."""
        if ordinal > FEW:
            for old in [old for old in self._texts if is_done(old, ordinal)]:
                del self._texts[old]
                self._contexts.pop(old, None)
        self._texts[ordinal] = text
