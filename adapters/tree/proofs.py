"""Proofs about a log: that a line is in it, and that a later head begins with an earlier one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from variorum.adapters.eventlog.reader import LogReader
from variorum.adapters.tree.checkpoints import (
    SignedCheckpoint,
    last_checkpoint,
    signed_head,
)
from variorum.adapters.tree.tiles import StoredTree
from variorum.domain.asof import LAST_POSITION
from variorum.domain.checkpoint import Checkpoint
from variorum.domain.consistency import ConsistencyProof
from variorum.domain.errors import NotFoundError, UsageError
from variorum.domain.signing_keys import signing_keys
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.tlog_proof import InclusionProof

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.adapters.key_files import Keyring


@dataclass(frozen=True, slots=True)
class Proved:
    """The proof of one position, and the checkpoint that it leads to."""

    position: int
    line: bytes
    signed: SignedCheckpoint
    proof: InclusionProof


def prove(
    connection: Connection,
    position: int,
    *,
    size: int | None = None,
    keys: Keyring | None = None,
    tree: StoredTree | None = None,
) -> Proved:
    """Proves that the line of a position is in the log.

    Args:
        size: of the checkpoint to prove it against. If not given, the latest that there is, or
            the head, signed now, where none reaches so far.
        keys: the key file to sign with, where that must be.
        tree: for many proofs, so that what was read is kept.

    Raises:
        NotFoundError: there is no such position, or no checkpoint that reaches it and no key.
        CheckFailedError: the log is not what was signed of it.
    """
    if size is None:
        signed = last_checkpoint(connection, least=position) or _signed_now(connection, keys)
    else:
        signed = signed_head(connection, size, keys=keys)
    tree = tree or StoredTree(connection.database, connection.collection)
    if not 0 < position <= signed.size:
        raise NotFoundError(f"#{position} is not in the log of {signed.size} lines")
    reader = LogReader(connection.database, connection.collection)
    [line] = reader.lines(position - 1, position)
    path = tuple(tree.inclusion(position - 1, signed.size))
    return Proved(position, line, signed, InclusionProof(position - 1, path, signed.note, line))


def prove_consistency(
    connection: Connection, old: int, new: int, tree: StoredTree | None = None
) -> ConsistencyProof:
    """Proves that the head of `new` lines begins with that of `old`.

    Raises:
        UsageError: the log has no such sizes.
    """
    head = connection.log.head().position
    if not 0 < old <= new <= head:
        raise UsageError(
            f"no consistency proof from {old} to {new}: both sizes are from 1 to {head}, the "
            "smaller one first"
        )
    tree = tree or StoredTree(connection.database, connection.collection)
    origin = signing_keys(connection.log.stream(COLLECTION_STREAM, LAST_POSITION)).origin
    return ConsistencyProof(
        Checkpoint(origin, old, tree.root(old)),
        Checkpoint(origin, new, tree.root(new)),
        tuple(tree.consistency(old, new)),
    )


def _signed_now(connection: Connection, keys: Keyring | None) -> SignedCheckpoint:
    try:
        return signed_head(connection, keys=keys)
    except NotFoundError as cause:
        raise NotFoundError(
            f"no checkpoint reaches so far, and none can be signed here: {cause.message}; "
            "`variorum checkpoint` signs one where the key is"
        ) from cause
