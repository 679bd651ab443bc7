"""Every table can be distributed by collection, and an archive whose tables are behaves the same.

Clusters that speak PostgreSQL's protocol distribute a table by one column, and refuse unique keys
that do not have it; so does PostgreSQL itself where a table is partitioned. The tables are made
here from the very files that make them elsewhere, partitioned by list of collection, and the
contracts that every database has to keep are run on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import psycopg
import pytest

import postgres_server as postgres
import test_catalogue
import test_import
import test_log
from processes import empty_collection
from test_library_suites import Applications, Trackings
from variorum.adapters.database.address import database_at
from variorum.adapters.database.port import Database
from variorum.adapters.database.postgres import PostgresDatabase
from variorum.adapters.database.statements import statement
from variorum.adapters.schema import CATALOGUE_TABLES, LOG_TABLES, TRACKING_TABLES, create

pytestmark = pytest.mark.slow

WHOLE = {
    "archive": "one row, which says what schema the archive has",
    "collection": "the list of collections itself, one row each; names are unique in it",
}
"""Tables that are not distributed, but copied to every node (Citus: reference tables)."""

_TABLE = re.compile(r"create table if not exists (\w+) \(\n(.*)\n\)", re.S)
_KEY = re.compile(r"(?:primary key|unique) \(([\w, ]+)\)")
_UNIQUE = re.compile(r"create unique index if not exists \w+ on \w+ \(([\w, ]+)\)")


def text(name: str) -> str:
    return statement("schema/postgres", name)


def names() -> list[str]:
    return [*LOG_TABLES, *CATALOGUE_TABLES, *TRACKING_TABLES]


def distributed() -> list[str]:
    return [name for name in names() if _TABLE.fullmatch(text(name)) and name not in WHOLE]


@pytest.fixture
def address(postgres_server: postgres.PostgresServer) -> Iterator[str]:
    """A database whose tables are partitioned by collection, each with some partitions."""
    url = postgres_server.create_database()
    with psycopg.connect(url, autocommit=True) as server:
        for name in names():
            made = text(name)
            if name not in distributed():
                server.execute(made.encode())
                continue
            server.execute(f"{made} partition by list (collection)".encode())
            server.execute(f"create table {name}_1 partition of {name} for values in (1)".encode())
            server.execute(f"create table {name}_rest partition of {name} default".encode())
    made_whole = PostgresDatabase(url)
    create(made_whole)  # what is no table, and the version
    made_whole.close()
    yield url
    postgres_server.drop_database(url)


@pytest.mark.parametrize("name", names())
def test_every_unique_key_begins_with_the_collection(name: str) -> None:
    if name in WHOLE:
        return
    made = text(name)
    keys = [*_KEY.findall(made), *_UNIQUE.findall(made)]
    if _TABLE.fullmatch(made):
        assert keys
    assert all(key.split(",")[0].strip() == "collection" for key in keys), keys


def test_tables_are_partitioned(address: str) -> None:
    with psycopg.connect(address) as server:
        found = server.execute(
            "select relname from pg_class where relkind = 'p' order by relname"
        ).fetchall()
    assert [name for (name,) in found] == sorted(distributed())


# Contracts of other modules, collected here a second time, on the `address` of this one.
examples, collection, database = test_catalogue.examples, test_log.collection, test_log.database
test_replay = test_catalogue.test_the_catalogue_is_what_replay_gives
test_known_again = test_import.test_a_copy_by_its_capture_alone_is_known_again
test_importing_again = test_import.test_importing_again_changes_nothing
test_in_force = test_import.test_what_was_in_force_is_what_the_lines_say
test_conflicts = test_log.test_a_conflict_changes_nothing
test_whole_or_nothing = test_log.test_an_append_is_whole_or_nothing
test_no_gaps = test_log.test_processes_that_append_at_once_leave_no_gap
test_subscriptions = test_log.test_a_subscription_sees_everything_once_and_in_order


class OnPartitions:
    """Gives each test an empty collection in partitioned tables."""

    database: Database
    collection: int

    @pytest.fixture(autouse=True)
    def _archive(self, address: str) -> Iterator[None]:
        self.database = database_at(address)
        self.collection = empty_collection(self.database)
        yield
        self.database.close()


class TestApplications(OnPartitions, Applications):
    __test__ = True


class TestTrackings(OnPartitions, Trackings):
    __test__ = True
