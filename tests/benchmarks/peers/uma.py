"""UmaDB: its server on the loopback address, its own Python client."""

from __future__ import annotations

import importlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from job import Revision, fill


class Uma:
    def __init__(self, folder: Path, packages: Path) -> None:
        self._folder = folder
        self._umadb: Any = importlib.import_module("umadb")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{free.getsockname()[1]}"
        self._server = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "from umadb.umadb_server_cli import main; main()",
                "--listen",
                address,
                "--db-path",
                str(folder / "uma"),
            ],
            env={**os.environ, "PYTHONPATH": str(packages)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._client: Any = None
        for _ in range(200):
            try:
                self._client = self._umadb.Client(f"http://{address}")
                self._client.head()
                return
            except Exception:
                time.sleep(0.05)
        raise TimeoutError("umadb does not answer")

    def append(self, revision: Revision) -> None:
        self._client.append([self._event(revision)])

    def bulk(self, appended: Sequence[Revision]) -> bool:
        for first in range(0, len(appended), 500):
            self._client.append([self._event(each) for each in appended[first : first + 500]])
        return True

    def as_of(self, story: str, at: int) -> tuple[str, str]:
        """Backwards from the last: the stories were appended in order of publication."""
        query = self._umadb.Query(items=[self._umadb.QueryItem(tags=[story])])
        for each in self._client.read(query=query, backwards=True):
            event = json.loads(bytes(each.event.data))
            if event["published"] <= at:
                return event["headline"], event["body"]
        return "", ""

    def rebuild(self) -> int | bool:
        return fill(
            self._folder / "view.db",
            (
                (each.event.tags[0], json.loads(bytes(each.event.data))["published"], each.position)
                for each in self._client.read()
            ),
        )

    def size(self) -> int:
        """Its file is made 256 MB long, of zeros: pages that hold something are counted."""
        used = 0
        with (self._folder / "uma").open("rb") as file:
            while page := file.read(4096):
                used += len(page) if page.count(0) < len(page) else 0
        return used

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(10)

    def _event(self, revision: Revision) -> Any:
        data = json.dumps(revision.event()).encode()
        return self._umadb.Event(event_type="Recorded", data=data, tags=[revision.story])
