"""The stories of a collection: which there are, under which id, and as what they were known by K.

A story that is one with another is found as that other, which answers for both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from variorum.domain.amendments import Amendment, Redescription, described, mergers, sent_to
from variorum.domain.asof import LAST_POSITION
from variorum.domain.errors import DamagedError, NotFoundError
from variorum.domain.ports import Catalogue, Log, Member, StoryEntry
from variorum.domain.streams import story_stream

if TYPE_CHECKING:
    from variorum.domain.log import Recorded
    from variorum.domain.story import StoryState


class Stories:
    """The stories of a collection.

    Args:
        log: its events.
        catalogue: its index.
    """

    def __init__(self, log: Log, catalogue: Catalogue) -> None:
        self.log = log
        self.catalogue = catalogue

    def story(self, story: str, known: int = LAST_POSITION) -> StoryEntry:
        """A story's entry, as it was described by K; of one that is merged, that of the other.

        Raises:
            NotFoundError: there is none; its reason is `unknown`.
        """
        entry = self.found(story, known)
        if entry is None:
            alone = " (name it without a revision here)" if "@" in story else ""
            raise NotFoundError(f"no story {story}{alone}", reason="unknown")
        return entry

    def story_known(self, story: str, known: int) -> StoryEntry:
        """As `story`; one that was recorded after K is refused.

        Raises:
            NotFoundError: there is none, or none was known by then; its reason is `unknown`.
        """
        entry = self.story(story, known)
        if entry.position > known:
            raise not_known_yet(entry, known)
        return entry

    def found(self, story: str, known: int = LAST_POSITION) -> StoryEntry | None:
        """As `story`; None where there is none."""
        entry = self.catalogue.story(story)
        return self._as_known(entry, known) if entry is not None and entry.amended else entry

    def found_at(self, address: str) -> StoryEntry | None:
        """The story that has a canonical URL, by the hex of its SHA-256, as known now."""
        own = self.own_at(address)
        return self.story(own.id) if own is not None else None

    def own_at(self, address: str) -> StoryEntry | None:
        """As `found_at`; of a story that is merged, itself, for those who come again later."""
        for entry in self.catalogue.stories_at(address):
            own = described(entry, self.catalogue.amendments(entry), LAST_POSITION)
            if own.address == address:
                return own
        return None

    def addresses(self, entry: StoryEntry) -> list[str]:
        """The addresses that a story was ever said to have, as SHA-256 (hex); its own alone."""
        own = self._own(entry.id)
        said = [own.address]
        for each in self.catalogue.amendments(own):
            if isinstance(each, Redescription):
                said.append(each.address)
        return [address for address in dict.fromkeys(said) if address is not None]

    def listed_at(self, known: int) -> Iterator[StoryEntry]:
        """Every story known by K, in the order of their ids; those that are one, once."""
        for entry in self.catalogue.stories(known):
            if not entry.amended:
                yield entry
            elif sent_to(self.catalogue.amendments(entry), known) is None:
                yield self._as_known(entry, known)

    def apart(self, entry: StoryEntry) -> list[StoryEntry]:
        """A story, and each of those that are one with it, by themselves."""
        return [structs.replace(entry, members=()), *(member.entry for member in entry.members)]

    def number(self, story: str, number: int, entry: StoryEntry) -> int:
        """The number, in the story that answers, of a revision that is called by its own id."""
        if entry.id != story:
            for member in entry.members:
                if member.entry.id == story and number <= member.merger.revisions:
                    return member.merger.here(number)
            raise NotFoundError(f"no revision {story}@r{number}", reason="unknown")
        return number

    def state(self, story: str, known: int = LAST_POSITION) -> StoryState:
        """A story's state by replay of its stream, up to a position.

        Raises:
            NotFoundError: there is no such story.
        """
        return self.state_of(self.story_known(story, known), known)

    def state_of(self, entry: StoryEntry, known: int) -> StoryState:
        """The state of a story that has been found, with that of the others that it is one with."""
        from variorum.domain.merged import merged_state
        from variorum.domain.story import replayed

        def stream(story: str) -> list[Recorded]:
            return self.log.stream(story_stream(story), known)

        if entry.members:
            return merged_state(entry.id, stream, known)
        return replayed(stream(entry.id))

    def _as_known(self, entry: StoryEntry, known: int) -> StoryEntry:
        amendments = self.catalogue.amendments(entry)
        other = sent_to(amendments, known)
        if other is not None:
            return self._answering(self._own(other), entry, known)
        return self._with_members(entry, amendments, known)

    def _answering(self, entry: StoryEntry, asked: StoryEntry, known: int) -> StoryEntry:
        """The story that answers for another: one that leads on to a third answers for none."""
        amendments = self.catalogue.amendments(entry)
        if sent_to(amendments, known) is not None:
            raise DamagedError(
                f"the log leads from the story {asked.id} to {entry.id}, and on from there"
            )
        return self._with_members(entry, amendments, known)

    def _with_members(
        self, entry: StoryEntry, amendments: Sequence[Amendment], known: int
    ) -> StoryEntry:
        members = tuple(
            Member(self._own(merger.other), merger) for merger in mergers(amendments, known)
        )
        return structs.replace(described(entry, amendments, known), members=members)

    def _own(self, story: str) -> StoryEntry:
        entry = self.catalogue.story(story)
        if entry is None:
            raise DamagedError(f"the catalogue lacks the story {story}")
        return entry


def not_known_yet(entry: StoryEntry, known: int) -> NotFoundError:
    """The error that says that a story was recorded after K."""
    return NotFoundError(
        f"no story {entry.id} was known at #{known}: it was recorded at #{entry.position}",
        reason="unknown",
    )
