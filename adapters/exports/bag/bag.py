"""Puts a bag together: the log, the contents, the stories as they stood, and how to check them.

A bag shows what was known by K (*known*). Its log goes on to the last takedown of one of its
stories, where one was recorded after K: what is missing must be accounted for. The same request at
the same size of the log makes the same bytes, as long as the key is the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from variorum.adapters.eventlog.reader import LogReader
from variorum.adapters.exports import prov, timeline
from variorum.adapters.exports.bag import crate
from variorum.adapters.exports.bag.bagit import Payload
from variorum.adapters.exports.bag.evidence import Evidence, gathered
from variorum.adapters.exports.bag.holding import (
    Absent,
    Holding,
    Place,
    Taken,
    erasures,
    folder_name,
    kept,
    places,
    restrictions,
)
from variorum.adapters.exports.bag.premis import Premis, premis
from variorum.adapters.exports.bag.sqlite import Tables, tables
from variorum.adapters.exports.bag.states import state_files
from variorum.adapters.exports.folder import check_free, whole_folder
from variorum.adapters.exports.selection import Selection, entries, window
from variorum.adapters.exports.states import Departure, State, states_of
from variorum.adapters.exports.timeline import TAKEDOWNS
from variorum.adapters.tree.checkpoints import keyring
from variorum.domain.content import ContentKind, Description
from variorum.domain.errors import UsageError
from variorum.domain.streams import story_stream
from variorum.domain.times import iso

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from variorum.adapters.connect import Connection
    from variorum.adapters.key_files import Keyring
    from variorum.domain.ports import StoryEntry

FORMAT = "variorum/bag/v1"
"""The first line of what signature.note is signed over, and the `format` of request.json."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """The files that every story adds to."""

    premis: Premis
    tables: Tables


Advance = Callable[[int], None]


def write_bag(
    connection: Connection,
    selection: Selection,
    path: str,
    *,
    keys: Keyring | None = None,
    settled: Callable[[str], object] | None = None,
    advance: Advance = lambda stories: None,
) -> str:
    """Writes a bag into a new folder, which is there whole or not at all.

    Args:
        keys: the key file to sign with; the collection's usual one, if not given.
        settled: told the bag's digest when all of it is written, before it is there.
        advance: told of how many stories more are done.

    Returns:
        The SHA-256 (hex) of its `manifest-sha256.txt`.

    Raises:
        NotFoundError: a story is not there, or was not known by K; the collection has no key, or
            its key is not in the file.
        UsageError: nothing was recorded by K.
        CheckFailedError: the log is not what was signed of it.
        StorageError: the folder cannot be written, or is there and not empty.
    """
    is_own = connection.database.is_own_file
    check_free(path, is_own)
    selection = replace(selection, stories=sorted(set(selection.stories)), apart=True)
    if not selection.known.position:
        raise UsageError("nothing had been recorded by then: there is nothing to hand over")
    stories = sorted(entries(connection.archive, selection), key=lambda entry: entry.id)
    ring = keys or keyring(connection)
    evidence = gathered(connection, ring, stories, selection.known.position)
    with whole_folder(path, is_own) as folder:
        digest = Bag(connection, selection, evidence, folder, advance).write(stories)
        if settled is not None:
            settled(digest)
    return digest


class Bag:
    """A bag that is being written into an empty folder.

    Args:
        connection: to the archive.
        selection: what was asked for.
        evidence: of the log up to where it goes.
        folder: where to.
        advance: is told of each story that is done.
    """

    def __init__(
        self,
        connection: Connection,
        selection: Selection,
        evidence: Evidence,
        folder: Path,
        advance: Advance,
    ) -> None:
        self._archive = connection.archive
        self._reader = LogReader(connection.database, connection.collection)
        self._selection = selection
        self._known = selection.known.position
        self._evidence = evidence
        self._payload = Payload(folder)
        self._advance = advance
        self._stories: list[dict[str, object]] = []
        self._absent: list[bytes] = []

    def write(self, stories: list[StoryEntry]) -> str:
        """Writes the bag, whole; gives the SHA-256 (hex) of its manifest of SHA-256."""
        with closing(self._payload):
            return self._written(stories)

    def _written(self, stories: list[StoryEntry]) -> str:
        self._log()
        self._all(stories)
        self._payload.write("timeline.csv", timeline.lines(self._archive, self._selection))
        self._payload.write("prov.json", prov.document(self._archive, self._selection))
        self._payload.write("content/absent.jsonl", self._absent)
        self._payload.write("request.json", [self._said()])
        beside = files("variorum.adapters.exports.bag")
        self._payload.write("verify.py", [beside.joinpath("verify.py").read_bytes()])
        self._payload.write("VERIFY.md", [self._explained(beside.joinpath("VERIFY.md"))])
        self._payload.write(crate.NAME, [self._crate()])
        return self._finish()

    def _log(self) -> None:
        evidence, payload, size = self._evidence, self._payload, self._evidence.head.size
        payload.write("log/checkpoint.note", [evidence.note])
        payload.write(
            "log/events.jsonl",
            (line + b"\n" for line in self._archive.log.lines(evidence.head.size)),
        )
        for size, note in sorted(evidence.checkpoints.items()):
            payload.write(f"log/checkpoints/{size}.note", [note])
            if size:
                payload.write(
                    f"log/consistency/{size}-{evidence.head.size}.json",
                    [evidence.consistency(size)],
                )
        for size, tokens in sorted(evidence.tokens.items()):
            for number, token in enumerate(tokens, 1):
                payload.write(f"log/tokens/{size}-{number}.tsr", [token])

    def _all(self, stories: list[StoryEntry]) -> None:
        with ExitStack() as stack:
            outputs = Outputs(
                stack.enter_context(premis(self._payload.path("premis.xml"))),
                stack.enter_context(tables(self._payload.path("archive.sqlite"))),
            )
            for entry in stories:
                self._story(entry, outputs)
                self._advance(1)
        self._payload.adopt("premis.xml")
        self._payload.adopt("archive.sqlite")

    def _story(self, entry: StoryEntry, outputs: Outputs) -> None:
        holding = self._holding(entry)
        shown: list[State | Departure] = [*holding.states]
        if holding.departure:
            shown.append(holding.departure)
        for state in shown:
            for name, data in state_files(state, self._known):
                self._payload.write(f"states/{holding.folder}/{name}", [data])
        for state in holding.states:
            position = state.chosen.revision.position
            (line,) = self._reader.lines(position - 1, position)
            proof = self._evidence.inclusion(position, line)
            self._payload.write(f"log/proofs/{position}.tlog-proof", [proof])
        outputs.premis.add(holding)
        outputs.tables.add(holding)
        self._stories.append(
            {
                "story": entry.id,
                "folder": holding.folder,
                "revisions": sorted(state.chosen.revision.number for state in holding.states),
                **self._moments(entry),
            }
        )
        self._absent += [_absent_line(entry.id, absent) for absent in holding.absent]

    def _holding(self, entry: StoryEntry) -> Holding:
        """A story as the bag holds it; its contents are written on the way."""
        archive, known = self._archive, self._known
        found = list(states_of(archive, entry, self._selection))
        asked_for = {each.chosen.revision.number for each in found if isinstance(each, State)}
        events = tuple(archive.log.stream(story_stream(entry.id), self._evidence.head.size))
        taken = Taken(erasures(events), restrictions(events, archive.now()))
        present: list[Place] = []
        absent: list[Absent] = []
        for place in places(events):
            content = kept(archive, place, entry.id, taken, asked_for, known)
            if isinstance(content, Absent):
                absent.append(content)
            else:
                chunks = [content.salt, content.data]
                self._payload.write(f"content/{place.ref.commitment}", chunks)
                present.append(place)
        description = Description()
        if not any(each.place.kind is ContentKind.DESCRIPTION for each in absent):
            description = archive.description(entry)
        found = [replace(each, description=description) for each in found]
        return Holding(
            entry=entry,
            folder=folder_name(entry.id),
            description=description,
            events=events,
            known=tuple(e for e in events if e.position <= known or isinstance(e.event, TAKEDOWNS)),
            states=tuple(each for each in found if isinstance(each, State)),
            departure=next((each for each in found if isinstance(each, Departure)), None),
            present=tuple(present),
            absent=tuple(absent),
        )

    def _moments(self, entry: StoryEntry) -> dict[str, int | None]:
        """The instants that the request means for a story."""
        selection = self._selection
        asked = window(self._archive, entry, selection)
        return {
            "at": None if selection.at is None else asked.until,
            "from": asked.since,
            "to": None if selection.until is None else asked.until,
        }

    def _said(self) -> bytes:
        """`request.json`."""
        selection = self._selection
        body = {
            "format": FORMAT,
            "origin": self._evidence.head.origin,
            "size": self._evidence.head.size,
            "known": self._known,
            "at": selection.at,
            "from": selection.since,
            "to": selection.until,
            "all": not selection.stories,
            "stories": self._stories,
        }
        return json.dumps(body, ensure_ascii=False, indent=1).encode() + b"\n"

    def _explained(self, template: Traversable) -> bytes:
        head = self._evidence.head
        facts = {
            "origin": head.origin,
            "size": str(head.size),
            "known": str(self._known),
            "root": head.root.hex(),
            "recorded": iso(self._recorded()),
            "stories": "1 story" if len(self._stories) == 1 else f"{len(self._stories)} stories",
        }
        text = template.read_text(encoding="utf-8")
        return Template(text).substitute(facts).encode()

    def _recorded(self) -> int:
        """When what the bag shows was recorded (instant)."""
        return self._archive.log.at(self._known).recorded_at

    def _crate(self) -> bytes:
        return crate.metadata(
            f"Stories of {self._evidence.head.origin}, as known at #{self._known}",
            self._identifier(),
            self._recorded(),
            self._payload.folders(),
            [(str(each["folder"]), str(each["story"])) for each in self._stories],
        )

    def _identifier(self) -> str:
        return f"{self._evidence.head.origin}#{self._known}"

    def _finish(self) -> str:
        information = {
            "Bag-Software-Agent": "variorum",
            "Bagging-Date": iso(self._recorded())[:10],
            "External-Description": "Revisions of news stories, with the log that commits to "
            "them; data/VERIFY.md says what is proven and how to check it.",
            "External-Identifier": self._identifier(),
        }
        return self._payload.finish(information, FORMAT, self._evidence.sign)


def _absent_line(story: str, absent: Absent) -> bytes:
    place = absent.place
    body = {
        "commitment": place.ref.commitment,
        "story": story,
        "kind": place.kind.value,
        "ordinal": place.ref.ordinal,
        "revision": place.revision,
        "position": place.position,
        "why": absent.why.value,
        "by": absent.by,
    }
    return json.dumps(body, ensure_ascii=False).encode() + b"\n"
