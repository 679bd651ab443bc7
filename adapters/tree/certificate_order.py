"""The certificates in a time-stamp, in the order that DER asks for.

The certificates of a token are a set (RFC 5652, section 5.1), and DER writes the parts of a set in
the order of their bytes (X.690, 11.6). OpenSSL's authorities write them as they have them, which
strict readers refuse. Nobody signs that order: put right, the token says the same.
"""

from __future__ import annotations

from collections.abc import Iterator

_CONTEXT_0 = 0xA0
_LONG = 0x80

_Part = tuple[int, int, int, int]
"""An element of DER: its tag, where it begins, where its contents begin, and where both end."""


def in_order(response: bytes) -> bytes:
    """An authority's response with its certificates in order; as it is, where it has none."""
    try:
        (whole,) = _parts(response, 0, len(response))
        _, token = _parts(response, *whole[2:])
        (signed,) = _parts(response, *_first(response, token)[2:])
        certificates = _first(response, signed)
        found = [response[each[1] : each[3]] for each in _parts(response, *certificates[2:])]
    except (IndexError, ValueError, StopIteration):
        return response
    return response[: certificates[2]] + b"".join(sorted(found)) + response[certificates[3] :]


def _first(data: bytes, within: _Part) -> _Part:
    """The first element under context tag 0."""
    return next(part for part in _parts(data, *within[2:]) if part[0] == _CONTEXT_0)


def _parts(data: bytes, begin: int, end: int) -> Iterator[_Part]:
    while begin < end:
        contents = begin + 2
        length = data[begin + 1]
        if length & _LONG:
            contents += length - _LONG
            length = int.from_bytes(data[begin + 2 : contents], "big")
        if contents + length > end:
            raise ValueError("an element is longer than what it is in")
        yield data[begin], begin, contents, contents + length
        begin = contents + length
