"""What all tests share."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import postgres_server as postgres
from variorum.adapters.connect import Connection, connect

settings.register_profile(
    "variorum",
    max_examples=50,
    deadline=None,  # a commit takes as long as the disk does
    suppress_health_check=[HealthCheck.too_slow],
    # As hypothesis has it: a change is judged by the same examples each time, and whoever runs the
    # tests at home looks for new ones.
    derandomize="CI" in os.environ,
)
settings.load_profile("variorum")


_IN_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30
"""Bytes that must be free there; the tests take half a gigabyte."""


def pytest_configure() -> None:
    """What tests write is not to outlast them: it goes into memory, where a commit costs nothing.

    They say where by TMPDIR; the processes that they start inherit it.
    """
    if "TMPDIR" in os.environ or not os.access(_IN_MEMORY, os.W_OK):
        return
    if os.statvfs(_IN_MEMORY).f_flag & os.ST_NOEXEC:  # some of them write programs
        return
    if shutil.disk_usage(_IN_MEMORY).free > _ROOM:
        os.environ["TMPDIR"] = str(_IN_MEMORY)
        tempfile.tempdir = None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.PostgresServer]:
    """A PostgreSQL server of this test process's own, so that a test may crash it."""
    server = postgres.start()
    yield server
    server.stop()


@pytest.fixture
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which it pays to start another process."""
    monkeypatch.setattr("variorum.adapters.beside.processors", lambda: 2)


@pytest.fixture
def postgres_url(postgres_server: postgres.PostgresServer) -> Iterator[str]:
    """The URL of an empty database, dropped after the test."""
    url = postgres_server.create_database()
    yield url
    postgres_server.drop_database(url)


@pytest.fixture(params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a new archive can be made: what takes this runs on both databases."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return str(tmp_path / "archive.db")


@pytest.fixture
def connection(address: str) -> Iterator[Connection]:
    """A new archive, open."""
    with connect(address, create=True) as opened:
        yield opened
