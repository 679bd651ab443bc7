"""What stories said at T, as known by K.

T is an instant of the newsroom's clock and is given as one, or as text that is read in the
story's zone. K, what was known, is given as text: `#n` a position, otherwise a time of the
archive's own clock; it is resolved to a position, which the answer names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from msgspec import structs

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
from variorum.domain.content import article_of, description_of
from variorum.domain.errors import NotFoundError, NothingInForceError, UsageError
from variorum.domain.ports import Standing, StoryEntry
from variorum.domain.readable_stories import ReadableStories
from variorum.domain.shown import KnownBy, Shown, Stood, shown_notices
from variorum.domain.stated import Known, describe, instant_asked
from variorum.domain.stories import not_known_yet
from variorum.domain.streams import revision_number
from variorum.domain.times import clock_time, iso

_POSITION = re.compile(r"#([0-9]{1,18})")


class StoriesInTime(ReadableStories):
    """The stories of a collection, and what stood of them when."""

    def known(self, asked: str | None, story: StoryEntry | None = None) -> KnownBy:
        """The position that a K means: `#n`, a time of the archive's clock, or now.

        Raises:
            UsageError: it is neither.
        """
        head = self.log.head()
        if asked is None:
            return KnownBy(head.position, None, False)
        position = _POSITION.fullmatch(asked.strip())
        if position:
            number = int(position[1])
            _check_reached(number, head.position)
            return KnownBy(number, asked, True)
        instant = instant_asked(asked, _known_of(story))
        return KnownBy(self.log.position_at(instant), asked, instant < head.recorded_at)

    def instant(self, asked: int | str | None, story: StoryEntry | None = None) -> int:
        """The instant that a T means, now if none is given.

        Raises:
            UsageError: it cannot be read, has no zone, or occurs twice there.
        """
        if asked is None:
            return self.now()
        return asked if isinstance(asked, int) else instant_asked(asked, _known_of(story))

    def asked(self, story: str, known_at: str | None) -> tuple[StoryEntry, KnownBy]:
        """A story as it was described by K, and K."""
        entry = self.story(story)
        known = self.known(known_at, entry)
        if known_at is not None and (entry.amended or entry.id != story):
            entry = self.story(story, known.position)
        return entry, known

    def listed(self, known: KnownBy) -> Iterator[StoryEntry]:
        """As `listed_at`."""
        return self.listed_at(known.position)

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
    ) -> tuple[Standing, int, KnownBy] | None:
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
            return standing, instant, KnownBy(standing.head, None, False)
        _check_reached(position, standing.head)
        return standing, instant, KnownBy(position, known_at, True)

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

    def show_entry(
        self, entry: StoryEntry, instant: int, known: KnownBy, standing: Standing | None = None
    ) -> Shown:
        """As `show`, of a story that has been found.

        Args:
            standing: as that of `as_of`.
        """
        answer = self.as_of(entry, instant, known.position, standing)
        in_force = _in_force(entry, instant, known, answer)
        return self._shown(entry, instant, known, in_force, standing=standing)

    def show_number(
        self,
        entry: StoryEntry,
        number: int,
        known: KnownBy,
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

    def _shown(
        self,
        entry: StoryEntry,
        at: int,
        known: KnownBy,
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
            notices=shown_notices(article, recorded.notices),
            items=recorded.items if article else (),
            description=description_of(described.data) if described else self.description(entry),
            restriction=restriction,
            erasures=tuple(
                (erasure, self.note_text(home, erasure.note))
                for erasure in self.erased(entry, number)
            ),
        )

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

    def standings(
        self, stories: Iterable[StoryEntry], at: int, known: int
    ) -> Mapping[str, Standing]:
        """What is found together of many stories at T, known by K, with their texts, by their ids.

        Those that were described anew or merged are left out.
        """
        ids = [story.id for story in stories if not story.amended]
        return self.catalogue.standings(ids, at, known, text=True)

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

    def _marks_at(self, story: StoryEntry, known: int) -> MarksAt:
        return lambda instant: self.catalogue.marks(story, instant, known)


def _check_reached(position: int, head: int) -> None:
    if position > head:
        raise UsageError(f"the log ends at #{head}: #{position} is not there yet")


def _in_force(entry: StoryEntry, at: int, known: KnownBy, answer: Answer) -> InForce:
    if entry.position > known.position:
        raise not_known_yet(entry, known.position)
    if isinstance(answer, NotInForce):
        raise nothing_in_force(entry, at, answer)
    return answer


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


def _known_of(story: StoryEntry | None) -> Known:
    if story is None:
        return Known()
    return Known(zone=story.zone, date_order=story.date_order)
