"""Writes a bag (BagIt 1.0, RFC 8493).

The *payload* is what is handed over, below `data/`. A *manifest* lists the digest of each of its
files, a *tag manifest* those of the *tag files* beside `data/`. Lists are sorted by path as bytes,
so that the same files always make the same bag.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

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


class Payload:
    """The payload of a bag that is being written into a folder.

    Args:
        folder: the bag's, which is there and empty.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.listed: list[Listed] = []

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
        self.listed.append(listed(path, chunks))

    def folders(self) -> set[str]:
        """The folders of the files so far, named from `data/` on, each with a slash at its end."""
        found: set[str] = set()
        for each in self.listed:
            parts = each.path.split("/")[1:-1]
            found |= {"/".join(parts[: count + 1]) + "/" for count in range(len(parts))}
        return found

    def finish(self, information: Mapping[str, str], form: str, sign: Sign) -> bytes:
        """Writes the tag files; gives the manifest of SHA-256.

        `signature.note` is signed over a text of which the first line is `form`, and each other one
        names a tag file: `sha256 DIGEST NAME`.
        """
        self.listed.sort(key=lambda each: each.path.encode())
        oxum = f"{sum(each.size for each in self.listed)}.{len(self.listed)}"
        fields = {**information, "Payload-Oxum": oxum}
        info = "".join(f"{name}: {value}\n" for name, value in sorted(fields.items()))
        tags = {"bag-info.txt": info.encode(), "bagit.txt": DECLARATION}
        for algorithm in ALGORITHMS:
            tags[f"manifest-{algorithm}.txt"] = manifest(self.listed, algorithm)
        signed = "".join(f"sha256 {_sha256(data)} {name}\n" for name, data in tags.items())
        tags["signature.note"] = sign(f"{form}\n{signed}".encode())
        entries = [listed(name, [data]) for name, data in tags.items()]
        for algorithm in ALGORITHMS:
            tags[f"tagmanifest-{algorithm}.txt"] = manifest(entries, algorithm)
        for name, data in tags.items():
            (self.folder / name).write_bytes(data)
        return tags["manifest-sha256.txt"]


def listed(path: str, chunks: Iterable[bytes]) -> Listed:
    """A file with the digests of its bytes."""
    short, long, size = hashlib.sha256(), hashlib.sha512(), 0
    for chunk in chunks:
        short.update(chunk)
        long.update(chunk)
        size += len(chunk)
    return Listed(path, size, short.digest(), long.digest())


def manifest(entries: Iterable[Listed], algorithm: str) -> bytes:
    """A manifest of files that are in order."""
    return "".join(entry.line(algorithm) for entry in entries).encode()


def _copied(chunks: Iterable[bytes], file: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        file.write(chunk)
        yield chunk


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
