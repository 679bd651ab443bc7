"""What a file or a folder is that cannot be verified, and what to verify instead.

Whoever has an export, a backup or a bag in one file learns here what can be checked, and how.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

from variorum.adapters.imports.backup import is_backup
from variorum.adapters.imports.packed import beginning, packing_of
from variorum.domain.errors import UsageError
from variorum.domain.signed_note import PRIVATE, parse_verifier_key

VERIFIABLE = (
    "what can be verified is a bag (`export --format bag`), a checkpoint, a proof, "
    "or an archive (`variorum --archive ARCHIVE verify`)"
)
_BAG = "bagit.txt"
_SQLITE = b"SQLite format 3\0"
_ZIP = b"PK\x03\x04"
_TAR = 257, b"ustar"
"""Where a tar file says so (POSIX, pax)."""
_LONGEST_KEY = 1_000


def file_told(path: Path, data: bytes) -> str:
    """What a file is that is neither a checkpoint nor a proof, as it begins."""
    packing = packing_of(data)
    head = beginning(io.BufferedReader(io.BytesIO(data))) if packing else data
    bag = _bag_of(path)
    if bag is not None:
        return f"{path}: a file of a bag: verify {bag}, which is the bag"
    if data.startswith(_SQLITE):
        return f"{path}: a SQLite file: `variorum --archive {path} verify` verifies an archive"
    if is_backup(head):
        return (
            f"{path}: a backup: `variorum --archive NEW import backup {path}` checks it, "
            "and `variorum --archive NEW verify` verifies what it held"
        )
    if data.startswith(_ZIP) or head[_TAR[0] :].startswith(_TAR[1]):
        return f"{path}: a packed folder: unpack it, and verify the bag in it"
    if PRIVATE.encode() in head[:_LONGEST_KEY]:
        return f"{path}: a signing key, which is secret: {VERIFIABLE}"
    if _is_verifier_key(data):
        return f"{path}: a verifier key, to be given by --key: {VERIFIABLE}"
    if packing and is_evidence(head):
        return f"{path}: packed with {packing}: unpack it, and verify what was in it"
    return f"{path}: neither a checkpoint nor a proof: {VERIFIABLE}"


def folder_told(path: Path) -> str:
    """What a folder is that is no bag."""
    if (path / "0=ocfl_1.1").is_file():
        return f"{path}: an OCFL storage root, in which nothing is signed: {VERIFIABLE}"
    inner = next(iter(sorted(path.glob(f"*/{_BAG}"))), None)
    if inner is not None:
        return f"{path}: not a bag, but {inner.parent}, which is in it, is: verify that"
    bag = _bag_of(path)
    if bag is not None:
        return f"{path}: a folder of a bag: verify {bag}, which is the bag"
    return f"{path}: not a bag, as it has no {_BAG}: {VERIFIABLE}"


def is_evidence(data: bytes) -> bool:
    """Whether a file is one of those that can be verified, or was meant to be."""
    if is_proof(data) or is_consistency_proof(data):
        return True
    return b"\0" not in data and _NOTE.search(data) is not None


def is_proof(data: bytes) -> bool:
    """Whether a file begins as an inclusion proof (C2SP tlog-proof)."""
    return data.startswith(b"c2sp.org/tlog-proof")


def is_consistency_proof(data: bytes) -> bool:
    """Whether a file begins as `prove --from` writes it."""
    return _CONSISTENCY.match(data) is not None


_CONSISTENCY = re.compile(rb'\s*\{\s*(?:"origin"\s*:\s*"[^"]*"\s*,\s*)?"(?:old|new|hashes)"')
_NOTE = re.compile(rb"\A[^\n]*\n[0-9]+\r?\n|\n\n\xe2\x80\x94 \S+ \S+\s*(?:\n|\Z)")
"""A checkpoint's first lines (C2SP tlog-checkpoint), or a note's signature (signed-note)."""


def _is_verifier_key(data: bytes) -> bool:
    if len(data) > _LONGEST_KEY:
        return False
    try:
        parse_verifier_key(data.decode(errors="replace"))
    except UsageError:
        return False
    return True


def _bag_of(path: Path) -> Path | None:
    """The bag that a file or a folder is in."""
    return next((each for each in path.parents if (each / _BAG).is_file()), None)
