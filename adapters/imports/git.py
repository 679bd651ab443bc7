"""Git: the history of one file, or of every file in a folder, along the first parents of HEAD.

A file is a story, each commit that changes it a revision, a deletion a sighting that it was gone. A
revision is published at the committer's time or the author's, and was captured when it was
committed. One file is followed through its renames; in a folder a renamed file is another story.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO, cast

from msgspec import structs

from variorum.adapters.imports.copy import copy_of
from variorum.adapters.imports.importer import COPYS_OWN, Bad, Defaults, GitTime, Item
from variorum.adapters.imports.text import by_mark, decode_text
from variorum.domain.asof import Outcome
from variorum.domain.bulk import Command
from variorum.domain.commands import Sight, Source
from variorum.domain.errors import UnreadableError
from variorum.domain.times import SECOND, Basis, Precision, PublishedTime, iso

if TYPE_CHECKING:
    from variorum.domain.reading import Reading
    from variorum.domain.stated import Known

LARGEST_BLOB = 32 << 20
_PIECE = 1 << 16
_BINARY_HEAD = 8000
_POINTER = b"version https://git-lfs.github.com/spec/v1\n"
_NO_REPOSITORY = "fatal: not a git repository"
"""What git says, before where it looked: up to the root, or to where another file system begins."""
_PLAIN_FILES = (b"100644", b"100755")

#: A repository is somebody else's: nothing that its configuration names is run or fetched.
_SAFE = ("-c", "core.fsmonitor=false", "-c", "protocol.allow=never")
_LOG = (
    "log", "--first-parent", "--diff-merges=first-parent", "--no-ext-diff", "--no-textconv",
    "--no-show-signature", "--raw", "-z", "--no-abbrev", "--root", "--format=%x01%H %at %ct",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit did to one file; `blob` None where it took it away. Times are instants."""

    commit: str
    authored: int
    committed: int
    path: str
    blob: str | None
    copied_from: str | None = None
    """The file that it began as a copy of, by its path from the root."""


def commands(
    path: str, defaults: Defaults, progress: Callable[[int], None] | None = None
) -> Iterator[Item]:
    """What the history of a file or a folder asks to be recorded (`Importer`), oldest first.

    Places are commits, in a folder with the file.

    Raises:
        UnreadableError: it is in no repository, has no history there, or git cannot read it.
    """
    place = Path(path)
    folder = place if place.is_dir() else place.parent
    one = not place.is_dir()
    try:
        if _answer(folder, "rev-parse", "--is-shallow-repository").strip() == "true":
            raise UnreadableError("a shallow clone, without the beginning: git fetch --unshallow")
        root = _answer(folder, "rev-list", "--max-parents=0", "--first-parent", "HEAD").split()[-1]
        options = ("--follow", "-M") if one else ("--no-renames", "--reverse")
        with _running(folder, *_LOG, *options, "HEAD", "--", place.name if one else ".") as log:
            changes: Iterable[Change] = _changes(log)
            name = None
            if one:
                newest_first = _until_copied(folder, changes)
                name = newest_first[0].path if newest_first else None
                changes = reversed(newest_first)
            with _Blobs(folder) as blobs:
                yield from _History(root, name, defaults, blobs, progress).items(changes)
    except (OSError, ValueError, IndexError) as cause:
        reason = getattr(cause, "strerror", None) or str(cause)
        raise UnreadableError(f"{path}: git cannot be asked: {reason}") from cause
    except UnreadableError as cause:
        raise UnreadableError(f"{path}: {cause.message}") from cause


class _History:
    """Makes commands of changes; `name` is that of the one file which they are of, if it is one."""

    def __init__(
        self,
        root: str,
        name: str | None,
        defaults: Defaults,
        blobs: _Blobs,
        progress: Callable[[int], None] | None,
    ) -> None:
        self._root = root
        self._name = name
        self._defaults = defaults
        self._blobs = blobs
        self._progress = progress

    def items(self, changes: Iterable[Change]) -> Iterator[Item]:
        empty = True
        for change in changes:
            empty = False
            command = self._command_or_bad(change)
            if command is not None:
                commit = change.commit[:12]
                yield commit if self._name else f"{commit} {change.path}", command
        if empty:
            raise UnreadableError("no commit in this repository changes it")

    def _command_or_bad(self, change: Change) -> Command | Bad | None:
        try:
            return self._command(change)
        except COPYS_OWN as cause:
            return Bad(cause.message)

    def _command(self, change: Change) -> Command | None:
        name = self._name or change.path
        story = self._defaults.story if self._name else None
        if story is None:
            digest = hashlib.sha256(f"{self._root} {name}".encode("utf-8", "surrogateescape"))
            story = f"git-{digest.hexdigest()[:12]}"
        at = change.authored if self._defaults.git_time is GitTime.AUTHOR else change.committed
        defaults = self._defaults
        opening = defaults.opening(name.encode("utf-8", "replace").decode())
        if change.blob is None:
            return Sight(story, defaults.actor, at, Outcome.GONE, opening=opening)
        data = self._blobs.read(change.blob)
        if self._progress is not None:
            self._progress(len(data))
        if not self._name and b"\0" in data[:_BINARY_HEAD] and by_mark(data)[0] is None:
            return None
        if data.startswith(_POINTER):
            raise UnreadableError("its text is kept with Git LFS, and not in the repository")
        copy = copy_of(
            story,
            defaults.actor,
            lambda known: _read(data, known),
            Source(data, "text/html" if _is_html(data) else "text/plain"),
            entry=defaults.said_of(story),
            outlet=defaults.outlet,
            captured=iso(change.committed),
            zone=defaults.zone,
            date_order=defaults.date_order,
            settings=defaults.settings_of,
        )
        time = PublishedTime(at, at, at + SECOND, Precision.SECOND, Basis.METADATA)
        return structs.replace(copy, published=time, opening=opening)


def _read(data: bytes, known: Known) -> Reading:
    if _is_html(data):
        from variorum.adapters.imports.page import read_page

        return read_page(data, known)
    from variorum.domain.reading import read_text

    return read_text(decode_text(data), known)


def _is_html(data: bytes) -> bool:
    from variorum.adapters.imports.page import looks_like_html

    return looks_like_html(data)


def _changes(log: BinaryIO) -> Iterator[Change]:
    """The changes of plain files that `git log --raw -z` tells of, in its order."""
    commit, authored, committed = "", 0, 0
    parts = _parts(log)
    for part in parts:
        part = part.lstrip(b"\n")
        if part.startswith(b"\1"):
            name, author_time, commit_time = part[1:].split()[:3]
            commit = name.decode()
            authored, committed = int(author_time) * SECOND, int(commit_time) * SECOND
        elif part.startswith(b":"):
            old_mode, mode, _, blob, status = part[1:].split(b" ")
            path, source = _text(next(parts)), None
            if status[:1] in (b"R", b"C"):
                source, path = path, _text(next(parts))
            copied = source if status[:1] == b"C" else None
            if mode in _PLAIN_FILES:
                yield Change(commit, authored, committed, path, blob.decode(), copied)
            elif old_mode in _PLAIN_FILES:  # deleted, or now a link or a module
                yield Change(commit, authored, committed, path, None)


def _text(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape")


def _until_copied(folder: Path, newest_first: Iterable[Change]) -> list[Change]:
    """The changes of one file, without those of the file that it began as a copy of.

    Where that file was changed by the same commit, it was renamed, and a stub put in its place.
    """
    found: list[Change] = []
    for change in newest_first:
        found.append(change)
        if change.copied_from is not None and not _changed(
            folder, change.commit, change.copied_from
        ):
            break
    return found


def _changed(folder: Path, commit: str, path: str) -> bool:
    """Whether a commit changed a file, as its first parent had it; paths are from the root."""
    now, before = (
        _answer(folder, "ls-tree", "--full-tree", "-z", f"{commit}{of}", "--", path)
        for of in ("", "^1")
    )
    return now != before


def _parts(stream: BinaryIO) -> Iterator[bytes]:
    """What NULs part in a stream."""
    rest = b""
    while piece := stream.read(_PIECE):
        *parts, rest = (rest + piece).split(b"\0")
        yield from parts
    if rest:
        yield rest


class _Blobs:
    """Reads blobs through one `git cat-file --batch`."""

    def __init__(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            _command_line(folder, "cat-file", "--batch"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )

    def __enter__(self) -> _Blobs:
        return self

    def __exit__(self, *_: object) -> None:
        _end(self._process)

    def read(self, blob: str) -> bytes:
        """The bytes of a blob.

        Raises:
            UnreadableError: it is not there, damaged, or too large.
        """
        asked, answer = cast(BinaryIO, self._process.stdin), cast(BinaryIO, self._process.stdout)
        asked.write(blob.encode() + b"\n")
        asked.flush()
        head = answer.readline().split()
        if len(head) != 3:
            raise UnreadableError(f"the repository lacks the text of this commit ({blob[:12]})")
        length = int(head[2])
        kept = bytearray()
        left = length + 1
        while left:
            piece = answer.read(min(left, _PIECE))
            if not piece:
                raise UnreadableError(f"the repository is damaged: {blob[:12]} cannot be read")
            left -= len(piece)
            if len(kept) <= LARGEST_BLOB:
                kept += piece
        if length > LARGEST_BLOB:
            raise UnreadableError(f"larger than {LARGEST_BLOB >> 20} MB; that is no story")
        return bytes(kept[:length])


def _command_line(folder: Path, *arguments: str) -> list[str]:
    return ["git", "-C", str(folder), "--no-pager", *_SAFE, *arguments]


def _environment() -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    more = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    as_named = {"GIT_LITERAL_PATHSPECS": "1", "GIT_NO_REPLACE_OBJECTS": "1"}
    return {**own, **more, **as_named, "GIT_NO_LAZY_FETCH": "1"}


def _answer(folder: Path, *arguments: str) -> str:
    with _running(folder, *arguments) as output:
        return output.read().decode("utf-8", "surrogateescape")


@contextmanager
def _running(folder: Path, *arguments: str) -> Generator[BinaryIO]:
    """What a command of git writes.

    Raises:
        UnreadableError: it failed; the message is what it said.
    """
    with TemporaryFile() as said:
        process = subprocess.Popen(
            _command_line(folder, *arguments),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=_environment(),
        )
        whole = False
        try:
            yield cast(BinaryIO, process.stdout)
            whole = True
        finally:
            if whole:
                process.wait()
            _end(process)
        if process.returncode != 0:
            said.seek(0)
            words = said.read(2000).decode("utf-8", "replace").strip().splitlines()
            if words and words[0].startswith(_NO_REPOSITORY):
                raise UnreadableError("lies in no git repository")
            raise UnreadableError(words[0] if words else f"git ended with {process.returncode}")


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()
    if process.poll() is None:
        process.kill()
    process.wait()
