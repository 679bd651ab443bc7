"""The tree over a log, as it is stored: full tiles, made when they are wanted.

A *tile* has 256 hashes of one level, eight levels of the tree apart from the next (C2SP
tlog-tiles): on level 0 leaf hashes, above it the roots of the tiles below. Only full tiles are
stored, and never changed: what follows the last of them is made from at most 255 lines, and from
the tiles below. What cannot be stored is made in memory in the same way.

The hashes after the last full tile, the *tail*, are kept with a checkpoint, on level -1, so that
`verify` can name the line that was changed since.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import LogReader
from variorum.domain.errors import DamagedError, StorageError
from variorum.domain.tree import (
    HASH_BYTES,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_from,
)

WIDTH = 256
_HEIGHT = 8
_TILES_AT_ONCE = 64
"""So many tiles of lines are one transaction: an interruption loses no more."""

_TILES_KEPT = 128
_ROOTS_KEPT = 1 << 16


class StoredTree:
    """The tree of one collection's log. Not to be shared between threads.

    It keeps a bounded number of tiles and roots in memory, however long the log is.

    Args:
        database: where the tables are.
        collection: the collection's key.
    """

    def __init__(self, database: Database, collection: int) -> None:
        self._database = database
        self._collection = collection
        self._reader = LogReader(database, collection)
        self._counts: dict[int, int] = {}
        self._tiles: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._roots: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._unstored: tuple[int, bytes] = (-1, b"")

    def bring_up_to_date(self, progress: Callable[[int], None] = lambda lines: None) -> bool:
        """Stores the full tiles that are missing; goes on where it was interrupted.

        Args:
            progress: told of how many lines more were hashed.

        Returns:
            Whether they are all stored: not so where the database cannot be written.

        Raises:
            DamagedError: a position of the log is missing.
        """
        size, _ = self._reader.head()
        try:
            for tile in range(self._count(0), size // WIDTH, _TILES_AT_ONCE):
                until = min(size // WIDTH, tile + _TILES_AT_ONCE)
                hashes = self._of_lines(tile * WIDTH, until * WIDTH)
                self._store(0, tile, hashes)
                progress(len(hashes) // HASH_BYTES)
            level, full = 1, size // WIDTH**2
            while full:
                for tile in range(self._count(level), full):
                    roots = (self._root(level - 1, tile * WIDTH + at) for at in range(WIDTH))
                    self._store(level, tile, b"".join(roots))
                level, full = level + 1, full // WIDTH
        except DamagedError:
            raise
        except StorageError:
            return False
        finally:
            self._counts.clear()
        return True

    def complete(self, level: int, index: int) -> bytes:
        """The root of a complete subtree; a `variorum.domain.tree.CompleteSubtree`.

        Raises:
            DamagedError: a position of the log is missing, or a stored tile is not whole.
        """
        tile_level, height = divmod(level, _HEIGHT)
        return _top(self._hashes(tile_level, index << height, 1 << height))

    def root(self, size: int) -> bytes:
        """The root of the first `size` lines."""
        return root_from(self.complete, size)

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """The path from the line at an index (from 0) to the root of the first `size` lines."""
        return inclusion_proof(self.complete, index, size)

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `new` lines begins with that of `old`."""
        return consistency_proof(self.complete, old, new)

    def tile(self, level: int, tile: int) -> bytes:
        """The hashes of a full tile, stored or not."""
        return b"".join(self._hashes(level, tile * WIDTH, WIDTH))

    def tail(self, size: int) -> tuple[int, bytes]:
        """The number of the tile that the first `size` lines have begun, and their hashes in it."""
        tile, count = divmod(size, WIDTH)
        return tile, b"".join(self._hashes(0, tile * WIDTH, count)) if count else b""

    def _hashes(self, level: int, first: int, count: int) -> list[bytes]:
        """Hashes of a level, all of one tile."""
        tile, at = divmod(first, WIDTH)
        found = self._stored(level, tile)
        if found is None and level == 0:
            found = self._of_tile(tile, at + count)
        if found is None:
            return [self._root(level - 1, first + further) for further in range(count)]
        ends = range(at * HASH_BYTES, (at + count) * HASH_BYTES, HASH_BYTES)
        return [found[end : end + HASH_BYTES] for end in ends]

    def _root(self, level: int, tile: int) -> bytes:
        """The root of a full tile."""
        found = self._roots.get((level, tile))
        if found is None:
            found = _top(self._hashes(level, tile * WIDTH, WIDTH))
            _keep(self._roots, (level, tile), found, _ROOTS_KEPT)
        return found

    def _stored(self, level: int, tile: int) -> bytes | None:
        found = self._tiles.get((level, tile))
        if found is None and tile < self._count(level):
            parameters = {"collection": self._collection, "level": level, "tile": tile}
            with self._database.read() as cursor:
                row = cursor.row(statement("tree", "tile"), parameters)
            if row is None:
                return None  # it can be made again
            found = bytes(row[0])
            if len(found) != WIDTH * HASH_BYTES:
                raise DamagedError(f"the log's tree is damaged (tile {tile} of level {level})")
            _keep(self._tiles, (level, tile), found, _TILES_KEPT)
        return found

    def _count(self, level: int) -> int:
        found = self._counts.get(level)
        if found is None:
            parameters = {"collection": self._collection, "level": level}
            with self._database.read() as cursor:
                row = cursor.row(statement("tree", "tile_count"), parameters)
            found = self._counts[level] = int(row[0]) if row else 0
        return found

    def _store(self, level: int, first: int, hashes: bytes) -> None:
        bytes_of_tile = WIDTH * HASH_BYTES
        with self._database.write() as cursor:
            for number, start in enumerate(range(0, len(hashes), bytes_of_tile), first):
                tile = hashes[start : start + bytes_of_tile]
                cursor.run(
                    statement("tree", "add_tile"),
                    {
                        "collection": self._collection,
                        "level": level,
                        "tile": number,
                        "hashes": tile,
                    },
                )

    def _of_tile(self, tile: int, needed: int) -> bytes:
        """Leaf hashes of a tile that is not stored; at least as many as are needed."""
        number, hashes = self._unstored
        if number != tile or len(hashes) < needed * HASH_BYTES:
            size, _ = self._reader.head()
            hashes = self._of_lines(tile * WIDTH, min((tile + 1) * WIDTH, size))
            if len(hashes) < needed * HASH_BYTES:
                raise DamagedError(f"the log does not reach position {tile * WIDTH + needed}")
            self._unstored = tile, hashes
        return hashes

    def _of_lines(self, after: int, until: int) -> bytes:
        return b"".join(map(leaf_hash, self._reader.lines(after, until)))


def _top(hashes: list[bytes]) -> bytes:
    """The root over as many hashes as are a power of two."""
    while len(hashes) > 1:
        hashes = [node_hash(*hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def _keep(
    kept: OrderedDict[tuple[int, int], bytes], key: tuple[int, int], found: bytes, most: int
) -> None:
    kept[key] = found
    while len(kept) > most:
        kept.popitem(last=False)
