"""An archive with a history, a key and a checkpoint, as tests of evidence need it."""

from __future__ import annotations

from pathlib import Path

from program import ask
from variorum.adapters.connect import Connection, connect
from variorum.adapters.key_files import key_path, make_key
from variorum.adapters.tree.checkpoints import signed_head
from variorum.domain.asof import Outcome
from variorum.domain.collection import append
from variorum.domain.commands import AttachNote, Opening, RecordCopy, Redate, Sight, Source
from variorum.domain.content import Article, Description, Media, Note
from variorum.domain.events import KeyRotated
from variorum.domain.signed_note import VerifierKey
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.times import Basis, Precision, PublishedTime

HOUR = 3_600_000_000
START = 1_729_760_400_000_000
"""2024-10-24T09:00:00Z"""


def hour(number: int) -> PublishedTime:
    """The beginning of an hour, known to the minute."""
    at = START + number * HOUR
    return PublishedTime(at, at, at + 60_000_000, Precision.MINUTE, Basis.NOTICE, "UTC")


def article(story: str, number: int) -> Article:
    """What a story says in one of its revisions; the next one shares most of it."""
    return Article(
        headline=f"{story}: {number} cranes are closed",
        paragraphs=(
            f"The port of {story} closed {number} of its cranes on Thursday.",
            *(f"Paragraph {each} stands as it was in every text." for each in range(8)),
            f"The harbour master named {number * 7} reasons.",
        ),
        media=(Media(caption=f"Crane {number} at rest", credit="The port"),),
    )


def tell(connection: Connection, story: str, revisions: int) -> None:
    """Records a story: revisions with their sources, a sighting, a redating, a note."""
    archive = connection.archive
    opening = Opening(zone="UTC", description=Description(url=f"https://port.example/{story}"))
    for number in range(1, revisions + 1):
        text = article(story, number)
        source = Source(f"<html>{text.text}</html>".encode(), "text/html")
        archive.record(
            RecordCopy(
                story, "tester", text, published=hour(number), source=source, opening=opening
            )
        )
    archive.sight(Sight(story, "tester", START + 90 * HOUR, Outcome.UNCHANGED))
    archive.redate(Redate(story, "tester", 1, hour(0), Note("the clock of the port was slow")))
    archive.note(AttachNote(story, "tester", Note("seen on paper too"), 1))


def make_signing_key(connection: Connection) -> VerifierKey:
    """Makes the collection's key, and names it in the log, as `init` does."""
    path = key_path(connection.address, connection.collection_name)
    key = make_key("port.example/log", path)

    append(
        connection.log,
        lambda stream: (
            KeyRotated(
                originator_id=COLLECTION_STREAM,
                originator_version=len(stream),
                actor="tester",
                name=key.name,
                public_key=key.public_key.hex(),
            ),
            (),
        ),
    )
    return key


def signed_archive(address: str) -> VerifierKey:
    """Makes an archive of three stories, signed twice: after two of them, and at its end."""
    with connect(address, create=True) as connection:
        key = make_signing_key(connection)
        tell(connection, "crane", 6)
        tell(connection, "quay", 3)
        signed_head(connection)
        tell(connection, "tug", 2)
        signed_head(connection)
    return key


def eventful_archive(folder: Path) -> Path:
    """Makes an archive in which all that matters to an answer happened, some of it late.

    Sightings of every outcome, redatings, implied revisions, a text that came back; some of it
    taken down, two stories that are one, and two outlets.
    """
    path = folder / "a.db"
    signed_archive(str(path))
    page = folder / "gate.txt"
    page.write_text(
        "Lock gate shut\n\nThe gate was shut at noon on Thursday, the port said.\n\n"
        "Update 10/24/24, 9:11 a.m. ET: with the reason.\n\n"
        "Update 10/24/24, 2:30 p.m. ET: with the time at which it was shut.\n",
        encoding="utf-8",
    )
    mole = folder / "mole.txt"
    mole.write_text("Mole open\n\nThe mole is open to all, the port said.\n", encoding="utf-8")
    why = ("--why", "a court's order", "--authority", "the court")
    for command in (
        ("record", page, "--story", "gate", "--zone", "America/New_York", "--outlet", "harbour"),
        ("record", mole, "--story", "mole", "--published", "2024-10-24T12:00Z", "--outlet", "echo"),
        ("sight", "mole", "--at", "2024-10-25T12:00Z", "--outcome", "missing"),
        ("sight", "mole", "--at", "2024-10-26T12:00Z", "--outcome", "gone"),
        ("sight", "crane", "--at", "2024-10-25T12:00Z", "--outcome", "unreachable"),
        ("stories", "describe", "mole", "--outlet", "herald", *why),
        ("restrict", "crane@r2", *why),
        ("erase", "quay@r1", *why, "--yes"),
        ("stories", "merge", "tug", "quay", *why),
    ):
        done = ask("--archive", path, *command)
        assert done.code == 0, (command, done)
    return path
