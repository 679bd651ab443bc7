"""Checkpoints: the head of a log as text, to be signed (C2SP tlog-checkpoint).

    variorum.example/main
    128
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

(Each line ends in a line feed.) The *origin* names the log for ever: here the name of the
collection's first key. The *size* is how many lines the log has, the *root* that of the tree over
them (variorum.domain.tree). Extension lines may follow in checkpoints of others; we write none.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from variorum.domain.errors import UnreadableError
from variorum.domain.signed_note import decoded
from variorum.domain.tree import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: `root` is that of the first `size` lines."""

    origin: str
    size: int
    root: bytes


def format_checkpoint(checkpoint: Checkpoint) -> bytes:
    """The text of a checkpoint."""
    root = base64.b64encode(checkpoint.root).decode()
    return f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n".encode()


def parse_checkpoint(text: bytes) -> Checkpoint:
    """The inverse of `format_checkpoint`; extension lines are passed over.

    Raises:
        UnreadableError: it is not the text of a checkpoint.
    """
    lines = text.decode(errors="replace").split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
        raise UnreadableError("not a checkpoint: it is not three lines: origin, size, root")
    origin, size, encoded = lines[:3]
    if not _SIZE.fullmatch(size):
        raise UnreadableError(f"not a checkpoint: its size is {size[:30]!r}")
    root = decoded(encoded)
    if root is None or len(root) != HASH_BYTES:
        raise UnreadableError(f"not a checkpoint: its root is {encoded[:60]!r}")
    return Checkpoint(origin, int(size), root)
