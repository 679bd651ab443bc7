"""Checks what was signed of a collection against the tree that its events give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from variorum.adapters.database.port import Cursor
from variorum.adapters.database.statements import statement
from variorum.domain.verification import Checked

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection


@dataclass(frozen=True, slots=True)
class Signed:
    """How many checkpoints agree, the size of the largest, and who signed them."""

    count: int = 0
    size: int = 0
    signers: tuple[str, ...] = ()


def stored_sizes(cursor: Cursor, collection: int) -> list[int]:
    """The sizes of which a checkpoint is stored."""
    rows = cursor.rows(statement("verification", "sizes"), {"collection": collection})
    return [row[0] for row in rows]


def check_checkpoints(
    connection: Connection,
    address: str,
    roots: Mapping[int, bytes],
    size: int,
    checked: Checked,
) -> Signed:
    return Signed()
