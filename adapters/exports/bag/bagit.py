"""Writes a bag (BagIt 1.0, RFC 8493).

The *payload* is what is handed over, below `data/`. A *manifest* lists the digest of each of its
files, a *tag manifest* those of the *tag files* beside `data/`. Lists are sorted by path as bytes,
so that the same files always make the same bag.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from variorum.domain.errors import StorageError

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALGORITHMS = ("sha256", "sha512")
_CHUNK = 1 << 20

Sign = Callable[[bytes], bytes]
"""From a text to a note of it, signed."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file as manifests list it: its path in the bag, its size in bytes, its digests."""

    path: str
    size: int
    sha256: bytes
    sha512: bytes

    def line(self, algorithm: str) -> str:
        """`DIGEST  PATH`, with a line feed (RFC 8493, 2.1.3)."""
        digest: bytes = getattr(self, algorithm)
        return f"{digest.hex()}  {encoded(self.path)}\n"


def encoded(path: str) -> str:
    """A path as a manifest writes it: CR, LF and % percent-encoded (RFC 8493, 2.1.3)."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


class _Files:
    """Files as manifests list them, put in order on disk: there are some for each revision."""

    def __init__(self) -> None:
        self._file = sqlite3.connect("", isolation_level=None)  # of its own, gone when closed
        self._file.execute(
            "create table file (path blob primary key, size, sha256, sha512) without rowid"
        )
        self._file.execute("begin")

    def add(self, each: Listed) -> None:
        row = (each.path.encode(), each.size, each.sha256, each.sha512)
        with _errors():
            self._file.execute("insert into file values (?, ?, ?, ?)", row)

    def __iter__(self) -> Iterator[Listed]:
        """By path as bytes."""
        with _errors():
            for path, *rest in self._file.execute("select * from file order by path"):
                yield Listed(path.decode(), *rest)

    def total(self) -> tuple[int, int]:
        """The size of all together, and how many there are."""
        with _errors():
            row: tuple[int, int] = self._file.execute(
                "select coalesce(sum(size), 0), count(*) from file"
            ).fetchone()
        return row

    def close(self) -> None:
        self._file.close()


@contextmanager
def _errors() -> Generator[None]:
    """Turns what SQLite raises, of a full disk mostly, into the error that callers act on."""
    try:
        yield
    except sqlite3.Error as cause:
        raise StorageError(f"cannot list files in a temporary file: {cause}") from cause


class Payload:
    """The payload of a bag that is being written into a folder. To be closed.

    Args:
        folder: the bag's, which is there and empty.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = _Files()
        self._folders: set[str] = set()

    def close(self) -> None:
        self._files.close()

    def path(self, name: str) -> Path:
        """Where a file of the payload goes, in a folder that is there."""
        path = self.folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Writes a file, named from `data/` on."""
        with self.path(name).open("xb") as file:
            self._list(f"data/{name}", _copied(chunks, file))

    def adopt(self, name: str) -> None:
        """Lists a file that is there already."""
        with self.path(name).open("rb") as file:
            self._list(f"data/{name}", iter(lambda: file.read(_CHUNK), b""))

    def _list(self, path: str, chunks: Iterable[bytes]) -> None:
        self._files.add(listed(path, chunks))
        parts = path.split("/")[1:-1]
        self._folders.update("/".join(parts[: count + 1]) + "/" for count in range(len(parts)))

    def folders(self) -> set[str]:
        """The folders of the files so far, named from `data/` on, each with a slash at its end."""
        return self._folders

    def finish(self, information: Mapping[str, str], form: str, sign: Sign) -> str:
        """Writes the tag files; gives the SHA-256 (hex) of the manifest of SHA-256.

        `signature.note` is signed over a text of which the first line is `form`, and each other one
        names a tag file: `sha256 DIGEST NAME`.
        """
        size, count = self._files.total()
        fields = {**information, "Payload-Oxum": f"{size}.{count}"}
        info = "".join(f"{name}: {value}\n" for name, value in sorted(fields.items()))
        tags = [self._tag("bag-info.txt", [info.encode()]), self._tag("bagit.txt", [DECLARATION])]
        for algorithm in ALGORITHMS:
            lines = manifest(self._files, algorithm)
            tags.append(self._tag(f"manifest-{algorithm}.txt", lines))
        signed = "".join(f"sha256 {each.sha256.hex()} {each.path}\n" for each in tags)
        tags.append(self._tag("signature.note", [sign(f"{form}\n{signed}".encode())]))
        for algorithm in ALGORITHMS:
            self._tag(f"tagmanifest-{algorithm}.txt", manifest(tags, algorithm))
        return next(each.sha256.hex() for each in tags if each.path == "manifest-sha256.txt")

    def _tag(self, name: str, chunks: Iterable[bytes]) -> Listed:
        with (self.folder / name).open("wb") as file:
            return listed(name, _copied(chunks, file))


def listed(path: str, chunks: Iterable[bytes]) -> Listed:
    """A file with the digests of its bytes."""
    short, long, size = hashlib.sha256(), hashlib.sha512(), 0
    for chunk in chunks:
        short.update(chunk)
        long.update(chunk)
        size += len(chunk)
    return Listed(path, size, short.digest(), long.digest())


def manifest(entries: Iterable[Listed], algorithm: str) -> Iterator[bytes]:
    """The lines of a manifest of files that are in order."""
    return (entry.line(algorithm).encode() for entry in entries)


def _copied(chunks: Iterable[bytes], file: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        file.write(chunk)
        yield chunk
