"""Git histories: each commit that changes a file is a revision of it, published when it says."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from importing import damages, history, imported, items
from program import ask
from variorum.adapters.connect import connect
from variorum.adapters.imports.importer import Bad
from variorum.domain.commands import RecordCopy
from variorum.domain.times import iso


class Repository:
    """A git repository in the making; a commit is made at noon of a day, written an hour before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, day: int = 1) -> str:
        times = {
            f"GIT_{who}_{what}": value
            for who, hour in (("AUTHOR", 11), ("COMMITTER", 12))
            for what, value in (
                ("NAME", "Ada Quill"),
                ("EMAIL", "ada@news.example"),
                ("DATE", f"2024-10-{day:02d}T{hour}:00:00+00:00"),
            )
        }
        own = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={**os.environ, **times, **own},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def write(self, day: int, **files: str | bytes | None) -> None:
        """Commits files by their names; None takes one away."""
        for name, text in files.items():
            path = self.folder / name
            if text is None:
                path.unlink()
            else:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        self.git("add", "-A", day=day)
        self.git("commit", "-q", "-m", "as said", day=day)


FIRST = "Ferry stops\n\nThe ferry stopped at noon.\n\nNobody was hurt.\n"
SECOND = "Ferry stops\n\nThe ferry stopped at eleven.\n\nNobody was hurt.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "stories")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "a.db"


def test_a_file_is_followed_through_its_renames(repository: Repository, archive: Path) -> None:
    repository.write(1, ferry=FIRST, other="Another story\n\nIt is another one altogether.")
    repository.write(2, ferry=SECOND)
    repository.git("mv", "ferry", "ferry.txt")
    repository.git("commit", "-q", "-m", "renamed", day=3)
    repository.write(4, **{"ferry.txt": FIRST})
    path = repository.folder / "ferry.txt"
    came = imported(archive, "git", path, "--story", "ferry")
    assert (came["code"], came["revisions"], came["stories"]) == (0, 3, 1), came
    assert [what for _, what, _ in history(archive)] == ["r1", "r2", "unchanged", "r3"]
    again = imported(archive, "git", path, "--story", "ferry")
    assert (again["revisions"], again["sightings"]) == (0, 0)


def test_a_file_that_began_as_a_copy_begins_there(repository: Repository, archive: Path) -> None:
    """What became of the file that it was copied from is no part of its history."""
    repository.write(1, template=FIRST)
    repository.write(2, template=FIRST.replace("hurt", "heard"))
    repository.write(3, ferry=FIRST.replace("hurt", "heard"))
    repository.write(4, ferry=SECOND)
    repository.git("mv", "ferry", "ferry.md")
    repository.git("commit", "-q", "-m", "renamed", day=5)
    came = imported(archive, "git", repository.folder / "ferry.md", "--story", "ferry")
    assert (came["revisions"], came["sightings"]) == (2, 1), came
    assert "heard" in history(archive)[0][2]


def test_a_file_that_left_a_stub_behind_was_renamed(repository: Repository, archive: Path) -> None:
    """Git calls it a copy, since its old name is still there."""
    (repository.folder / "old").mkdir()
    repository.write(1, **{"old/ferry": FIRST})
    repository.write(2, **{"old/ferry": SECOND})
    repository.git("mv", "old/ferry", "ferry")
    repository.write(3, **{"old/ferry": "Moved to ferry\n"})
    repository.write(4, ferry=FIRST.replace("hurt", "heard"))
    came = imported(archive, "git", repository.folder / "ferry", "--story", "ferry")
    assert (came["revisions"], came["sightings"]) == (3, 1), came


def test_a_shallow_clone_is_refused(repository: Repository, archive: Path, tmp_path: Path) -> None:
    """It has not the first commit, by which stories are named, nor when a text was first there."""
    repository.write(1, ferry=FIRST)
    repository.write(2, ferry=SECOND)
    clone = tmp_path / "clone"
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(clone))
    for path in (clone, clone / "ferry"):
        ran = ask("--archive", archive, "import", "git", path)
        assert ran.code == 5
        assert f"{path}: a shallow clone" in ran.err
        assert ran.out.startswith("0 revisions")


@pytest.mark.parametrize("of", ["ferry", ""])
def test_a_file_that_became_a_link_is_gone(repository: Repository, archive: Path, of: str) -> None:
    repository.write(1, ferry=FIRST, quay="Quay closed")
    path = repository.folder / "ferry"
    path.unlink()
    path.symlink_to("quay")
    repository.write(2)
    repository.write(3, quay="Quay open")
    imported(archive, "git", repository.folder / of)
    assert [what for *_, what, text in history(archive) if "Quay" not in text] == ["r1", "gone"]


@pytest.mark.parametrize(("time", "hour"), [("author", "11"), ("committer", "12")])
def test_the_time_of_publication_is_the_one_that_was_asked_for(
    repository: Repository, archive: Path, time: str, hour: str
) -> None:
    repository.write(2, ferry=FIRST)
    imported(archive, "git", repository.folder / "ferry", "--git-time", time, "--story", "ferry")
    ran = ask("--archive", archive, "show", "ferry", "--format", "json")
    assert ran.json["published"]["at"] == f"2024-10-02T{hour}:00:00Z"
    assert ran.json["captured"] == "2024-10-02T12:00:00Z"


def test_of_a_folder_each_file_is_a_story(repository: Repository, archive: Path) -> None:
    """Binary files are passed over; a file that was taken away is gone."""
    repository.write(1, ferry=FIRST, quay="Quay closed\n\nIt was closed today.", logo=b"\0\1\2" * 9)
    repository.write(2, quay=None, ferry=SECOND)
    came = imported(archive, repository.folder)
    assert (came["code"], came["revisions"], came["sightings"], came["stories"]) == (0, 3, 1, 2)
    ran = ask("--archive", archive, "stories")
    assert ran.out.count("git-") == 2


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_in_a_folder_texts_of_wide_characters_are_no_binary_files(
    repository: Repository, archive: Path, encoding: str
) -> None:
    """Git takes them to be such, for their zeros; their mark says otherwise."""
    repository.write(1, ferry=FIRST.encode(encoding))
    repository.write(2, ferry=SECOND.encode())
    came = imported(archive, repository.folder)
    assert (came["code"], came["revisions"]) == (0, 2), came


def test_pointers_of_git_lfs_are_named_and_are_no_text(
    repository: Repository, archive: Path
) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 99\n"
    repository.write(1, ferry=FIRST)
    repository.write(2, ferry=pointer)
    for path, count in ((repository.folder / "ferry", 1), (repository.folder, 0)):
        ran = ask("--archive", archive, "import", "git", path)
        assert (ran.code, ran.out[:10]) == (5, f"{count} revision")
        assert "its text is kept with Git LFS" in ran.err


def test_texts_that_were_merged_are_those_of_the_first_parents(
    repository: Repository, archive: Path
) -> None:
    """A branch is told at the moment when it was merged, not in between."""
    repository.write(1, ferry=FIRST)
    repository.git("switch", "-q", "-c", "desk")
    repository.write(2, ferry=SECOND)
    repository.git("switch", "-q", "main")
    repository.write(3, quay="Quay closed\n\nIt was closed today.")
    repository.git("merge", "-q", "--no-ff", "-m", "merged", "desk", day=4)
    times = [
        iso(command.at)
        for _, command in items("git", repository.folder / "ferry")
        if isinstance(command, RecordCopy)
    ]
    assert times == ["2024-10-01T12:00:00Z", "2024-10-04T12:00:00Z"]


def test_the_source_is_the_file_to_the_byte(repository: Repository) -> None:
    text = "Färjan\r\n\r\n\r\nDen står  stilla.\n\n  \nIngen skadades.   \n"
    repository.write(1, ferry=text)
    ((_, command),) = items("git", repository.folder / "ferry")
    assert isinstance(command, RecordCopy)
    assert command.source is not None
    assert command.source.data == text.encode()


def test_what_cannot_be_read_is_named(
    repository: Repository, archive: Path, tmp_path: Path
) -> None:
    repository.write(1, ferry=FIRST)
    repository.write(2, ferry="Färjan".encode("latin-1"))
    repository.write(3, ferry="")
    repository.write(4, ferry=SECOND)
    ran = ask("--archive", archive, "import", "git", repository.folder / "ferry")
    assert ran.code == 5
    assert "2 revisions" in ran.out
    assert ran.err.count("ferry:") == 2
    assert "--encoding" not in ran.err, "an option of record alone"
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "file").write_text("A file.", encoding="utf-8")
    for path in (tmp_path / "none" / "file", tmp_path / "none", repository.folder / "nothing"):
        ran = ask("--archive", archive, "import", "git", path)
        assert ran.code == 5, ran
        assert str(path) in ran.err


def test_an_empty_repository_is_named(repository: Repository, archive: Path) -> None:
    ran = ask("--archive", archive, "import", repository.folder)
    assert ran.code == 5
    assert str(repository.folder) in ran.err


def test_nothing_that_the_repository_names_is_run(repository: Repository, tmp_path: Path) -> None:
    repository.write(1, ferry=FIRST, **{".gitattributes": "* diff=evil filter=evil\n"})
    ran = tmp_path / "ran"
    for key in ("core.fsmonitor", "diff.evil.command", "diff.evil.textconv", "core.pager",
                "filter.evil.smudge", "diff.external", "gpg.program"):  # fmt: skip
        repository.git("config", key, f"touch {ran};")
    repository.git("config", "log.showSignature", "true")
    assert items("git", repository.folder)
    assert items("git", repository.folder / "ferry")
    assert not ran.exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=10)
@given(data=damages(FIRST.encode()))
def test_a_damaged_object_is_named(tmp_path: Path, data: bytes) -> None:
    folder = tmp_path / f"r{len(list(tmp_path.iterdir()))}"
    repository = Repository(folder)
    repository.write(1, ferry=FIRST)
    blob = repository.git("rev-parse", "HEAD:ferry").strip()
    path = folder / ".git" / "objects" / blob[:2] / blob[2:]
    path.chmod(0o644)
    path.write_bytes(data)
    found = items("git", folder / "ferry")
    assert found
    assert all(isinstance(command, Bad) for _, command in found)


def test_a_file_is_followed_whatever_its_name_means_to_git(
    tmp_path: Path, repository: Repository
) -> None:
    """No other file's history is taken for its own, and no commit is read as another."""
    names = {"[ab].txt": "Odd.", "a.txt": "Another.", ":(top)b.txt": "Odder."}
    repository.write(1, **{name: f"{text} One." for name, text in names.items()})
    repository.write(2, **{name: f"{text} Two." for name, text in names.items()})
    repository.git("replace", "HEAD~1:a.txt", "HEAD:[ab].txt")
    for number, (name, text) in enumerate(names.items()):
        archive = tmp_path / f"{number}.db"
        path = repository.folder / name
        ran = ask("--archive", archive, "import", "git", path, "--story", "odd")
        assert ran.out.startswith("2 revisions and 0 sightings"), ran
        with connect(str(archive)) as connection:
            for revision, end in ((1, "One."), (2, "Two.")):
                article = connection.archive.show_revision("odd", revision).article
                assert article is not None
                assert article.text == f"{text} {end}"
