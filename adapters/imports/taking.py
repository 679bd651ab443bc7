"""Records what importers read, some commands at a time, whose stories are looked for at once.

A sighting may come before what it is of: a line before that of the text that it saw, a revisit in
one file of a crawl before the copy in another. A time may come before the line that gives its story
a zone. What is *wanting* for that is taken once more at the end of the work. So an import that is
repeated finds all of it held.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace

from variorum.adapters.imports.importer import Bad, Item
from variorum.domain.addresses import Addresses
from variorum.domain.bulk import Bulk, Command
from variorum.domain.commands import RecordCopy, Sight
from variorum.domain.content import Written
from variorum.domain.errors import NotFoundError, VariorumError
from variorum.domain.identity import id_from_url

WANTING_KEPT = 10_000
"""Commands that are taken once more; what is wanting besides is named at once."""
WANTING_BYTES = 64 << 20
"""Of what is kept to be read once more."""
_TOGETHER = 100
_CHARACTERS = 1 << 20
"""Commands, and characters of theirs, that are read before the first of them is recorded."""

Problem = Callable[[int | str, str], None]
"""Is told the place of what cannot be recorded, and why."""


@dataclass(frozen=True, slots=True)
class _Wanting:
    """A command of something that is not there, or not yet; or what cannot be read for that."""

    place: int | str
    command: Command | Bad
    problem: Problem
    reason: str


class Taking:
    """Takes the commands of some inputs, one after the other, and then what was wanting."""

    def __init__(self, bulk: Bulk, addresses: Addresses) -> None:
        self._bulk = bulk
        self._addresses = addresses
        self._wanting: list[_Wanting] = []
        self._bytes = 0
        """Of what is kept to be read once more."""
        self._may_want = True

    def take_all(self, commands: Iterable[Item], problem: Problem) -> None:
        """Takes the commands of an input in order.

        Raises:
            UnreadableError: the input cannot be read on; what was read of it before is taken.
            ConflictError, StorageError: see `Bulk.take`.
        """
        waiting: list[Item] = []
        characters = 0
        try:
            for place, command in commands:
                waiting.append((place, command))
                if not isinstance(command, Bad):
                    self._addresses.took(command)
                    self._bulk.foresee(command)
                    characters += _length(command)
                if len(waiting) >= _TOGETHER or characters >= _CHARACTERS:
                    self._take(waiting, problem)
                    characters = 0
        except Exception:
            self._take(waiting, problem)
            raise
        self._take(waiting, problem)

    def end(self) -> None:
        """Takes what was wanting, for as long as some of it no longer is, and names the rest.

        Raises:
            ConflictError, StorageError: see `Bulk.take`.
        """
        before = WANTING_KEPT + 1
        while 0 < len(self._wanting) < before:
            before = len(self._wanting)
            wanting, self._wanting, self._bytes = self._wanting, [], 0
            for each in wanting:
                self._take_one(each.place, self._anew(each.command), each.problem)
        self._may_want = False
        for each in self._wanting:
            each.problem(each.place, each.reason)
        self._wanting.clear()

    def _take(self, waiting: list[Item], problem: Problem) -> None:
        self._bulk.look()
        taken, waiting[:] = list(waiting), []
        for place, command in taken:
            self._take_one(place, command, problem)

    def _anew(self, command: Command | Bad) -> Command | Bad:
        """What was wanting, read in the light of all that was taken since."""
        if isinstance(command, Bad):
            return command.again() if command.again is not None else command
        url = _url_alone(command)
        if url is None or self._is_there(command.story):
            return command
        return replace(command, story=self._addresses.story(url))

    def _is_there(self, story: str) -> bool:
        return self._bulk.opening(story) is not None or self._addresses.is_there(story)

    def _take_one(self, place: int | str, command: Command | Bad, problem: Problem) -> None:
        if not isinstance(command, Bad):
            self._bulk.take(command, partial(self._refused, place, command, problem))
        elif command.again is None or not self._want(place, command, problem, command.reason):
            problem(place, command.reason)

    def _refused(
        self, place: int | str, command: Command, problem: Problem, error: VariorumError
    ) -> None:
        may_come = isinstance(error, NotFoundError) and not isinstance(command, RecordCopy)
        if not may_come or not self._want(place, command, problem, error.message):
            problem(place, error.message)

    def _want(
        self, place: int | str, command: Command | Bad, problem: Problem, reason: str
    ) -> bool:
        """Keeps what is wanting, if there is room."""
        size = command.size if isinstance(command, Bad) else 0
        full = len(self._wanting) >= WANTING_KEPT or self._bytes + size > WANTING_BYTES
        if full or not self._may_want:
            return False
        self._wanting.append(_Wanting(place, command, problem, reason))
        self._bytes += size
        return True


def _url_alone(command: Command) -> str | None:
    """The address by which a sighting names its story, where it may have no other name for it."""
    opening = command.opening if isinstance(command, Sight) else None
    if opening is None or opening.address is None or opening.description is None:
        return None
    url = opening.description.url
    return url if url is not None and command.story == id_from_url(url) else None


def _length(command: Command) -> int:
    if not isinstance(command, RecordCopy):
        return 0
    source = len(command.source.data) if command.source else 0
    article = command.article
    if isinstance(article, Written):
        return source + len(article.data)
    return source + sum(map(len, article.paragraphs))
