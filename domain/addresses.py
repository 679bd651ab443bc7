"""Which story each web address leads to, while many copies are recorded.

What is decided and not yet appended is known here before the catalogue knows it, so that two copies
of one page find one story, also where the first was recorded under an id of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from variorum.domain.asof import Outcome
from variorum.domain.commands import Revisit, Sight
from variorum.domain.identity import address_of, id_from_url, plausible_canonical

if TYPE_CHECKING:
    from variorum.domain.bulk import Command
    from variorum.domain.ports import StoryEntry

KEPT = 10_000
"""Addresses that are remembered; more than are ever decided and not appended."""


class Addresses:
    """Finds stories by address.

    Args:
        found_at: the archive's story of an address (`Archive.found_at`).
        found: the archive's story of an id (`Archive.found`).
    """

    def __init__(
        self,
        found_at: Callable[[str], StoryEntry | None],
        found: Callable[[str], StoryEntry | None],
    ) -> None:
        self._found_at = found_at
        self._found = found
        self._known: OrderedDict[str, str] = OrderedDict()
        self._told: OrderedDict[str, dict[str, None]] = OrderedDict()
        """The stories that were said to have them, whether or not those are there already."""
        self._begun: OrderedDict[str, None] = OrderedDict()
        """The stories that were told of; a story has the address that was said first."""

    def story(self, url: str, *others: str) -> str:
        """The story of a page: the one that has its address, or else one of a new id.

        Args:
            url: where the page was found.
            others: what it says to be its address; the first gives the id of a new story.

        Raises:
            UsageError: one of them is no web address.
        """
        own, *rest = (address_of(each) for each in (url, *others))
        for address in (own, *rest):
            found = self._story_at(address)
            if found is not None:
                break
        else:
            found = id_from_url((*others, url)[0])
        if rest:
            self._keep(own, found)
        return found

    def is_there(self, story: str) -> bool:
        """Whether the archive has a story of that id."""
        return self._found(story) is not None

    def took(self, command: Command) -> None:
        """Remembers the address of a story that a command opens, if there is none so far."""
        if isinstance(command, Revisit):
            return
        if isinstance(command, Sight) and command.outcome is Outcome.UNCHANGED:
            return  # nothing is unchanged of a story that is not there
        if command.story in self._begun:
            return
        self._begun[command.story] = None
        if len(self._begun) > KEPT:
            self._begun.popitem(last=False)
        address = command.opening.address if command.opening else None
        if address is not None:
            self._told.setdefault(address, {})[command.story] = None
            if len(self._told) > KEPT:
                self._told.popitem(last=False)

    def _story_at(self, address: str) -> str | None:
        known = self._known.get(address)
        if known is not None:
            self._known.move_to_end(address)
            return known
        entry = self._found_at(address)
        if entry is not None:
            story: str | None = entry.id
        else:
            told = self._told.get(address, ())
            story = next((each for each in told if self._found(each) is None), None)
        if story is not None:
            self._keep(address, story)
        return story

    def _keep(self, address: str, story: str) -> None:
        self._known[address] = story
        if len(self._known) > KEPT:
            self._known.popitem(last=False)


def addresses_said(url: str, said: Sequence[str]) -> tuple[str, ...]:
    """Of the addresses that a page says to be its own, those that can be, each page once."""
    found: dict[str, str] = {}
    for each in said:
        canonical = plausible_canonical(url, each)
        if canonical is not None:
            found.setdefault(canonical, each)
    return tuple(found.values())
