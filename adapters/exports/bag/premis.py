"""Writes PREMIS 3: what a bag holds, what happened to it, who did it, and what is not allowed.

A story is an intellectual entity, a revision a representation of it, a content a file. Events are
those of the log, by their positions; agents are the ids under which people and programs acted. The
schema has objects before events, so events wait in a draft.
"""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from lxml import etree

from variorum.adapters.exports.bag.holding import Why
from variorum.domain.content import ContentKind
from variorum.domain.events import AccessRestricted, ContentErased
from variorum.domain.streams import story_of
from variorum.domain.times import iso

if TYPE_CHECKING:
    from lxml.etree import (
        _Element,  # pyright: ignore[reportPrivateUsage] (its only name for the type)
    )

    from variorum.adapters.exports.bag.holding import Holding, Place
    from variorum.domain.log import Recorded

NAMESPACE = "http://www.loc.gov/premis/v3"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_IN_MEMORY = 1 << 22
_CHUNK = 1 << 20

#: What an event is called in the vocabulary of the Library of Congress
#: (id.loc.gov/vocabulary/preservation/eventType), as far as it has a word.
_EVENT_TYPES = {
    "story.opened.1": "accession",
    "story.revision-recorded.1": "ingestion",
    "story.sighted.1": "capture",
    "story.revision-redated.1": "metadata modification",
    "story.note-attached.1": "metadata modification",
    "story.access-restricted.1": "policy assignment",
    "story.access-restored.1": "policy assignment",
    "story.content-erased.1": "deletion",
}

Fields = tuple[tuple[str, "str | Fields"], ...]
"""Elements in order: a name with a text, or with the elements inside."""


class Premis:
    """A PREMIS file that is being written, story by story."""

    def __init__(self, objects: IO[bytes], events: IO[bytes]) -> None:
        self._objects = objects
        self._events = events
        self.actors: set[str] = set()
        self.rights: list[bytes] = []

    def add(self, holding: Holding) -> None:
        """Writes a story's objects, and notes what comes after them."""
        story = holding.entry.id
        self._objects.write(_entity(story))
        for state in holding.states:
            self._objects.write(_representation(story, state.chosen.revision.number))
        for place in holding.present:
            self._objects.write(_file(story, place))
        restricting = {each.by for each in holding.absent if each.why is Why.RESTRICTED}
        for recorded in holding.known:
            self.actors.add(recorded.event.actor)
            self._events.write(_event(recorded))
            if recorded.position in restricting:
                self.rights.append(_rights(recorded))


@contextmanager
def premis(path: Path) -> Generator[Premis]:
    """Writes a PREMIS file of what is added."""
    with ExitStack() as stack:
        out = stack.enter_context(path.open("xb"))
        draft = stack.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))
        out.write(b'<?xml version="1.0" encoding="UTF-8"?>\n')
        out.write(f'<premis xmlns="{NAMESPACE}" version="3.0">\n'.encode())
        written = Premis(out, draft)
        yield written
        draft.seek(0)
        out.writelines(iter(lambda: draft.read(_CHUNK), b""))
        out.writelines(map(_agent, sorted(written.actors)))
        out.writelines(written.rights)
        out.write(b"</premis>\n")


def _entity(story: str) -> bytes:
    return _object("intellectualEntity", _identified("object", "story", story))


def _representation(story: str, revision: int) -> bytes:
    fields = (
        *_identified("object", "revision", f"{story}@r{revision}"),
        _part("represents", "story", story),
    )
    return _object("representation", fields)


def _file(story: str, place: Place) -> bytes:
    commitment = place.ref.commitment
    path = f"data/content/{commitment}"
    whole = ("revision", f"{story}@r{place.revision}") if place.revision else ("story", story)
    fields: Fields = (
        *_identified("object", "commitment", commitment),
        (
            "objectCharacteristics",
            (
                (
                    "fixity",
                    (("messageDigestAlgorithm", "SHA-256"), ("messageDigest", commitment)),
                ),
                ("size", str(32 + place.ref.length)),
                ("format", (("formatDesignation", (("formatName", _format(place)),)),)),
            ),
        ),
        (
            "storage",
            (
                (
                    "contentLocation",
                    (("contentLocationType", "path in bag"), ("contentLocationValue", path)),
                ),
            ),
        ),
        _part("is part of", *whole),
    )
    return _object("file", fields)


def _format(place: Place) -> str:
    if place.kind is ContentKind.SOURCE:
        return "32 bytes of salt, then the source as captured"
    return "32 bytes of salt, then application/json"


def _event(recorded: Recorded) -> bytes:
    event = recorded.event
    story = story_of(event.originator_id) or ""
    revision: int | None = getattr(event, "revision", None)
    about = ("story", story) if revision is None else ("revision", f"{story}@r{revision}")
    detail = event.TOPIC
    if isinstance(event, ContentErased):
        detail += f": {event.part.value}" + (f" {event.number}" if event.number else "")
    fields: Fields = (
        *_identified("event", "position", str(recorded.position)),
        ("eventType", _EVENT_TYPES.get(event.TOPIC, "metadata modification")),
        ("eventDateTime", iso(recorded.recorded_at)),
        ("eventDetailInformation", (("eventDetail", detail),)),
        ("linkingAgentIdentifier", _identifier("linkingAgent", "actor", event.actor)),
        ("linkingObjectIdentifier", _identifier("linkingObject", *about)),
    )
    return _written(_element("event", fields))


def _agent(actor: str) -> bytes:
    return _written(_element("agent", _identified("agent", "actor", actor)))


def _rights(recorded: Recorded) -> bytes:
    """That something is not to be read, by an event."""
    event = recorded.event
    assert isinstance(event, AccessRestricted)
    story = story_of(event.originator_id) or ""
    about = (
        ("story", story) if event.revision is None else ("revision", f"{story}@r{event.revision}")
    )
    until: Fields = () if event.until is None else (("endDate", iso(event.until)[:10]),)
    term: Fields = (("startDate", iso(recorded.recorded_at)[:10]), *until)
    statement: Fields = (
        *_identified("rightsStatement", "position", str(recorded.position)),
        ("rightsBasis", "other"),
        ("otherRightsInformation", (("otherRightsBasis", "restricted by the archive"),)),
        (
            "rightsGranted",
            (("act", "disseminate"), ("restriction", "disallow"), ("termOfRestriction", term)),
        ),
        ("linkingObjectIdentifier", _identifier("linkingObject", *about)),
    )
    return _written(_element("rights", (("rightsStatement", statement),)))


def _identified(what: str, kind: str, value: str) -> Fields:
    return ((f"{what}Identifier", _identifier(what, kind, value)),)


def _identifier(what: str, kind: str, value: str) -> Fields:
    return (
        (f"{what}IdentifierType", f"variorum {kind}"),
        (f"{what}IdentifierValue", value),
    )


def _part(how: str, kind: str, value: str) -> tuple[str, Fields]:
    return (
        "relationship",
        (
            ("relationshipType", "structural"),
            ("relationshipSubType", how),
            ("relatedObjectIdentifier", _identifier("relatedObject", kind, value)),
        ),
    )


def _object(kind: str, fields: Fields) -> bytes:
    element = _element("object", fields)
    element.set(_TYPE, kind)
    return _written(element)


def _element(name: str, fields: Fields) -> _Element:
    spaces = {None: NAMESPACE, "xsi": "http://www.w3.org/2001/XMLSchema-instance"}
    top = etree.Element(f"{{{NAMESPACE}}}{name}", nsmap=spaces)
    _fill(top, fields)
    return top


def _fill(parent: _Element, fields: Fields) -> None:
    for name, value in fields:
        child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
        if isinstance(value, str):
            child.text = value
        else:
            _fill(child, value)


def _written(element: _Element) -> bytes:
    return etree.tostring(element, encoding="utf-8") + b"\n"
