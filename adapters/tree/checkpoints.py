"""Signs heads of the log, and remembers what was signed.

A log must never sign two heads of which one does not begin with the other. So the last checkpoint
is remembered in the database and, since a backup may bring back an older database, in a file beside
the key too. Where the log is not one that goes on from there, nothing is signed until somebody says
that a loss is accepted; then an event names the head that was lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from variorum.adapters.database.port import Cursor, Database, Row
from variorum.adapters.database.statements import statement
from variorum.adapters.key_files import (
    Keyring,
    archives_own,
    key_path,
    signed_path,
    write_private,
)
from variorum.adapters.tree.tiles import StoredTree
from variorum.domain.asof import LAST_POSITION
from variorum.domain.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from variorum.domain.errors import CheckFailedError, NotFoundError, UnreadableError, UsageError
from variorum.domain.events import LogRestored
from variorum.domain.signed_note import MOST_BYTES, SignedNote, VerifierKey, format_note, parse_note
from variorum.domain.signing_keys import SigningKeys, signing_keys
from variorum.domain.streams import COLLECTION_STREAM

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.domain.log import Recorded


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint with the note that signs it, as it is stored; `signed_at` is an instant."""

    checkpoint: Checkpoint
    note: bytes
    signed_at: int

    @property
    def size(self) -> int:
        return self.checkpoint.size


class RestoredError(CheckFailedError):
    """The log does not go on from the last head that was signed; `lost` is that head."""

    def __init__(self, message: str, lost: Checkpoint) -> None:
        super().__init__(message, reason="restored")
        self.lost = lost


def stored_checkpoint(connection: Connection, size: int) -> SignedCheckpoint | None:
    """The checkpoint that was signed at a size; None if none was."""
    return _one(connection, "checkpoint", size=size)


def last_checkpoint(connection: Connection, least: int = 1) -> SignedCheckpoint | None:
    """The largest checkpoint that was signed, of at least a size; None if none was."""
    return _one(connection, "last_checkpoint", least=least)


def stored_checkpoints(connection: Connection) -> Iterator[SignedCheckpoint]:
    """Every checkpoint that was signed, by size."""
    with connection.database.read() as cursor:
        rows = cursor.rows(statement("tree", "checkpoints"), {"collection": connection.collection})
    origin = _keys(connection).origin if rows else ""
    return (_of_row(origin, row) for row in rows)


def signed_head(
    connection: Connection, size: int | None = None, *, keys: Keyring | None = None
) -> SignedCheckpoint:
    """The signed head of the log, or of its first `size` lines: stored, or else signed now.

    With nothing new in the log since the last one, that is given again. The tiles are brought up
    to date first. Signing comes after the events are committed, and never inside an append.

    Args:
        keys: the key file, beside which the last checkpoint is remembered; the collection's usual
            one, if not given. Not needed for what is stored.

    Raises:
        RestoredError: the log does not go on from the last head that was signed.
        CheckFailedError: the log is not what was signed.
        NotFoundError: the key is not in its file, or the collection has none.
        UsageError: the log has no such size, or the key's passphrase is wrong or missing.
    """
    if size is not None:
        stored = stored_checkpoint(connection, size)
        if stored is not None:
            return stored
    stream = connection.log.stream(COLLECTION_STREAM, LAST_POSITION)
    named = signing_keys(stream)
    ring = keys or keyring(connection)
    tree = StoredTree(connection.database, connection.collection)
    tree.bring_up_to_date()
    head = connection.log.head().position
    wanted = head if size is None else size
    if not 0 < wanted <= head:
        raise UsageError(f"the log ends at #{head}: no checkpoint of #{wanted}")
    check_goes_on(connection, ring.path, tree, stream)
    stored = stored_checkpoint(connection, wanted)
    if stored is None:
        checkpoint = Checkpoint(named.origin, wanted, tree.root(wanted))
        stored = _signed(connection, ring, named, checkpoint, stream, tree)
    last = last_checkpoint(connection)
    if last is not None:
        _remember(ring.path, last, stream)
    return stored


def remembered(connection: Connection) -> Checkpoint | None:
    """The last checkpoint, as the file beside the key remembers it.

    None where there is no such file here, or the loss of that head was accepted.

    Raises:
        UnreadableError: the file is damaged.
    """
    found = _remembered(keyring(connection).path)
    if found is None:
        return None
    stream = connection.log.stream(COLLECTION_STREAM, LAST_POSITION)
    return None if _is_accepted(found, stream) else found


def keyring(connection: Connection, path: Path | None = None) -> Keyring:
    """The key file of a collection, the usual one if none is given.

    Raises:
        UnreadableError: it has no name, or it is the archive itself, or that lies where a file
            beside it would.
    """
    ring = Keyring(path or key_path(connection.address, connection.collection_name))
    own = archives_own(ring.path, connection.database.is_own_file)
    if own is not None:
        raise UnreadableError(f"{ring.path} is not a key file: {own} is the archive itself")
    return ring


def check_goes_on(
    connection: Connection, path: Path, tree: StoredTree, stream: Sequence[Recorded]
) -> None:
    """Checks that the log goes on from what was signed of it, as far as is remembered here.

    Args:
        path: the key file.
        stream: the collection's own stream.

    Raises:
        RestoredError: it does not go on from what the file beside the key remembers.
        CheckFailedError: it is not what the database itself has signed.
    """
    last = last_checkpoint(connection)
    head = connection.log.head().position  # looked at afterwards: others record and sign meanwhile
    if last is not None and not _begins_with(tree, head, last.checkpoint):
        raise CheckFailedError(
            f"the log is not what was signed of it: its first {last.size} lines have another root "
            "than the stored checkpoint (`variorum verify` tells where)"
        )
    lost = _remembered(path)
    head = connection.log.head().position
    if lost is None or _is_accepted(lost, stream):
        return
    if lost.origin != signing_keys(stream).origin:
        raise CheckFailedError(
            f"{signed_path(path)} is of another log, {lost.origin}: move it away if this one is new"
        )
    if not _begins_with(tree, head, lost):
        what = (
            f"the log ends at #{head}, but was signed at #{lost.size}"
            if lost.size > head
            else f"the log at #{lost.size} is not what was signed of it"
        )
        raise RestoredError(
            f"{what} ({signed_path(path)}): this database is older than that, perhaps restored "
            "from a backup. Bring back the newer one; if it is lost, `variorum checkpoint "
            "--accept-restored` records the loss and goes on from here",
            lost,
        )


def accept_restored(connection: Connection, keys: Keyring | None = None) -> int | None:
    """Records that the last signed head is lost, so that signing may go on without it.

    Returns:
        The position of that event; None where nothing is lost.
    """
    from variorum.domain.collection import append

    ring = keys or keyring(connection)

    def decide(stream: list[Recorded]) -> tuple[LogRestored, tuple[()]] | None:
        tree = StoredTree(connection.database, connection.collection)
        try:
            check_goes_on(connection, ring.path, tree, stream)
        except RestoredError as error:
            event = LogRestored(
                originator_id=COLLECTION_STREAM,
                originator_version=len(stream),
                actor=connection.archive.actor,
                size=error.lost.size,
                root=error.lost.root.hex(),
            )
            return event, ()
        return None

    return append(connection.log, decide)


def _begins_with(tree: StoredTree, head: int, signed: Checkpoint) -> bool:
    return signed.size <= head and tree.root(signed.size) == signed.root


def _is_accepted(lost: Checkpoint, stream: Sequence[Recorded]) -> bool:
    return any(
        isinstance(each.event, LogRestored)
        and (each.event.size, each.event.root) == (lost.size, lost.root.hex())
        for each in stream
    )


def _signed(
    connection: Connection,
    ring: Keyring,
    named: SigningKeys,
    checkpoint: Checkpoint,
    stream: Sequence[Recorded],
    tree: StoredTree,
) -> SignedCheckpoint:
    text = format_checkpoint(checkpoint)
    latest = ring.key(named.latest.key)
    if latest is None:
        raise NotFoundError(
            f"the key {named.latest.key} is not in {ring.path} (--key says where it is)"
        )
    others = (ring.key(key) for key in _signing_too(connection, named, checkpoint.size))
    signatures = tuple(key.sign(text) for key in (latest, *others) if key is not None)
    note = format_note(SignedNote(text, signatures))
    signed = SignedCheckpoint(checkpoint, note, connection.archive.now())
    _remember(ring.path, signed, stream)
    last = last_checkpoint(connection, least=signed.size)
    tile, tail = tree.tail(signed.size)
    with connection.database.write() as cursor:
        if last is None and tail:
            cursor.run(
                statement("tree", "keep_tail"),
                {"collection": connection.collection, "tile": tile, "hashes": tail},
            )
        return _stored(cursor, connection, signed)


def _signing_too(connection: Connection, named: SigningKeys, size: int) -> list[VerifierKey]:
    """Which keys beside the latest sign: the one of that time, and those that hand over."""
    of_then = named.good_for(size)[0]
    handing_over = [
        key
        for key, position in named.given_up_by(size)
        if last_checkpoint(connection, least=position) is None
    ]
    return [key for key in (of_then, *handing_over) if key != named.latest.key]


def _stored(cursor: Cursor, connection: Connection, signed: SignedCheckpoint) -> SignedCheckpoint:
    """Stores a checkpoint; gives what is stored of that size, were it by another process."""
    cursor.run(
        statement("tree", "add_checkpoint"),
        {
            "collection": connection.collection,
            "size": signed.size,
            "root": signed.checkpoint.root,
            "note": signed.note,
            "signed_at": signed.signed_at,
        },
    )
    parameters = {"collection": connection.collection, "size": signed.size}
    row = cursor.row(statement("tree", "checkpoint"), parameters)
    assert row is not None
    return _of_row(signed.checkpoint.origin, row)


def _remembered(path: Path) -> Checkpoint | None:
    """The checkpoint that the file beside the key remembers."""
    file = signed_path(path)
    try:
        with file.open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as cause:
        raise UnreadableError(f"cannot read {file}: {cause.strerror}") from cause
    try:
        return parse_checkpoint(parse_note(data).text)
    except UnreadableError as cause:
        raise UnreadableError(
            f"{file}: {cause.message}; it remembers the last checkpoint: put a copy of that there, "
            "or, if the log is surely the newest, move the file away"
        ) from cause


def _remember(path: Path, signed: SignedCheckpoint, stream: Sequence[Recorded]) -> None:
    """Writes a checkpoint into the file beside the key, unless a larger one is remembered."""
    held = _remembered(path)
    if held is None or held.size < signed.size or _is_accepted(held, stream):
        write_private(signed_path(path), signed.note)


def _keys(connection: Connection) -> SigningKeys:
    return signing_keys(connection.log.stream(COLLECTION_STREAM, LAST_POSITION))


def _one(connection: Connection, name: str, **parameters: int) -> SignedCheckpoint | None:
    database: Database = connection.database
    with database.read() as cursor:
        row = cursor.row(
            statement("tree", name), {"collection": connection.collection, **parameters}
        )
    return None if row is None else _of_row(_keys(connection).origin, row)


def _of_row(origin: str, row: Row) -> SignedCheckpoint:
    size, root, note, signed_at = row
    return SignedCheckpoint(Checkpoint(origin, int(size), bytes(root)), bytes(note), signed_at)
