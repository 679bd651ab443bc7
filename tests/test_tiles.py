"""The tree as it is stored: tiles of 256, made from the log when they are wanted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from processes import at_once, empty_collection, store_tiles
from variorum.adapters.connect import Connection
from variorum.adapters.database.address import database_at
from variorum.adapters.database.port import Database
from variorum.adapters.database.statements import statement
from variorum.adapters.eventlog.reader import LogReader
from variorum.adapters.tree import tiles
from variorum.adapters.tree.tiles import StoredTree
from variorum.domain.errors import DamagedError, StorageError
from variorum.domain.tree import (
    EMPTY_ROOT,
    Frontier,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)


@pytest.fixture
def database(address: str) -> Iterator[Database]:
    opened = database_at(address, create=True)
    yield opened
    opened.close()


@pytest.fixture
def collection(database: Database) -> int:
    return empty_collection(database)


def grow(database: Database, collection: int, until: int) -> None:
    """Makes the log longer, with events that say nothing."""
    with database.write() as cursor:
        row = cursor.row(statement("eventlog", "head"), {"collection": collection})
        assert row is not None
        size = int(row[0])
        if size == 0:
            cursor.insert("stream", ("collection", "stream", "name"), [(collection, 1, "one")])
            cursor.insert("topic", ("collection", "topic", "name"), [(collection, 1, "tested.1")])
        columns = ("collection", "position", "stream", "version", "topic", "recorded_at", "state")
        cursor.insert(
            "event",
            columns,
            [(collection, at, 1, at - 1, 1, at, b"{}") for at in range(size + 1, until + 1)],
        )
        cursor.run(
            "update collection set position = :until where collection = :collection",
            {"until": until, "collection": collection},
        )


def leaves(database: Database, collection: int) -> list[bytes]:
    reader = LogReader(database, collection)
    return list(map(leaf_hash, reader.lines(0, reader.head()[0])))


def stored(database: Database, collection: int) -> dict[tuple[int, int], bytes]:
    with database.read() as cursor:
        rows = cursor.rows(f"select level, tile, hashes from tile where collection = {collection}")
    return {(level, tile): bytes(hashes) for level, tile, hashes in rows}


def test_the_tree_is_that_of_the_lines_at_every_size(database: Database, collection: int) -> None:
    """Whether tiles are stored for all of it, for a part, or for nothing."""
    grow(database, collection, 600)
    found = leaves(database, collection)
    roots = [EMPTY_ROOT]
    frontier = Frontier()
    for leaf in found:
        frontier.add(leaf)
        roots.append(frontier.root())
    unstored = StoredTree(database, collection)
    assert [unstored.root(size) for size in range(601)] == roots
    assert stored(database, collection) == {}
    tree = StoredTree(database, collection)
    assert tree.bring_up_to_date()
    assert list(stored(database, collection)) == [(0, 0), (0, 1)]
    assert [tree.root(size) for size in range(601)] == roots
    grow(database, collection, 800)
    assert tree.root(800) == root_of(leaves(database, collection))
    for index, size in ((0, 1), (255, 256), (256, 257), (300, 511), (599, 600), (1, 800)):
        path = tree.inclusion(index, size)
        verify_inclusion(found[index], index, size, path, tree.root(size))
    for old, new in ((1, 800), (255, 256), (256, 512), (257, 600), (512, 513), (600, 600)):
        path = tree.consistency(old, new)
        verify_consistency(old, new, tree.root(old), tree.root(new), path)


def test_tiles_are_of_the_shape_of_c2sp(database: Database, collection: int) -> None:
    """Level 0 has leaf hashes, each further one the roots of full tiles below; full ones only."""
    size = 256 * 256 + 300
    grow(database, collection, size)
    told: list[int] = []
    tree = StoredTree(database, collection)
    assert tree.bring_up_to_date(told.append)
    assert sum(told) == size // 256 * 256
    found, kept = leaves(database, collection), stored(database, collection)
    assert set(kept) == {*((0, tile) for tile in range(257)), (1, 0)}
    for tile in (0, 77, 256):
        assert kept[0, tile] == b"".join(found[tile * 256 : (tile + 1) * 256])
    roots = [root_of(found[tile * 256 : (tile + 1) * 256]) for tile in range(256)]
    assert kept[1, 0] == b"".join(roots) == tree.tile(1, 0)
    assert tree.root(size) == root_of(found)
    assert StoredTree(database, collection).root(65536) == root_of(found[:65536])
    assert StoredTree(database, collection).root(65537) == root_of(found[:65537])


def test_bringing_up_to_date_goes_on_where_it_stopped(
    database: Database, collection: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tiles, "_TILES_AT_ONCE", 1)
    grow(database, collection, 1200)

    def interrupt(_: int) -> None:
        if len(stored(database, collection)) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        StoredTree(database, collection).bring_up_to_date(interrupt)
    assert len(stored(database, collection)) == 2
    told: list[int] = []
    assert StoredTree(database, collection).bring_up_to_date(told.append)
    assert told == [256, 256]
    assert StoredTree(database, collection).root(1200) == root_of(leaves(database, collection))


def test_processes_that_store_tiles_at_once_store_the_same(
    address: str, database: Database, collection: int
) -> None:
    grow(database, collection, 20_000)
    at_once(store_tiles, [(address, collection)] * 3)
    assert StoredTree(database, collection).root(20_000) == root_of(leaves(database, collection))
    assert len(stored(database, collection)) == 20_000 // 256


def test_tiles_can_be_thrown_away(database: Database, collection: int) -> None:
    """One or all of them: they are made again from the lines, and stored by whoever wants them."""
    grow(database, collection, 1200)
    root = root_of(leaves(database, collection))
    StoredTree(database, collection).bring_up_to_date()
    for which in ("tile = 1", "true"):
        with database.write() as cursor:
            cursor.run(f"delete from tile where {which}")
        assert StoredTree(database, collection).root(1200) == root
    assert StoredTree(database, collection).bring_up_to_date()
    assert len(stored(database, collection)) == 4


def test_a_tile_that_is_cut_short_is_told(database: Database, collection: int) -> None:
    grow(database, collection, 600)
    StoredTree(database, collection).bring_up_to_date()
    with database.write() as cursor:
        cursor.run("update tile set hashes = :short where tile = 1", {"short": bytes(32)})
    with pytest.raises(DamagedError, match="tile 1 of level 0"):
        StoredTree(database, collection).root(600)


def test_a_missing_position_is_told(database: Database, collection: int) -> None:
    grow(database, collection, 600)
    with database.write() as cursor:
        if database.dialect == "sqlite":
            cursor.run("drop trigger guard_event_delete")
        cursor.run("delete from event where position = 300")
    tree = StoredTree(database, collection)
    with pytest.raises(DamagedError, match="position 300 is missing"):
        tree.bring_up_to_date()
    with pytest.raises(DamagedError, match="position 300 is missing"):
        tree.root(600)
    assert tree.root(256)


def test_a_database_that_cannot_be_written_has_its_tree_in_memory(
    database: Database, collection: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    grow(database, collection, 1200)
    root = root_of(leaves(database, collection))
    read_only = {
        "sqlite": "pragma query_only = on",
        "postgres": "set default_transaction_read_only = on",
    }
    with database.read() as cursor:  # the only connection there is
        cursor.run(read_only[database.dialect])
    with pytest.raises(StorageError), database.write() as cursor:
        cursor.run("delete from tile")
    tree = StoredTree(database, collection)
    assert not tree.bring_up_to_date()
    assert tree.root(1200) == root
    assert stored(database, collection) == {}


def test_appending_stores_no_tile(connection: Connection) -> None:
    """Nor does reading: tiles are made when something is signed or proved."""
    grow(connection.database, connection.collection, 600)
    assert StoredTree(connection.database, connection.collection).root(600)
    assert stored(connection.database, connection.collection) == {}
