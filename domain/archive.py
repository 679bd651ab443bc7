"""The archive's use cases: what can be recorded in a collection and asked of it.

The command line, Python and HTTP all enter here, so that their answers cannot differ. What can be
asked is in three layers: `stories`, upon them `readable_stories`, upon these `stories_in_time`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from variorum.domain.asof import LAST_POSITION
from variorum.domain.content import ContentKind
from variorum.domain.ports import Catalogue, Clock, ContentStore, Log, StoryEntry
from variorum.domain.stories_in_time import StoriesInTime
from variorum.domain.streams import story_stream

if TYPE_CHECKING:
    from variorum.domain.amending import DescribeStory, Merge
    from variorum.domain.commands import AttachNote, RecordCopy, Redate, Sight
    from variorum.domain.outlet import Settings
    from variorum.domain.recording import Receipt
    from variorum.domain.situation import HeldText, Situation
    from variorum.domain.takedown import Erase, Restore, Restrict
    from variorum.domain.taking_down import Erased


class Archive(StoriesInTime):
    """One collection of an archive.

    Args:
        log: its events.
        catalogue: its index.
        contents: its texts.
        now: the clock.
        salts: an endless supply of 32 random bytes.
        actor: the id of whoever acts; not a person's name.
        restored_by: the position of the last restoration that counts.
    """

    def __init__(
        self,
        log: Log,
        catalogue: Catalogue,
        contents: ContentStore,
        now: Clock,
        salts: Iterator[bytes],
        actor: str,
        restored_by: int = LAST_POSITION,
    ) -> None:
        super().__init__(log, catalogue, contents, now, restored_by)
        self.salts = salts
        self.actor = actor

    def to_hand_out(self) -> Archive:
        """This archive, for an export: what may not be read now, may not be until it is written.

        The register says what an export held by what could be read when it began.
        """
        now = self.now()
        return Archive(
            self.log,
            self.catalogue,
            self.contents,
            lambda: now,
            self.salts,
            self.actor,
            self.log.head().position,
        )

    def together(self, stories: Iterable[StoryEntry], *, texts: bool = True) -> Archive:
        """This archive, for going through some stories: their events are read together.

        Of these stories it tells what was recorded by now, and what may be read by then.

        Args:
            texts: whether their texts are, too.
        """
        apart = (each.id for story in stories for each in self.apart(story))
        streams = list(dict.fromkeys(map(story_stream, apart)))
        return Archive(
            self.log.together(streams),
            self.catalogue,
            self.contents.together(streams) if texts else self.contents,
            self.now,
            self.salts,
            self.actor,
            self._restored_by,
        )

    # What can be recorded (variorum.domain.recording).

    def record(self, copy: RecordCopy) -> Receipt:
        """Records a copy of a story as a revision or a sighting, or finds it held already."""
        from variorum.domain.recording import record

        return record(self, copy)

    def sight(self, command: Sight) -> Receipt:
        """Records what was seen when the story was looked for."""
        from variorum.domain.recording import sight

        return sight(self, command)

    def redate(self, command: Redate) -> Receipt:
        """Records that a revision was published at another time than was thought."""
        from variorum.domain.recording import redate

        return redate(self, command)

    def note(self, command: AttachNote) -> Receipt:
        """Attaches an archivist's note."""
        from variorum.domain.recording import note

        return note(self, command)

    # What can be said of stories and outlets (variorum.domain.amending, variorum.domain.outlets).

    def describe(self, command: DescribeStory) -> Receipt:
        """Says that a story's zone, outlet or URL is another."""
        from variorum.domain.amending import describe

        return describe(self, command)

    def merge(self, command: Merge) -> Receipt:
        """Says that two stories are one."""
        from variorum.domain.amending import merge

        return merge(self, command)

    def unmerge(self, command: Merge) -> Receipt:
        """Says that two stories are not one, after all."""
        from variorum.domain.amending import unmerge

        return unmerge(self, command)

    def settings(self, outlet: str | None) -> Settings:
        """How an outlet writes, as known now."""
        from variorum.domain.outlets import settings

        return settings(self, outlet)

    # What can be taken down (variorum.domain.taking_down).

    def restrict(self, command: Restrict) -> Receipt:
        """Hides a story, or one of its revisions."""
        from variorum.domain.taking_down import restrict

        return restrict(self, command)

    def restore(self, command: Restore) -> Receipt:
        """Lets a story, or one of its revisions, be read again."""
        from variorum.domain.taking_down import restore

        return restore(self, command)

    def erase(self, command: Erase) -> Erased:
        """Erases something of a story, and records that."""
        from variorum.domain.taking_down import erase

        return erase(self, command)

    # What decisions look at.

    def situation(self, story: StoryEntry | None, at: int) -> Situation:
        """What a decision about something of the instant `at` looks at."""
        return self.catalogue.situation(story, at)

    def seen_between(self, story: StoryEntry, first: int, last: int) -> list[HeldText]:
        """The texts that were seen from a moment until another, by replay (`working`)."""
        from variorum.domain.situation import HeldText

        events = [
            each.event for each in self.state_of(story, LAST_POSITION).seen_between(first, last)
        ]
        return [
            HeldText(
                event.revision,
                event.captured,
                event.article.commitment,
                self.contents.salt(event.originator_id, ContentKind.ARTICLE, event.article.ordinal),
            )
            for event in events
        ]
