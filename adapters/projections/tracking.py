"""How far each projection has followed the log of a collection.

A *tracking row* holds the last position whose event a projection has taken, and the position at
which it stopped, if it did. It moves in the same transaction as the rows of the projection.
"""

from __future__ import annotations

from eventsourcing.persistence import IntegrityError, Tracking, TrackingRecorder

from variorum.adapters.database.port import Cursor, Database
from variorum.adapters.database.statements import statement


class LogTrackingRecorder(TrackingRecorder):
    """Implements `eventsourcing.persistence.TrackingRecorder` for one collection.

    The library's application name is the name of a projection, its notification id a position.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self.database = database
        self.collection = collection

    def insert_tracking(self, tracking: Tracking) -> None:
        """Moves a projection on, in a transaction of its own.

        Raises:
            IntegrityError: it is at that position already, or beyond.
            StorageError: the database cannot be reached, or is full.
        """
        with self.database.write() as cursor:
            self.insert(cursor, tracking)

    def insert(self, cursor: Cursor, tracking: Tracking) -> None:
        """Moves a projection on, in the transaction that its rows are written in.

        Raises:
            IntegrityError: it is at that position already, or beyond.
        """
        moved = cursor.row(
            statement("projections", "move"),
            {
                "collection": self.collection,
                "projection": tracking.application_name,
                "position": tracking.notification_id,
            },
        )
        if moved is None:
            raise IntegrityError(
                f"projection {tracking.application_name} is at {tracking.notification_id} "
                "already, or beyond"
            )

    def max_tracking_id(self, application_name: str) -> int | None:
        """The position that a projection is at; None before it has taken its first event."""
        with self.database.read() as cursor:
            row = cursor.row(
                statement("projections", "tracked"),
                {"collection": self.collection, "projection": application_name},
            )
        return int(row[0]) or None if row else None
