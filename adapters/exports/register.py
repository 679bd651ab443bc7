"""The register of exports: events that say what left the archive, when, and through whom.

An export is entered with the size of the log that it shows, what it holds, and its digest. What is
written as it is read (to standard output) is entered before the first byte, without a digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from variorum.adapters.database.statements import statement
from variorum.adapters.exports.selection import Selection, numbers, read_together
from variorum.domain.collection import append
from variorum.domain.content import ContentKind, NewContent
from variorum.domain.errors import ConflictError, StorageError
from variorum.domain.events import AccessRestricted, ContentErased, ExportIssued
from variorum.domain.streams import COLLECTION_STREAM

if TYPE_CHECKING:
    from variorum.adapters.database.port import Database
    from variorum.domain.archive import Archive
    from variorum.domain.events import Event
    from variorum.domain.log import Recorded


_PAGE = 500


@dataclass(frozen=True, slots=True)
class Issue:
    """What an export is, for the register.

    Attributes:
        format: as it was asked for.
        position: the size of the log that it shows.
        begun: the size of the log when it began to be read.
        stories: how many it holds.
        revisions: of how many revisions it holds the text.
        restricted: of how many it does not, since they are restricted.
        held: stories, and the revisions of each whose text it holds; empty, if it is whole.
        whole: whether that is all that was known then.
    """

    format: str
    position: int
    begun: int
    stories: int
    revisions: int
    restricted: int = 0
    held: Mapping[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    whole: bool = False


def issue_of(archive: Archive, selection: Selection, format: str) -> Issue:
    """What an export of a selection will hold; no text is read for it.

    Args:
        archive: as it is handed out (`Archive.to_hand_out`).

    Raises:
        NotFoundError: a story that was asked for is not there.
    """
    begun = archive.log.head().position
    stories = revisions = restricted = 0
    held: dict[str, tuple[int, ...]] = {}
    for ready, entry in read_together(archive, selection, texts=False):
        found, hidden = numbers(ready, entry, selection)
        stories, revisions = stories + 1, revisions + len(found)
        restricted += len(hidden)
        if not selection.whole:
            held[entry.id] = tuple(found)
    return Issue(
        format,
        selection.known.position,
        begun,
        stories,
        revisions,
        restricted,
        held,
        selection.whole,
    )


def check_open(database: Database) -> None:
    """Makes sure that the register can be written to.

    Raises:
        StorageError: the archive can only be read.
    """
    try:
        with database.write() as cursor:
            cursor.run(statement("exports", "may_append"))
    except StorageError as cause:
        raise StorageError(
            f"the export cannot be entered in the archive's register: {cause.message} "
            "(--unregistered hands it out all the same)"
        ) from cause


def enter(archive: Archive, issue: Issue, digest: str | None = None) -> int:
    """Enters an export; gives its position in the log.

    What was taken down before that entry is in no export, and what is taken down after it finds it.

    Args:
        digest: SHA-256 (hex) of the file, or of a folder's list of files (`folder.digest_of`);
            None for what is yet to be read.

    Raises:
        ConflictError: something was taken down while it was read, so that it may not be handed
            out; or others kept writing to the register at the same time.
        StorageError: the archive cannot be written.
    """
    salt = next(archive.salts)

    def decide(recorded: list[Recorded]) -> tuple[Event, Iterable[NewContent]]:
        earlier = [each.event for each in recorded if isinstance(each.event, ExportIssued)]
        list_ = NewContent(
            COLLECTION_STREAM,
            ContentKind.HOLDINGS,
            sum(each.held is not None for each in earlier),
            salt,
            holdings(issue.held),
        )
        event = ExportIssued(
            originator_id=COLLECTION_STREAM,
            originator_version=len(recorded),
            actor=archive.actor,
            format=issue.format,
            position=issue.position,
            stories=issue.stories,
            revisions=issue.revisions,
            whole=issue.whole,
            held=None if issue.whole else list_.ref,
            digest=digest,
        )
        return event, () if issue.whole else (list_,)

    position = append(archive.log, decide)
    assert position is not None
    if digest is not None:
        _check_still(archive, issue.begun, position)
    return position


def _check_still(archive: Archive, begun: int, until: int) -> None:
    position = begun
    while position < until:
        for recorded in archive.log.after(position, _PAGE, until):
            position = recorded.position
            if isinstance(recorded.event, ContentErased | AccessRestricted):
                raise ConflictError(
                    f"something was taken down (#{position}) while it was exported: export again"
                )


def holdings(held: Mapping[str, tuple[int, ...]]) -> bytes:
    """The list of what an export holds: `{"border-troops":[1,3],"ferry":[1]}`, sorted."""
    import orjson

    found = {story: sorted(revisions) for story, revisions in held.items()}
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS)
