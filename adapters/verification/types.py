"""Checks that values are of their columns' types, which SQLite does not see to by itself.

Nothing can be made of a log with a text where bytes or a number belong; so this is all that is
said of it. It is looked for only where something could not be made sense of.
"""

from __future__ import annotations

from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.domain.verification import Checked

_COLUMNS = ("position", "stream", "version", "topic", "recorded_at", "state")
_TABLES = (
    "collection",
    "stream",
    "topic",
    "content",
    "tile",
    "checkpoint",
    "timestamp_token",
    "story",
)


def check_types(database: Database, collection: int, checked: Checked) -> None:
    """Finds the values of a collection that are of other types than their columns."""
    if database.dialect != "sqlite":
        return
    parameters = {"collection": collection}
    with database.snapshot() as cursor:
        for place, *wrong in cursor.rows(statement("verification", "types_event"), parameters):
            position = place if isinstance(place, int) else None
            for column, is_wrong in zip(_COLUMNS, wrong, strict=True):
                if is_wrong:
                    checked.find(position, f"its {column} is of another type")
        for table in _TABLES:
            (row,) = cursor.rows(statement("verification", f"types_{table}"), parameters)
            if row[0]:
                checked.find(None, f"{row[0]} rows of the table {table} have values of other types")
