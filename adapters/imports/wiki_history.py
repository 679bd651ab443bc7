"""Pages of a wiki and their revisions, as an export tells of them."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from variorum.domain.errors import UnreadableError, UsageError
from variorum.domain.identity import address_of


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a wiki; `url` None where the export does not say where it stands."""

    title: str
    url: str | None


@dataclass(slots=True)
class Saved:
    """One revision as an export has it; `text` None where it was deleted or suppressed."""

    id: str
    time: str
    text: str | None
    missing: bool = False
    """Whether its text is not in this file, though it was not deleted."""
    said: dict[str, Any] = field(default_factory=dict[str, Any])
    """What else is said of it: who saved it, why, on what it builds."""


History = Iterator[tuple[Page, Saved | UnreadableError]]


def page_at(title: str, base: str) -> Page:
    """A page by its title; `base` is the address of another page of the same wiki, its main one.

    That names its page by the last part of its path, or by the parameter `title`.
    """
    script, asked, query = base.partition("?")
    by_title = re.search(r"(?:^|&)title=", query) is not None
    before = f"{script}{asked}title=" if by_title else f"{base.rpartition('/')[0]}/"
    name = urllib.parse.quote(title.replace(" ", "_"), safe="/:(),!*@;$", errors="replace")
    try:
        address_of(url := before + name)
    except UsageError:
        return Page(title, None)
    return Page(title, url)
