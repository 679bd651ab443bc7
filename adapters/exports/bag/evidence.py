"""What is proven of a log up to a size: its signed head, earlier ones, proofs between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import LogReader
from variorum.adapters.exports.timeline import TAKEDOWNS
from variorum.adapters.tree.checkpoints import (
    SignedCheckpoint,
    check_goes_on,
    signed_head,
    stored_checkpoints,
)
from variorum.adapters.tree.tiles import StoredTree
from variorum.domain.asof import LAST_POSITION
from variorum.domain.checkpoint import Checkpoint
from variorum.domain.consistency import ConsistencyProof, format_consistency
from variorum.domain.errors import NotFoundError
from variorum.domain.signed_note import SignedNote, format_note, parse_note
from variorum.domain.signing_keys import SigningKeys, signing_keys
from variorum.domain.streams import COLLECTION_STREAM, story_stream
from variorum.domain.tlog_proof import InclusionProof, format_proof
from variorum.domain.tree import CompleteSubtree, consistency_proof, inclusion_proof, root_from

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.adapters.key_files import Keyring
    from variorum.domain.ports import StoryEntry

_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is proven of the log.

    Attributes:
        head: of the log: its origin, size and root.
        note: the checkpoint that says so, signed.
        checkpoints: the stored ones of smaller sizes, by size.
        tokens: time stamps (RFC 3161) over them, by size.
        complete: the tree.
        sign: from a text to a note of it, signed by the collection's key.
    """

    head: Checkpoint
    note: bytes
    checkpoints: Mapping[int, bytes]
    tokens: Mapping[int, Sequence[bytes]]
    complete: CompleteSubtree
    sign: Callable[[bytes], bytes]

    def inclusion(self, position: int, line: bytes) -> bytes:
        """The proof that the line of a position is in the log (C2SP tlog-proof)."""
        path = inclusion_proof(self.complete, position - 1, self.head.size)
        return format_proof(InclusionProof(position - 1, tuple(path), self.note, line))

    def consistency(self, old: int) -> bytes:
        """The proof that the log begins with an older one of that size."""
        before = Checkpoint(self.head.origin, old, root_from(self.complete, old))
        path = consistency_proof(self.complete, old, self.head.size)
        return format_consistency(ConsistencyProof(before, self.head, tuple(path)))


def gathered(
    connection: Connection, ring: Keyring, stories: Sequence[StoryEntry], known: int
) -> Evidence:
    """The evidence of a bag that shows stories as known by K.

    Raises:
        NotFoundError: the collection has no key, or it is not in the file.
        CheckFailedError: the log is not what was signed of it.
        UsageError: the key's passphrase is wrong or missing.
    """
    stream = connection.log.stream(COLLECTION_STREAM, LAST_POSITION)
    named = signing_keys(stream)
    key = ring.key(named.latest.key)
    if key is None:
        raise NotFoundError(
            f"the key {named.latest.key} is not in {ring.path}: a bag is signed with it"
        )
    size = _log_size(connection, named, stories, known)
    head = signed_head(connection, size, keys=ring)
    tree = StoredTree(connection.database, connection.collection)
    check_goes_on(connection, ring.path, tree, stream)
    checkpoints = {each.size: each.note for each in _signed_in_time(connection, size)}
    return Evidence(
        head=head.checkpoint,
        note=head.note,
        checkpoints=checkpoints,
        tokens={each: _tokens(connection, each) for each in (*checkpoints, size)},
        complete=tree.complete,
        sign=lambda text: format_note(SignedNote(text, (key.sign(text),))),
    )


def _log_size(
    connection: Connection, named: SigningKeys, stories: Sequence[StoryEntry], known: int
) -> int:
    """How far the log goes that a bag carries.

    To K; to the last takedown of one of its stories, so that what is missing is accounted for; and
    to where the key that signs is known, and vouched for by the one before it.
    """
    handover = _handover(connection, named)
    reached = handover.size if handover else named.latest.position
    return max(known, _last_takedown(connection, stories, known), reached)


def _handover(connection: Connection, named: SigningKeys) -> SignedCheckpoint | None:
    """The first checkpoint in which the key before hands over to the latest one, if there is one.

    It need not be the first that reaches the latest: smaller ones may have been signed after it.
    """
    both = {each.key.id for each in named.named[-2:]}
    if len(both) < 2:
        return None
    return next(
        (
            each
            for each in stored_checkpoints(connection)
            if each.size >= named.latest.position
            and both <= {line.key_id for line in parse_note(each.note).signatures}
        ),
        None,
    )


def _last_takedown(connection: Connection, stories: Sequence[StoryEntry], known: int) -> int:
    """The position of the last takedown of some stories after K; 0 if there was none."""
    streams = {story_stream(entry.id) for entry in stories if entry.taken_down}
    if not streams:
        return 0
    reader = LogReader(connection.database, connection.collection)
    topics, last, after = [each.TOPIC for each in TAKEDOWNS], 0, known
    while page := reader.after(after, _PAGE, topics=topics):
        last = max([last, *(each.position for each in page if each.stream in streams)])
        after = page[-1].position
    return last


def _signed_in_time(connection: Connection, size: int) -> Iterator[SignedCheckpoint]:
    """The checkpoints of smaller sizes that were signed while the log was no larger.

    Those that were signed later prove nothing more, and would come into a bag that was made
    without them; but those in which a key hands over to the next are always there.
    """
    for each in stored_checkpoints(connection):
        if each.size >= size:
            return
        following = connection.log.at(each.size + 1).recorded_at
        if each.signed_at <= following or len(parse_note(each.note).signatures) > 1:
            yield each


def _tokens(connection: Connection, size: int) -> list[bytes]:
    parameters = {"collection": connection.collection, "size": size}
    with connection.database.read() as cursor:
        return [bytes(row[2]) for row in cursor.rows(statement("tree", "tokens"), parameters)]
