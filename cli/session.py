"""What a command runs in: which archive, which collection, who acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection


@dataclass(frozen=True)
class Session:
    """The options that stand before the command."""

    address: str
    collection: str
    actor: str
    accept_clock: bool

    def open(
        self, *, create: bool = False, empty: bool = False, quietly: bool = False
    ) -> Connection:
        """Opens the archive; where `create` is asked and it is missing, makes it and says so.

        A collection that is made `empty` has no first event yet.

        Raises:
            StorageError: it cannot be reached, is not an archive, or is of a newer schema.
        """
        from variorum.adapters.connect import connect

        connection = connect(
            self.address,
            self.collection,
            actor=self.actor,
            create=create,
            empty=empty,
            accept_clock=self.accept_clock,
        )
        if connection.made and not quietly:
            import sys

            from variorum.cli.options import lines
            from variorum.cli.output import safe

            place = safe(lines(connection.database.name))
            sys.stderr.write(f"made a new collection, {self.collection}, in {place}\n")
        return connection
