"""Whether each name in an object of JSON stands there once.

What an object says that has one twice is unpredictable (RFC 8259, section 4), and I-JSON has none
(RFC 7493, section 2.3): readers take the last without a word, and what the first said is lost.
"""

from __future__ import annotations

import json
import re

from variorum.domain.errors import UnreadableError

_AFTER_NAME = re.compile(rb'"\s*:')


def may_repeat(raw: bytes) -> bool:
    """Whether a name may stand twice in some JSON; false only where none does, in any object."""
    seen: set[bytes] = set()
    for found in _AFTER_NAME.finditer(raw):
        end = found.start()
        name = raw[raw.rfind(b'"', 0, end) + 1 : end]
        if name in seen or b"\\" in name:  # an escape may say another name, or be in a text
            return True
        seen.add(name)
    return False


def check_names(raw: bytes) -> None:
    """Sees that no object in some JSON has a name twice.

    Raises:
        UnreadableError: one has, or is nested too deeply to tell.
    """
    if not may_repeat(raw):
        return
    try:
        json.loads(raw, object_pairs_hook=_check, parse_int=str, parse_float=str)
    except RecursionError as cause:
        raise UnreadableError("nested too deeply") from cause


def _check(pairs: list[tuple[str, object]]) -> None:
    names: set[str] = set()
    for name, _ in pairs:
        if name in names:
            raise UnreadableError(f"{name}: twice in one object")
        names.add(name)
