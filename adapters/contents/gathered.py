"""Content of which what some streams begin with was read together, for those who go through many.

It is as it was when it was read, until something is seen to have been erased since: from then on
everything is read anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from variorum.adapters.contents.packs import TEXTS, pack_of
from variorum.adapters.contents.sealed import SealedContent
from variorum.adapters.contents.store import ChainedContent, Place
from variorum.adapters.database.port import Database, Row
from variorum.adapters.eventlog.reader import of_named_streams

PACKS = 4
"""How many packs of a chain are read; of loose texts, as many as are in those."""


class _Gathered:
    """The rows that were read. What is not among them may have been recorded or sealed since."""

    def __init__(self, database: Database, collection: int, streams: Sequence[str]) -> None:
        asked = {"collection": collection, "names": json.dumps(streams)}
        dialect = database.dialect
        # Loose ones first: what is sealed meanwhile is found in both, not in none.
        with database.read() as cursor:
            text = of_named_streams(dialect, "contents", "gathered")
            loose = cursor.rows(text, {**asked, "below": PACKS * TEXTS})
        with database.read() as cursor:
            text = of_named_streams(dialect, "contents", "gathered_packs")
            packs = cursor.rows(text, {**asked, "below": PACKS})
        counts = {row[7] for row in loose} | {row[5] for row in packs}
        self.erasures: int | None = max(counts, default=None)
        self._loose = {(row[0], row[1], row[2]): row[3:] for row in loose}
        self._packs = {
            place: [row[2:] for row in rows]
            for place, rows in groupby(packs, key=itemgetter(0, 1, 2))
        }
        if len(counts) > 1:
            self.forget()

    def forget(self) -> None:
        self._loose.clear()
        self._packs.clear()

    def loose(self, place: Place) -> Row | None:
        return self._loose.get(place)

    def packs(self, stream: str, kind: int, packs: Sequence[int], place: int) -> Sequence[Row]:
        """The pieces of packs, in order; none unless the first had a text at that place.

        What the first builds on was read with it.
        """
        if not self.pack(stream, kind, packs[0], place):
            return ()
        return [row for pack in sorted(packs) for row in self.pack(stream, kind, pack, 0)]

    def pack(self, stream: str, kind: int, pack: int, place: int) -> Sequence[Row]:
        """The pieces of a pack; none unless it had a text at that place."""
        rows = self._packs.get((stream, kind, pack), ())
        return rows if rows and place < rows[0][_COUNT] else ()


_COUNT = 1
"""Where a piece says how many texts its pack has."""


class _GatheredPacks(SealedContent):
    """The packs among what was read, and others."""

    def __init__(self, database: Database, collection: int, gathered: _Gathered) -> None:
        super().__init__(database, collection)
        self._gathered = gathered

    def forget(self) -> None:
        super().forget()
        self._gathered.forget()

    def _rows(self, stream: str, kind: int, packs: Sequence[int], place: int) -> Sequence[Row]:
        return self._gathered.packs(stream, kind, packs, place) or super()._rows(
            stream, kind, packs, place
        )

    def _erased_by_now(self, stream: str, kind: int, pack: int, place: int) -> int | None:
        if self._gathered.pack(stream, kind, pack, place):
            return self._gathered.erasures
        return super()._erased_by_now(stream, kind, pack, place)


class GatheredContent(ChainedContent):
    """The content of one collection; see above.

    Args:
        database: where the tables are.
        collection: the collection's key.
        streams: those that are going to be read.
    """

    def __init__(self, database: Database, collection: int, streams: Sequence[str]) -> None:
        super().__init__(database, collection)
        self._gathered = gathered = _Gathered(database, collection, streams)
        self._erasures = gathered.erasures
        self._sealed = _GatheredPacks(database, collection, gathered)

    def _row(self, stream: str, kind: int, ordinal: int) -> Row | None:
        row = self._gathered.loose((stream, kind, ordinal))
        if row is None and not self._gathered.pack(stream, kind, pack_of(ordinal), ordinal % TEXTS):
            return super()._row(stream, kind, ordinal)
        return row

    def _drop(self, erasures: int | None) -> None:
        super()._drop(erasures)
        self._gathered.forget()
