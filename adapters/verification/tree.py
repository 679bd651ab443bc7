"""Makes the tree anew from the leaves, and compares it with what is stored of it.

*Tiles* (C2SP tlog-tiles) hold 256 hashes each of one level of the tree: tile n of level l those of
the complete subtrees of 256^l leaves from the (256·n)-th on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from operator import le

from variorum.adapters.database.port import Cursor
from variorum.adapters.database.statements import statement
from variorum.adapters.verification.leaves import NOTHING, Leaves
from variorum.domain.tree import HASH_BYTES, Frontier
from variorum.domain.verification import Checked

TILE = 256
_TILE_LEVEL = 8
_READ = 64 * TILE
_HIGHEST = 8
"""The level of tiles above which no log reaches: 2^72 events."""
_TAIL = -1
"""The level on which the hashes after the last full tile are kept with a checkpoint."""


class Tree:
    """The tree over all leaves, with the roots that it had at certain sizes."""

    def __init__(self, sizes: Collection[int]) -> None:
        self._sizes = sorted(sizes)
        self._frontier = Frontier()
        self.roots: dict[int, bytes] = {}
        if 0 in sizes:
            self.roots[0] = self._frontier.root()

    @property
    def size(self) -> int:
        return self._frontier.size

    def root(self) -> bytes:
        return self._frontier.root()

    def add(self, hashes: list[bytes]) -> bytes | None:
        """Adds the leaf hashes of one tile; gives their subtree's root if the tile is full."""
        before = self._frontier.size
        wanted = [size for size in self._sizes if before < size <= before + len(hashes)]
        whole = _subtree_root(hashes) if len(hashes) == TILE else None
        if whole is not None and not any(size < before + TILE for size in wanted):
            self._frontier.add_subtree(_TILE_LEVEL, whole)
        else:
            for leaf in hashes:
                self._frontier.add(leaf)
                if self._frontier.size in wanted:
                    self.roots[self._frontier.size] = self._frontier.root()
        if self._frontier.size in wanted:
            self.roots[self._frontier.size] = self._frontier.root()
        return whole


def check_tree(
    cursor: Cursor,
    collection: int,
    leaves: Leaves,
    sizes: Collection[int],
    reached: int,
    checked: Checked,
) -> Tree:
    """Compares leaves with tiles, positions with one another, and gives the tree.

    Where a leaf is missing it stops there, since nothing after it can be placed.

    Args:
        reached: how far the log goes by now; tiles may be of more events than there are leaves.
    """
    tree = Tree(sizes)
    uppers: list[bytes] = []
    last = 0
    for first in range(1, leaves.size + 1, _READ):
        end = min(leaves.size, first + _READ - 1)
        hashes = leaves.hashes(first, end)
        count = hashes.index(NOTHING) if NOTHING in hashes else len(hashes)
        last = _check_times(leaves, first, count, last, checked)
        whole = count if count == len(hashes) else count - count % TILE
        for start in range(0, whole, TILE):
            tile = hashes[start : start + TILE]
            number = (first + start - 1) // TILE
            if _compare(cursor, collection, 0, number, tile, reached, checked):
                _compare(cursor, collection, _TAIL, number, tile, reached, checked)
            root = tree.add(tile)
            if root is not None:
                uppers.append(root)
        if count < len(hashes):
            checked.find(first + count, "the event is missing")
            return tree
    _check_upper_tiles(cursor, collection, uppers, reached, checked)
    _check_counts(cursor, collection, reached, checked)
    return tree


def _check_times(leaves: Leaves, first: int, count: int, last: int, checked: Checked) -> int:
    """Finds where recorded times go back; gives the last of them."""
    times = leaves.times(first, first + count - 1)
    if not times:
        return last
    if times[0] < last or not all(map(le, times, times[1:])):
        for position, recorded_at in enumerate(times, first):
            if recorded_at < last:
                checked.find(position, "its recorded time is before that of the event before")
            last = recorded_at
    return times[-1]


def _check_upper_tiles(
    cursor: Cursor, collection: int, roots: list[bytes], reached: int, checked: Checked
) -> None:
    level = 1
    while roots:
        above: list[bytes] = []
        for number in range(0, len(roots), TILE):
            hashes = roots[number : number + TILE]
            _compare(cursor, collection, level, number // TILE, hashes, reached, checked)
            if len(hashes) == TILE:
                above.append(_subtree_root(hashes))
        roots, level = above, level + 1


def _compare(
    cursor: Cursor,
    collection: int,
    level: int,
    number: int,
    hashes: list[bytes],
    reached: int,
    checked: Checked,
) -> bool:
    """Whether a stored tile, if there is one, begins as the hashes do; finds where it does not."""
    row = cursor.row(
        statement("verification", "tile"),
        {"collection": collection, "level": level, "tile": number},
    )
    stored = bytes(row[0]) if row is not None else b""
    width = TILE ** max(level, 0)
    if b"".join(hashes).startswith(stored):
        if row is None or _is_whole(level, stored):
            return True
        at = (number * TILE + len(stored) // HASH_BYTES) * width + 1
        checked.find(at, f"the log's tree is damaged (tile {number} of level {level} is cut short)")
        return False
    for index, each in enumerate(hashes):
        if stored[index * HASH_BYTES : (index + 1) * HASH_BYTES] != each:
            what = (
                "the event is not the one that the log's tree was made of"
                if level <= 0
                else f"the log's tree is damaged (tile {number} of level {level})"
            )
            checked.find((number * TILE + index) * width + 1, what)
            return False
    most = TILE if level >= 0 else TILE - 1
    until = (number * TILE + len(stored) // HASH_BYTES) * width
    fits = _is_whole(level, stored) and len(stored) <= most * HASH_BYTES
    if fits and len(hashes) < TILE and until <= reached:
        return True  # the last one: made with events that came meanwhile
    end = (number * TILE + len(hashes)) * width + 1
    checked.find(end, "the event is missing: the log's tree was made with more")
    return False


def _is_whole(level: int, stored: bytes) -> bool:
    """Tiles are stored when they are full, the tail at any length."""
    if level == _TAIL:
        return bool(stored) and len(stored) % HASH_BYTES == 0
    return len(stored) == TILE * HASH_BYTES


def _check_counts(cursor: Cursor, collection: int, reached: int, checked: Checked) -> None:
    """Tiles are stored from the first on without gaps, and no more than the log has."""
    for level, count, first, last in cursor.rows(
        statement("verification", "tile_counts"), {"collection": collection}
    ):
        if level == _TAIL:
            count = last + 1  # those of some tiles only
        if first < 0 or not _TAIL <= level <= _HIGHEST:
            checked.find(None, f"the log's tree holds a tile that no tree has (level {level})")
        elif last * TILE >= reached // TILE ** max(level, 0):
            checked.find(
                None, f"the log's tree holds more than the log does (tile {last} of level {level})"
            )
        elif count != last + 1:
            checked.find(None, f"the log's tree lacks tiles of level {level}")


def _subtree_root(hashes: list[bytes]) -> bytes:
    sha256 = hashlib.sha256
    while len(hashes) > 1:
        pairs = iter(hashes)
        hashes = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(pairs, pairs, strict=True)
        ]
    return hashes[0]
