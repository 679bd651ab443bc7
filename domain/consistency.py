"""Consistency proofs as files: that a later head of a log begins with an earlier one.

C2SP has no file for them, so ours is JSON:

    {"origin": "variorum.example/main",
     "old": {"size": 3, "root": "…"}, "new": {"size": 7, "root": "…"},
     "hashes": ["…", …]}

Roots and hashes in base64, as in a checkpoint; the hashes as RFC 6962, section 2.1.2, orders them.
Nothing in it is signed: whoever verifies it compares both heads with signed checkpoints.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, cast

from variorum.domain.checkpoint import Checkpoint
from variorum.domain.errors import UnreadableError
from variorum.domain.signed_note import decoded
from variorum.domain.tree import HASH_BYTES, verify_consistency

MOST_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """Two heads of one log, and the hashes that lead from the one to the other."""

    old: Checkpoint
    new: Checkpoint
    hashes: tuple[bytes, ...]

    def check(self) -> None:
        """Checks that the tree of the new head begins with that of the old one.

        Raises:
            CheckFailedError: it does not.
        """
        verify_consistency(self.old.size, self.new.size, self.old.root, self.new.root, self.hashes)


def consistency_json(proof: ConsistencyProof) -> dict[str, Any]:
    """A proof as what its file says."""
    return {
        "origin": proof.old.origin,
        "old": {"size": proof.old.size, "root": _encoded(proof.old.root)},
        "new": {"size": proof.new.size, "root": _encoded(proof.new.root)},
        "hashes": [_encoded(each) for each in proof.hashes],
    }


def format_consistency(proof: ConsistencyProof) -> bytes:
    """The file of a proof: one line of JSON."""
    text = json.dumps(consistency_json(proof), ensure_ascii=False, separators=(",", ":"))
    return text.encode() + b"\n"


def parse_consistency(data: bytes) -> ConsistencyProof:
    """The inverse of `format_consistency`.

    Raises:
        UnreadableError: it is not such a file.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"not a consistency proof: longer than {MOST_BYTES} bytes")
    try:
        found: Any = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError) as cause:
        raise UnreadableError("not a consistency proof: not JSON, or a key twice") from cause
    try:
        origin = found["origin"]
        if not isinstance(origin, str):
            raise UnreadableError("not a consistency proof: its origin is no text")
        return ConsistencyProof(
            _head(origin, found["old"]),
            _head(origin, found["new"]),
            tuple(map(_hash, cast("list[object]", found["hashes"]))),
        )
    except (KeyError, TypeError) as cause:
        raise UnreadableError("not a consistency proof: origin, old, new, hashes") from cause


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; not one that shows its reader another head than the one that is checked."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found


def _head(origin: str, found: dict[str, Any]) -> Checkpoint:
    size = found["size"]
    if not isinstance(size, int) or isinstance(size, bool) or size < 0:
        raise UnreadableError(f"not a consistency proof: a size in it is {str(size)[:30]!r}")
    return Checkpoint(origin, size, _hash(found["root"]))


def _hash(text: object) -> bytes:
    node = decoded(text) if isinstance(text, str) else None
    if node is None or len(node) != HASH_BYTES:
        raise UnreadableError(f"not a consistency proof: no hash: {str(text)[:60]!r}")
    return node


def _encoded(node: bytes) -> str:
    return base64.b64encode(node).decode()
