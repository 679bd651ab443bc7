"""The archive's use cases: what can be recorded in a collection and asked of it.

The command line, Python and HTTP all enter here, so that their answers cannot differ.
T is an instant of the newsroom's clock and is given as one, or as text that is read in the
story's zone. K, what was known, is given as text: `#n` a position, otherwise a time of the
archive's own clock; it is resolved to a position, which the answer names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from variorum.domain.access import OPEN, Access, Erasure, Restriction
from variorum.domain.amendments import Amendment, Redescription, described, mergers, sent_to
from variorum.domain.asof import (
    LAST_POSITION,
    Answer,
    Dating,
    InForce,
    MarksAt,
    NotInForce,
    Place,
    answered,
    instead,
    judge,
    later,
)
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
from variorum.domain.errors import DamagedError, NotFoundError, NothingInForceError, UsageError
from variorum.domain.notices import DatedItem, StatedNotice
from variorum.domain.ports import Catalogue, Clock, ContentStore, Log, Member, Standing, StoryEntry
from variorum.domain.stated import Known as KnownOfStory
from variorum.domain.stated import describe, instant_asked
from variorum.domain.streams import revision_number, story_stream
from variorum.domain.times import PublishedTime, clock_time, iso

if TYPE_CHECKING:
    from variorum.domain.amending import DescribeStory, Merge
    from variorum.domain.commands import AttachNote, RecordCopy, Redate, Sight
    from variorum.domain.log import Recorded
    from variorum.domain.outlet import Settings
    from variorum.domain.recording import Outcome
    from variorum.domain.situation import HeldText, Situation
    from variorum.domain.story import StoryState
    from variorum.domain.takedown import Erase, Restore, Restrict
    from variorum.domain.taking_down import Erased

_POSITION = re.compile(r"#([0-9]{1,18})")


class Known(Struct, frozen=True, gc=False):
    """What was known: a position, and how it was asked for.

    `final` is false where events may still be recorded that would have been known by then.
    """

    position: int
    asked: str | None
    final: bool


@dataclass(frozen=True, slots=True)
class ShownNotice:
    """A notice as printed, with what was read from it."""

    printed: str
    stated: StatedNotice | None


class Stood(Struct, frozen=True, gc=False):
    """What was in force of a story at T, known by K: all that is shown but the text."""

    story: StoryEntry
    at: int
    known: Known
    answer: InForce
    recorded_at: int
    captured: int | None


class Shown(Struct, frozen=True, gc=False):
    """A story as it stood at T, known by K."""

    story: StoryEntry
    at: int
    known: Known
    dating: Dating
    recorded_at: int
    captured: int | None
    certain: bool
    possible: tuple[str, ...]
    last_sighted: int | None
    following: Dating | None
    returned: int | None
    """Since when the text is known to have stood again, where another had come between."""
    missing_since: int | None
    article: Article | None
    """None where the text is not held any more."""
    notices: tuple[ShownNotice, ...]
    items: tuple[DatedItem, ...]
    """The dated items of a live story."""
    description: Description
    restriction: Restriction | None = None
    """What hides the text, where it was asked for all the same (`show_revision`)."""
    erasures: tuple[tuple[Erasure, Note | None], ...] = ()
    """What was erased of the revision, and why; None where that was erased too."""

    @property
    def revision(self) -> int:
        return self.dating.revision

    @property
    def published(self) -> PublishedTime:
        return self.dating.published


class Archive:
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
        self.log = log
        self.catalogue = catalogue
        self.contents = contents
        self.now = now
        self.salts = salts
        self.actor = actor
        self._restored_by = restored_by

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

    # What can be recorded (variorum.domain.recording).

    def record(self, copy: RecordCopy) -> Outcome:
        """Records a copy of a story as a revision or a sighting, or finds it held already."""
        from variorum.domain import recording

        return recording.record(self, copy)

    def sight(self, command: Sight) -> Outcome:
        """Records what was seen when the story was looked for."""
        from variorum.domain import recording

        return recording.sight(self, command)

    def redate(self, command: Redate) -> Outcome:
        """Records that a revision was published at another time than was thought."""
        from variorum.domain import recording

        return recording.redate(self, command)

    def note(self, command: AttachNote) -> Outcome:
        """Attaches an archivist's note."""
        from variorum.domain import recording

        return recording.note(self, command)

    # What can be said of stories and outlets (variorum.domain.amending, variorum.domain.outlets).

    def describe(self, command: DescribeStory) -> Outcome:
        """Says that a story's zone, outlet or URL is another."""
        from variorum.domain import amending

        return amending.describe(self, command)

    def merge(self, command: Merge) -> Outcome:
        """Says that two stories are one."""
        from variorum.domain import amending

        return amending.merge(self, command)

    def unmerge(self, command: Merge) -> Outcome:
        """Says that two stories are not one, after all."""
        from variorum.domain import amending

        return amending.unmerge(self, command)

    def settings(self, outlet: str | None) -> Settings:
        """How an outlet writes, as known now."""
        from variorum.domain import outlets

        return outlets.settings(self, outlet)

    # What can be taken down (variorum.domain.taking_down).

    def restrict(self, command: Restrict) -> Outcome:
        """Hides a story, or one of its revisions."""
        from variorum.domain import taking_down

        return taking_down.restrict(self, command)

    def restore(self, command: Restore) -> Outcome:
        """Lets a story, or one of its revisions, be read again."""
        from variorum.domain import taking_down

        return taking_down.restore(self, command)

    def erase(self, command: Erase) -> Erased:
        """Erases something of a story, and records that."""
        from variorum.domain import taking_down

        return taking_down.erase(self, command)

    # What can be asked.

    def known(self, asked: str | None, story: StoryEntry | None = None) -> Known:
        """The position that a K means: `#n`, a time of the archive's clock, or now.

        Raises:
            UsageError: it is neither.
        """
        head = self.log.head()
        if asked is None:
            return Known(head.position, None, False)
        position = _POSITION.fullmatch(asked.strip())
        if position:
            number = int(position[1])
            _check_reached(number, head.position)
            return Known(number, asked, True)
        instant = instant_asked(asked, _known_of(story))
        return Known(self.log.position_at(instant), asked, instant < head.recorded_at)

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

    def number(self, story: str, number: int, entry: StoryEntry) -> int:
        """The number, in the story that answers, of a revision that is called by its own id."""
        if entry.id != story:
            for member in entry.members:
                if member.entry.id == story and number <= member.merger.revisions:
                    return member.merger.here(number)
            raise NotFoundError(f"no revision {story}@r{number}", reason="unknown")
        return number

    def instant(self, asked: int | str | None, story: StoryEntry | None = None) -> int:
        """The instant that a T means, now if none is given.

        Raises:
            UsageError: it cannot be read, has no zone, or occurs twice there.
        """
        if asked is None:
            return self.now()
        return asked if isinstance(asked, int) else instant_asked(asked, _known_of(story))

    def as_of(
        self, story: StoryEntry, at: int, known: int, standing: Standing | None = None
    ) -> Answer:
        """What was in force at `at`, as far as was recorded by position `known`.

        Args:
            standing: what was found of it at that moment, as of many stories.
        """
        if standing is None and not story.amended:
            standing = self.catalogue.standing(story.id, at, known)
        marks = standing.marks if standing else self.catalogue.marks(story, at, known)

        marks_at = self._marks_at(story, known)
        if marks.returned is None:  # which nearly all are: nothing more is made ready for them
            return judge(marks, at, marks_at)

        def seen_again(revision: int, place: Place) -> int | None:
            return self.catalogue.seen_again(story, revision, place, at, known)

        return answered(marks, at, marks_at, seen_again)

    def _marks_at(self, story: StoryEntry, known: int) -> MarksAt:
        return lambda instant: self.catalogue.marks(story, instant, known)

    def dating(self, story: StoryEntry, revision: int, known: int = LAST_POSITION) -> Dating | None:
        """The dating of a revision as known by K; None where there is no such revision."""
        if not 0 < revision <= LAST_POSITION:  # each takes a position; databases count no further
            return None
        home, own = story.home(revision)
        dating = self.catalogue.dating(home, own, known)
        return (
            dating
            if dating is None or own == revision
            else structs.replace(dating, revision=revision)
        )

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

    def show(self, story: str, at: int | str | None = None, known_at: str | None = None) -> Shown:
        """The story as it stood at T, known by K.

        Raises:
            NotFoundError: there is no such story.
            NothingInForceError: nothing was in force then; `reason` says why.
            RestrictedError: the text may not be read now.
            DamagedError: the stored text is not what the log committed to.
        """
        found = self._at_once(story, at, known_at, text=True)
        if found is not None:
            standing, instant, known = found
            return self.show_entry(standing.entry, instant, known, standing)
        entry, known = self.asked(story, known_at)
        return self.show_entry(entry, self.instant(at, entry), known)

    def stood(self, story: str, at: int | str | None = None, known_at: str | None = None) -> Stood:
        """As `show`, without the text, which may be one that cannot be read now.

        Raises:
            NotFoundError: there is no such story.
            NothingInForceError: nothing was in force then; `reason` says why.
        """
        found = self._at_once(story, at, known_at, text=False)
        if found is not None:
            standing, instant, known = found
            entry = standing.entry
            judged = self.as_of(entry, instant, known.position, standing)
            answer = _in_force(entry, instant, known, judged)
            assert standing.recorded_at is not None
            return Stood(entry, instant, known, answer, standing.recorded_at, standing.captured)
        entry, known = self.asked(story, known_at)
        instant = self.instant(at, entry)
        answer = _in_force(entry, instant, known, self.as_of(entry, instant, known.position))
        recorded = self.log.revision(answer.dating.arrived)
        return Stood(entry, instant, known, answer, recorded.recorded_at, recorded.captured)

    def _at_once(
        self, story: str, at: int | str | None, known_at: str | None, *, text: bool
    ) -> tuple[Standing, int, Known] | None:
        """What is found at once of a story at (T, K); None where it has to be found before that."""
        if isinstance(at, str):
            return None
        position = LAST_POSITION
        if known_at is not None:
            asked = known_at.strip()
            if not _POSITION.fullmatch(asked):
                return None
            position = int(asked[1:])
        instant = self.now() if at is None else at
        standing = self.catalogue.standing(story, instant, position, text=text)
        if standing is None:
            return None
        if known_at is None:
            return standing, instant, Known(standing.head, None, False)
        _check_reached(position, standing.head)
        return standing, instant, Known(position, known_at, True)

    def standings(
        self, stories: Iterable[StoryEntry], at: int, known: int
    ) -> Mapping[str, Standing]:
        """What is found together of many stories at T, known by K, with their texts, by their ids.

        Those that were described anew or merged are left out.
        """
        ids = [story.id for story in stories if not story.amended]
        return self.catalogue.standings(ids, at, known, text=True)

    def show_entry(
        self, entry: StoryEntry, instant: int, known: Known, standing: Standing | None = None
    ) -> Shown:
        """As `show`, of a story that has been found.

        Args:
            standing: as that of `as_of`.
        """
        answer = self.as_of(entry, instant, known.position, standing)
        in_force = _in_force(entry, instant, known, answer)
        return self._shown(entry, instant, known, in_force, standing=standing)

    def show_revision(
        self, story: str, number: int, known_at: str | None = None, *, withheld: bool = False
    ) -> Shown:
        """One revision of a story, dated as known by K.

        Args:
            withheld: answer also where the text may not be read, without it.

        Raises:
            NotFoundError: there is no such story or revision.
            RestrictedError: it may not be read now.
        """
        entry, known = self.asked(story, known_at)
        number = self.number(story, number, entry)
        return self.show_number(entry, number, known, withheld=withheld)

    def show_number(
        self,
        entry: StoryEntry,
        number: int,
        known: Known,
        *,
        withheld: bool = False,
        marks_at: MarksAt | None = None,
    ) -> Shown:
        """As `show_revision`, of a story that has been found.

        Args:
            marks_at: gives the marks of the story at an instant, as known by K, where many of its
                revisions are asked for.
        """
        dating = self.dating(entry, number, known.position)
        if dating is None:
            later = self.dating(entry, number, LAST_POSITION)
            when = f" was known at #{known.position}" if later else ""
            raise NotFoundError(f"no revision {entry.id}@r{number}{when}", reason="unknown")
        at = dating.published.at
        ask = marks_at or self._marks_at(entry, known.position)
        itself = judge(ask(at), at, ask)
        if not isinstance(itself, InForce) or itself.dating != dating:
            itself = instead(itself, dating, self._last_seen(entry, dating, known.position))
        return self._shown(entry, at, known, itself, withheld)

    def _last_seen(self, entry: StoryEntry, dating: Dating, known: int) -> int | None:
        """The last moment, at any time, at which a revision was seen, as far as known by K."""
        seen = self.catalogue.last_seen(*entry.home(dating.revision), known)
        captured = self.log.revision(dating.arrived).captured
        return later(seen, captured)

    def asked(self, story: str, known_at: str | None) -> tuple[StoryEntry, Known]:
        """A story as it was described by K, and K."""
        entry = self.story(story)
        known = self.known(known_at, entry)
        if known_at is not None and (entry.amended or entry.id != story):
            entry = self.story(story, known.position)
        return entry, known

    def _shown(
        self,
        entry: StoryEntry,
        at: int,
        known: Known,
        answer: InForce,
        withheld: bool = False,
        standing: Standing | None = None,
    ) -> Shown:
        number = answer.dating.revision
        home, _ = entry.home(number)
        restriction = self.restriction(entry, number) if withheld else None
        recorded = standing.recorded if standing else None
        if recorded is None:
            recorded = self.log.revision(answer.dating.arrived)
        article = None
        if standing is not None and standing.article is not None:
            article = article_of(standing.article.data)
        elif restriction is None:
            article = self.article(entry, number, recorded.article)
        described = standing.description if standing else None
        return Shown(
            story=entry,
            at=at,
            known=known,
            dating=answer.dating,
            recorded_at=recorded.recorded_at,
            captured=recorded.captured,
            certain=answer.certain,
            possible=answer.possible,
            last_sighted=answer.last_sighted,
            following=answer.following,
            returned=answer.returned,
            missing_since=answer.absent.at if answer.absent else None,
            article=article,
            notices=_notices(article, recorded.notices),
            items=recorded.items if article else (),
            description=description_of(described.data) if described else self.description(entry),
            restriction=restriction,
            erasures=tuple(
                (erasure, self.note_text(home, erasure.note))
                for erasure in self.erased(entry, number)
            ),
        )

    # What may be read of it: the one way to a content, for all readers.

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

    def apart(self, entry: StoryEntry) -> list[StoryEntry]:
        """A story, and each of those that are one with it, by themselves."""
        return [structs.replace(entry, members=()), *(member.entry for member in entry.members)]

    def chosen(self, story: str, wanted: str | None, known_at: str | None = None) -> Shown:
        """The revision that `r3`, or a time, or nothing (now) means.

        Raises:
            NotFoundError: there is no such story or revision, or nothing was in force then.
            UsageError: it is neither a revision nor a time.
        """
        number = revision_number(wanted.strip()) if wanted else None
        if number:
            return self.show_revision(story, number, known_at)
        return self.show(story, wanted, known_at)

    def before(self, shown: Shown) -> Dating | None:
        """The other text that stood before one that is shown came out or, if it did, came back."""
        from variorum.domain.history import predecessor

        def listed() -> Dating | None:
            state = self.state_of(shown.story, shown.known.position)
            return predecessor(state, shown.revision, shown.known.position)

        since = shown.returned
        if since is None:
            other, since = listed(), shown.dating.published.at
            if other is None or other.published.at == since:
                return other
        while since is not None:
            answer = self.as_of(shown.story, since - 1, shown.known.position)
            other = answer.dating if isinstance(answer, InForce) else answer.last
            if other is not None and other.revision != shown.revision:
                return other
            since = answer.returned if isinstance(answer, InForce) else answer.since
        return listed()

    def listed(self, known: Known) -> Iterator[StoryEntry]:
        """Every story known by K, in the order of their ids; those that are one, once."""
        return self.listed_at(known.position)

    def listed_at(self, known: int) -> Iterator[StoryEntry]:
        """As `listed`."""
        for entry in self.catalogue.stories(known):
            if not entry.amended:
                yield entry
            elif sent_to(self.catalogue.amendments(entry), known) is None:
                yield self._as_known(entry, known)


def _check_reached(position: int, head: int) -> None:
    if position > head:
        raise UsageError(f"the log ends at #{head}: #{position} is not there yet")


def _in_force(entry: StoryEntry, at: int, known: Known, answer: Answer) -> InForce:
    if entry.position > known.position:
        raise not_known_yet(entry, known.position)
    if isinstance(answer, NotInForce):
        raise nothing_in_force(entry, at, answer)
    return answer


def _check_open(entry: StoryEntry, access: Access, revision: int | None, now: int) -> None:
    restriction = access.restriction(revision, now)
    if restriction is not None:
        raise restriction.error(entry.id)


def not_known_yet(entry: StoryEntry, known: int) -> NotFoundError:
    """The error that says that a story was recorded after K."""
    return NotFoundError(
        f"no story {entry.id} was known at #{known}: it was recorded at #{entry.position}",
        reason="unknown",
    )


def nothing_in_force(entry: StoryEntry, at: int, answer: NotInForce) -> NothingInForceError:
    """The error that says in one line why nothing was in force, and what is held instead."""
    zone = entry.zone
    following = answer.following
    when = clock_time(at, zone)
    if following is None:
        then = ""
    else:
        then = f"; r{following.revision} counts from {describe(following.published, zone)}"
    match answer.reason.value:
        case "before":
            why = "that is before the first known revision"
            if following is None:
                why = "no revision of it is held"
        case "gap":
            why = "a text stood then that the archive does not hold (a gap)"
        case _:
            since = f" (seen {clock_time(answer.since, zone)})" if answer.since is not None else ""
            why = f"the story was gone by then{since}"
    possible = f"; possibly {', '.join(answer.possible)}" if answer.possible else ""
    return NothingInForceError(
        f"{entry.id}: nothing in force at {when}: {why}{then}{possible}",
        reason=answer.reason.value,
        detail={
            "at": iso(at),
            "possible": list(answer.possible),
            "following": f"r{following.revision}" if following else None,
        },
    )


def _known_of(story: StoryEntry | None) -> KnownOfStory:
    if story is None:
        return KnownOfStory()
    return KnownOfStory(zone=story.zone, date_order=story.date_order)


def _notices(article: Article | None, notices: tuple[StatedNotice, ...]) -> tuple[ShownNotice, ...]:
    if article is None:
        return ()
    stated: list[StatedNotice | None] = [*notices]
    stated += [None] * (len(article.notices) - len(stated))
    return tuple(
        ShownNotice(notice.printed, found)
        for notice, found in zip(article.notices, stated, strict=False)
    )
