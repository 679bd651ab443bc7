"""Checks evidence about a log: what `verify` calls, for an archive's own and for files.

Keys are given by the caller: those that the log names (`domain.signing_keys`), or those that a
reader trusts. A check that does not hold is a CheckFailedError, what is not such evidence, or not
all of it, an UnreadableError.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from variorum.adapters.signing import opened_note
from variorum.domain.checkpoint import Checkpoint, parse_checkpoint
from variorum.domain.consistency import ConsistencyProof, parse_consistency
from variorum.domain.errors import CheckFailedError, UnreadableError
from variorum.domain.signed_note import VerifierKey
from variorum.domain.signing_keys import SigningKeys
from variorum.domain.tlog_proof import parse_proof
from variorum.domain.tree import leaf_hash, verify_inclusion


@dataclass(frozen=True, slots=True)
class CheckedCheckpoint:
    """A checkpoint whose signature holds, and the known keys that signed it."""

    checkpoint: Checkpoint
    signers: tuple[VerifierKey, ...]


@dataclass(frozen=True, slots=True)
class CheckedInclusion:
    """A line that is in the log of a checkpoint, at an index from 0."""

    index: int
    line: bytes
    checked: CheckedCheckpoint


def check_note(data: bytes, keys: Iterable[VerifierKey]) -> CheckedCheckpoint:
    """Checks a checkpoint that was handed over, against the keys that its reader trusts.

    Its origin must be the name of one of the keys that signed it: the key of one log says nothing
    about another.

    Raises:
        UnreadableError: it is not a signed checkpoint, or not all of one.
        CheckFailedError: none of the keys has signed it, a signature is not over this text, or it
            is of another log.
    """
    note, signers = opened_note(data, keys)
    checkpoint = parse_checkpoint(note.text)
    if all(key.name != checkpoint.origin for key in signers):
        raise CheckFailedError(
            f"the checkpoint is of {checkpoint.origin}, and the key of {signers[0].name}"
        )
    return CheckedCheckpoint(checkpoint, tuple(signers))


def check_stored_note(data: bytes, named: SigningKeys, size: int, root: bytes) -> CheckedCheckpoint:
    """Checks a checkpoint of the archive's own: signed by a key in force then or later, and of the
    root that the tree has at that size.

    Args:
        named: the keys that the log names.
        size: the size under which it is stored.
        root: the root of the tree at that size, made anew from the lines.

    Raises:
        UnreadableError: it is not a signed checkpoint, or not all of one.
        CheckFailedError: no such key has signed it, or it is of another log, size or root.
    """
    checked = check_note(data, named.good_for(size))
    if checked.checkpoint != Checkpoint(named.origin, size, root):
        raise CheckFailedError(f"the checkpoint of #{size} is not of this log as it is")
    return checked


def check_proof(
    data: bytes, keys: Iterable[VerifierKey], line: bytes | None = None
) -> CheckedInclusion:
    """Checks an inclusion proof (C2SP tlog-proof) against the keys that its reader trusts.

    Args:
        line: the line that it is to be the proof of; what the file itself carries, if not given.

    Raises:
        UnreadableError: it is not such a proof, or carries no line and none is given.
        CheckFailedError: the line is not in the log, or the checkpoint does not hold.
    """
    proof = parse_proof(data)
    proved = proof.extra if line is None else line
    if proved is None:
        raise UnreadableError("the inclusion proof does not say what it is the proof of")
    checked = check_note(proof.checkpoint, keys)
    head = checked.checkpoint
    verify_inclusion(leaf_hash(proved), proof.index, head.size, proof.path, head.root)
    return CheckedInclusion(proof.index, proved, checked)


def check_consistency(data: bytes, checkpoints: Sequence[Checkpoint] = ()) -> ConsistencyProof:
    """Checks a consistency proof; both its heads against checkpoints, where some are given.

    Nothing in it is signed: without checkpoints that were checked it says nothing of any log.

    Raises:
        UnreadableError: it is not such a proof.
        CheckFailedError: it does not hold, or a head in it is not that of a checkpoint.
    """
    proof = parse_consistency(data)
    proof.check()
    for head in (proof.old, proof.new):
        if checkpoints and head not in checkpoints:
            raise CheckFailedError(
                f"consistency proof: its head of {head.size} lines is not a given checkpoint's"
            )
    return proof
