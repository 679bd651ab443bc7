"""Records what an importer reads, some commands at a time, whose stories are looked for at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from variorum.adapters.imports.importer import COPYS_OWN, Bad, Item
from variorum.domain.addresses import Addresses
from variorum.domain.bulk import Bulk, Command
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Written

_TOGETHER = 100
_CHARACTERS = 1 << 20
"""Commands, and characters of theirs, that are read before the first of them is recorded."""


def take_all(
    commands: Iterable[Item],
    bulk: Bulk,
    addresses: Addresses,
    problem: Callable[[int | str, str], None],
) -> None:
    """Takes the commands of an input in order.

    Args:
        problem: is told the place of what cannot be recorded, and why.

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
                addresses.took(command)
                bulk.foresee(command)
                characters += _length(command)
            if len(waiting) >= _TOGETHER or characters >= _CHARACTERS:
                _take(waiting, bulk, problem)
                characters = 0
    except Exception:
        _take(waiting, bulk, problem)
        raise
    _take(waiting, bulk, problem)


def _take(waiting: list[Item], bulk: Bulk, problem: Callable[[int | str, str], None]) -> None:
    bulk.look()
    taken, waiting[:] = list(waiting), []
    for place, command in taken:
        if isinstance(command, Bad):
            problem(place, command.reason)
            continue
        try:
            bulk.take(command)
        except COPYS_OWN as error:
            problem(place, error.message)


def _length(command: Command) -> int:
    if not isinstance(command, RecordCopy):
        return 0
    source = len(command.source.data) if command.source else 0
    article = command.article
    if isinstance(article, Written):
        return source + len(article.data)
    return source + sum(map(len, article.paragraphs))
