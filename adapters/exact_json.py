"""JSON of which each number stands as it was written.

Most readers make doubles of numbers (RFC 8259, section 6), and write others: of
`123456789012345678901234567890` `1.2345678901234568e+29`, of `0.10` `0.1`, of `-0` `0`. Some refuse
`1e400`. Here a number is a *fragment*: its text, which `orjson.dumps` writes as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import orjson
from msgspec import Raw
from msgspec.json import Decoder

from variorum.domain.errors import UnreadableError

_unread = Decoder(dict[str, Raw]).decode
_MAY_DIFFER = re.compile(rb"[:,\[](?:-?[0-9]+[.e]|[0n])")
"""In what `orjson` wrote: a double; a zero, which may have been `-0`; null, for infinity."""
_BEYOND_64_BITS = 19
"""Digits from which on a number may be: those `orjson` reads as doubles, and writes no others."""


def exact_values(data: bytes) -> Any:
    """What some JSON says, with its numbers as fragments.

    Raises:
        ValueError: it is not JSON.
        RecursionError: it is nested too deeply.
    """
    return json.loads(data, parse_int=orjson.Fragment, parse_float=orjson.Fragment)


def exact_of(raw: bytes, names: Iterable[str]) -> dict[str, Any]:
    """What an object of JSON says under some names that it has, as `exact_values`.

    Raises:
        RecursionError: it is nested too deeply.
    """
    values = _unread(raw)
    return {name: exact_values(bytes(values[name])) for name in names}


def may_differ(written: bytes) -> bool:
    """Whether a number may have been given otherwise than `orjson` wrote it; else none was."""
    return _MAY_DIFFER.search(written) is not None


def values(raw: bytes) -> Any:
    """What some JSON says, with its numbers as they can be reckoned with.

    A number beyond the greatest double is infinite.

    Raises:
        UnreadableError: it is not JSON.
    """
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as cause:
        try:
            text = raw.decode()  # of bytes `json` takes also other encodings, and a BOM
            found = json.loads(text, parse_int=_whole, parse_constant=_refuse)
            orjson.dumps(found)  # `json` takes half a surrogate pair
        except (ValueError, TypeError, RecursionError):
            raise UnreadableError(f"not JSON: {cause}") from cause
        return found


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < _BEYOND_64_BITS else float(digits)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON (RFC 8259, section 6)")
