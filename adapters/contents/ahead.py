"""Compresses texts in a process of its own, a batch ahead of the one that is being stored.

    python -m variorum.adapters.contents.ahead

is that process. It knows nothing but the texts that it is sent (`adapters/beside.py`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from msgspec import msgpack

from variorum.adapters.beside import Beside, serve
from variorum.adapters.contents.chain import Encoded, Text, encode_all


class Ahead:
    """The process, as seen from outside. One batch is at work at a time."""

    def __init__(self) -> None:
        self._beside = Beside(__name__)

    @property
    def pid(self) -> int | None:
        """The process, where there is one."""
        return self._beside.pid

    def begin(self, texts: Sequence[Text]) -> bool:
        """Sends a batch; False where there is no process to send it to."""
        while self._beside.pending:  # nobody waits for it any more
            self._beside.result()
        return self._beside.begin(*_asked(texts))

    def result(self) -> list[Encoded] | None:
        """What the batch comes to that was sent; None where there is none, or the process died."""
        found = self._beside.result()
        return None if found is None else _decode_encoded(found)

    def close(self) -> None:
        """Ends the process; there will be no other."""
        self._beside.close()


_Part = tuple[int, int | None, int | None]
"""Of a text: its length, that of its prefix where that comes after it, or else its place."""
_encode = msgpack.Encoder().encode
_decode_parts = msgpack.Decoder(list[_Part]).decode
_decode_encoded = msgpack.Decoder(list[Encoded]).decode
_LENGTH = struct.Struct("<Q")


def _asked(texts: Sequence[Text]) -> Iterator[bytes]:
    """A batch as it is sent: what there is of each text, then the texts, which are not copied."""
    parts: list[_Part] = [
        (len(data), len(prefix), None) if isinstance(prefix, bytes) else (len(data), None, prefix)
        for data, prefix in texts
    ]
    head = _encode(parts)
    yield _LENGTH.pack(len(head))
    yield head
    for data, prefix in texts:
        yield data
        if isinstance(prefix, bytes):
            yield prefix


def _texts(asked: bytes) -> Iterator[Text]:
    (length,) = _LENGTH.unpack_from(asked)
    at = _LENGTH.size + length
    for size, of_prefix, place in _decode_parts(asked[_LENGTH.size : at]):
        data = asked[at : at + size]
        at += size
        prefix: bytes | int | None = place
        if of_prefix is not None:
            prefix = asked[at : at + of_prefix]
            at += of_prefix
        yield data, prefix


if __name__ == "__main__":
    serve(lambda asked: _encode(encode_all(list(_texts(asked)))))
