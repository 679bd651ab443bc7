"""The tree over the log: what RFC 6962 and RFC 9162 say, and what other people's code makes of it.

Published vectors come from transparency-dev/merkle: eight leaves, their roots, five inclusion and
five consistency proofs, and what is made of each of them by one change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.domain.errors import CheckFailedError
from variorum.domain.tree import (
    EMPTY_ROOT,
    CompleteSubtree,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_from,
    root_of,
    verify_consistency,
    verify_inclusion,
)

ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    bytes.fromhex(root)
    for root in (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    )
]
LEAF_0 = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
LEAF_1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
LEAF_4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
LEAF_6 = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
FROM_0_TO_2 = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
FROM_2_TO_4 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
FROM_4_TO_6 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
FROM_6_TO_8 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
FROM_0_TO_4 = "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"
FROM_4_TO_8 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

INCLUSION = {  # by leaf (from 0) and size
    (0, 1): (),
    (0, 8): (LEAF_1, FROM_2_TO_4, FROM_4_TO_8),
    (5, 8): (LEAF_4, FROM_6_TO_8, FROM_0_TO_4),
    (2, 3): (FROM_0_TO_2,),
    (1, 5): (LEAF_0, FROM_2_TO_4, LEAF_4),
}
CONSISTENCY = {  # by both sizes
    (1, 1): (),
    (1, 8): (LEAF_1, FROM_2_TO_4, FROM_4_TO_8),
    (6, 8): (FROM_4_TO_6, FROM_6_TO_8, FROM_0_TO_4),
    (2, 5): (FROM_2_TO_4, LEAF_4),
    (6, 7): (FROM_4_TO_6, LEAF_6, FROM_0_TO_4),
}
SOME_HASH = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")
BELOW_ZERO = 2**64 - 1  # what 0 - 1 is where the vectors were made

Path_ = tuple[bytes, ...]


@dataclass(frozen=True)
class Inclusion:
    """One inclusion vector."""

    what: str
    leaf: bytes
    index: int
    size: int
    path: Path_
    root: bytes
    holds: bool = False

    def check(self) -> None:
        verify_inclusion(self.leaf, self.index, self.size, self.path, self.root)


@dataclass(frozen=True)
class Consistency:
    """One consistency vector."""

    what: str
    old: int
    new: int
    old_root: bytes
    new_root: bytes
    path: Path_
    holds: bool = False

    def check(self) -> None:
        verify_consistency(self.old, self.new, self.old_root, self.new_root, self.path)


def flipped(path: Path_, at: int, bit: int) -> Path_:
    """A path with one bit of one hash the other way."""
    changed = bytes([path[at][0] ^ bit]) + path[at][1:]
    return (*path[:at], changed, *path[at + 1 :])


def inclusion_vectors() -> Iterator[Inclusion]:
    for (index, size), hexes in INCLUSION.items():
        path, root = tuple(map(bytes.fromhex, hexes)), ROOTS[size - 1]
        good = Inclusion("as it is", leaf_hash(ENTRIES[index]), index, size, path, root, True)
        yield good
        bad = partial(replace, good, holds=False)
        yield bad(what="index - 1", index=index - 1 if index else BELOW_ZERO)
        yield bad(what="index + 1", index=index + 1)
        yield bad(what="index ^ 2", index=index ^ 2)
        yield bad(what="size * 2", size=size * 2)
        yield bad(what="size / 2", size=size // 2)
        yield bad(what="wrong leaf", leaf=b"WrongLeaf")
        yield bad(what="empty root", root=EMPTY_ROOT)
        yield bad(what="some root", root=SOME_HASH)
        for what, more in (("nothing", b""), ("root", root)):
            yield bad(what=f"{what} after it", path=(*path, more))
            yield bad(what=f"{what} before it", path=(more, *path))
        for at in range(len(path)):
            yield bad(what=f"bit flipped in {at}", path=flipped(path, at, 8))
        if path:
            yield bad(what="cut short", path=path[:-1])
        if len(path) > 1:
            yield bad(what="hash put in", path=(path[0], SOME_HASH, *path[1:]))
    alone = leaf_hash(b"data")
    for leaf, root in ((alone, alone), (b"", alone), (alone, b""), (b"", b"")):
        yield Inclusion("one leaf", leaf, 0, 1, (), root, leaf == root == alone)
    for index, size in ((0, 0), (0, 1), (1, 0), (2, 1)):
        for leaf, root in ((SOME_HASH, b""), (b"", EMPTY_ROOT), (SOME_HASH, EMPTY_ROOT)):
            yield Inclusion("nothing in it", leaf, index, size, (), root)


def consistency_vectors() -> Iterator[Consistency]:
    for (old, new), hexes in CONSISTENCY.items():
        path = tuple(map(bytes.fromhex, hexes))
        old_root, new_root = ROOTS[old - 1], ROOTS[new - 1]
        good = Consistency("as it is", old, new, old_root, new_root, path, True)
        yield good
        if not path:
            continue
        bad = partial(replace, good, holds=False)
        yield bad(what="old - 1", old=old - 1)
        yield bad(what="old + 1", old=old + 1)
        yield bad(what="old ^ 2", old=old ^ 2)
        yield bad(what="new * 2", new=new * 2)
        yield bad(what="new / 2", new=new // 2)
        yield bad(what="wrong old root", old_root=b"WrongRoot")
        yield bad(what="wrong new root", new_root=b"WrongRoot")
        yield bad(what="roots swapped", old_root=new_root, new_root=old_root)
        yield bad(what="empty", path=())
        for what, more in (("nothing", b""), ("old root", old_root), ("new root", new_root)):
            yield bad(what=f"{what} after it", path=(*path, more))
            yield bad(what=f"{what} before it", path=(more, *path))
        yield bad(what="its first hash before it", path=(path[0], *path))
        yield bad(what="cut short", path=path[:-1])
        for at in range(len(path)):
            yield bad(what=f"bit flipped in {at}", path=flipped(path, at, 16))
    one, other, nothing = b"don't care 1", b"don't care 2", EMPTY_ROOT
    for old, new, old_root, new_root, path, holds in (
        (0, 0, one, other, (), False),
        (1, 1, one, other, (), False),
        (0, 0, one, one, (), False),
        (0, 1, one, other, (), False),
        (1, 1, other, other, (), True),
        (1, 0, one, other, (), False),
        (2, 1, one, other, (), False),
        (1, 2, one, other, (), False),
        (0, 0, nothing, other, (), False),
        (1, 1, nothing, other, (), False),
        (0, 0, nothing, nothing, (nothing,), False),
        (1, 1, nothing, nothing, (nothing,), False),
        (0, 1, nothing, other, (), False),
        (0, 1, nothing, nothing, (nothing,), False),
    ):
        yield Consistency("no tree", old, new, old_root, new_root, path, holds)


VECTORS: list[Inclusion | Consistency] = [*inclusion_vectors(), *consistency_vectors()]


@pytest.mark.parametrize(
    "vector", VECTORS, ids=[f"{number}: {vector.what}" for number, vector in enumerate(VECTORS)]
)
def test_published_vectors(vector: Inclusion | Consistency) -> None:
    if vector.holds:
        vector.check()
    else:
        with pytest.raises(CheckFailedError):
            vector.check()


def test_there_are_as_many_vectors_as_were_published() -> None:
    assert (len(list(inclusion_vectors())), len(list(consistency_vectors()))) == (98, 98)


def complete_over(leaves: Sequence[bytes]) -> CompleteSubtree:
    """Complete subtrees of leaf hashes that are all in hand."""
    return lambda level, index: root_of(leaves[index << level : (index + 1) << level])


def test_known_roots() -> None:
    """Of no leaf and of one empty one, as RFC 6962 gives the hashes; and of one to eight."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == LEAF_0
    assert leaf_hash(b"L123456").hex() == (
        "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    )
    assert node_hash(b"N123", b"N456").hex() == (
        "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"
    )
    leaves = list(map(leaf_hash, ENTRIES))
    assert root_from(complete_over(leaves), 0) == root_of([]) == EMPTY_ROOT
    frontier = Frontier()
    for size, leaf in enumerate(leaves, 1):
        frontier.add(leaf)
        assert frontier.root() == root_from(complete_over(leaves), size) == ROOTS[size - 1]


def test_known_proofs() -> None:
    complete = complete_over(list(map(leaf_hash, ENTRIES)))
    for (index, size), path in INCLUSION.items():
        assert inclusion_proof(complete, index, size) == list(map(bytes.fromhex, path))
    for (old, new), path in CONSISTENCY.items():
        assert consistency_proof(complete, old, new) == list(map(bytes.fromhex, path))


@st.composite
def trees(draw: st.DrawFn, least: int = 1) -> list[bytes]:
    """The leaf hashes of a log: sizes around powers of two come often."""
    size = draw(
        st.integers(least, 70)
        | st.sampled_from([n for k in range(9) for n in (2**k - 1, 2**k, 2**k + 1) if n >= least])
    )
    return [leaf_hash(b"%d" % number) for number in range(size)]


@given(data=st.data())
def test_a_leaf_is_proved_where_it_is_and_nowhere_else(data: st.DataObject) -> None:
    leaves = data.draw(trees())
    size, root = len(leaves), root_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_proof(complete_over(leaves), index, size)
    verify_inclusion(leaves[index], index, size, path, root)
    other = data.draw(st.integers(0, size + 2).filter(lambda n: n != index))
    for leaf, place, hashes, top in (
        (leaves[index], other, path, root),
        (leaf_hash(b"another"), index, path, root),
        (leaves[index], index, [*path, root], root),
        (leaves[index], index, path, leaf_hash(b"another")),
        *([(leaves[index], index, path[:-1], root)] if path else []),
    ):
        with pytest.raises(CheckFailedError):
            verify_inclusion(leaf, place, size, hashes, top)


@given(data=st.data())
def test_a_tree_is_consistent_with_every_earlier_one_and_with_no_other(
    data: st.DataObject,
) -> None:
    leaves = data.draw(trees())
    new, root = len(leaves), root_of(leaves)
    old = data.draw(st.integers(1, new))
    old_root = root_of(leaves[:old])
    path = consistency_proof(complete_over(leaves), old, new)
    verify_consistency(old, new, old_root, root, path)
    other = root_of([*leaves[: old - 1], leaf_hash(b"another")])
    for first, second in ((other, root), (old_root, other)):
        with pytest.raises(CheckFailedError):
            verify_consistency(old, new, first, second, path)
    for wrong in (0, -1, new + 1):
        with pytest.raises(CheckFailedError):
            verify_consistency(wrong, new, old_root, root, path)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3), (4, 3)])
def test_no_proof_is_made_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(complete_over([]), index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 3), (-1, 3), (4, 3)])
def test_no_consistency_proof_is_made_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no consistency proof"):
        consistency_proof(complete_over([]), old, new)
