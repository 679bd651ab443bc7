"""The tree over a log's lines: proves that a line is in it, and that it only ever grew.

RFC 6962, section 2.1 (RFC 9162, section 2.1): a *leaf hash* is SHA-256(0x00 ‖ line), a *node hash*
SHA-256(0x01 ‖ left ‖ right); the *root* of n leaves splits them at the greatest power of two below
n. Leaf i is the line of position i + 1. An *inclusion proof* leads from a leaf to a root, a
*consistency proof* from a smaller root to a larger one; both are lists of node hashes.
A *subtree* is named by the leaves that it covers, [start, end).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence

from variorum.domain.errors import CheckFailedError

HASH_BYTES = 32
LEAF = b"\x00"
"""What is hashed before a line, so that no line can be taken for a node."""
EMPTY_ROOT = hashlib.sha256(b"").digest()

CompleteSubtree = Callable[[int, int], bytes]
"""`(level, index)` → the root of the complete subtree of 2^level leaves that is the index-th."""


def leaf_hash(line: bytes) -> bytes:
    """SHA-256(0x00 ‖ line)."""
    return hashlib.sha256(LEAF + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 ‖ left ‖ right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Frontier:
    """The roots of the complete subtrees of a growing tree, largest first: enough to go on from."""

    def __init__(self) -> None:
        self.size = 0
        self._roots: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Adds a leaf hash."""
        size, node = self.size, leaf
        while size & 1:
            node = node_hash(self._roots.pop(), node)
            size >>= 1
        self._roots.append(node)
        self.size += 1

    def add_subtree(self, level: int, root: bytes) -> None:
        """Adds a complete subtree of 2^level leaves, at a place where such a one begins.

        Raises:
            ValueError: it does not begin there.
        """
        if self.size & ((1 << level) - 1):
            raise ValueError(f"no subtree of level {level} begins at leaf {self.size}")
        size, node = self.size >> level, root
        while size & 1:
            node = node_hash(self._roots.pop(), node)
            size >>= 1
        self._roots.append(node)
        self.size += 1 << level

    def root(self) -> bytes:
        """The root of all leaves added so far."""
        if not self._roots:
            return EMPTY_ROOT
        node = self._roots[-1]
        for left in reversed(self._roots[:-1]):
            node = node_hash(left, node)
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, all at hand (RFC 6962, 2.1).

    Tests compare stored trees, checkpoints and proofs with it; nothing else needs it.
    """
    frontier = Frontier()
    for leaf in leaves:
        frontier.add(leaf)
    return frontier.root()


def root_from(complete: CompleteSubtree, size: int) -> bytes:
    """The root of the first `size` leaves, from stored complete subtrees."""
    return _subtree(complete, 0, size) if size else EMPTY_ROOT


def inclusion_proof(complete: CompleteSubtree, index: int, size: int) -> list[bytes]:
    """The audit path of leaf `index` in the tree of `size` leaves (RFC 6962, 2.1.1).

    Raises:
        ValueError: there is no such leaf in it.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} among {size}")
    start, end, path = 0, size, list[bytes]()
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_subtree(complete, middle, end))
            end = middle
        else:
            path.append(_subtree(complete, start, middle))
            start = middle
    path.reverse()
    return path


def consistency_proof(complete: CompleteSubtree, old: int, new: int) -> list[bytes]:
    """The proof that the tree of `new` leaves begins with that of `old` (RFC 6962, 2.1.2).

    Raises:
        ValueError: not 0 < old ≤ new.
    """
    if not 0 < old <= new:
        raise ValueError(f"no consistency proof from {old} to {new}")
    start, end, whole, path = 0, new, True, list[bytes]()
    while old < end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_subtree(complete, middle, end))
            end = middle
        else:
            path.append(_subtree(complete, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_subtree(complete, start, end))
    path.reverse()
    return path


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> None:
    """Checks that a leaf hash stands at `index` in the tree of a root (RFC 9162, 2.1.3.2).

    Raises:
        CheckFailedError: it does not, or the proof is malformed.
    """
    if not 0 <= index < size:
        raise CheckFailedError(f"inclusion proof: no leaf {index} among {size}")
    if any(len(node) != HASH_BYTES for node in (leaf, root, *path)):
        raise CheckFailedError(f"inclusion proof: a hash in it has not {HASH_BYTES} bytes")
    place, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise CheckFailedError("inclusion proof: too long")
        if place & 1 or place == last:
            node = node_hash(sibling, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise CheckFailedError("inclusion proof: too short")
    if node != root:
        raise CheckFailedError("inclusion proof: it leads to another root")


def verify_consistency(
    old: int, new: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Checks that the tree of `new_root` begins with that of `old_root` (RFC 9162, 2.1.4.2).

    Raises:
        CheckFailedError: it does not, the proof is malformed, or the older tree is empty.
    """
    if not 0 < old <= new:
        raise CheckFailedError(f"consistency proof: not from {old} to {new}")
    if old == new:
        if path:
            raise CheckFailedError("consistency proof: too long")
        if old_root != new_root:
            raise CheckFailedError("consistency proof: two roots of one size")
        return
    if any(len(node) != HASH_BYTES for node in path):
        raise CheckFailedError(f"consistency proof: a hash in it has not {HASH_BYTES} bytes")
    rest = list(path)
    if old & (old - 1) == 0:
        rest.insert(0, old_root)
    if not rest:
        raise CheckFailedError("consistency proof: too short")
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    older = newer = rest[0]
    for node in rest[1:]:
        if last == 0:
            raise CheckFailedError("consistency proof: too long")
        if place & 1 or place == last:
            older, newer = node_hash(node, older), node_hash(node, newer)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            newer = node_hash(newer, node)
        place, last = place >> 1, last >> 1
    if last != 0:
        raise CheckFailedError("consistency proof: too short")
    if older != old_root or newer != new_root:
        raise CheckFailedError("consistency proof: it leads to another root")


def _split(count: int) -> int:
    """The greatest power of two below `count`."""
    return 1 << ((count - 1).bit_length() - 1)


def _subtree(complete: CompleteSubtree, start: int, end: int) -> bytes:
    """The root of the leaves [start, end), `start` being where such a subtree begins."""
    count = end - start
    if count & (count - 1) == 0:
        level = count.bit_length() - 1
        return complete(level, start >> level)
    middle = start + _split(count)
    return node_hash(_subtree(complete, start, middle), _subtree(complete, middle, end))
