"""Gives a collection a new key, so that nothing is lost wherever it is interrupted.

The new key is on disk before the log names it, and the old one is kept. Run again, a rotation goes
on where it stopped; two at once are one. Last, both keys sign the head: the handover.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from variorum.adapters.key_files import (
    Keyring,
    SigningKey,
    given_up_path,
    make_key,
    next_path,
    read_key,
    verifier_in,
    write_private,
)
from variorum.adapters.tree.checkpoints import check_goes_on
from variorum.adapters.tree.tiles import StoredTree
from variorum.domain.asof import LAST_POSITION
from variorum.domain.collection import append
from variorum.domain.errors import ConflictError, StorageError, UnreadableError
from variorum.domain.events import KeyRotated
from variorum.domain.signing_keys import signing_keys
from variorum.domain.streams import COLLECTION_STREAM

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.domain.log import Recorded
    from variorum.domain.signed_note import VerifierKey


def rotate(
    connection: Connection, ring: Keyring, passphrase: str | None = None
) -> tuple[VerifierKey, VerifierKey]:
    """Gives the collection a new key of the same name, in the place of the old one's file.

    Args:
        ring: the key file.
        passphrase: what the new key is encrypted with; not at all, if None.

    Returns:
        The old key, and the new one.

    Raises:
        NotFoundError: the collection has no key yet.
        CheckFailedError: the log does not go on from what was signed of it.
        ConflictError: another process is about the same.
        UsageError: the passphrase of a key file is wrong or missing.
        StorageError: a file cannot be written.
    """
    stream = connection.log.stream(COLLECTION_STREAM, LAST_POSITION)
    named = signing_keys(stream)
    tree = StoredTree(connection.database, connection.collection)
    check_goes_on(connection, ring.path, tree, stream)
    ring.key(named.latest.key)  # its passphrase is asked for before anything is done
    waiting = _waiting_key(ring, named.origin, passphrase)
    ring.hold(waiting)
    new = waiting.verifier

    def decide(stream: list[Recorded]) -> tuple[KeyRotated, tuple[()]] | None:
        if any(each.key == new for each in signing_keys(stream).named):
            return None
        event = KeyRotated(
            originator_id=COLLECTION_STREAM,
            originator_version=len(stream),
            actor=connection.archive.actor,
            name=new.name,
            public_key=new.public_key.hex(),
        )
        return event, ()

    append(connection.log, decide)
    take_over(ring)
    before = [each.key for each in named.named if each.key != new]
    return before[-1], new


def _waiting_key(ring: Keyring, name: str, passphrase: str | None) -> SigningKey:
    """The key that is to take over: a new one, or that of a run that was interrupted."""
    waiting = next_path(ring.path)
    if not waiting.exists():
        try:
            make_key(name, waiting, passphrase)
        except StorageError:
            if not waiting.exists():
                raise
    try:
        return ring.read(waiting) if passphrase is None else read_key(waiting, lambda _: passphrase)
    except UnreadableError as cause:
        if waiting.exists():
            raise
        raise ConflictError("another process is giving the collection a new key") from cause


def take_over(ring: Keyring) -> None:
    """Puts the key that waits into the key file's place, and keeps the one that was there."""
    waiting = next_path(ring.path)
    if ring.path.exists():
        old, data = verifier_in(ring.path), ring.path.read_bytes()
        if waiting.exists() and verifier_in(waiting) != old:
            write_private(given_up_path(ring.path, old), data)
    with suppress(FileNotFoundError):  # another process has done it
        waiting.replace(ring.path)
