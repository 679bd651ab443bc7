"""Makes the dictionary that states of events are packed upon, from invented events.

    python tests/states_dictionary.py FILE

What is shipped was made once and never changes, as archives depend on it; a zstd of another version
may make another. Nothing in it was ever published by anyone.
"""

from __future__ import annotations

import json
import random
import sys
from pathlib import Path
from typing import Any

import zstandard

SIZE = 2048
EVENTS = 20_000
DIGEST = "\x01"
"""What `packing` leaves in the place of a digest."""
_WIDTHS = (("second", 10**6), ("second", 10**6), ("minute", 60 * 10**6), ("day", 86400 * 10**6))
_ZONES = ("UTC", "+00:00", "+02:00", "Europe/London", "America/New_York", "Asia/Tokyo")
_BASES = ("metadata", "stated", "capture", "notice")
_LABELS = (("correction", "en/correction"), ("clarification", "en/clarified"), ("update", "en/up"))


def state(chance: random.Random) -> bytes:
    """What an event of some kind could say."""
    said: dict[str, Any] = {"actor": chance.choice(("local", "desk", "importer", "watch"))}
    at = chance.randrange(12 * 10**8, 19 * 10**8) * 10**6
    if chance.random() < 0.3:
        at += chance.randrange(10**6)
    captured = at + chance.randrange(10**9)
    kind = chance.random()
    if kind < 0.7:
        said |= _recorded(chance, at, captured)
    elif kind < 0.8:
        said |= {"at": at, "outcome": chance.choice(("unchanged", "gone", "absent"))}
        said |= {"revision": chance.randrange(1, 30), "captured": captured}
    elif kind < 0.85:
        said |= {"revision": chance.randrange(1, 30), "published": _published(chance, at)}
    else:
        said |= {"zone": chance.choice(_ZONES), "outlet": "The Harbour Post", "address": DIGEST}
        said |= {"description": _content(chance, 0, 2.2)}
    return (
        json.dumps(said, separators=(",", ":"))
        .replace(f'"{json.dumps(DIGEST)[1:-1]}"', DIGEST)
        .encode()
    )


def _recorded(chance: random.Random, at: int, captured: int) -> dict[str, Any]:
    revision = int(chance.paretovariate(0.7)) % 1000 + 1
    said: dict[str, Any] = {"revision": revision, "published": _published(chance, at)}
    if chance.random() < 0.5:
        said["captured"] = captured
    said["article"] = _content(chance, revision - 1, 3.7)
    if chance.random() < 0.2:
        said["source"] = {"content": _content(chance, revision - 1, 4), "media_type": "text/html"}
    if chance.random() < 0.1:
        kind, rule = chance.choice(_LABELS)
        said["notices"] = [{"kind": kind, "rule": rule, "time": _published(chance, at)}]
    return said


def _published(chance: random.Random, at: int) -> dict[str, Any]:
    precision, width = chance.choice(_WIDTHS)
    said = {"at": at, "earliest": at, "latest": at + width, "precision": precision}
    said |= {"basis": chance.choice(_BASES)}
    if chance.random() < 0.7:
        said["zone"] = chance.choice(_ZONES)
    return said


def _content(chance: random.Random, ordinal: int, size: float) -> dict[str, Any]:
    length = int(10 ** chance.gauss(size, 0.4))
    return {"ordinal": ordinal, "length": length, "commitment": DIGEST}


def main(path: Path) -> None:
    chance = random.Random(5)
    events: list[bytes | bytearray | memoryview[int]] = [state(chance) for _ in range(EVENTS)]
    path.write_bytes(zstandard.train_dictionary(SIZE, events, level=3).as_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
