"""Signed notes: a text for people, with signatures under it (C2SP signed-note).

    variorum.example/main
    128
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — variorum.example/main Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URY…

A *note text* ends in a line feed; an empty line parts it from the *signatures*, one a line: the
key's *name*, and in base64 the four bytes of the *key id* followed by the signature over the text.
A *verifier key* is a public key with its name, written `NAME+ID+BASE64`: ID is the key id in hex,
BASE64 the byte of the algorithm (0x01, Ed25519 of RFC 8032) and the 32 bytes of the key.
Lines of unknown keys are passed over: they may be by a later key, or by witnesses.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from variorum.domain.errors import CheckFailedError, UnreadableError, UsageError

MOST_BYTES = 1 << 20
"""No note of ours is nearly as long, and no reader should be made to take more."""

PRIVATE = "PRIVATE+KEY+"
"""What stands before a private key, as Go's `note` writes it."""

_ED25519 = b"\x01"
_KEY_ID_BYTES = 4
_PUBLIC_KEY_BYTES = 32
_NAME = re.compile(r"[^\s+]{1,200}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")

VerifySignature = Callable[["VerifierKey", bytes, bytes], bool]
"""`(key, text, signature)` → whether the signature is the key's over the text."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """An Ed25519 public key with its name; what auditors are given."""

    name: str
    public_key: bytes

    @property
    def id(self) -> bytes:
        """SHA-256(name ‖ 0x0A ‖ 0x01 ‖ public key), the first four bytes."""
        named = self.name.encode() + b"\n" + _ED25519 + self.public_key
        return hashlib.sha256(named).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        key = base64.b64encode(_ED25519 + self.public_key).decode()
        return f"{self.name}+{self.id.hex()}+{key}"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature line."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text, ending in a line feed, with the signatures under it."""

    text: bytes
    signatures: tuple[Signature, ...]


def check_name(name: str) -> None:
    """Refuses what cannot be a key's name.

    Raises:
        UsageError: the name has white space or `+` in it, or is too long.
    """
    if not _NAME.fullmatch(name) or not name.isprintable():
        raise UsageError(f"not a key's name: {name!r} (no spaces and no '+')")


def parse_verifier_key(text: str) -> VerifierKey:
    """The inverse of `str`.

    Raises:
        UsageError: it is not an Ed25519 verifier key, or its id is not its own. A private key is
            not told.
    """
    if PRIVATE in text:
        raise UsageError(
            "a private key, which is to be kept secret: `init` prints its verifier key"
        )
    name, _, rest = text.strip().partition("+")
    key_id, _, encoded = rest.partition("+")
    key = decoded(encoded)
    if not _NAME.fullmatch(name) or key is None or key[:1] != _ED25519:
        raise UsageError(f"not a verifier key: {text.strip()[:100]!r} (NAME+ID+BASE64)")
    verifier = VerifierKey(name, key[1:])
    if len(verifier.public_key) != _PUBLIC_KEY_BYTES or verifier.id.hex() != key_id:
        raise UsageError(f"not a whole verifier key: {text.strip()[:100]!r} (its id is another)")
    return verifier


def format_note(note: SignedNote) -> bytes:
    """The bytes of a signed note."""
    lines = (
        f"— {each.name} {base64.b64encode(each.key_id + each.signature).decode()}\n"
        for each in note.signatures
    )
    return note.text + b"\n" + "".join(lines).encode()


def parse_note(data: bytes) -> SignedNote:
    """The inverse of `format_note`.

    Raises:
        UnreadableError: it is not a signed note, or not all of one.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"not a signed note: longer than {MOST_BYTES} bytes")
    try:
        whole = data.decode()
    except UnicodeDecodeError as cause:
        raise UnreadableError("not a signed note: it is not in UTF-8") from cause
    if _CONTROL.search(whole):
        raise UnreadableError("not a signed note: a control character is in it")
    text, blank, lines = whole.rpartition("\n\n")
    if not blank:
        raise UnreadableError("not a signed note: no empty line parts a text from signatures")
    if not lines.endswith("\n"):
        raise UnreadableError("not a whole signed note: its last line has no end")
    signatures = tuple(_signature(line) for line in lines[:-1].split("\n"))
    return SignedNote(f"{text}\n".encode(), signatures)


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    signature = decoded(encoded)
    if (
        dash != "—"
        or not _NAME.fullmatch(name)
        or signature is None
        or len(signature) <= _KEY_ID_BYTES
    ):
        raise UnreadableError(f"not a signed note: no signature line: {line[:60]!r}")
    return Signature(name, signature[:_KEY_ID_BYTES], signature[_KEY_ID_BYTES:])


def signers(
    note: SignedNote, keys: Iterable[VerifierKey], verify: VerifySignature
) -> Sequence[VerifierKey]:
    """Which of the known keys signed a note; at least one did.

    Raises:
        CheckFailedError: a known key's signature is not over this text, or no known key signed.
    """
    known = {(key.name, key.id): key for key in keys}
    found: dict[VerifierKey, None] = {}
    for each in note.signatures:
        key = known.get((each.name, each.key_id))
        if key is None:
            continue
        if not verify(key, note.text, each.signature):
            raise CheckFailedError(f"the signature of {key} is not over this text")
        found[key] = None
    if not found:
        names = ", ".join(sorted({each.name for each in note.signatures})[:5])
        raise CheckFailedError(f"no known key has signed it (signed by: {names})")
    return list(found)


def decoded(text: str) -> bytes | None:
    """The bytes of standard base64 (RFC 4648, section 4); None where it is anything else."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data).decode() == text else None
