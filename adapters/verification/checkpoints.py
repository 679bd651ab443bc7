"""Checks what was signed of a collection against the tree that its events give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from variorum.adapters.database.port import Cursor
from variorum.adapters.database.statements import statement
from variorum.adapters.tree.checkpoints import SignedCheckpoint, remembered, stored_checkpoints
from variorum.adapters.tree.evidence import check_note, check_stored_note
from variorum.adapters.tree.timestamps import (
    StrangerError,
    check_timestamp,
    count_timestamps,
    stored_timestamps,
)
from variorum.domain.asof import LAST_POSITION
from variorum.domain.checkpoint import Checkpoint
from variorum.domain.errors import (
    CheckFailedError,
    DamagedError,
    NotFoundError,
    UnreadableError,
    UsageError,
    VariorumError,
)
from variorum.domain.signed_note import VerifierKey
from variorum.domain.signing_keys import SigningKeys, signing_keys
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.verification import Checked

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection


@dataclass(frozen=True, slots=True)
class Trust:
    """What whoever verifies brings along.

    Attributes:
        keys: verifier keys, of which one must have signed.
        authorities: a file of certificates of time-stamping authorities, PEM.
    """

    keys: tuple[VerifierKey, ...] = ()
    authorities: Path | None = None


@dataclass(frozen=True, slots=True)
class Signed:
    """How many checkpoints agree, the size of the largest, and who signed it.

    Attributes:
        tokens: how many time-stamps were checked; `unchecked`: how many were not.
        stamped: the time of the last of them (instant).
        asked: whether they were to be checked.
        unstored: the size of the last checkpoint, where the file beside the key remembers it, and
            the archive does not hold it.
    """

    count: int = 0
    size: int = 0
    signers: tuple[str, ...] = ()
    tokens: int = 0
    unchecked: int = 0
    stamped: int | None = None
    asked: bool = False
    unstored: int | None = None


def stored_sizes(cursor: Cursor, collection: int) -> list[int]:
    """The sizes of which a checkpoint is stored."""
    rows = cursor.rows(statement("verification", "sizes"), {"collection": collection})
    return [row[0] for row in rows]


def remembered_sizes(connection: Connection) -> list[int]:
    """The size of the checkpoint that is remembered beside the key, if there is one here."""
    try:
        last = remembered(connection)
    except (UnreadableError, DamagedError):
        return []
    return [last.size] if last is not None else []


def check_checkpoints(
    connection: Connection,
    trust: Trust,
    roots: Mapping[int, bytes],
    size: int,
    checked: Checked,
) -> Signed:
    """Checks every stored checkpoint, and the one that is remembered beside the key.

    Args:
        roots: the roots that the tree has at the sizes of checkpoints, made anew from the events;
            none for those that it does not reach.
        size: how many events were checked; what was signed of later ones is passed over.
    """
    last: Checkpoint | None = None
    try:
        last = _remembered(connection, checked)
        stream = connection.log.stream(COLLECTION_STREAM, LAST_POSITION)
        keys = signing_keys(stream)
        stored = list(stored_checkpoints(connection))
    except NotFoundError:
        keys, stored = None, []
    except (DamagedError, ValueError) as cause:
        checked.find(None, f"the collection's own stream cannot be read: {cause}")
        return Signed()
    signed = Signed(asked=trust.authorities is not None)
    reached = max(size, connection.log.head().position)
    if keys is not None:
        for each in stored:
            if not size < each.size <= reached:
                signed = _checked(connection, trust, each, keys, roots, size, signed, checked)
    elif roots:
        checked.find(None, "there are checkpoints, and the log names no key")
    if trust.authorities is not None and signed.unchecked and not signed.tokens:
        checked.find(None, f"no time-stamp is by an authority under {trust.authorities}")
    _check_tokens(connection, checked)
    if last is not None and not size < last.size <= reached:
        agrees = _check_remembered(last, roots, size, checked)
        if agrees and keys is not None and last.size not in {each.size for each in stored}:
            signed = replace(signed, unstored=last.size)
    if trust.keys:
        _check_led(trust, [each for each in stored if each.size <= size], keys, checked)
    return signed


def _check_led(
    trust: Trust, stored: Sequence[SignedCheckpoint], keys: SigningKeys | None, checked: Checked
) -> None:
    """Whether each checkpoint is signed by a key to which those that are trusted lead."""
    keys = keys or SigningKeys(())
    every = [each.key for each in keys.named]
    signers: list[tuple[int, tuple[VerifierKey, ...]]] = []
    for each in stored:
        try:
            signers.append((each.size, check_note(each.note, (*every, *trust.keys)).signers))
        except VariorumError:
            continue  # which was found already
    led = keys.led_to(trust.keys, signers)
    others = {key for key in trust.keys if key not in every}
    strange = [
        size
        for size, signed_by in signers
        if not any(key in led and key in {*keys.good_for(size), *others} for key in signed_by)
    ]
    if len(strange) == len(signers):
        if not checked.findings:
            checked.find(None, "no checkpoint is signed by a key that was given with --key")
        return
    for size in strange:
        checked.find(
            None,
            f"the checkpoint of #{size} is signed by no key to which one that was given with "
            "--key leads",
        )


def _checked(
    connection: Connection,
    trust: Trust,
    each: SignedCheckpoint,
    keys: SigningKeys,
    roots: Mapping[int, bytes],
    size: int,
    signed: Signed,
    checked: Checked,
) -> Signed:
    """What is signed, with one more checkpoint."""
    root = roots.get(each.size)
    if each.size < 1:
        checked.find(None, f"a checkpoint is stored under #{each.size}, which no log has")
        return signed
    if each.size > size:
        checked.find(size + 1, f"the events up to #{each.size} were signed, and are missing")
        return signed
    if root is None:  # the tree ends before, which was found already
        return signed
    try:
        found = check_stored_note(each.note, keys, each.size, root)
        if found.checkpoint != each.checkpoint:
            raise CheckFailedError("its note is of another root")
    except (CheckFailedError, UnreadableError) as cause:
        agreed = f"after #{signed.size}" if signed.size else "from the first on"
        what = (
            f"the events are not those that were signed at #{each.size}; they changed {agreed}"
            if _is_signed(each.note, keys, each.size)
            else f"the checkpoint of #{each.size}: {cause.message}"
        )
        # What was found so far says more closely where.
        checked.find(None if checked.findings else signed.size + 1, what)
        return signed
    signed = replace(
        signed,
        count=signed.count + 1,
        size=each.size,
        signers=tuple(str(key) for key in found.signers),
    )
    return _stamped(connection, trust, each, signed, checked)


def _is_signed(note: bytes, keys: SigningKeys, size: int) -> bool:
    """Whether a note is a checkpoint of that size by the collection's keys, of whatever root."""
    try:
        return check_note(note, keys.good_for(size)).checkpoint.size == size
    except VariorumError:
        return False


def _stamped(
    connection: Connection,
    trust: Trust,
    each: SignedCheckpoint,
    signed: Signed,
    checked: Checked,
) -> Signed:
    """What is signed, with the time-stamps of one checkpoint."""
    try:
        stamps = stored_timestamps(connection, each.size)
    except UsageError:  # nothing here reads them
        if trust.authorities is not None:
            raise
        return replace(signed, unchecked=signed.unchecked + count_timestamps(connection, each.size))
    except VariorumError as cause:
        checked.find(None, f"a time-stamp of the checkpoint of #{each.size}: {cause.message}")
        return signed
    for stamp in stamps:
        if trust.authorities is None:
            signed = replace(signed, unchecked=signed.unchecked + 1)
            continue
        try:
            at = check_timestamp(stamp.token, each.note, trust.authorities)
        except StrangerError:
            signed = replace(signed, unchecked=signed.unchecked + 1)
            continue
        except CheckFailedError as cause:
            checked.find(None, f"the checkpoint of #{each.size}: {cause.message}")
            continue
        signed = replace(signed, tokens=signed.tokens + 1, stamped=at)
    return signed


def _check_tokens(connection: Connection, checked: Checked) -> None:
    """Whether each time-stamp is of a checkpoint that is there."""
    with connection.database.read() as cursor:
        rows = cursor.rows(
            statement("verification", "stray_tokens"), {"collection": connection.collection}
        )
    for (of,) in rows:
        checked.find(None, f"a time-stamp is of the checkpoint of #{of}, which is not there")


def _remembered(connection: Connection, checked: Checked) -> Checkpoint | None:
    """What the file beside the key remembers.

    It is remembered before it is stored, and so remembered only where signing was interrupted.
    """
    try:
        return remembered(connection)
    except UnreadableError as cause:
        checked.find(None, cause.message)
        return None


def _check_remembered(
    last: Checkpoint, roots: Mapping[int, bytes], size: int, checked: Checked
) -> bool:
    """Whether the log goes on from what the file beside the key remembers."""
    if last.size > size:
        checked.find(
            size + 1,
            f"the events up to #{last.size} were signed, and are missing: a backup was restored?",
        )
    elif roots.get(last.size, last.root) != last.root:
        checked.find(
            None,
            f"the events are not those that were signed at #{last.size} (the file beside the key)",
        )
    else:
        return True
    return False
