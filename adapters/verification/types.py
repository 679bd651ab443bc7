"""Checks that values are of their columns' types, which SQLite does not see to by itself.

Nothing can be made of a log with a text where bytes or a number belong: then this is all that is
said of it.
"""

from __future__ import annotations

from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.domain.verification import Checked

_OF_EVENTS = ("position", "stream", "version", "topic", "recorded_at", "state")


def check_types(database: Database, collection: int, checked: Checked) -> None:
    """Finds the values of a collection that are of other types than their columns."""
    if database.dialect != "sqlite":
        return
    parameters = {"collection": collection}
    with database.snapshot() as cursor:
        events = cursor.rows(statement("verification", "types_of_events"), parameters)
        tables = cursor.rows(statement("verification", "types_of_rows"), parameters)
    for place, *wrong in events:
        position = place if isinstance(place, int) else None
        for column, is_wrong in zip(_OF_EVENTS, wrong, strict=True):
            if is_wrong:
                checked.find(position, f"the event's {column} is of another type")
    for table, rows in tables:
        if rows:
            checked.find(None, f"{rows} rows of the table {table} have values of other types")
