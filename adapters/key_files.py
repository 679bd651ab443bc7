"""The keys with which a collection signs, kept in files outside the database.

A key file is either one line, as Go's `note` writes it: `PRIVATE+KEY+NAME+ID+BASE64`, BASE64 being
the byte 0x01 and the 32 bytes of the Ed25519 seed; or, if a passphrase was asked for, the line of
the verifier key and the private key as encrypted PKCS #8 (RFC 5958) in PEM. Only its owner may read
it (0600). Beside `FILE` there may be `FILE.next`, a key that is about to take over, `FILE.ID`, one
that was given up, and `FILE.signed`, the last checkpoint that was signed.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import stat
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from variorum.domain.errors import StorageError, UnreadableError, UsageError
from variorum.domain.signed_note import (
    PRIVATE,
    Signature,
    VerifierKey,
    check_name,
    decoded,
    parse_verifier_key,
)

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PASSPHRASE = "VARIORUM_PASSPHRASE"
NEW_PASSPHRASE = "VARIORUM_NEW_PASSPHRASE"

_ED25519 = b"\x01"
_SEED_BYTES = 32
_MOST_BYTES = 1 << 16
_USER = re.compile(r"^(\w+://)(?:[^/?]*|[^/@]*)@")
"""Whoever an address is for, with a password: no part of a key's name."""

Passphrase = Callable[[Path], str]
"""Gives the passphrase of a key file."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key in hand."""

    verifier: VerifierKey
    private: Ed25519PrivateKey

    def sign(self, text: bytes) -> Signature:
        """The signature line over a note's text."""
        return Signature(self.verifier.name, self.verifier.id, self.private.sign(text))


class Keyring:
    """The key file of a collection, with those beside it; asks for a passphrase once each.

    Args:
        path: the key file.
        ask: gives the passphrase of a file.

    Raises:
        UnreadableError: the path has no name, and so there are none beside it.
    """

    def __init__(self, path: Path, ask: Passphrase | None = None) -> None:
        if not path.name:
            raise UnreadableError(f"{path} is not a key file: it is no file at all")
        self.path = path
        self._ask = ask or passphrase_of
        self._loaded: dict[VerifierKey, SigningKey] = {}

    def file_of(self, key: VerifierKey) -> Path | None:
        """The file that has a key; None where none of them has."""
        for path in (self.path, next_path(self.path), given_up_path(self.path, key)):
            if path.exists() and verifier_in(path) == key:
                return path
        return None

    def key(self, key: VerifierKey) -> SigningKey | None:
        """A key, to sign with; None where no file has it.

        Raises:
            UsageError: its passphrase is wrong or was not given.
            UnreadableError: a key file is not one.
        """
        if key not in self._loaded:
            path = self.file_of(key)
            if path is None:
                return None
            self._loaded[key] = read_key(path, self._ask)
        return self._loaded[key]

    def hold(self, key: SigningKey) -> None:
        """Keeps a key that is in hand already."""
        self._loaded[key.verifier] = key

    def read(self, path: Path) -> SigningKey:
        """The key of a file; as `key`."""
        return read_key(path, self._ask)


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
    parts = urlsplit(_USER.sub(r"\1", address))
    try:
        host = f"{parts.hostname or 'local'}-{parts.port or 5432}"
    except ValueError:  # several hosts
        host = parts.netloc
    place = f"{host}-{parts.path.strip('/')}"
    if parts.query:
        place += "-" + hashlib.sha256(parts.query.encode()).hexdigest()[:8]
    name = re.sub(r"[^\w.-]+", "-", place)
    return Path(folder) / f"{name}.{collection}.key"


def next_path(path: Path) -> Path:
    """Where a key waits until the log names it."""
    return path.with_name(f"{path.name}.next")


def given_up_path(path: Path, key: VerifierKey) -> Path:
    """Where a key is kept that was given up."""
    return path.with_name(f"{path.name}.{key.id.hex()}")


def signed_path(path: Path) -> Path:
    """Where the last checkpoint that was signed is remembered."""
    return path.with_name(f"{path.name}.signed")


def archives_own(path: Path, is_own: Callable[[Path], bool]) -> Path | None:
    """Which of a key file and those beside it is the archive's own; None where all are apart.

    Args:
        is_own: `Database.is_own_file`.
    """
    return next(filter(is_own, (path, next_path(path), signed_path(path))), None)


def make_key(name: str, path: Path, passphrase: str | None = None) -> VerifierKey:
    """Makes an Ed25519 key and writes it to a new file that only its owner can read (0600).

    The file is there with the whole key in it, or not at all.

    Raises:
        UsageError: the name has white space or `+` in it.
        StorageError: the file is there already, or cannot be written.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    check_name(name)
    private = Ed25519PrivateKey.generate()
    key = SigningKey(VerifierKey(name, private.public_key().public_bytes_raw()), private)
    text = _plain(key) if passphrase is None else _encrypted(key, passphrase)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _add_private(path, text.encode())
    except FileExistsError as cause:
        raise StorageError(f"{path} is there already: move it away, or give --key") from cause
    except OSError as cause:
        raise StorageError(f"cannot write the key {path}: {cause.strerror}") from cause
    return key.verifier


def write_private(path: Path, data: bytes) -> None:
    """Writes a file that only its owner can read, whole or not at all; replaces an older one.

    Raises:
        StorageError: it cannot be written.
    """
    try:
        with _draft(path, data) as draft:
            draft.replace(path)
    except OSError as cause:
        raise StorageError(f"cannot write {path}: {cause.strerror}") from cause


def _add_private(path: Path, data: bytes) -> None:
    """As `write_private`, but an older file stays: FileExistsError."""
    with _draft(path, data) as draft:
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with path.open("xb"):
                draft.replace(path)


@contextmanager
def _draft(path: Path, data: bytes) -> Generator[Path]:
    """A file with the data on disk that only its owner can read, beside where it shall be."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    with suppress(FileNotFoundError):
        draft.unlink()
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield draft
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def _plain(key: SigningKey) -> str:
    seed = base64.b64encode(_ED25519 + key.private.private_bytes_raw()).decode()
    return f"{PRIVATE}{key.verifier.name}+{key.verifier.id.hex()}+{seed}\n"


def _encrypted(key: SigningKey, passphrase: str) -> str:
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        Encoding,
        PrivateFormat,
    )

    encryption = BestAvailableEncryption(passphrase.encode())
    pem = key.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)
    return f"{key.verifier}\n{pem.decode()}"


def verifier_in(path: Path) -> VerifierKey:
    """The verifier key of a key file; no passphrase is needed.

    Raises:
        UnreadableError: it is not a key file.
    """
    first, _ = _parts(path)
    if first.startswith(PRIVATE):
        return _from_plain(path, first).verifier
    try:
        return parse_verifier_key(first)
    except UsageError as cause:
        raise UnreadableError(f"{path} is not a key file") from cause


def read_key(path: Path, ask: Passphrase) -> SigningKey:
    """The private key of a key file.

    Raises:
        UsageError: its passphrase is wrong or was not given.
        UnreadableError: it is not a key file.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    first, rest = _parts(path)
    if first.startswith(PRIVATE):
        return _from_plain(path, first)
    verifier = verifier_in(path)
    if "-----BEGIN ENCRYPTED PRIVATE KEY-----" not in rest:
        raise UnreadableError(f"{path} is not a key file")
    passphrase = ask(path)
    try:
        private = load_pem_private_key(rest.encode(), passphrase.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as cause:
        raise UsageError(f"the passphrase is not that of {path}") from cause
    if (
        not isinstance(private, Ed25519PrivateKey)
        or private.public_key().public_bytes_raw() != verifier.public_key
    ):
        raise UnreadableError(f"{path} is not a key file: its two keys are not a pair")
    return SigningKey(verifier, private)


def _parts(path: Path) -> tuple[str, str]:
    try:
        if path.exists() and not path.is_file():
            raise UnreadableError(f"{path} is not a key file: it is no file at all")
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES).decode()
    except OSError as cause:
        raise UnreadableError(f"cannot read the key {path}: {cause.strerror}") from cause
    except UnicodeDecodeError as cause:
        raise UnreadableError(f"{path} is not a key file") from cause
    first, _, rest = text.partition("\n")
    return first, rest


def _from_plain(path: Path, line: str) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    name, _, rest = line.removeprefix(PRIVATE).partition("+")
    key_id, _, encoded = rest.partition("+")
    seed = decoded(encoded)
    if seed is None or seed[:1] != _ED25519 or len(seed) != 1 + _SEED_BYTES:
        raise UnreadableError(f"{path} is not a key file")
    private = Ed25519PrivateKey.from_private_bytes(seed[1:])
    verifier = VerifierKey(name, private.public_key().public_bytes_raw())
    if verifier.id.hex() != key_id:
        raise UnreadableError(f"{path} is not a key file: its id is another key's")
    return SigningKey(verifier, private)


def has_passphrase(path: Path) -> bool:
    """Whether a key file is encrypted; False where there is none.

    Raises:
        UnreadableError: it cannot be read.
    """
    return path.exists() and not _parts(path)[0].startswith(PRIVATE)


def open_to_others(path: Path) -> str | None:
    """What is to be said of a key file that others than its owner can read; None of another."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if os.name != "posix" or not mode & (stat.S_IRWXG | stat.S_IRWXO):
        return None
    return f"others can read the key {path} (mode {mode & 0o777:o}): chmod 600 it"


def passphrase_of(path: Path) -> str:
    """A key file's passphrase: from VARIORUM_PASSPHRASE, or asked for on a terminal.

    Raises:
        UsageError: neither gives one.
    """
    found = os.environ.get(PASSPHRASE)
    if found is None and _at_a_terminal():
        from getpass import getpass

        found = getpass(f"Passphrase of {path}: ")
    if not found:
        raise UsageError(f"the key {path} has a passphrase: give it in {PASSPHRASE}")
    return found


def new_passphrase() -> str:
    """A passphrase for a new key: from the environment, or asked for twice on a terminal.

    VARIORUM_NEW_PASSPHRASE comes before VARIORUM_PASSPHRASE, which may be that of the old key.

    Raises:
        UsageError: neither gives one, or the two differ.
    """
    found = os.environ.get(NEW_PASSPHRASE) or os.environ.get(PASSPHRASE)
    if found is None and _at_a_terminal():
        from getpass import getpass

        found = getpass("Passphrase for the new key: ")
        if found != getpass("Once more: "):
            raise UsageError("the two passphrases differ")
    if not found:
        raise UsageError(f"no passphrase is given: put it into {PASSPHRASE}")
    return found


def _at_a_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
