#!/usr/bin/env python3
"""Checks a bag that a Variorum archive handed over: offline, against a key that you already trust.

    python verify.py --key NAME+HASH+BASE64 [BAG]

One file. It needs Python 3.9 or later and the package `cryptography`, and nothing of the archive's
software; it writes nothing, and runs nothing that it finds in the bag.

A *bag* is a folder as BagIt 1.0 has it (RFC 8493): *payload* below data/, and *manifests* with the
digest of each of its files. A *note* is a text with signatures (C2SP signed-note, Ed25519); the
note signature.note is over the manifests, so that a bag cannot be made anew without the key.
The *log* is every event of a collection, a line each; the *root* is the hash of the tree over them
(RFC 6962, 2.1), and a *checkpoint* is a note of a log's size and root (C2SP tlog-checkpoint).
Events hold no text: they *commit* to a content by SHA-256(salt, content). A file of data/content is
salt and content together, and its name is its own SHA-256.
A content is *erased with a record* where the log has an event that says so.
The *request* is what the bag is of: stories, and of them every revision, or those that were in
force at a moment or over a period. A revision is *left out* if the request was not about it; which
ones that are follows from the events.

Exit codes: 0 intact, or erased with a record; 1 tampered; 2 usage; 5 cannot be read, or no bag.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import stat
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, BinaryIO, Callable, Iterable, Iterator, NamedTuple  # noqa: UP035 (3.9)

FORMAT = "variorum/bag/v1"
INTACT, ERASED, TAMPERED = "intact", "erased with a record", "tampered"

BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SIGNED = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt")
LISTED = (*SIGNED, "signature.note")
TAG_FILES = (*LISTED, "tagmanifest-sha256.txt", "tagmanifest-sha512.txt")

CHUNK = 1 << 20
SMALL = 1 << 20  # bytes, of a file that is read whole: notes, proofs, bag-info.txt
LINE = 16 << 20  # bytes, of an event
REQUEST = 256 << 20  # bytes, of the list of what was asked for
DEEPEST = 8  # folders
SHOWN = 20  # of things that are named in words

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,199}")
_HEX = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d)", re.ASCII
)
_PAYLOAD = re.compile(
    r"(VERIFY\.md|archive\.sqlite|premis\.xml|prov\.json|request\.json|ro-crate-metadata\.json"
    r"|timeline\.csv|verify\.py|content/([0-9a-f]{64}|absent\.jsonl)"
    r"|log/(checkpoint\.note|events\.jsonl|checkpoints/[0-9]+\.note|proofs/[0-9]+\.tlog-proof"
    r"|consistency/[0-9]+-[0-9]+\.json|tokens/[0-9]+-[0-9]+\.tsr)"
    r"|states/[A-Za-z0-9._~-]+/([0-9T.]+Z-)?(r[0-9]+\.json|(r[0-9]+|gone)\.(html|ninjs\.json|txt)))"
)
_STATE = re.compile(r"(.*?)(r[0-9]+|gone)\.[a-z.]+")
_REQUEST_KEYS = {"format", "origin", "size", "known", "at", "from", "to", "all", "stories"}
_STORY_KEYS = {"story", "folder", "revisions", "at", "from", "to"}
_MOMENTS = ("at", "from", "to")
_EVER, _MOST = -(1 << 63), 1 << 63
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 (3.9)
OF_STORIES = {
    f"story.{name}.1"
    for name in (
        "access-restored", "access-restricted", "content-erased", "described", "merged",
        "note-attached", "opened", "redirected", "revision-recorded", "revision-redated",
        "sighted", "unmerged",
    )
}  # fmt: skip
_LINE_KEYS = ["position", "recorded_at", "stream", "version", "topic", "data"]

Tell = Callable[[int, int], None]


class Failed(Exception):
    """The bag is not what was handed over."""


class Unreadable(Exception):
    """There is no bag there, or it cannot be read, or the key is none."""


class Key(NamedTuple):
    """A public key (Ed25519, RFC 8032) with its name in notes."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return hashlib.sha256(self.name.encode() + b"\n\x01" + self.public).digest()[:4]


class Note(NamedTuple):
    """A text and its signatures: name, id of the key, signature."""

    text: bytes
    signatures: list[tuple[str, bytes, bytes]]


class Checkpoint(NamedTuple):
    """A log's size and root, and the note that says so."""

    origin: str
    size: int
    root: bytes
    note: Note
    where: str


class Committed(NamedTuple):
    """A content that an event commits to; `revision` where it is of one."""

    story: str
    kind: str
    ordinal: int
    length: int
    position: int
    revision: int | None
    takedown: bool


class Report(NamedTuple):
    """What was found in a bag that was not tampered with."""

    verdict: str
    origin: str
    size: int  # events in the log
    root: str  # of the log, in hex
    signer: str  # name and hash of the key that signed the bag
    files: int
    bytes: int
    stories: int
    revisions: int
    contents: int  # that are there, and were committed to
    erased: tuple[tuple[str, int], ...]  # commitments, and by the events at which positions
    withheld: int  # contents that are not to be read, by a record in the log
    not_asked: int  # contents of these stories that the request was not about
    request: str  # what was asked for, in words
    left_out: tuple[tuple[str, tuple[int, ...]], ...]  # revisions of these stories, by story
    unchecked: tuple[str, ...]  # stories of which the log does not tell which revisions are meant
    checkpoints: tuple[int, ...]  # sizes of those that a trusted key signed, ascending
    untrusted: int  # checkpoints that none did
    tokens: int  # of a time-stamping authority: not checked here


# Keys and notes.


def parse_key(text: str) -> Key:
    """The key that `NAME+HASH+BASE64` says.

    Raises:
        Unreadable: it is none.
    """
    parts = text.strip().split("+", 2)
    try:
        name, digest, encoded = parts
        raw = base64.b64decode(encoded, validate=True)
        key = Key(name, raw[1:])
    except ValueError:
        raise Unreadable("not a key: it reads NAME+HASH+BASE64") from None
    if not name or raw[:1] != b"\x01" or len(raw) != 33 or key.id.hex() != digest:
        raise Unreadable("not a key: name, hash and Ed25519 key do not belong together")
    return key


def parse_note(data: bytes, where: str) -> Note:
    """A text and its signatures, in exactly one way of writing them."""
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Failed(f"{where}: not a signed note: not UTF-8") from None
    text, gap, tail = whole.rpartition("\n\n")
    if not gap or not tail.endswith("\n") or any(c < " " and c != "\n" for c in whole):
        raise Failed(f"{where}: not a signed note: cut short, or of another form")
    signatures: list[tuple[str, bytes, bytes]] = []
    for line in tail[:-1].split("\n"):
        found = re.fullmatch(r"— (\S+) (\S+)", line)
        raw = _base64(found[2]) if found else None
        if found is None or raw is None or len(raw) < 5 or "+" in found[1]:
            raise Failed(f"{where}: not a signed note: a signature of another form")
        signatures.append((found[1], raw[:4], raw[4:]))
    return Note((text + "\n").encode(), signatures)


def signer(note: Note, keys: Iterable[Key], where: str) -> Key | None:
    """Which of the keys signed a note; None where none says that it did."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    for key in keys:
        for name, key_id, signature in note.signatures:
            if name == key.name and key_id == key.id:
                try:
                    Ed25519PublicKey.from_public_bytes(key.public).verify(signature, note.text)
                except (InvalidSignature, ValueError):
                    raise Failed(f"{where}: the signature of {name} is wrong") from None
                return key
    return None


def parse_checkpoint(data: bytes, where: str) -> Checkpoint:
    """Origin, size and root: three lines, and no others."""
    note = parse_note(data, where)
    lines = note.text.decode().split("\n")
    root = _base64(lines[2]) if len(lines) == 4 else None
    if not lines[0] or root is None or len(root) != 32 or not _NUMBER.fullmatch(lines[1]):
        raise Failed(f"{where}: not a checkpoint")
    return Checkpoint(lines[0], int(lines[1]), root, note, where)


def _base64(text: str) -> bytes | None:
    """What a text encodes; None unless it is how one encodes that."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if base64.b64encode(raw).decode() == text else None


# The tree (RFC 6962, 2.1): leaves SHA-256(0, line), nodes SHA-256(1, left, right).


def _leaf(line: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + line).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows: the roots of its complete subtrees, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self.subtrees: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        node, size = leaf, self.size
        while size % 2:
            node = _node(self.subtrees.pop(), node)
            size //= 2
        self.subtrees.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.subtrees:
            return hashlib.sha256(b"").digest()
        node = self.subtrees[-1]
        for left in self.subtrees[-2::-1]:
            node = _node(left, node)
        return node


def _split(size: int) -> int:
    """The greatest power of two below a size: how many leaves are on the left of a tree."""
    return 1 << ((size - 1).bit_length() - 1)


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Whether a proof leads from a leaf to a root (RFC 6962, 2.1.1)."""
    path = iter(proof)

    def node(index: int, size: int) -> bytes:
        if size == 1:
            return leaf
        left = _split(size)
        if index < left:
            return _node(node(index, left), next(path, b""))
        right = node(index - left, size - left)
        return _node(next(path, b""), right)

    return 0 <= index < size and node(index, size) == root and not list(path)


def consistent(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Whether a proof shows that one tree begins with another (RFC 6962, 2.1.2)."""
    path = iter(proof)

    def nodes(old: int, new: int, whole: bool) -> tuple[bytes, bytes]:
        if old == new:
            node = old_root if whole else next(path, b"")
            return node, node
        left = _split(new)
        if old <= left:
            older, newer = nodes(old, left, whole)
            return older, _node(newer, next(path, b""))
        older, newer = nodes(old - left, new - left, False)
        before = next(path, b"")
        return _node(before, older), _node(before, newer)

    return 0 < old <= new and nodes(old, new, True) == (old_root, new_root) and not list(path)


# What was in force at a moment: a revision counts from when it came out, as was known.


class Story:
    """What the log says, up to where it was known, of when a story's revisions came out.

    A *sighting* says what stood there at a moment. A revision is *implied* by a time span in which
    one came out that may not be held.
    """

    def __init__(self) -> None:
        self.arrived: dict[int, int] = {}  # revisions, and the positions of their events
        self.published: dict[int, int] = {}  # and the instants from which they count
        self.implied: list[tuple[int | None, int, int]] = []  # earliest, latest, position
        self.sightings: list[tuple[int, int, str, int | None]] = []  # instant, position, what, of
        self.merged = False

    def take(self, event: dict[str, Any]) -> None:
        topic, data, position = event["topic"], event["data"], event["position"]
        if topic == "story.revision-recorded.1":
            number = _count(data["revision"])
            self.arrived[number] = position
            self.published[number] = _instant(data["published"]["at"])
            for each in data.get("implied", ()):
                earliest = each.get("earliest")
                begins = None if earliest is None else _instant(earliest)
                self.implied.append((begins, _instant(each["latest"]), position))
        elif topic == "story.revision-redated.1":
            self.published[_count(data["revision"])] = _instant(data["published"]["at"])
        elif topic == "story.sighted.1":
            sighting = (_instant(data["at"]), position, str(data["outcome"]), data.get("revision"))
            self.sightings.append(sighting)
        elif topic in ("story.merged.1", "story.redirected.1"):
            self.merged = True

    def over(self, since: int | None, until: int | None) -> set[int]:
        """The revisions that were in force at any moment of a period, both ends in it."""
        found = {number for number, at in self.published.items() if _within(at, since, until)}
        for at, _, _, number in self.sightings:
            if number is not None and _within(at, since, until):
                found.add(number)
        return found if since is None else found | self.at(since)

    def at(self, at: int) -> set[int]:
        """The revision that was in force at a moment; none where it was gone, or is not held."""
        order = [(out, self.arrived[r], r) for r, out in self.published.items() if out <= at]
        held = max(order, default=None)
        present, gone = self.last("unchanged", at), self.last("gone", at)
        begun = self.missing(at)
        stood, since = (held[2], held[0]) if held else (None, None)
        if present is not None:
            number, moment = present[3], present[:2]
            if number == stood and since is not None:
                since = max(since, moment[0])
            elif number in self.published and (held is None or held[:2] <= moment):
                stood, since = number, moment[0]
        later = max(each[:2] for each in (held, present, (_EVER, 0)) if each)
        if gone is not None and later <= gone[:2] and (begun is None or begun <= gone[0]):
            return set()
        if stood is None or since is None or (begun is not None and begun > since):
            return set()
        return {stood}

    def last(self, outcome: str, at: int) -> tuple[int, int, str, int | None] | None:
        """The last sighting of its kind up to a moment."""
        found = (each for each in self.sightings if each[0] <= at and each[2] == outcome)
        return max(found, key=lambda each: each[:2], default=None)

    def missing(self, at: int) -> int | None:
        """When the last one began, up to a moment, that is implied and that no other can be."""
        begun = [
            _EVER if earliest is None else earliest
            for earliest, latest, position in self.implied
            if (earliest is None or earliest <= at)
            and not any(
                self.arrived[number] != position
                and (_EVER if earliest is None else earliest) <= out < latest
                for number, out in self.published.items()
            )
        ]
        return max(begun, default=None)


def _within(at: int, since: int | None, until: int | None) -> bool:
    return (since is None or since <= at) and (until is None or at <= until)


def _instant(value: object) -> int:
    """Microseconds since 1970, UTC."""
    if type(value) is not int or not -_MOST < value < _MOST:
        raise ValueError("not an instant")
    return value


def instant_of(text: str) -> int | None:
    """The instant that a text is, with its seconds and its offset; None of any other text."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        return None
    try:
        moment = datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
        seconds = (moment - _EPOCH) // timedelta(seconds=1)
    except (ValueError, OverflowError):
        return None
    return seconds * 1_000_000 + int((found[2] or "").ljust(6, "0"))


def iso(instant: int) -> str:
    """An instant for people."""
    try:
        moment = _EPOCH + timedelta(microseconds=instant)
    except OverflowError:
        raise ValueError("not an instant") from None
    return moment.replace(tzinfo=None).isoformat() + "Z"


# Files: only those that a bag may have, in the order of their names, in chunks.


def walk(folder: Path, below: str = "") -> Iterator[tuple[str, int]]:
    """The files of a folder and their sizes, in the order of their paths as bytes."""
    if below.count("/") > DEEPEST:
        raise Failed(f"{_said(below)}: folders too deep")
    with os.scandir(folder / below) as found:
        entries = [(e.name, e.stat(follow_symlinks=False)) for e in found]
    if not entries:
        raise Failed(f"{_said(below) or 'the bag'}: an empty folder")
    entries.sort(key=lambda e: os.fsencode(e[0]) + (b"/" if stat.S_ISDIR(e[1].st_mode) else b""))
    for name, status in entries:
        path = below + name
        if stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", None):
            raise Failed(f"{_said(path)}: a link")
        if not _NAME.fullmatch(name):
            raise Failed(f"{_said(path)}: not a name that a bag has")
        if stat.S_ISDIR(status.st_mode):
            yield from walk(folder, path + "/")
        elif stat.S_ISREG(status.st_mode):
            yield path, status.st_size
        else:
            raise Failed(f"{_said(path)}: not a file")


def _said(path: str) -> str:
    """A text for people: nothing in it takes over a terminal."""
    return (path if path.isascii() and path.isprintable() else ascii(path)[1:-1])[:300]


def _json(data: bytes | str, where: str) -> dict[str, Any]:
    """A JSON object, read strictly: no key twice, no NaN."""

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({key for key, _ in found}) != len(found):
            raise ValueError("a key twice")
        return dict(found)

    def refuse(text: str) -> Any:
        raise ValueError(text)

    try:
        body = json.loads(data, object_pairs_hook=pairs, parse_constant=refuse)
    except (ValueError, RecursionError):
        raise Failed(f"{where}: not JSON as a bag has it") from None
    if not isinstance(body, dict):
        raise Failed(f"{where}: not a JSON object")
    return body  # pyright: ignore[reportUnknownVariableType]


class Bag:
    """A bag that is being checked: each step takes what the steps before it have made sure of."""

    def __init__(self, folder: Path, keys: Iterable[Key], tell: Tell) -> None:
        self.folder = folder
        self.trusted = list(keys)
        self.tell = tell
        self.where = "the bag"  # what is being looked at
        self.done = self.total = self.files = self.bytes = 0
        self.odd = ""  # what is said of files and manifests that do not count the same
        self.manifest_bytes = 0
        self.counts: dict[str, int] = {}  # files by folder
        self.checkpoints: dict[int, Checkpoint] = {}
        self.states: dict[str, dict[str, list[str]]] = {}  # files by folder and revision
        self.rotations: list[tuple[int, Key]] = []
        self.told: dict[str, Story] = {}  # of stories, where the request is not about all of them
        self.one: set[tuple[str, str]] = set()  # stories that are one with others
        self.known = 0  # how many stories there were
        self.left_out: tuple[tuple[str, tuple[int, ...]], ...] = ()
        self.unchecked: tuple[str, ...] = ()
        self.committed: dict[str, Committed] = {}
        self.erasures: dict[tuple[str, str, int], int] = {}
        self.restrictions: dict[tuple[str, int | None], int] = {}  # the last that was said

    def check(self) -> Report:
        self.survey()
        note = self.tags()
        head = self.read_checkpoints()
        self.vouched(note, head)
        if self.odd:
            raise self.difference(note)
        request = self.request(head)
        wanted = self.wanted(request)
        self.log(head, wanted, request)
        self.follow_keys()
        good = self.good_for(head.size)
        self.consistency(head)
        agreeing = [
            c.size
            for c in self.checkpoints.values()
            if signer(c.note, self.good_for(c.size), c.where)
        ]
        key = signer(note, good, "signature.note")
        if key is None:
            raise self.distrusted(note)
        if signer(head.note, good, head.where) is None or key.name != head.origin:
            raise Failed(f"{head.where}: not signed by the log's own key that you trust")
        absent = self.absent(wanted, int(request["known"]))
        self.in_force(wanted, request)
        self.payload()
        erased = tuple(sorted((c, p) for c, why, p in absent if why == "erased"))
        return Report(
            verdict=ERASED if erased else INTACT,
            origin=head.origin,
            size=head.size,
            root=head.root.hex(),
            signer=f"{key.name}+{key.id.hex()}",
            files=self.files,
            bytes=self.bytes,
            stories=len(wanted),
            revisions=sum(map(len, wanted.values())),
            contents=self.counts.get("data/content", 0) - 1,
            erased=erased,
            withheld=sum(why == "restricted" for _, why, _ in absent),
            not_asked=sum(why == "not asked for" for _, why, _ in absent),
            request=self.words(request),
            left_out=self.left_out,
            unchecked=self.unchecked,
            checkpoints=tuple(sorted(agreeing)),
            untrusted=len(self.checkpoints) - len(agreeing),
            tokens=self.counts.get("data/log/tokens", 0),
        )

    def vouched(self, note: Note, head: Checkpoint) -> None:
        """That the manifests are signed by a trusted key, or one to which such a key leads.

        Nothing is read before of which as much is held in memory as whoever wrote it likes. Where
        the key is led to, the log says so, and is read once more.
        """
        notes = [(note, "signature.note"), *((c.note, c.where) for c in self.checkpoints.values())]
        if not any(signer(each, self.trusted, where) for each, where in notes):
            raise self.distrusted(note)
        if signer(note, self.trusted, "signature.note") is None:
            for _ in self.events(head):
                pass
            self.follow_keys()
            if signer(note, self.trusted, "signature.note") is None:
                raise self.distrusted(note)

    def distrusted(self, note: Note) -> Failed:
        names = ", ".join(f"{_said(name)}+{by.hex()}" for name, by, _ in note.signatures)
        return Failed(f"signature.note: signed by {names}, not by a key that you trust")

    # Reading.

    def open(self, path: str) -> BinaryIO:
        self.where = path
        flags = os.O_RDONLY
        for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # as far as the system has them
            flags |= getattr(os, name, 0)
        try:
            return os.fdopen(os.open(self.folder / path, flags), "rb")
        except FileNotFoundError:
            raise Failed(f"{path}: missing") from None

    def read(self, path: str, limit: int = SMALL) -> bytes:
        """A file that is small enough to be read whole."""
        with self.open(path) as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise Failed(f"{path}: larger than such a file can be")
        return data

    def digests(self, path: str, size: int) -> tuple[str, str]:
        """SHA-256 and SHA-512 of a file of so many bytes, in hex."""
        short, long, rest = hashlib.sha256(), hashlib.sha512(), size
        with self.open(path) as file:
            while rest:
                chunk = file.read(min(rest, CHUNK))
                if not chunk:
                    raise Failed(f"{path}: cut short while it was read")
                short.update(chunk)
                long.update(chunk)
                rest -= len(chunk)
                self.advance(len(chunk))
        return short.hexdigest(), long.hexdigest()

    def advance(self, count: int) -> None:
        self.done += count
        self.tell(self.done, self.total)

    # The bag: names, sizes, tag files, signature.

    def survey(self) -> None:
        """Which files there are, and how large: nothing is read yet."""
        if not self.folder.is_dir():
            raise Unreadable(f"{_said(str(self.folder))}: no such folder")
        if not any(os.path.lexists(self.folder / name) for name in TAG_FILES):
            raise Unreadable(f"{_said(str(self.folder))}: not a bag: it has no bagit.txt")
        tags: list[str] = []
        for path, size in walk(self.folder):
            if path.startswith("data/"):
                if not _PAYLOAD.fullmatch(path[5:]):
                    raise Failed(f"{_said(path)}: not a file that a bag has")
                self.files += 1
                self.bytes += size
                self.manifest_bytes += len(path) + 3
                parent = path.rpartition("/")[0]
                self.counts[parent] = self.counts.get(parent, 0) + 1
                if path == "data/log/events.jsonl":
                    self.total += size
            else:
                tags.append(path)
                if "manifest-" not in path and size > SMALL:
                    raise Failed(f"{path}: larger than such a file can be")
        self.total += self.bytes
        for path in [*tags, *TAG_FILES]:
            if path not in TAG_FILES:
                raise Failed(f"{_said(path)}: not a file that a bag has")
            if path not in tags:
                raise Failed(f"{path}: missing")

    def tags(self) -> Note:
        """The tag files, each in the one form that it has; gives the note that is to be signed."""
        if self.read("bagit.txt") != BAGIT:
            raise Failed("bagit.txt: not that of a bag of version 1.0 in UTF-8")
        oxums = re.findall(rb"(?m)^Payload-Oxum: (.*)$", self.read("bag-info.txt"))
        if oxums != [f"{self.bytes}.{self.files}".encode()]:
            self.odd = f"bag-info.txt: not the {self.bytes} bytes in {self.files} files of data/"
        digests: dict[str, tuple[str, str]] = {}
        for path in LISTED:
            size = (self.folder / path).stat().st_size
            wide = {"manifest-sha256.txt": 64, "manifest-sha512.txt": 128}.get(path)
            if wide and size != self.manifest_bytes + wide * self.files:
                self.odd = self.odd or f"{path}: not a line for each file of data/"
                if size > 2 * (self.manifest_bytes + wide * self.files) + SMALL:
                    raise Failed(self.odd)
            self.total += size
            digests[path] = self.digests(path, size)
        note = parse_note(self.read("signature.note"), "signature.note")
        text = FORMAT + "\n" + "".join(f"sha256 {digests[path][0]} {path}\n" for path in SIGNED)
        if note.text != text.encode():
            signed = note.text.decode().split("\n")
            for path in SIGNED:
                if f"sha256 {digests[path][0]} {path}" not in signed:
                    raise Failed(f"{path}: not the one that signature.note is over")
            raise Failed("signature.note: not over the files that it is over in a bag")
        if len(note.signatures) != 1:
            raise Failed("signature.note: more than one signature")
        for place, name in enumerate(("tagmanifest-sha256.txt", "tagmanifest-sha512.txt")):
            lines = "".join(f"{digests[path][place]}  {path}\n" for path in LISTED)
            if self.read(name) != lines.encode():
                raise Failed(f"{name}: does not list the tag files as they are")
        return note

    def difference(self, note: Note) -> Failed:
        """The first file that is not as a trusted key signed it, where files were counted as odd.

        Of what nobody who is trusted signed, only that it is odd is known, and nothing is read.
        """
        if signer(note, self.trusted, "signature.note") is None:
            return Failed(self.odd)
        oxum = re.search(rb"(?m)^Payload-Oxum: ([0-9]{1,18})\.", self.read("bag-info.txt"))
        rest = int(oxum[1]) if oxum else 0
        with self.open("manifest-sha256.txt") as manifest:
            for path, size in walk(self.folder, "data/"):
                digest, _, listed = manifest.readline(SMALL).decode().rstrip("\n").partition("  ")
                if listed != path:
                    missing = listed and listed.encode() < path.encode()
                    what = f"{listed}: missing" if missing else f"{path}: not in the manifests"
                    return Failed(_said(what))
                rest -= size
                if rest < 0 or self.digests(path, size)[0] != digest:
                    return Failed(f"{path}: not as the manifests list it")
            listed = manifest.readline(SMALL).decode().rstrip("\n").partition("  ")[2]
        return Failed(_said(f"{listed}: missing") if listed else self.odd)

    def is_listed(self, path: str, digest: str) -> bool:
        """Whether a file has the SHA-256 that the manifest says."""
        line = f"{digest}  {path}\n".encode()
        with self.open("manifest-sha256.txt") as manifest:
            return line in iter(lambda: manifest.readline(SMALL), b"")

    def payload(self) -> None:
        """Every file of data/ against both manifests, which list it once, in order."""
        with self.open("manifest-sha256.txt") as short, self.open("manifest-sha512.txt") as long:
            for path, size in walk(self.folder / "data"):
                path = "data/" + path
                found = self.digests(path, size)
                for digest, manifest in ((found[0], short), (found[1], long)):
                    line = f"{digest}  {path}\n".encode()
                    if manifest.read(len(line)) != line:
                        raise Failed(f"{path}: not as the manifests list it")
                folder, _, name = path.rpartition("/")
                if folder.startswith("data/states/"):
                    self.state(path, folder, name)
                if folder == "data/content" and name != "absent.jsonl":
                    self.content(path, name, found[0], size)
        for folder, states in self.states.items():
            for state, names in states.items():
                if len(names) != (3 if state == "gone" else 4):
                    raise Failed(f"{folder}: not each form of {state}")
        for commitment, content in self.committed.items():
            raise Failed(
                f"data/content/{commitment}: missing: {content.kind} {content.ordinal} of "
                f"{_said(content.story)}, committed to at #{content.position}, and no record of why"
            )

    def state(self, path: str, folder: str, name: str) -> None:
        """A file of a revision that was asked for, or of the story when it was gone."""
        found = _STATE.fullmatch(name)
        stem, state = found.groups() if found else ("", "")
        states = self.states.get(folder, {})
        names = states.setdefault("gone", []) if state == "gone" else states.get(state)
        if folder not in self.states or names is None or any(n != stem for n in names):
            raise Failed(f"{path}: of nothing that was asked for")
        names.append(stem)

    def content(self, path: str, name: str, digest: str, size: int) -> None:
        committed = self.committed.pop(name, None)
        if digest != name:
            raise Failed(f"{path}: its SHA-256 is not its name")
        if committed is None:
            raise Failed(f"{path}: no event of these stories commits to it, or it is said absent")
        erased = self.erasures.get(committed[:3])
        if erased is not None:
            raise Failed(f"{path}: said to be erased by event #{erased}, and it is there")
        if size != 32 + committed.length:
            raise Failed(f"{path}: of another length than #{committed.position} says")

    # The log.

    def request(self, head: Checkpoint) -> dict[str, Any]:
        """What was asked for, of the log that was signed."""
        where = "data/request.json"
        data = self.read(where, REQUEST)
        if not self.is_listed(where, hashlib.sha256(data).hexdigest()):
            raise Failed(f"{where}: not as the manifests list it")
        self.where = where
        request = _json(data, where)
        texts = [request[key] for key in _MOMENTS]
        if request["format"] != FORMAT or request.keys() != _REQUEST_KEYS:
            raise Failed(f"{where}: not of a bag of this form")
        if type(request["all"]) is not bool or any(type(t) not in (str, type(None)) for t in texts):
            raise Failed(f"{where}: does not say what was asked for")
        if texts[0] is not None and texts[1:] != [None, None]:
            raise Failed(f"{where}: asks for a moment and a period")
        if not 0 < _count(request["known"]) <= _count(request["size"]):
            raise Failed(f"{where}: known at a position that the log does not have")
        if head.size != request["size"] or head.origin != request["origin"]:
            raise Failed(f"{head.where}: not of the log that was asked for")
        return request

    def wanted(self, request: dict[str, Any]) -> dict[str, set[int]]:
        """The revisions that were asked for, by story."""
        self.where = "data/request.json"
        wanted: dict[str, set[int]] = {}
        for each in request["stories"]:
            story, folder, numbers = each["story"], each["folder"], each["revisions"]
            if each.keys() != _STORY_KEYS or type(story) is not str or type(folder) is not str:
                raise Failed("data/request.json: not a story of a request")
            if story in wanted or f"data/states/{folder}" in self.states:
                raise Failed("data/request.json: a story twice")
            wanted[story] = set(map(_count, numbers))
            self.states[f"data/states/{folder}"] = {f"r{number}": [] for number in wanted[story]}
            if len(wanted[story]) != len(numbers):
                raise Failed("data/request.json: a revision twice")
            for key in _MOMENTS:
                text, moment = request[key], each[key]
                plain = None if text is None else instant_of(text)
                good = (
                    moment is None
                    if text is None
                    else _instant(moment) in (moment if plain is None else plain,)
                )
                if not good:
                    raise Failed(f"data/request.json: not the instants of {_said(story)}")
        return wanted

    def read_checkpoints(self) -> Checkpoint:
        """The head of the log, and the checkpoints before it."""
        head = parse_checkpoint(self.read("data/log/checkpoint.note"), "data/log/checkpoint.note")
        for size in self.numbered("data/log/checkpoints", ".note"):
            where = f"data/log/checkpoints/{size}.note"
            found = parse_checkpoint(self.read(where), where)
            if found.size != size or found.origin != head.origin or not 0 < size < head.size:
                raise Failed(f"{where}: not an earlier checkpoint of this log")
            self.checkpoints[size] = found
        self.checkpoints[head.size] = head
        return head

    def numbered(self, folder: str, ending: str) -> list[int]:
        """The numbers that files of a folder are named by; nothing else may be in it."""
        if folder not in self.counts:
            return []
        found: list[int] = []
        for path in (self.folder / folder).iterdir():
            if path.suffix != ending or not _NUMBER.fullmatch(path.stem):
                raise Failed(f"{folder}/{_said(path.name)}: not a name that a bag has")
            found.append(int(path.stem))
        return sorted(found)

    def events(self, head: Checkpoint) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Every event and its line, in order: its form, its place, its hash."""
        tree, versions = Tree(), dict[str, int]()
        recorded = 0
        self.rotations = []
        with self.open("data/log/events.jsonl") as file:
            while True:
                line = file.readline(LINE)
                if not line:
                    break
                position = tree.size + 1
                self.where = f"data/log/events.jsonl: position {position}"
                event = self.event(line, position)
                if event["recorded_at"] < recorded:
                    raise Failed(f"{self.where}: recorded before the one before it")
                recorded = event["recorded_at"]
                stream, version = event["stream"], event["version"]
                if version != versions.get(stream, 0):
                    raise Failed(f"{self.where}: version {version} of its stream is out of turn")
                versions[stream] = version + 1
                tree.add(_leaf(line[:-1]))
                expected = self.checkpoints.get(position)
                if expected is not None and tree.root() != expected.root:
                    raise Failed(
                        f"{self.where}: {expected.where} has another root: a line up to here "
                        "is not the one that was signed"
                    )
                self.rotation(event)
                yield event, line[:-1]
                if position > head.size:
                    break
        if tree.size != head.size:
            raise Failed(
                f"data/log/events.jsonl: position {min(tree.size, head.size) + 1}: the log that "
                f"was signed has {head.size} events, this one {tree.size}"
                + (" or more" if tree.size > head.size else "")
            )

    def log(self, head: Checkpoint, wanted: dict[str, set[int]], request: dict[str, Any]) -> None:
        """Which stories and revisions there were, what they commit to, and that they are proved."""
        known = int(request["known"])
        seen: dict[str, set[int]] = {}
        proofs = 0
        partly = any(request[key] is not None for key in _MOMENTS)
        for event, line in self.events(head):
            self.advance(len(line) + 1)
            position, stream = event["position"], event["stream"]
            story = stream[6:] if stream.startswith("story/") else None
            if story is not None and event["topic"] not in OF_STORIES:
                raise Unreadable(
                    f"{self.where}: {_said(str(event['topic']))} is no kind of event that this "
                    "verifier knows: take one of a later version"
                )
            if story is not None and position <= known:
                recorded_of = seen.setdefault(story, set())
                if event["topic"] == "story.merged.1":
                    self.one.add((story, str(event["data"]["other"])))
                if event["topic"] == "story.unmerged.1":
                    self.one.discard((story, str(event["data"]["other"])))
                if partly and story in wanted:
                    self.told.setdefault(story, Story()).take(event)
                if event["topic"] == "story.revision-recorded.1":
                    number = _count(event["data"]["revision"])
                    recorded_of.add(number)
                    if number in wanted.get(story, ()):
                        self.proof(position, line, head)
                        proofs += 1
            if story in wanted:
                self.commitments(story, event)
        if self.counts.get("data/log/proofs", 0) != proofs:
            raise Failed("data/log/proofs: not a proof for each revision that was asked for")
        self.complete(wanted, seen, request)

    def event(self, line: bytes, position: int) -> dict[str, Any]:
        """An event's line, in the one form that it has."""
        if not line.endswith(b"\n"):
            raise Failed(f"{self.where}: cut short, or too long")
        event = _json(line[:-1], self.where)
        if list(event) != _LINE_KEYS or not isinstance(event["data"], dict):
            raise Failed(f"{self.where}: not the line of an event")
        stream, topic = (json.dumps(str(event[k]), ensure_ascii=False) for k in ("stream", "topic"))
        exact = (
            f'{{"position":{_count(event["position"])},"recorded_at":{_count(event["recorded_at"])}'
            f',"stream":{stream},"version":{_count(event["version"])},"topic":{topic},"data":{{'
        )
        if not line.startswith(exact.encode()):
            raise Failed(f"{self.where}: not written as an event's line is")
        if event["position"] != position:
            raise Failed(f"{self.where}: says that it is {event['position']}")
        return event

    def proof(self, position: int, line: bytes, head: Checkpoint) -> None:
        """A proof that a revision is in the log (C2SP tlog-proof)."""
        where = f"data/log/proofs/{position}.tlog-proof"
        text, _, checkpoint = self.read(where, 2 * LINE).partition(b"\n\n")
        lines = text.decode("ascii").split("\n")
        extra = "extra " + base64.b64encode(line).decode()
        path = [_base64(each) for each in lines[3:]]
        right = [h for h in path if h is not None and len(h) == 32]
        if (
            lines[:3] != ["c2sp.org/tlog-proof@v1", extra, f"index {position - 1}"]
            or len(right) != len(path)
            or parse_checkpoint(checkpoint, where)[:4] != head[:4]
            or not included(_leaf(line), position - 1, head.size, right, head.root)
        ):
            raise Failed(f"{where}: does not prove that position {position} is in the log")

    def rotation(self, event: dict[str, Any]) -> None:
        if event["topic"] == "collection.key-rotated.1" and event["stream"] == "collection":
            key = Key(str(event["data"]["name"]), bytes.fromhex(event["data"]["public_key"]))
            self.rotations.append((event["position"], key))

    def follow_keys(self) -> None:
        """Trusts the keys after a trusted one, as each hands over to the next, and those before.

        A key is given up where the log names the next: from there on it signs a handover, together
        with that, and is good for nothing else. Those before a trusted one are good for what was
        signed till then.
        """
        for (_, key), (position, after) in zip(self.rotations, self.rotations[1:], strict=False):
            handed = [c for c in self.checkpoints.values() if c.size >= position]
            if (
                key in self.trusted
                and after not in self.trusted
                and any(all(signer(c.note, [by], c.where) for by in (key, after)) for c in handed)
            ):
                self.trusted.append(after)
        for size, checkpoint in self.checkpoints.items():
            if signer(checkpoint.note, self.good_for(size), checkpoint.where) is not None:
                earlier = [key for position, key in self.rotations if position <= size]
                last = max((n for n, key in enumerate(earlier) if key in self.trusted), default=0)
                self.trusted += [key for key in earlier[:last] if key not in self.trusted]

    def good_for(self, size: int) -> list[Key]:
        """The trusted keys that had not been given up by a size."""
        given_up = [
            key
            for (_, key), (position, _) in zip(self.rotations, self.rotations[1:], strict=False)
            if position <= size
        ]
        return [key for key in self.trusted if key not in given_up]

    def consistency(self, head: Checkpoint) -> None:
        """A proof from each earlier checkpoint to the head, and no other."""
        folder = "data/log/consistency"
        for size in self.checkpoints:
            if size == head.size:
                continue
            where = f"{folder}/{size}-{head.size}.json"
            body = _json(self.read(where), where)
            path = [_base64(text) or b"" for text in body["hashes"]]
            ends = [(body[end]["size"], _base64(body[end]["root"])) for end in ("old", "new")]
            if (
                body["origin"] != head.origin
                or ends != [self.checkpoints[size][1:3], head[1:3]]
                or any(len(each) != 32 for each in path)
                or not consistent(size, head.size, self.checkpoints[size].root, head.root, path)
            ):
                raise Failed(f"{where}: does not prove that the one begins with the other")
        if self.counts.get(folder, 0) != len(self.checkpoints) - 1:
            raise Failed(f"{folder}: not a proof for each checkpoint")
        if "data/log/tokens" in self.counts:
            for token in (self.folder / "data/log/tokens").iterdir():
                if not any(token.name.startswith(f"{size}-") for size in self.checkpoints):
                    raise Failed(f"data/log/tokens/{token.name}: over no checkpoint that is here")

    # What was asked for, and what is there of it.

    def complete(
        self, wanted: dict[str, set[int]], seen: dict[str, set[int]], request: dict[str, Any]
    ) -> None:
        """That no story and no revision is left out of what was asked for."""
        self.where = "data/request.json"
        if request["all"] and wanted.keys() != seen.keys():
            raise Failed("data/request.json: not every story that was known")
        for pair in sorted(self.one):
            if len(wanted.keys() & pair) == 1:
                names = " and ".join(map(_said, pair))
                raise Failed(f"data/request.json: {names} are one, and only one of them is here")
        whole = all(request[key] is None for key in _MOMENTS)
        self.known = len(seen)
        for story, numbers in wanted.items():
            found = seen.get(story)
            if found is None or not numbers <= found or (whole and numbers != found):
                raise Failed(
                    f"data/request.json: not the revisions of {_said(story)} that were known"
                )
        self.left_out = tuple(
            (story, tuple(sorted(seen[story] - numbers)))
            for story, numbers in wanted.items()
            if seen[story] != numbers
        )
        self.unchecked = tuple(story for story, told in self.told.items() if told.merged)

    def in_force(self, wanted: dict[str, set[int]], request: dict[str, Any]) -> None:
        """That of each story the revisions are there that were in force then, and no others."""
        self.where = "data/request.json"
        for each in request["stories"] if self.told else ():
            story, told = each["story"], self.told[each["story"]]
            if told.merged:
                continue
            at = each["at"]
            right = told.over(each["from"], each["to"]) if at is None else told.at(at)
            if wanted[story] != right:
                names = ", ".join(f"r{number}" for number in sorted(right)) or "none"
                raise Failed(
                    f"data/request.json: not the revisions of {_said(story)} that were in force "
                    f"then: by the log, {names}"[:1000]
                )

    def words(self, request: dict[str, Any]) -> str:
        """What was asked for, for people."""
        moments: list[str] = []
        for key in _MOMENTS:
            text = request[key]
            if text is not None:
                read = sorted({each[key] for each in request["stories"]})
                said = " to ".join(iso(each) for each in dict.fromkeys(read[:1] + read[-1:]))
                plain = instant_of(text) is not None or not said
                moments.append(f"{key} {_said(text)}" + ("" if plain else f" (read as {said})"))
        what = f"what was in force {' '.join(moments)}" if moments else "every revision"
        stories = len(request["stories"])
        which = f"all {stories}" if request["all"] else f"{stories} of {self.known}"
        return f"{what}, of {which} stories, as known at #{request['known']}"

    def commitments(self, story: str, event: dict[str, Any]) -> None:
        """What an event commits to, what it says is erased, and what it says is not to be read."""
        data, topic, position = event["data"], event["topic"], event["position"]
        revision = data.get("revision")
        takedown = topic in (
            "story.access-restricted.1",
            "story.access-restored.1",
            "story.content-erased.1",
        )
        source = data.get("source")
        for kind, ref in (
            ("article", data.get("article")),
            ("source", source["content"] if source else None),
            ("note", data.get("note")),
            ("description", data.get("description")),
            ("article", data.get("remainder")),
        ):
            if ref is None:
                continue
            commitment = ref["commitment"]
            if not _HEX.fullmatch(commitment):
                raise Failed(f"{self.where}: not a commitment")
            before = self.committed.get(commitment)
            if before and before[:3] != (story, kind, ref["ordinal"]):
                raise Failed(f"{self.where}: a commitment to what #{before.position} commits to")
            self.committed[commitment] = before or Committed(
                story, kind, _count(ref["ordinal"]), _count(ref["length"]), position, revision,
                takedown,
            )  # fmt: skip
        if topic == "story.content-erased.1":
            for each in data["contents"]:
                self.erasures[story, each["kind"], _count(each["ordinal"])] = position
        if topic == "story.access-restricted.1":
            self.restrictions[story, revision] = position
        if topic == "story.access-restored.1":
            self.restrictions.pop((story, revision), None)

    def absent(self, wanted: dict[str, set[int]], known: int) -> list[tuple[str, str, int]]:
        """The contents that are said not to be there: commitment, why, and by which event."""
        where = "data/content/absent.jsonl"
        found: list[tuple[str, str, int]] = []
        with self.open(where) as file:
            for line in iter(lambda: file.readline(SMALL), b""):
                body = _json(line, where)
                commitment, why = str(body["commitment"]), body["why"]
                by = None if body["by"] is None else _count(body["by"])
                content = self.committed.pop(commitment, None)
                if content is None:
                    raise Failed(f"{where}: {_said(commitment)}: no event commits to it")
                asked = content.kind in ("note", "description") or (
                    content.revision in wanted[content.story]
                )
                if content.kind in ("note", "description") and not content.takedown:
                    asked = content.position <= known
                place = (content.story, content.kind, content.ordinal)
                if why == "erased":
                    good = by is not None and self.erasures.get(place) == by
                elif why == "restricted":
                    targets = [(content.story, each) for each in (None, content.revision)]
                    good = by is not None and by in map(self.restrictions.get, targets)
                else:
                    good = why == "not asked for" and by is None and not asked
                if not good:
                    raise Failed(
                        f"data/content/{commitment}: missing, and the log has no record of why: "
                        f"{content.kind} {content.ordinal} of {_said(content.story)}"
                    )
                found.append((commitment, str(why), by or 0))
        return found


def _count(value: object) -> int:
    """A whole number from 0 on, and nothing that only looks like one."""
    if type(value) is not int or value < 0:
        raise ValueError("not a count")
    return value


def check(folder: str | Path, keys: Iterable[Key], tell: Tell = lambda done, of: None) -> Report:
    """Checks a bag, reading each of its files once, the log twice, or three times to follow a key.

    Args:
        folder: the bag.
        keys: those that are trusted, from elsewhere than the bag.
        tell: is told how many bytes have been read, and of how many.

    Raises:
        Failed: it was tampered with, or no trusted key signed it; says which file or position.
        Unreadable: it is no bag, or cannot be read.
    """
    bag = Bag(Path(folder), keys, tell)
    try:
        return bag.check()
    except OSError as error:
        raise Unreadable(f"{_said(bag.where)}: {error.strerror or error}") from None
    except (ValueError, TypeError, KeyError, LookupError, AttributeError, RecursionError):
        raise Failed(f"{_said(bag.where)}: not of the form that it has in a bag") from None


# The command.


def key_given(text: str, bag: Path) -> Key:
    """The key of the command line: itself, or the name of a file that holds it."""
    try:
        return parse_key(text)
    except Unreadable:
        path = Path(text)
        try:
            there = path.exists() and not path.is_dir()
        except (OSError, ValueError):  # longer than a name can be
            there = False
        if not there:
            raise
    if bag.resolve() in path.resolve().parents:
        raise Unreadable(f"{_said(text)}: a key out of the bag itself proves nothing")
    with path.open("rb") as file:
        return parse_key(file.read(SMALL).decode("utf-8", "replace"))


def lines(report: Report) -> Iterator[str]:
    """A report for people."""
    yield f"{report.verdict}: {report.files} files, {report.bytes} bytes, each as it was signed"
    yield f"log {report.origin}: {report.size} events, root {report.root}"
    yield f"signed by {report.signer}; checkpoints that agree: {_sizes(report.checkpoints)}"
    if report.untrusted:
        yield f"not counted, as no trusted key has signed them: {report.untrusted} checkpoints"
    yield f"asked for: {report.request}"
    yield (
        f"{_counted(report.stories, 'story', 'stories')}, "
        f"{_counted(report.revisions, 'revision')}, {_counted(report.contents, 'content')}"
        f"; of other revisions, not asked for: {report.not_asked}"
    )
    for story, numbers in report.left_out[:SHOWN]:
        more = " ..." if len(numbers) > SHOWN else ""
        names = " ".join(f"r{number}" for number in numbers[:SHOWN]) + more
        why = "as the bag says" if story in report.unchecked else "by the log not in force then"
        yield f"left out, {why}: {story}, {_counted(len(numbers), 'revision')}: {names}"
    if len(report.left_out) > SHOWN:
        yield f"left out of {len(report.left_out) - SHOWN} more stories: data/request.json"
    for story in report.unchecked[:SHOWN]:
        yield f"not checked, as it is one with another: which revisions of {story} were in force"
    for commitment, position in report.erased:
        yield f"erased with a record: {commitment}, by event #{position}"
    if report.withheld:
        yield f"{report.withheld} contents are withheld, by a record in the log"
    if report.tokens:
        yield f"{report.tokens} time stamps are there and were not checked: see VERIFY.md"


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"


def _sizes(sizes: tuple[int, ...]) -> str:
    shown = ", ".join(f"#{size}" for size in sizes[-SHOWN:])
    return f"{len(sizes)} ({'... ' if len(sizes) > SHOWN else ''}{shown})"


def main(arguments: list[str] | None = None) -> int:
    """The command; gives the exit code."""
    here = Path(__file__).resolve().parent
    inside = here.parent if here.name == "data" else Path()
    parser = argparse.ArgumentParser(prog="verify.py", description="Checks a bag, offline.")
    trusted = "a key that you trust, not out of the bag: NAME+HASH+BASE64, or a file with it"
    parser.add_argument("--key", required=True, action="append", help=trusted)
    which = "the bag's folder; if left out, the bag that this file is in, or this folder"
    parser.add_argument("bag", nargs="?", type=Path, default=inside, help=which)
    given = parser.parse_args(arguments)
    try:
        keys = [key_given(text, given.bag) for text in given.key]
    except Unreadable as error:
        parser.error(str(error))
    try:
        report = check(given.bag, keys)
    except Failed as failed:
        tell([f"{TAMPERED}: {failed}"])
        return 1
    except Unreadable as error:
        print(f"verify.py: {error}", file=sys.stderr)
        return 5
    tell(map(_said, lines(report)))
    return 0


def tell(said: Iterable[str]) -> None:
    """Prints lines; where nobody reads them, or not all, the exit code tells."""
    if sys.stdout is None:  # pyright: ignore[reportUnnecessaryComparison]
        return
    try:
        for line in said:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    try:
        code = main()
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        code = 130
    except ImportError:
        print("verify.py: needs cryptography: python -m pip install cryptography", file=sys.stderr)
        code = 5
    except OSError as error:  # of the key's file, or of a full disk
        print(f"verify.py: {error.strerror or error}", file=sys.stderr)
        code = 5
    sys.exit(code)
