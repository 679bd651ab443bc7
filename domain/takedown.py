"""Takedowns: commands to restrict, restore and erase, and what is decided on them.

A *passage* is a part of an article that can be erased by itself: a headline, byline, dateline, or
one paragraph, caption, credit or notice, numbered from 1. Its place stays and says that it was
erased, so that numbers never change. A revision's source holds the same words, and goes with any of
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from variorum.domain.access import part_name
from variorum.domain.content import (
    Article,
    ContentKind,
    ContentRef,
    ErasedContent,
    ErasedPart,
    Note,
    canonical,
)
from variorum.domain.decisions import Decision, Draft, Verdict
from variorum.domain.errors import NotFoundError, UsageError
from variorum.domain.events import AccessRestored, AccessRestricted, ContentErased
from variorum.domain.story import StoryState
from variorum.domain.times import iso

ERASED_TEXT = "[erased]"
"""What stands in the place of an erased passage."""

_Part = TypeVar("_Part")

NUMBERED = frozenset(
    (ErasedPart.PARAGRAPH, ErasedPart.CAPTION, ErasedPart.CREDIT, ErasedPart.NOTICE)
)
PASSAGES = NUMBERED | {ErasedPart.HEADLINE, ErasedPart.BYLINE, ErasedPart.DATELINE}


@dataclass(frozen=True, slots=True)
class Restrict:
    """Hide a story, or one of its revisions, until an instant, or until it is restored."""

    story: str
    actor: str
    note: Note
    revision: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """Let a story, or one of its revisions, be read again."""

    story: str
    actor: str
    note: Note
    revision: int | None = None


@dataclass(frozen=True, slots=True)
class Erase:
    """Erase something of a story: all of it, where no part is named.

    Attributes:
        number: of a passage, from 1; of a note, the position of the event that it is of.
        everywhere: the passage also where the same stands in other revisions.
    """

    story: str
    actor: str
    note: Note
    part: ErasedPart | None = None
    revision: int | None = None
    number: int | None = None
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of a revision, with its words."""

    revision: int
    part: ErasedPart
    number: int | None
    text: str

    @property
    def name(self) -> str:
        return part_name(self.part, self.number, self.revision)


@dataclass(frozen=True, slots=True)
class Erasing:
    """What is decided on erasing something."""

    decision: Decision
    erased: tuple[str, ...] = ()
    """What goes: `paragraph 3 of r2`, `source of r2`."""
    revisions: tuple[int, ...] = ()
    """The revisions of which something goes."""
    left: tuple[str, ...] = ()
    """Where else the words of an erased passage stand."""


def decide_restrict(
    state: StoryState, command: Restrict, now: int, salts: Iterator[bytes]
) -> Decision:
    """A restriction; nothing where the same one holds already.

    Raises:
        NotFoundError: there is no such revision.
        UsageError: it would have ended by now.
    """
    _check(state, command.story, command.revision)
    if command.until is not None and command.until <= now:
        raise UsageError(f"a restriction until {iso(command.until)} would be over already")
    last = state.access.said_of(command.revision)
    if last is not None and last.holds(now) and last.until == command.until:
        return Decision(Verdict.HELD, command.revision)
    draft = Draft(state, command.story, command.actor, salts)
    draft.add(
        AccessRestricted(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            revision=command.revision,
            until=command.until,
            note=draft.commit(ContentKind.NOTE, canonical(command.note)),
        )
    )
    return draft.decided(Verdict.RESTRICTION, command.revision)


def decide_restore(
    state: StoryState, command: Restore, now: int, salts: Iterator[bytes]
) -> Decision:
    """A restoration; nothing where that very story or revision is not restricted.

    Raises:
        NotFoundError: there is no such revision.
    """
    _check(state, command.story, command.revision)
    last = state.access.said_of(command.revision)
    if last is None or not last.holds(now):
        return Decision(Verdict.HELD, command.revision)
    draft = Draft(state, command.story, command.actor, salts)
    draft.add(
        AccessRestored(
            originator_id=draft.stream,
            originator_version=draft.version,
            actor=command.actor,
            revision=command.revision,
            note=draft.commit(ContentKind.NOTE, canonical(command.note)),
        )
    )
    return draft.decided(Verdict.RESTORATION, command.revision)


def decide_erase(
    state: StoryState, command: Erase, articles: Mapping[int, Article], salts: Iterator[bytes]
) -> Erasing:
    """Erasures, all in one append; nothing where all of it is erased already.

    Args:
        articles: what there is now of each revision's article, where there is anything. Needed
            for passages only.

    Raises:
        NotFoundError: there is no such revision, passage, source, description or note.
        UsageError: the command does not say of which revision, or which one of several.
    """
    _check(state, command.story, command.revision)
    work = _Work(state, command, articles, salts)
    part = command.part
    if part is None:
        work.everything()
    elif part is ErasedPart.DESCRIPTION:
        work.description()
    elif part is ErasedPart.NOTE:
        work.note(_given(command.number, "the note, by the position of its event"))
    else:
        revision = _given(command.revision, "a revision")
        if part is ErasedPart.REVISION:
            work.revision(revision)
        elif part is ErasedPart.SOURCE:
            work.source(revision)
        else:
            work.passage()
    return work.done()


def named_passage(state: StoryState, command: Erase, articles: Mapping[int, Article]) -> Passage:
    """The passage that a command names; without words where it is erased already.

    Raises:
        NotFoundError: there is no such revision or passage.
        UsageError: the command does not say which.
    """
    _check(state, command.story, command.revision)
    return _Work(state, command, articles, iter(())).named()


def decide_erase_same(
    state: StoryState,
    command: Erase,
    named: Passage,
    articles: Mapping[int, Article],
    salts: Iterator[bytes],
) -> Erasing:
    """Erasures of what a passage says in a story that is one with the story that has it.

    Nothing is erased unless the command says everywhere; where the words are left is told anyway.
    """
    work = _Work(state, command, articles, salts)
    work.same(named)
    return work.done()


class _Work:
    """Erasures in the making."""

    def __init__(
        self,
        state: StoryState,
        command: Erase,
        articles: Mapping[int, Article],
        salts: Iterator[bytes],
    ) -> None:
        self._state = state
        self._access = state.access
        self._command = command
        self._articles = dict(articles)
        self._draft = Draft(state, command.story, command.actor, salts)
        self._note: ContentRef | None = None
        self._present = {
            revision.number: self._access.present(revision.event.article)
            for revision in state.revisions
        }
        self._gone = {gone for each in self._access.erasures for gone in each.contents}
        self._erased: dict[str, None] = {}
        self._revisions: dict[int, None] = {}
        self._words: dict[str, None] = {}

    def done(self) -> Erasing:
        verdict = Verdict.ERASURE if self._erased else Verdict.HELD
        return Erasing(
            self._draft.decided(verdict, self._command.revision),
            tuple(self._erased),
            tuple(sorted(self._revisions)),
            tuple(
                dict.fromkeys(
                    name
                    for name, text in self._said()
                    if any(words in text for words in self._words)
                )
            ),
        )

    def everything(self) -> None:
        """Every revision, the description, and every note but those that say why."""
        for revision in self._state.revisions:
            self.revision(revision.number)
        if self._state.descriptions:
            self.description()
        for note in self._state.notes:
            self.note(note.position)
        for amended in self._state.amendments:
            self.note(amended.position)

    def revision(self, number: int) -> None:
        """A revision's article, or what remains of it, and its source."""
        present = self._present[number]
        contents = [ErasedContent(ContentKind.ARTICLE, present.ordinal)] if present else []
        self._erase(ErasedPart.REVISION, number, None, [*contents, *self._source_of(number)])
        self._present[number] = None
        self._articles.pop(number, None)

    def source(self, number: int) -> None:
        if self._state.revision(number).event.source is None:
            raise NotFoundError(f"{self._name(number)} has no source", reason="unknown")
        self._erase(ErasedPart.SOURCE, number, None, self._source_of(number))

    def description(self) -> None:
        said = self._state.descriptions
        if not said:
            raise NotFoundError(f"{self._command.story} has no description", reason="unknown")
        gone = [ErasedContent(ContentKind.DESCRIPTION, ref.ordinal) for _, ref in said]
        self._erase(ErasedPart.DESCRIPTION, None, None, gone)

    def note(self, position: int) -> None:
        if position not in self._notes:
            raise NotFoundError(
                f"{self._command.story} has no note at #{position}", reason="unknown"
            )
        revision, ref = self._notes[position]
        gone = [ErasedContent(ContentKind.NOTE, ref.ordinal)]
        self._erase(ErasedPart.NOTE, revision, position, gone)

    @cached_property
    def _notes(self) -> Mapping[int, tuple[int | None, ContentRef]]:
        """By the position of its event, each note, and the revision that it is about."""
        return {
            **{each.position: (each.revision, each.note) for each in self._access.erasures},
            **{each.position: (each.revision, each.note) for each in self._access.restrictions},
            **{each.position: (None, each.note) for each in self._state.amendments},
            **{each.position: (each.revision, each.ref) for each in self._state.notes},
        }

    def named(self) -> Passage:
        """The passage that the command names; without words where it is erased already."""
        part, place = self._command.part, self._command.number
        number = _given(self._command.revision, "a revision")
        assert part is not None
        if (part in NUMBERED) != (place is not None):
            raise UsageError(f"say which {part.value}, by its number from 1")
        if self._is_erased(number, part, place):
            return Passage(number, part, place, "")
        return self._named(number, part, place)

    def passage(self) -> None:
        """The passage that is named; where asked, wherever the same stands."""
        named = self.named()
        if named.text:
            self._erase_passage(named)
            self.same(named)

    def same(self, named: Passage) -> None:
        """Where asked, what says the same as a passage, wherever that stands."""
        self._words[named.text] = None
        for passage in list(self._standing()) if self._command.everywhere else ():
            if (passage.part, passage.text) == (named.part, named.text):
                self._erase_passage(passage)

    def _named(self, number: int, part: ErasedPart, place: int | None) -> Passage:
        passages = list(_passages(number, self._articles[number]))
        for passage in passages:
            if (passage.part, passage.number) == (part, place):
                return passage
        there = [str(each.number) for each in passages if each.part is part and each.number]
        have = f" (it has {', '.join(there)})" if there else ""
        raise NotFoundError(
            f"{self._command.story} has no {part_name(part, place, number)}{have}",
            reason="unknown",
        )

    def _standing(self) -> Iterator[Passage]:
        """The passages of all revisions that are not erased."""
        for number in sorted(self._articles):
            for passage in _passages(number, self._articles[number]):
                if not self._is_erased(number, passage.part, passage.number):
                    yield passage

    def _said(self) -> Iterator[tuple[str, str]]:
        """What all revisions say that is not erased, each with the name of where it stands."""
        for passage in self._standing():
            yield passage.name, passage.text
        for number in sorted(self._articles):
            for place, medium in enumerate(self._articles[number].media, 1):
                if medium.title:
                    yield part_name(ErasedPart.CAPTION, place, number), medium.title
                if medium.url:
                    yield f"address of picture {place} of r{number}", medium.url

    def _is_erased(self, number: int, part: ErasedPart, place: int | None) -> bool:
        if self._present[number] is None:
            return True
        name = part_name(part, place, number)
        recorded = self._access.of_revision(number)
        return name in self._erased or any(
            (each.part, each.number) == (part, place) for each in recorded
        )

    def _erase_passage(self, passage: Passage) -> None:
        number = passage.revision
        present = self._present[number]
        assert present is not None
        article = _without(self._articles[number], passage)
        self._articles[number] = article
        remainder = self._draft.commit(ContentKind.ARTICLE, canonical(article))
        self._present[number] = remainder
        self._words[passage.text] = None
        gone = [ErasedContent(ContentKind.ARTICLE, present.ordinal), *self._source_of(number)]
        self._erase(passage.part, number, passage.number, gone, remainder)

    def _source_of(self, number: int) -> list[ErasedContent]:
        source = self._state.revision(number).event.source
        return [ErasedContent(ContentKind.SOURCE, source.content.ordinal)] if source else []

    def _erase(
        self,
        part: ErasedPart,
        revision: int | None,
        number: int | None,
        contents: list[ErasedContent],
        remainder: ContentRef | None = None,
    ) -> None:
        contents = [content for content in contents if content not in self._gone]
        if not contents:
            return
        if self._note is None:
            self._note = self._draft.commit(ContentKind.NOTE, canonical(self._command.note))
        self._draft.add(
            ContentErased(
                originator_id=self._draft.stream,
                originator_version=self._draft.version,
                actor=self._command.actor,
                revision=revision,
                part=part,
                number=number,
                contents=tuple(contents),
                remainder=remainder,
                note=self._note,
            )
        )
        self._gone.update(contents)
        self._erased[part_name(part, number, revision)] = None
        if part is not ErasedPart.SOURCE and any(
            content.kind is ContentKind.SOURCE for content in contents
        ):
            self._erased[part_name(ErasedPart.SOURCE, None, revision)] = None
        if revision is not None:
            self._revisions[revision] = None

    def _name(self, number: int) -> str:
        return f"{self._command.story}@r{number}"


def _check(state: StoryState, story: str, revision: int | None) -> None:
    if revision is not None and all(each.number != revision for each in state.revisions):
        raise NotFoundError(f"no revision {story}@r{revision}", reason="unknown")


def _given(number: int | None, what: str) -> int:
    if number is None:
        raise UsageError(f"say which: {what}")
    return number


def _passages(revision: int, article: Article) -> Iterator[Passage]:
    """Every passage of an article that has words, in order."""
    found: list[tuple[ErasedPart, int | None, str | None]] = [
        (ErasedPart.HEADLINE, None, article.headline),
        (ErasedPart.BYLINE, None, article.byline),
        (ErasedPart.DATELINE, None, article.dateline),
        *((ErasedPart.PARAGRAPH, n, text) for n, text in enumerate(article.paragraphs, 1)),
    ]
    for number, medium in enumerate(article.media, 1):
        found.append((ErasedPart.CAPTION, number, medium.caption or medium.title or medium.url))
        found.append((ErasedPart.CREDIT, number, medium.credit))
    found += [(ErasedPart.NOTICE, n, each.printed) for n, each in enumerate(article.notices, 1)]
    return (Passage(revision, part, number, text) for part, number, text in found if text)


def _without(article: Article, passage: Passage) -> Article:
    """An article with a passage erased. A picture's title and address go with its caption."""
    match passage.part:
        case ErasedPart.HEADLINE:
            return replace(article, headline=ERASED_TEXT)
        case ErasedPart.BYLINE:
            return replace(article, byline=ERASED_TEXT)
        case ErasedPart.DATELINE:
            return replace(article, dateline=ERASED_TEXT)
        case _:
            pass
    assert passage.number is not None
    place = passage.number - 1
    match passage.part:
        case ErasedPart.PARAGRAPH:
            paragraphs = _replaced(article.paragraphs, place, ERASED_TEXT)
            return replace(article, paragraphs=paragraphs)
        case ErasedPart.NOTICE:
            notice = replace(article.notices[place], printed=ERASED_TEXT)
            return replace(article, notices=_replaced(article.notices, place, notice))
        case ErasedPart.CAPTION:
            medium = replace(article.media[place], caption=ERASED_TEXT, title=None, url=None)
        case _:
            medium = replace(article.media[place], credit=ERASED_TEXT)
    return replace(article, media=_replaced(article.media, place, medium))


def _replaced(parts: tuple[_Part, ...], place: int, part: _Part) -> tuple[_Part, ...]:
    return (*parts[:place], part, *parts[place + 1 :])
