"""Writes an OCFL 1.1 storage root (Oxford Common File Layout): a story is an object.

Each revision that is selected, in order of recording, is a *version*: `article.json` (the bytes
that the log commits to), `article.txt`, the source as captured, and `log/<position>.jsonl`, the
exact lines of the story's events since the version before, up to that position. What was recorded
after the last one is a version of its own. The last version names the log files of all. Where
something was taken down, `absent.txt` says so in its place. Times are those of the events.

An inventory names the files of all versions. If each version held its own, they would grow with
the square of their number: of an object of more than `INVENTORIES` versions only the last one does.
"""

from __future__ import annotations

import hashlib
import json
import string
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from variorum.adapters.exports.selection import Chosen, Selection, read_together
from variorum.adapters.exports.states import State, states_of
from variorum.adapters.exports.text import text
from variorum.adapters.exports.uri import uri
from variorum.domain.streams import story_stream
from variorum.domain.times import iso

if TYPE_CHECKING:
    from variorum.domain.archive import Archive
    from variorum.domain.log import Recorded
    from variorum.domain.ports import StoryEntry

ALGORITHM = "sha512"
LAYOUT = "0003-hash-and-id-n-tuple-storage-layout"
INVENTORIES = 100
"""How many versions an object has at most for each of them to hold its inventory."""
_TUPLE, _TUPLES, _LONGEST = 3, 3, 100
_PLAIN = frozenset(string.ascii_letters + string.digits + "-_")
_ENDINGS = {"text/html": "html", "text/plain": "txt", "application/json": "json"}


@dataclass(slots=True)
class StoredObject:
    """An OCFL object that is being written: what it holds, and its versions so far."""

    id: str
    folder: Path
    manifest: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    versions: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    def add(
        self,
        files: dict[str, bytes],
        created: int,
        message: str,
        actor: str,
        *,
        inventoried: bool = True,
    ) -> None:
        """A version: its files by logical path. A file that an earlier one has is not stored again.

        Args:
            created: the instant at which it was recorded.
            inventoried: whether it holds the inventory; the last has to.
        """
        name = f"v{len(self.versions) + 1}"
        state: dict[str, list[str]] = {}
        for path, data in sorted(files.items()):
            digest = hashlib.new(ALGORITHM, data).hexdigest()
            state.setdefault(digest, []).append(path)
            if digest not in self.manifest:
                self.manifest[digest] = [f"{name}/content/{path}"]
                _write(self.folder / name / "content" / path, data)
        self.versions[name] = {
            "created": iso(created),
            "message": message,
            "user": {"name": actor, "address": uri(f"actor/{actor}")},
            "state": state,
        }
        if not inventoried:
            return
        inventory = self._inventory(name)
        for folder in (self.folder / name, self.folder):
            _write(folder / "inventory.json", inventory)
            sidecar = f"{hashlib.new(ALGORITHM, inventory).hexdigest()} inventory.json\n"
            _write(folder / f"inventory.json.{ALGORITHM}", sidecar.encode())

    def _inventory(self, head: str) -> bytes:
        whole = {
            "id": self.id,
            "type": "https://ocfl.io/1.1/spec/#inventory",
            "digestAlgorithm": ALGORITHM,
            "head": head,
            "contentDirectory": "content",
            "manifest": self.manifest,
            "versions": self.versions,
        }
        return _json(whole)


def fill(archive: Archive, selection: Selection, folder: Path) -> None:
    """Writes the storage root of the stories that are selected into an empty folder.

    Raises:
        NotFoundError: a story that was asked for is not there.
        DamagedError: an event is missing, of such a story or, where all are selected, of the log.
    """
    if not selection.stories:
        deque(archive.log.lines(archive.log.head().position), 0)
    _write(folder / "0=ocfl_1.1", b"ocfl_1.1\n")
    _write(
        folder / "ocfl_layout.json",
        _json(
            {"extension": LAYOUT, "description": "by the SHA-256 of an object's id, then the id"}
        ),
    )
    config = {
        "extensionName": LAYOUT,
        "digestAlgorithm": "sha256",
        "tupleSize": _TUPLE,
        "numberOfTuples": _TUPLES,
    }
    _write(folder / "extensions" / LAYOUT / "config.json", _json(config))
    selection = replace(selection, apart=True)
    for ready, entry in read_together(archive, selection):
        _object(ready, selection, entry, folder)


def object_path(identifier: str) -> str:
    """Where an object stands in the storage root (OCFL extension 0003)."""
    digest = hashlib.sha256(identifier.encode()).hexdigest()
    tuples = [digest[at : at + _TUPLE] for at in range(0, _TUPLE * _TUPLES, _TUPLE)]
    plain = "".join(
        chr(byte) if chr(byte) in _PLAIN else f"%{byte:02x}" for byte in identifier.encode()
    )
    name = plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}-{digest}"
    return "/".join([*tuples, name])


def _object(archive: Archive, selection: Selection, entry: StoryEntry, root: Path) -> None:
    identifier = uri(story_stream(entry.id))
    folder = root / object_path(identifier)
    _write(folder / "0=ocfl_object_1.1", b"ocfl_object_1.1\n")
    stored = StoredObject(identifier, folder)
    found = [s for s in states_of(archive, entry, selection) if isinstance(s, State)]
    taken = {each.position for each in _takedowns(archive, entry)}
    lines = archive.log.lines_of(story_stream(entry.id))
    known = [each for each in lines if each[0] <= selection.known.position or each[0] in taken]
    versions = [
        _Version(
            _texts(archive, state),
            state.chosen.revision.position,
            state.chosen.revision.recorded_at,
            f"recorded {state.name}",
            state.chosen.revision.event.actor,
        )
        for state in sorted(found, key=lambda each: each.chosen.revision.position)
    ]
    last = versions[-1].until if versions else 0
    rest = [position for position, _ in known if position > last]
    if rest:
        after: Recorded = archive.log.at(rest[-1])
        message = f"recorded since: {len(rest)} events" if found else f"{len(rest)} events"
        versions.append(_Version({}, rest[-1], after.recorded_at, message, after.event.actor))
    _store(stored, versions, known)


@dataclass(frozen=True, slots=True)
class _Version:
    """A version that is to be: its files but for the log, and the position that it goes up to."""

    files: dict[str, bytes]
    until: int
    created: int
    message: str
    actor: str


def _store(stored: StoredObject, versions: list[_Version], lines: list[tuple[int, bytes]]) -> None:
    """Adds versions to an object, each with the lines that it adds to the log."""
    logs: dict[str, bytes] = {}
    before = 0
    for number, version in enumerate(versions, 1):
        is_last = number == len(versions)
        path = f"log/{version.until}.jsonl"
        logs[path] = b"".join(line + b"\n" for at, line in lines if before < at <= version.until)
        stored.add(
            {**version.files, **(logs if is_last else {path: logs[path]})},
            version.created,
            version.message,
            version.actor,
            inventoried=is_last or len(versions) <= INVENTORIES,
        )
        before = version.until


def _texts(archive: Archive, state: State) -> dict[str, bytes]:
    """The files of a revision but its log: what is there, and what is not."""
    chosen = state.chosen
    files = {"article.txt": text(state)} if chosen.article else {}
    if chosen.article:
        files["article.json"] = chosen.article.canonical()
    files.update(_source(archive, chosen))
    gone = [f"{each.what} was erased by event #{each.position}\n" for each in chosen.erasures]
    if chosen.restriction:
        hidden = chosen.restriction
        gone.append(f"{state.name} is restricted {hidden.ends}, by event #{hidden.position}\n")
    if gone:
        files["absent.txt"] = "".join(gone).encode()
    return files


def _source(archive: Archive, chosen: Chosen) -> dict[str, bytes]:
    source = chosen.revision.event.source
    if source is None or chosen.restriction is not None:
        return {}
    data = archive.source(chosen.entry, chosen.revision.number, source.content)
    ending = _ENDINGS.get(source.media_type.partition(";")[0].strip(), "bin")
    return {f"source.{ending}": data} if data is not None else {}


def _takedowns(archive: Archive, entry: StoryEntry) -> Iterator[Any]:
    access = archive.access(entry)
    yield from access.restrictions
    yield from access.erasures


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
