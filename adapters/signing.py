"""Ed25519 (RFC 8032): whether a signature of a note is its key's.

Keys as files are in `adapters.key_files`, what is signed in `adapters.tree`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from variorum.domain.signed_note import SignedNote, VerifierKey, parse_note, signers


def verifies(key: VerifierKey, text: bytes, signature: bytes) -> bool:
    """Whether a signature is the key's over the text; a `signed_note.VerifySignature`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True


def opened_note(
    data: bytes, keys: Iterable[VerifierKey]
) -> tuple[SignedNote, Sequence[VerifierKey]]:
    """A signed note, and which of the known keys signed it.

    Raises:
        UnreadableError: it is not a signed note, or not all of one.
        CheckFailedError: a known key's signature is not over this text, or no known key signed.
    """
    note = parse_note(data)
    return note, signers(note, keys, verifies)
