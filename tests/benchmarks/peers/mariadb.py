"""MariaDB: one row a story, and system versioning keeps what it was."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from job import Revision

_TABLE = """create table story (
  id varchar(200) not null primary key, published bigint not null,
  headline text not null, body mediumtext not null
) engine = innodb character set utf8mb4 with system versioning"""


def programs() -> Path | None:
    """The server, where it is found."""
    found = shutil.which("mariadbd") or shutil.which("mariadbd", path="/usr/sbin:/usr/local/sbin")
    return Path(found) if found else None


class MariaDb:
    def __init__(self, folder: Path, server: Path) -> None:
        self._data = folder / "data"
        place = Path(tempfile.mkdtemp(prefix="variorum-maria-"))  # short, for the socket's path
        self._place = place
        user = ["--user=root"] if os.geteuid() == 0 else []
        base = server.resolve().parents[1]
        installs = shutil.which("mariadb-install-db") or str(base / "bin" / "mariadb-install-db")
        subprocess.run(
            [
                installs,
                "--no-defaults",
                f"--basedir={base}",
                f"--datadir={self._data}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                *user,
            ],
            check=True,
            capture_output=True,
        )
        self._server = subprocess.Popen(
            [
                server,
                "--no-defaults",
                f"--basedir={base}",
                f"--datadir={self._data}",
                f"--socket={place}/s",
                f"--pid-file={place}/p",
                "--skip-networking",
                *user,
            ],
            stdout=subprocess.DEVNULL,
            stderr=(folder / "server.log").open("wb"),
        )
        client: Any = importlib.import_module("pymysql")
        for _ in range(200):
            try:
                self._connection = client.connect(
                    unix_socket=f"{place}/s", user="root", autocommit=True, charset="utf8mb4"
                )
                break
            except client.Error:
                time.sleep(0.1)
        else:
            raise TimeoutError((folder / "server.log").read_text()[-500:])
        self._cursor: Any = self._connection.cursor()
        self._cursor.execute("create database if not exists archive")
        self._cursor.execute("use archive")
        self._cursor.execute(_TABLE)
        self._cursor.execute("create index by_time on story (id, published)")

    def append(self, revision: Revision) -> None:
        self._cursor.execute(
            "insert into story values (%s, %s, %s, %s) on duplicate key update"
            " published = values(published), headline = values(headline), body = values(body)",
            (revision.story, revision.published, revision.headline, revision.body),
        )

    def bulk(self, appended: Sequence[Revision]) -> bool:
        """Many in a transaction."""
        for first in range(0, len(appended), 500):
            self._connection.begin()
            for each in appended[first : first + 500]:
                self.append(each)
            self._connection.commit()
        return True

    def as_of(self, story: str, at: int) -> tuple[str, str]:
        """Its AS OF is of the transaction's time; by the newsroom's, among all that was."""
        self._cursor.execute(
            "select headline, body from story for system_time all"
            " where id = %s and published <= %s order by published desc limit 1",
            (story, at),
        )
        headline, body = self._cursor.fetchone()
        return headline, body

    def rebuild(self) -> int | bool:
        """There is no log to rebuild from: the table is all there is."""
        return False

    def size(self) -> int:
        self._cursor.execute("flush tables")
        return sum(path.stat().st_size for path in (self._data / "archive").glob("*.ibd"))

    def close(self) -> None:
        self._connection.close()
        self._server.terminate()
        self._server.wait(60)
        shutil.rmtree(self._place)
