"""What may be read of stories: the one way to a content, for all readers."""

from __future__ import annotations

from dataclasses import replace

from variorum.domain.access import OPEN, Access, Erasure, Restriction
from variorum.domain.content import (
    Article,
    ContentKind,
    ContentRef,
    Description,
    Held,
    Note,
    article_of,
    description_of,
    note_of,
)
from variorum.domain.errors import DamagedError
from variorum.domain.ports import Catalogue, Clock, ContentStore, Log, StoryEntry
from variorum.domain.stories import Stories
from variorum.domain.streams import story_stream


class ReadableStories(Stories):
    """The stories of a collection, and what of them may be read now.

    Args:
        log: its events.
        catalogue: its index.
        contents: its texts.
        now: the clock.
        restored_by: the position of the last restoration that counts.
    """

    def __init__(
        self,
        log: Log,
        catalogue: Catalogue,
        contents: ContentStore,
        now: Clock,
        restored_by: int,
    ) -> None:
        super().__init__(log, catalogue)
        self.contents = contents
        self.now = now
        self._restored_by = restored_by

    def access(self, entry: StoryEntry) -> Access:
        """What was restricted and erased of a story itself, as known now, whatever is asked about.

        Of a revision, that of its home has to be asked for (`StoryEntry.home`).
        """
        if not entry.taken_down:
            return OPEN
        return self.catalogue.access(entry).restored_by(self._restored_by)

    def restriction(self, entry: StoryEntry, revision: int | None) -> Restriction | None:
        """What hides a story, or one of its revisions, now."""
        home, own = (entry, None) if revision is None else entry.home(revision)
        found = self.access(home).restriction(own, self.now())
        if found is None and home is not entry:
            found = self.access(entry).restriction(None, self.now())
        return found

    def erased(self, entry: StoryEntry, revision: int) -> tuple[Erasure, ...]:
        """What was erased of a revision."""
        home, own = entry.home(revision)
        found = self.access(home).of_revision(own)
        return tuple(replace(each, revision=revision) for each in found)

    def present(self, entry: StoryEntry, revision: int, ref: ContentRef) -> ContentRef | None:
        """What is there of a revision's article now: itself, its last remainder, or nothing."""
        return self.access(entry.home(revision)[0]).present(ref)

    def article(self, entry: StoryEntry, revision: int, ref: ContentRef) -> Article | None:
        """What there is of a revision's article; None where all of it was erased.

        Raises:
            RestrictedError: it may not be read now.
            DamagedError: what is stored is not what the log committed to, or is missing without a
                record that it was erased.
        """
        home, own = self._opened(entry, revision)
        return self._article(home, self.access(home), own, ref)

    def source(self, entry: StoryEntry, revision: int, ref: ContentRef) -> bytes | None:
        """A revision's source as it was captured; None where it was erased.

        Raises:
            RestrictedError, DamagedError: as of its article.
        """
        home, own = self._opened(entry, revision)
        held = self._held(home, self.access(home), ContentKind.SOURCE, own, ref)
        return held.data if held else None

    def note_text(
        self,
        entry: StoryEntry,
        ref: ContentRef,
        revision: int | None = None,
        of: str | None = None,
    ) -> Note | None:
        """An archivist's note; None where it was erased.

        One that says why something was taken down may always be read.

        Args:
            revision: the one that it is about, if any.
            of: the story that is one with this one, where it was attached to that.

        Raises:
            RestrictedError, DamagedError: as of an article.
        """
        home, own = (entry, None) if revision is None else entry.home(revision)
        if of is not None:
            home = next((m.entry for m in entry.members if m.entry.id == of), home)
        access = self.access(home)
        if access.is_reason(ref):
            access = replace(access, restrictions=())
        elif home is not entry:
            _check_open(entry, self.access(entry), None, self.now())
        held = self._held(home, access, ContentKind.NOTE, own, ref)
        return note_of(held.data) if held else None

    def description(self, entry: StoryEntry) -> Description:
        """What is known of a story apart from its revisions, and may be read.

        Raises:
            DamagedError: as of an article.
        """
        access = self.access(entry)
        if entry.description is None or access.restriction(None, self.now()) is not None:
            return Description()
        held = self._held(entry, access, ContentKind.DESCRIPTION, None, entry.description)
        return description_of(held.data) if held else Description()

    def _opened(self, entry: StoryEntry, revision: int) -> tuple[StoryEntry, int]:
        """A revision's home, unless the story that it is one with may not be read."""
        home, own = entry.home(revision)
        if home is not entry:
            _check_open(entry, self.access(entry), None, self.now())
        return home, own

    def _article(
        self, entry: StoryEntry, access: Access, revision: int, ref: ContentRef
    ) -> Article | None:
        present = access.present(ref)
        held = None
        if present is None:
            _check_open(entry, access, revision, self.now())
        else:
            held = self._held(entry, access, ContentKind.ARTICLE, revision, present)
        return article_of(held.data) if held else None

    def _held(
        self,
        entry: StoryEntry,
        access: Access,
        kind: ContentKind,
        revision: int | None,
        ref: ContentRef,
    ) -> Held | None:
        if access is not OPEN:
            _check_open(entry, access, revision, self.now())
            if access.erasure_of(kind, ref) is not None:
                return None
        held = self.contents.held(story_stream(entry.id), kind, ref)
        if held is None:
            self._check_erased(entry, kind, ref)
        return held

    def _check_erased(self, entry: StoryEntry, kind: ContentKind, ref: ContentRef) -> None:
        """Refuses that a content is missing, unless it was erased since `entry` was found."""
        now = self._own(entry.id)
        if self.access(now).erasure_of(kind, ref) is None:
            raise DamagedError(
                f"{kind.value} {ref.ordinal} of {entry.id} is missing, without a record that it "
                "was erased (`verify` says more)"
            )


def _check_open(entry: StoryEntry, access: Access, revision: int | None, now: int) -> None:
    restriction = access.restriction(revision, now)
    if restriction is not None:
        raise restriction.error(entry.id)
