"""Recording many copies at once: decided in memory, appended in batches, each batch whole.

The same decisions as for one copy, over states that are replayed once and kept while the work
lasts. What is recorded does not depend on the size of a batch or on where the work was
interrupted: a copy that the archive holds already changes nothing, so that the work is continued
by doing it again.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice

from msgspec import structs

from variorum.domain.asof import LAST_POSITION, Outcome
from variorum.domain.claimed_times import counted, is_claimed
from variorum.domain.commands import Opening, RecordCopy, Revisit, Sight
from variorum.domain.content import ContentKind, NewContent
from variorum.domain.deciding import TRIES
from variorum.domain.decisions import Decision, Match, Verdict, decide_record, decide_sight
from variorum.domain.distinct import Distinct
from variorum.domain.errors import (
    ConflictError,
    DamagedError,
    NotFoundError,
    StorageError,
    UsageError,
    VariorumError,
)
from variorum.domain.events import (
    Event,
    RevisionRecorded,
    StoryMerged,
    StoryRedirected,
    StoryUnmerged,
)
from variorum.domain.log import Recorded
from variorum.domain.merged import MergedStory
from variorum.domain.ports import ContentStore, Log, Sent
from variorum.domain.recording import at_home
from variorum.domain.situation import Situation
from variorum.domain.streams import story_stream
from variorum.domain.times import iso
from variorum.domain.working import WorkingStory

BATCH_COPIES = 500
BATCH_BYTES = 4 << 20
STATES_KEPT = 4_000
RECENT_KEPT = 10_000
"""Copies after which it is forgotten what those of a story were recorded as: always so many, so
that the size of batches does not show, and more than are ever decided and not appended."""
AHEAD_FROM = 2
"""Full batches after which it pays to start another process."""
_SENT = 2
"""Batches that another process has to append while the next is decided."""

_EVENTS_TOGETHER = 50
"""Events of a story from which on it is not looked for together with others."""

Command = RecordCopy | Sight | Revisit
Refused = Callable[[VariorumError], None]
"""Is told why a command cannot be carried out; nothing of it is kept."""


def _raised(error: VariorumError) -> None:
    raise error


@dataclass(slots=True)
class _Recent:
    """What the copies of a story were recorded as by this work.

    That tells a text that returns within one instant from one that was recorded before.
    """

    matches: set[Match] = field(default_factory=set["Match"])
    stood: dict[int, int] = field(default_factory=dict[int, int])
    """By instant, the revision that the last copy of it was recorded as, or found to be."""
    looked: set[int] = field(default_factory=set[int])
    """The instants of those at which the story was looked for since."""
    last: int = 0
    """The number of the last command that concerned the story."""

    def decide(
        self, command: RecordCopy, story: WorkingStory | MergedStory, salts: Iterator[bytes]
    ) -> tuple[Situation, Decision]:
        """The decision on a copy, which is remembered, and the situation that it was made in.

        Raises:
            UsageError: as `decide_record`.
        """
        if is_claimed(command, story.seen_until):
            command = counted(command, story.situation, story.seen_between)
        situation = story.situation(command.at)
        decision = self._repeated(command, situation) or decide_record(
            situation, command, salts, self.matches
        )
        if decision.revision is not None:
            self.stood[command.at] = decision.revision
            self.looked.discard(command.at)
        return situation, decision

    def _repeated(self, command: RecordCopy, situation: Situation) -> Decision | None:
        """The decision on a copy of the text that the one of its instant before it had: it is held.

        So it is where it says nothing that is not known of that text: whichever text of that
        instant the archive holds as its last.
        """
        number = self.stood.get(command.at)
        if number is None:
            return None
        texts = (*situation.same_time, *situation.seen_texts)
        text = next((each for each in texts if each.revision == number), None)
        if text is None or not text.equals(command.article.canonical()):
            return None
        alone = command.captured is None or command.published is None
        capture = None if command.published is None else command.captured
        if (
            command.captured == text.captured
            or (Outcome.UNCHANGED, number, capture) in situation.seen
            or (alone and command.at not in self.looked)
        ):
            return Decision(Verdict.HELD, number)
        return None


@dataclass(slots=True)
class _Working:
    """A story as far as it is known to this work, appended or about to be."""

    name: str
    """The story that answers for the one that was named."""
    story: WorkingStory | MergedStory

    def sight(
        self, command: Sight | Revisit, situation: Situation, matched: Collection[Match]
    ) -> Sight | Decision:
        """The sighting that a revisit is: of the revision that the copy before it showed.

        Or the decision on it, where a copy of that very moment says the same. A sighting that says
        what text it saw is one of its revision; of several that it can be, of the one of which it
        is recorded already.

        Args:
            matched: what earlier copies of the input were recorded as.

        Raises:
            NotFoundError: there is no such copy, or text.
        """
        if isinstance(command, Sight):
            if command.text_of is None:
                return command
            recorded = {
                number
                for outcome, number, captured in situation.seen
                if outcome is Outcome.UNCHANGED
                and number is not None
                and captured == command.captured
                and (outcome, number, captured, command.at) not in matched
            }
            revision = self.story.counts_from(command.text_of, recorded)
            if revision is None:
                raise NotFoundError(f"unchanged, of a text of {iso(command.text_of)}: none is held")
            return structs.replace(command, revision=revision)
        revision = self.story.captured_at(command.of)
        if revision is not None and self.story.captured_at(command.at) == revision:
            return Decision(Verdict.HELD, revision)
        if revision is None:
            raise NotFoundError(f"a revisit of the copy of {iso(command.of)}, which is not held")
        return Sight(command.story, command.actor, command.at, Outcome.UNCHANGED, revision)


@dataclass(slots=True)
class Totals:
    """What bulk work came to."""

    revisions: int = 0
    sightings: int = 0
    held: int = 0
    stories: Distinct = field(default_factory=Distinct)

    def count(self, decision: Decision, story: str) -> None:
        self.stories.add(story)
        match decision.verdict:
            case Verdict.REVISION:
                self.revisions += 1
            case Verdict.HELD:
                self.held += 1
            case _:
                self.sightings += 1

    def add(self, other: Totals) -> None:
        self.revisions += other.revisions
        self.sightings += other.sightings
        self.held += other.held
        self.stories.add_all(other.stories)


@dataclass(slots=True)
class _Batch:
    """Commands that are appended together, as they were decided."""

    first: int = 0
    """The number of commands before them."""
    commands: list[tuple[Command, Refused]] = field(default_factory=list["tuple[Command, Refused]"])
    decided: list[Decision] = field(default_factory=list[Decision])
    matching: list[tuple[str, Match]] = field(default_factory=list[tuple[str, "Match"]])
    stories: set[str] = field(default_factory=set[str])
    """The stories whose states they changed."""
    openings: dict[str, Opening] = field(default_factory=dict[str, "Opening"])
    """What is said of the stories that they open."""
    tally: Totals = field(default_factory=Totals)
    bytes: int = 0
    sent: Sent | None = None
    """Of one that another process was sent to append."""

    @property
    def events(self) -> list[Event]:
        return [event for each in self.decided for event in each.events]

    @property
    def contents(self) -> list[NewContent]:
        return [content for each in self.decided for content in each.contents]

    def undecided(self) -> _Batch:
        """The same commands, to be decided anew."""
        return _Batch(self.first, self.commands)


class Bulk:
    """Takes commands, decides them at once, and appends them in batches.

    Full batches are appended by another process, where there is one, while the next is decided. Use
    it as a context manager: what is left is appended at its end, also where the work was
    interrupted, and nothing more is where it failed.

    Args:
        log: where events are appended.
        contents: where salts of held texts are found.
        salts: an endless supply of 32 random bytes.
        batch: how many copies are appended together at most.
        ahead: after how many batches others are appended by another process; None for never.
    """

    def __init__(
        self,
        log: Log,
        contents: ContentStore,
        salts: Iterator[bytes],
        *,
        batch: int = BATCH_COPIES,
        ahead: int | None = AHEAD_FROM,
    ) -> None:
        self._log = log
        self._contents = contents
        self._salts = salts
        self._size = batch
        self._ahead = ahead
        self._states: OrderedDict[str, _Working] = OrderedDict()
        self._sent: dict[str, str] = {}
        self._foreseen: dict[str, Opening | None] = {}
        self._batch = _Batch()
        self._waiting: deque[_Batch] = deque()
        """The batches before, of which it is not known yet that they were appended."""
        self._full = 0
        self._provisional = 0
        self._recent: OrderedDict[str, _Recent] = OrderedDict()
        self.done = Totals()
        """What was appended, or found to be held."""

    def __enter__(self) -> Bulk:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.flush()
        elif issubclass(kind, KeyboardInterrupt):
            with suppress(StorageError):  # what is not recorded is when it is read again
                self.flush()

    def take(self, command: Command, refused: Refused = _raised) -> None:
        """Decides a command; appends a batch when the next is full.

        Args:
            refused: of this command: told now, or when it is decided anew since others changed its
                story meanwhile.

        Raises:
            ConflictError: others kept changing the same stories.
            StorageError: the database cannot be reached, or is full.
        """
        batch = self._batch
        self._decide(command, refused, batch)
        if len(batch.commands) >= self._size or batch.bytes >= BATCH_BYTES:
            self._filled()

    def foresee(self, command: Command) -> None:
        """Is told of a command that is taken before long, so that `look` can find its story."""
        if self._foreseen.get(command.story) is None:
            self._foreseen[command.story] = _said_in_opening(command)

    def foreseen(self, story: str) -> Opening | None:
        """What is said of a story by a command that was not taken yet, if there is none so far."""
        return self._foreseen.get(story)

    def look(self) -> None:
        """Looks for the stories that were foreseen, all of them with two questions.

        Those of very many events, and those that were joined with others, are left to be looked
        for one by one.
        """
        names = {
            story_stream(story): story
            for story in self._foreseen
            if story not in self._states and story not in self._sent
        }
        self._foreseen.clear()
        if not names:
            return
        beginnings = self._log.beginnings(list(names), _EVENTS_TOGETHER)
        short = {
            stream: events
            for stream, events in beginnings.items()
            if len(events) < _EVENTS_TOGETHER and not _is_amended(events)
        }
        article = ContentKind.ARTICLE
        salts = self._contents.salts(list(short), article, _EVENTS_TOGETHER) if short else {}
        for stream, story in names.items():
            if stream in short or stream not in beginnings:
                self._replay(story, stream, short.get(stream, ()), salts)

    @property
    def is_long(self) -> bool:
        """Whether so much was taken by now that it pays to start other processes, if any may be."""
        return self._ahead is not None and self._full >= self._ahead

    def opening(self, story: str) -> Opening | None:
        """What is said of a story that this work opens, until that is appended."""
        batches = (self._batch, *self._waiting)
        return next((each.openings[story] for each in batches if story in each.openings), None)

    def flush(self) -> None:
        """Appends what was decided. On a conflict decides all of it anew and tries again."""
        self._next_batch()
        self._settle(0)

    def _filled(self) -> None:
        """Appends a batch that is full, here, or elsewhere while the next is filled."""
        self._full += 1
        batch = self._next_batch()
        if self._ahead is not None and self._full > self._ahead:
            follows = len(self._waiting) > 1
            batch.sent = self._log.send(batch.events, batch.contents, follows=follows)
        self._settle(_SENT)

    def _next_batch(self) -> _Batch:
        """Lets the batch wait that was filled, and gives it."""
        batch = self._batch
        self._batch = _Batch(batch.first + len(batch.commands))
        self._waiting.append(batch)
        return batch

    def _settle(self, left: int) -> None:
        """Sees to it that batches are appended, until only so many wait that were sent elsewhere.

        After a conflict all of them are, each decided anew just before.
        """
        tries = 0
        while self._waiting and (len(self._waiting) > left or self._waiting[0].sent is None):
            try:
                batch = self._waiting[0] = self._decided(self._waiting[0])
                self._append(batch)
            except ConflictError:
                tries += 1
                if tries == TRIES:
                    raise
                self._undecide()
            else:
                tries = 0
                self.done.add(batch.tally)
                self._waiting.popleft()
                self._forget_states()
        self._batch = self._decided(self._batch)

    def _append(self, batch: _Batch) -> None:
        if batch.sent is not None:
            sent, batch.sent = batch.sent, None
            if sent.stored():
                return
            for each in self._waiting:  # they follow it, and are refused
                if each.sent is not None:
                    each.sent.stored()
                    each.sent = None
        if events := batch.events:
            self._log.append(events, batch.contents)

    def _forget_states(self) -> None:
        """Keeps the states of so many stories, and of those that were changed since the log."""
        batches = (self._batch, *self._waiting)
        for story in list(islice(self._states, max(0, len(self._states) - STATES_KEPT))):
            if not any(story in batch.stories for batch in batches):
                del self._states[story]
        while self._recent:
            story, recent = next(iter(self._recent.items()))
            if recent.last + RECENT_KEPT >= self._batch.first:
                break
            del self._recent[story]

    def _undecide(self) -> None:
        """Forgets what was decided and is not appended yet."""
        for batch in (*self._waiting, self._batch):
            self._forget_matches(batch)
        self._forget_decisions()
        waiting = deque(batch.undecided() for batch in self._waiting)
        # In one step: what is decided upon something undecided must not be appended.
        self._waiting, self._batch = waiting, self._batch.undecided()

    def _forget_decisions(self) -> None:
        for recent in self._recent.values():
            recent.stood.clear()
        self._states.clear()
        self._sent.clear()

    def _forget_matches(self, batch: _Batch) -> None:
        for story, match in batch.matching:
            if (recent := self._recent.get(story)) is not None:
                recent.matches.discard(match)

    def _decided(self, batch: _Batch) -> _Batch:
        """A batch with its commands decided, itself if they are. Those before it are appended."""
        if len(batch.decided) >= len(batch.commands):
            return batch
        anew = _Batch(batch.first)
        try:
            for command, refused in batch.commands:
                self._decide(command, refused, anew)
        except BaseException:  # nothing half decided is built on
            self._forget_matches(anew)
            self._forget_decisions()
            raise
        return anew

    def _decide(self, command: Command, refused: Refused, batch: _Batch) -> None:
        """Decides a command, and puts it and what was decided into a batch; or says why not."""
        try:
            story, decision, opening = self._decision(command, batch)
        except (NotFoundError, UsageError) as error:
            refused(error)
            return
        # In one step, so that an interruption cannot part an event from its content.
        batch.decided.append(decision)
        for content in decision.contents:
            batch.bytes += len(content.data)
        batch.stories.add(story)
        if opening is not None:
            batch.openings[story] = opening
        batch.tally.count(decision, story)
        batch.commands.append((command, refused))

    def _decision(self, command: Command, batch: _Batch) -> tuple[str, Decision, Opening | None]:
        """The story that a command concerns, what is decided, and what is said if that opens it.

        The story is as it will be then, and it is remembered what the command was matched with.

        Raises:
            NotFoundError, UsageError: it cannot be carried out.
        """
        working = self._working(command.story)
        if working.name != command.story:
            command = structs.replace(command, story=working.name)
        number = batch.first + len(batch.commands)
        recent = self._recent.get(command.story)
        if recent is not None and recent.last + RECENT_KEPT < number:
            recent = None
        elif recent is not None:
            self._recent.move_to_end(command.story)
            recent.last = number
        if isinstance(command, RecordCopy):
            if recent is None:
                recent = self._remembered(command.story, number)
            situation, decision = recent.decide(command, working.story, self._salts)
        else:
            situation = working.story.situation(command.at)
            if recent is not None:
                recent.looked.add(command.at)
            sight = working.sight(command, situation, recent.matches if recent else ())
            if isinstance(sight, Decision):
                decision = sight
            else:
                decision = decide_sight(situation, sight, self._salts)
        if (match := decision.match) is not None:
            if recent is None:
                recent = self._remembered(command.story, number)
            if match not in recent.matches:
                recent.matches.add(match)
                batch.matching.append((command.story, match))
        for event in decision.events:
            self._provisional += 1
            salt = _salt_of(event, decision.contents) if decision.contents else None
            working.story.apply(Recorded(self._provisional, 0, event), salt)
        if isinstance(working.story, MergedStory):
            holding, versions = working.story.holding, working.story.versions
            events = tuple(at_home(decision.events, holding, versions))
            decision = structs.replace(decision, events=events)
        opening: Opening | None = None
        if decision.events and not situation.exists and not isinstance(command, Revisit):
            opening = command.opening or Opening()
        return working.name, decision, opening

    def _remembered(self, story: str, number: int) -> _Recent:
        """What the copies of a story were recorded as, from this one on."""
        recent = self._recent[story] = _Recent(last=number)
        self._recent.move_to_end(story)
        return recent

    def _working(self, story: str, *, answers: bool = False) -> _Working:
        """The state of the story that answers for one.

        Args:
            answers: whether it answers for another already, and so is there and leads to none.

        Raises:
            DamagedError: it does all the same, or one that is to be there is not.
        """
        story = self._sent.get(story, story)
        working = self._states.get(story)
        if working is not None:
            self._states.move_to_end(story)
            return working
        stream = story_stream(story)
        events = self._own(story) if answers else self._log.stream(stream, LAST_POSITION)
        to, holding = _amended(events)
        if to is not None:
            if answers:
                raise DamagedError(f"the log leads to the story {story}, and on from there")
            working = self._working(to, answers=True)
            self._sent[story] = to
            return working
        if holding:
            merged = MergedStory(story, self._own, self._contents)
            self._provisional = max(self._provisional, merged.last_position)
            working = self._states[story] = _Working(story, merged)
            return working
        return self._replay(story, stream, events, {})

    def _replay(
        self,
        story: str,
        stream: str,
        events: Sequence[Recorded],
        salts: Mapping[tuple[str, int], bytes],
    ) -> _Working:
        """The state of a story that stands alone, of its events.

        Args:
            salts: those that are at hand, by stream and ordinal.
        """

        def salt_of(event: RevisionRecorded) -> bytes | None:
            ordinal = event.article.ordinal
            salt = salts.get((stream, ordinal))
            return salt or self._contents.salt(stream, ContentKind.ARTICLE, ordinal)

        alone = WorkingStory()
        working = self._states[story] = _Working(story, alone)
        alone.replay(events, salt_of)
        self._provisional = max(self._provisional, *(each.position for each in events), 0)
        return working

    def _own(self, story: str) -> list[Recorded]:
        """The events of a story to which others lead, or that is one with another."""
        events = self._log.stream(story_stream(story), LAST_POSITION)
        if not events:
            raise DamagedError(f"the log leads to the story {story}, which is not there")
        return events


def _said_in_opening(command: Command) -> Opening | None:
    """What a command says of its story if that is new; None where it opens none."""
    if isinstance(command, Revisit):
        return None
    if isinstance(command, Sight) and command.outcome is Outcome.UNCHANGED:
        return None  # nothing is unchanged of a story that is not there
    return command.opening


def _salt_of(event: Event, contents: Iterable[NewContent]) -> bytes | None:
    """The salt of the article that is committed to, where a revision is recorded."""
    if not isinstance(event, RevisionRecorded):
        return None
    ordinal = event.article.ordinal
    for each in contents:
        if each.kind is ContentKind.ARTICLE and each.ordinal == ordinal:
            return each.salt
    raise AssertionError(f"a revision without its article, {ordinal}")


def _is_amended(events: Iterable[Recorded]) -> bool:
    to, holding = _amended(events)
    return to is not None or holding


def _amended(events: Iterable[Recorded]) -> tuple[str | None, bool]:
    """To which story whoever asks is sent, and whether others are one with this one."""
    to: str | None = None
    holding = set[str]()
    for recorded in events:
        event = recorded.event
        if isinstance(event, StoryRedirected):
            to = event.to
        elif isinstance(event, StoryMerged):
            holding.add(event.other)
        elif isinstance(event, StoryUnmerged):
            holding.discard(event.other)
    return to, bool(holding)
