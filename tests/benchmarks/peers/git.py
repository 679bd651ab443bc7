"""git: one commit a revision, one file a story; many at once through fast-import."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from job import Revision, bytes_in, fill

_WHO = "bench <bench@example.org>"


class Git:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._git("init", "-q", "-b", "main", ".")
        self._git("config", "user.name", "bench")
        self._git("config", "user.email", "bench@example.org")
        self._git("config", "gc.auto", "0")

    def append(self, revision: Revision) -> None:
        (self._folder / revision.story).write_text(_text(revision), encoding="utf-8")
        when = f"{revision.published // 1_000_000} +0000"
        self._git("add", revision.story)
        self._git(
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            revision.story,
            GIT_AUTHOR_DATE=when,
            GIT_COMMITTER_DATE=when,
        )

    def bulk(self, appended: Sequence[Revision]) -> bool:
        stream = subprocess.Popen(
            ["git", "fast-import", "--quiet"], cwd=self._folder, stdin=subprocess.PIPE
        )
        assert stream.stdin
        for each in appended:
            text, name = _text(each).encode(), each.story.encode()
            stream.stdin.write(
                b"commit refs/heads/main\ncommitter %s %d +0000\ndata %d\n%s\n"
                b"M 100644 inline %s\ndata %d\n%s\n"
                % (
                    _WHO.encode(),
                    each.published // 1_000_000,
                    len(name),
                    name,
                    name,
                    len(text),
                    text,
                )
            )
        stream.stdin.close()
        if stream.wait() != 0:
            raise OSError("git fast-import")
        self._git("commit-graph", "write", "--reachable", "--changed-paths")
        return True

    def as_of(self, story: str, at: int) -> tuple[str, str]:
        commit = self._git("rev-list", "-1", f"--before={at // 1_000_000}", "main", "--", story)
        text = self._git("show", f"{commit.strip()}:{story}")
        headline, _, body = text.partition("\n")
        return headline, body

    def rebuild(self) -> int | bool:
        log = self._git("log", "--reverse", "--format=%ct %s", "main").splitlines()
        return fill(
            self._folder / "view.db",
            (
                (line.partition(" ")[2], int(line.partition(" ")[0]) * 1_000_000, place)
                for place, line in enumerate(log)
            ),
        )

    def size(self) -> int:
        (self._folder / "view.db").unlink(missing_ok=True)
        self._git("gc", "--aggressive", "--quiet")
        return bytes_in(self._folder / ".git")

    def close(self) -> None:
        pass

    def _git(self, *arguments: str, **environment: str) -> str:
        ran = subprocess.run(
            ["git", *arguments],
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, **environment},
        )
        return ran.stdout


def _text(revision: Revision) -> str:
    return f"{revision.headline}\n{revision.body}"
