"""Inclusion proofs as files (C2SP tlog-proof): that a line is in a log which someone has signed.

    c2sp.org/tlog-proof@v1
    extra eyJwb3NpdGlvbiI6MSwi…
    index 0
    gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=

    variorum.example/main
    …

The *index* is the line's, from 0; the *path* follows it, a hash a line; after an empty line comes
the signed checkpoint, as it is. The *extra* data are not proved by the format itself: ours are the
line, so that the file can be verified alone. Whoever verifies it hashes that line.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from variorum.domain.errors import UnreadableError
from variorum.domain.signed_note import decoded
from variorum.domain.tree import HASH_BYTES

MOST_BYTES = 64 << 20
"""A line of the log has no set limit; this is far above any."""

_FIRST = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})")
_MOST_HASHES = 64


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """Where a line is, the way from it to the root, and the signed checkpoint of that root."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None


def format_proof(proof: InclusionProof) -> bytes:
    """The file of a proof; its name should end in `.tlog-proof`."""
    lines = [_FIRST]
    if proof.extra is not None:
        lines.append(f"extra {base64.b64encode(proof.extra).decode()}")
    lines.append(f"index {proof.index}")
    lines += [base64.b64encode(each).decode() for each in proof.path]
    return "\n".join([*lines, "", ""]).encode() + proof.checkpoint


def parse_proof(data: bytes) -> InclusionProof:
    """The inverse of `format_proof`.

    Raises:
        UnreadableError: it is not such a file, or not all of one.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"not an inclusion proof: longer than {MOST_BYTES} bytes")
    head, blank, checkpoint = data.partition(b"\n\n")
    lines = head.decode(errors="replace").split("\n")
    if lines[0] != _FIRST:
        raise UnreadableError(f"not an inclusion proof: its first line is not {_FIRST}")
    if not blank or not checkpoint:
        raise UnreadableError("not a whole inclusion proof: no checkpoint in it")
    rest, extra = lines[1:], None
    if rest and rest[0].startswith("extra "):
        extra = decoded(rest[0].removeprefix("extra "))
        if extra is None:
            raise UnreadableError("not an inclusion proof: its extra data are not base64")
        rest = rest[1:]
    index = _INDEX.fullmatch(rest[0]) if rest else None
    if index is None:
        raise UnreadableError("not an inclusion proof: no line says which index")
    if len(rest) - 1 > _MOST_HASHES:
        raise UnreadableError("not an inclusion proof: more hashes than any tree is high")
    path = tuple(_hash(line) for line in rest[1:])
    return InclusionProof(int(index[1]), path, checkpoint, extra)


def _hash(line: str) -> bytes:
    node = decoded(line)
    if node is None or len(node) != HASH_BYTES:
        raise UnreadableError(f"not an inclusion proof: no hash: {line[:60]!r}")
    return node
