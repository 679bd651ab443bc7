"""Checks that a SQLite file answers by an index as it does by the table, and keeps tables as such.

Whoever may write the file may let an index say something else than its table, or put a view in a
table's place, which says what it likes when it likes. Statements that read whole tables see none of
it.
"""

from __future__ import annotations

from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.adapters.schema import CATALOGUE_TABLES, LOG_TABLES, TRACKING_TABLES
from variorum.domain.verification import Checked

_TABLES = (*LOG_TABLES, *CATALOGUE_TABLES, *TRACKING_TABLES)


def check_tables(database: Database, checked: Checked) -> None:
    """Finds views that stand where tables belong."""
    if database.dialect != "sqlite":
        return
    with database.read() as cursor:
        views = cursor.rows(statement("verification", "views"))
    for (name,) in views:
        if name in _TABLES:
            checked.find(None, f"{name} is a view, not a table")


def check_indexes(database: Database, checked: Checked, *, deep: bool) -> None:
    """Finds indexes that are at odds with their tables; that of streams' names if not `deep`.

    By that one a story's events are found, which are evidence; by the others the catalogue's rows.
    Tables that others put into the file are not the archive's, and may need what only they have.
    """
    if database.dialect != "sqlite":
        return
    integrity = statement("verification", "integrity")
    with database.read() as cursor:
        for table in _TABLES if deep else ("stream",):
            for (what,) in cursor.rows(integrity, {"table": table}):
                if what != "ok":
                    checked.find(None, f"the database file: {what}")
