"""Checks what was handed over: a bag, a checkpoint, an inclusion proof or a consistency proof."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from variorum.adapters.tree.evidence import (
    CheckedCheckpoint,
    CheckedInclusion,
    check_consistency,
    check_note,
    check_proof,
)
from variorum.adapters.verification.unverifiable import (
    file_told,
    folder_told,
    is_consistency_proof,
    is_evidence,
    is_proof,
)
from variorum.domain.asof import LAST_POSITION
from variorum.domain.consistency import ConsistencyProof
from variorum.domain.errors import (
    CheckFailedError,
    DamagedError,
    NotFoundError,
    UnreadableError,
    UsageError,
)
from variorum.domain.signed_note import VerifierKey, parse_verifier_key
from variorum.domain.signing_keys import signing_keys
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.tree import Frontier, leaf_hash

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.adapters.exports.bag.verify import Report

_LARGEST = 64 << 20
_LARGEST_KEY = 1 << 16

Progress = Callable[[int, int], None]
"""Is told how many bytes have been read, and of how many."""


def key_given(text: str, bag: Path | None = None) -> VerifierKey:
    """The key that is given: itself, or the name of a file that holds it.

    Args:
        bag: what is checked with it; a key out of that is refused.

    Raises:
        UsageError: it is neither, or proves nothing.
        UnreadableError: the file cannot be read.
    """
    path = Path(text)
    if not _is_there(path):
        return parse_verifier_key(text)
    if bag is not None and bag.resolve() in path.resolve().parents:
        raise UsageError(f"{text}: a key out of the bag itself proves nothing")
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_KEY)
    except OSError as cause:
        raise UnreadableError(f"cannot read {text}: {cause.strerror}") from cause
    try:
        return parse_verifier_key(data.decode(errors="replace"))
    except UsageError as cause:  # quotes what it reads, which may be any file's secret
        raise UsageError(f"{text} is not a file with a verifier key (NAME+ID+BASE64)") from cause


def _is_there(path: Path) -> bool:
    """Whether there is anything of that name, which may be longer than a name can be."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def check_bag(folder: Path, keys: Sequence[VerifierKey], progress: Progress) -> Report:
    """Checks a bag with the verifier that every bag carries, as this version has it.

    Raises:
        UsageError: no key is given.
        CheckFailedError: it was tampered with, or no given key has signed it.
        UnreadableError: it is no bag, or cannot be read.
    """
    from variorum.adapters.exports.bag import verify

    if not any(os.path.lexists(folder / name) for name in verify.TAG_FILES):
        raise UnreadableError(folder_told(folder))
    needs_key(keys)
    try:
        return verify.check(folder, [verify.parse_key(str(key)) for key in keys], progress)
    except verify.Failed as cause:
        raise CheckFailedError(f"{folder}: tampered: {cause}") from cause
    except verify.Unreadable as cause:
        raise UnreadableError(str(cause)) from cause


Evidence = CheckedCheckpoint | CheckedInclusion | ConsistencyProof


def check_file(path: Path, keys: Sequence[VerifierKey]) -> Evidence:
    """Checks a checkpoint or a proof, told apart by its beginning.

    Raises:
        UsageError: no key is given.
        CheckFailedError: it does not hold, or no given key has signed it.
        UnreadableError: it is none of them, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
    except OSError as cause:
        raise UnreadableError(f"cannot read {path}: {cause.strerror}") from cause
    if not is_evidence(data):
        raise UnreadableError(file_told(path, data))
    if len(data) > _LARGEST:
        raise UnreadableError(f"{path}: too large for a checkpoint or a proof")
    needs_key(keys)
    try:
        if is_proof(data):
            return check_proof(data, keys)
        if is_consistency_proof(data):
            return check_consistency(data)
        return check_note(data, keys)
    except UnreadableError as cause:
        raise UnreadableError(f"{path}: {cause.message}") from cause


def check_against(connection: Connection, checked: CheckedCheckpoint) -> None:
    """Checks that an archive's log begins with what a checkpoint is of.

    Raises:
        CheckFailedError: it does not.
    """
    head, checkpoint = connection.log.head().position, checked.checkpoint
    origin = _origin(connection)
    if origin not in (None, checkpoint.origin):
        raise CheckFailedError(
            f"its signature is good, but the log in {connection.database.name} is that of "
            f"{origin}, and not of {checkpoint.origin}: say which archive is with --archive"
        )
    if checkpoint.size > head:
        raise CheckFailedError(
            f"the log ends at #{head}, and the checkpoint is of #{checkpoint.size}"
        )
    frontier = Frontier()
    try:
        for line in connection.log.lines(checkpoint.size):
            frontier.add(leaf_hash(line))
    except DamagedError as cause:
        raise CheckFailedError(f"{cause.message}: it is not what the checkpoint is of") from cause
    if (frontier.size, frontier.root()) != (checkpoint.size, checkpoint.root):
        raise CheckFailedError(
            f"the log's first {checkpoint.size} events are not those of the checkpoint"
        )


def _origin(connection: Connection) -> str | None:
    """Under which name a log is signed; None where it names no key."""
    try:
        return signing_keys(connection.log.stream(COLLECTION_STREAM, LAST_POSITION)).origin
    except NotFoundError:
        return None


def needs_key(keys: Sequence[VerifierKey]) -> None:
    """Refuses to check without a key that the reader trusts.

    Raises:
        UsageError: none is given.
    """
    if not keys:
        raise UsageError("say which key you trust: --key NAME+ID+BASE64, or a file with it")
