"""The key with which a collection signs, kept in a file outside the database.

Keys are written as C2SP signed-note does: a verifier key `NAME+HASH+BASE64`, where BASE64 is the
byte 0x01 and the raw Ed25519 public key (RFC 8032), and HASH the first four bytes, in hex, of
SHA-256(NAME ‖ 0x0A ‖ 0x01 ‖ public key); a signer key `PRIVATE+KEY+NAME+HASH+BASE64` with the seed.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from variorum.domain.errors import StorageError, UsageError

_ED25519 = b"\x01"
_NAME = re.compile(r"[^\s+]{1,200}")


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name; what auditors are given."""

    name: str
    public_key: bytes

    def __str__(self) -> str:
        key = _ED25519 + self.public_key
        digest = hashlib.sha256(self.name.encode() + b"\n" + key).digest()[:4]
        return f"{self.name}+{digest.hex()}+{base64.b64encode(key).decode()}"


def check_name(name: str) -> None:
    """Refuses what cannot be a key's name.

    Raises:
        UsageError: the name has white space or `+` in it, or is too long.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"not a key's name: {name!r} (no spaces and no '+')")


def make_key(name: str, path: Path) -> VerifierKey:
    """Makes an Ed25519 key and writes it to a new file that only its owner can read (0600).

    Raises:
        UsageError: the name has white space or `+` in it.
        StorageError: the file is there already, or cannot be written.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    check_name(name)
    private = Ed25519PrivateKey.generate()
    verifier = VerifierKey(name, private.public_key().public_bytes_raw())
    _, digest, _ = str(verifier).rsplit("+", 2)
    seed = base64.b64encode(_ED25519 + private.private_bytes_raw()).decode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"PRIVATE+KEY+{name}+{digest}+{seed}\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError as cause:
        raise StorageError(f"{path} is there already: move it away, or give --key") from cause
    except OSError as cause:
        raise StorageError(f"cannot write the key {path}: {cause.strerror}") from cause
    return verifier


def key_path(address: str, collection: str) -> Path:
    """Where a collection's key is kept unless told otherwise.

    Beside a SQLite file; for a server, in VARIORUM_KEYS or the user's configuration folder.
    """
    if "://" not in address:
        return Path(f"{address}.{collection}.key")
    folder = os.environ.get("VARIORUM_KEYS")
    if folder is None:
        home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        folder = str(Path(home, "variorum", "keys"))
    parts = urlsplit(address)
    place = f"{parts.hostname or 'local'}-{parts.port or 5432}-{parts.path.strip('/')}"
    if parts.query:
        place += "-" + hashlib.sha256(parts.query.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "-", place)
    return Path(folder) / f"{name}.{collection}.key"
