"""The conformance suites that the `eventsourcing` library ships hold for our recorders.

Ids are text here and versions start at 0; the suites' states are not JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.tests.persistence import ApplicationRecorderTestCase, TrackingRecorderTestCase

from processes import empty_collection
from variorum.adapters.connect import system_clock
from variorum.adapters.database.address import database_at
from variorum.adapters.database.port import Database
from variorum.adapters.eventlog.recorder import LogRecorder
from variorum.adapters.projections.tracking import LogTrackingRecorder


class OnSqlite:
    """Gives each test an empty collection in a file."""

    database: Database
    collection: int

    @pytest.fixture(autouse=True)
    def _archive(self, tmp_path: Path) -> Iterator[None]:
        self.database = database_at(str(tmp_path / "archive.db"), create=True)
        self.collection = empty_collection(self.database)
        yield
        self.database.close()


class OnPostgres:
    """Gives each test an empty collection on a server."""

    database: Database
    collection: int

    @pytest.fixture(autouse=True)
    def _archive(self, postgres_url: str) -> Iterator[None]:
        self.database = database_at(postgres_url)
        self.collection = empty_collection(self.database)
        yield
        self.database.close()


class Applications(ApplicationRecorderTestCase[LogRecorder]):
    """The suite for application recorders, with its optional test of subscriptions."""

    __test__ = False
    INITIAL_VERSION = 0
    database: Database
    collection: int

    def create_recorder(self) -> LogRecorder:
        return LogRecorder(self.database, self.collection, system_clock)

    def new_originator_id(self) -> str:
        return str(uuid4())

    def test_insert_subscribe(self) -> None:
        self.optional_test_insert_subscribe()


class Trackings(TrackingRecorderTestCase):
    """The suite for tracking recorders."""

    __test__ = False
    database: Database
    collection: int

    def create_recorder(self) -> LogTrackingRecorder:
        return LogTrackingRecorder(self.database, self.collection)


class TestApplicationOnSqlite(OnSqlite, Applications):
    __test__ = True


class TestApplicationOnPostgres(OnPostgres, Applications):
    __test__ = True


class TestTrackingOnSqlite(OnSqlite, Trackings):
    __test__ = True


class TestTrackingOnPostgres(OnPostgres, Trackings):
    __test__ = True


# Imported names that pytest would otherwise collect: they are abstract.
del ApplicationRecorderTestCase, TrackingRecorderTestCase
