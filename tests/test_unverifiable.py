"""Whoever verifies what cannot be verified is told what it is, and what can be."""

from __future__ import annotations

import gzip
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evidence import signed_archive
from program import ask
from variorum.adapters.key_files import key_path

EXPORTS = ("jsonl", "csv", "timeline", "ninjs", "html", "prov", "ocfl", "parquet")
WHAT_CAN = (
    "what can be verified is a bag (`export --format bag`), a checkpoint, a proof, or an archive"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with everything that the program writes."""
    folder = tmp_path_factory.mktemp("made")
    archive = folder / "a.db"
    key = signed_archive(str(archive))
    (folder / "trusted.key").write_text(f"{key}\n")
    commands: list[tuple[str | Path, ...]] = [
        ("export", "--all", "--format", form, "-o", folder / form) for form in EXPORTS
    ]
    commands += [
        ("export", "--all", "--format", "bag", "-o", folder / "bags" / "bag"),
        ("export", "--all", "--with-content", "-o", folder / "backup"),
        ("export", "--all", "--with-content", "-o", folder / "backup.zst"),
        ("checkpoint", "-o", folder / "head.note"),
        ("prove", "crane@r1", "-o", folder / "proof"),
        ("prove", "--from", "1", "--to", "3", "-o", folder / "longer.json"),
    ]
    (folder / "bags").mkdir()
    for command in commands:
        ran = ask("--archive", archive, *command)
        assert ran.code == 0, ran.err
    for name in ("head.note", "jsonl"):
        (folder / f"{name}.gz").write_bytes(gzip.compress((folder / name).read_bytes()))
    for form in ("zip", "tar", "gztar"):
        shutil.make_archive(str(folder / "bag"), form, folder / "bags")
    (folder / "secret").write_bytes(key_path(str(archive), "main").read_bytes())
    for form in ("json", "html", "text"):
        shown = ask("--archive", archive, "show", "crane@r1", "--format", form)
        (folder / f"show.{form}").write_text(shown.out)
    (folder / "nothing").write_bytes(b"")
    return folder


TOLD: dict[str, str] = {
    **dict.fromkeys(EXPORTS, WHAT_CAN),
    "ocfl": f"an OCFL storage root, in which nothing is signed: {WHAT_CAN}",
    "parquet": f"not a bag, as it has no bagit.txt: {WHAT_CAN}",
    "show.json": WHAT_CAN,
    "show.html": WHAT_CAN,
    "show.text": WHAT_CAN,
    "nothing": WHAT_CAN,
    "jsonl.gz": WHAT_CAN,
    "head.note.gz": "packed with gzip: unpack it, and verify what was in it",
    "a.db": "a SQLite file: `variorum --archive {path} verify` verifies an archive",
    "backup": "a backup: `variorum --archive NEW import backup {path}` checks it, and",
    "backup.zst": "a backup: `variorum --archive NEW import backup {path}` checks it, and",
    "bag.zip": "a packed folder: unpack it, and verify the bag in it",
    "bag.tar": "a packed folder: unpack it, and verify the bag in it",
    "bag.tar.gz": "a packed folder: unpack it, and verify the bag in it",
    "bags": "not a bag, but {path}/bag, which is in it, is: verify that",
    "bags/bag/data": "a folder of a bag: verify {bag}, which is the bag",
    "bags/bag/data/prov.json": "a file of a bag: verify {bag}, which is the bag",
    "bags/bag/data/archive.sqlite": "a file of a bag: verify {bag}, which is the bag",
    "secret": f"a signing key, which is secret: {WHAT_CAN}",
    "trusted.key": f"a verifier key, to be given by --key: {WHAT_CAN}",
}


@pytest.mark.parametrize("name", TOLD)
def test_it_is_said_what_can_be_verified_and_how(made: Path, name: str) -> None:
    """In one line, whether or not a key is given; and a secret is not told."""
    path = made / name
    told = TOLD[name].format(path=path, bag=made / "bags" / "bag")
    for key in (), ("--key", made / "trusted.key"):
        ran = ask("--archive", made / "a.db", "verify", path, *key)
        assert (ran.code, ran.out) == (5, "")
        (line,) = ran.err.splitlines()
        assert line.startswith(f"variorum: {path}: ")
        assert told in line
        assert (made / "secret").read_text().split("+", 4)[-1].strip() not in ran.err


@pytest.mark.parametrize("name", ["bags/bag", "bags/bag/data/log/checkpoint.note", "head.note"])
def test_what_can_be_verified_asks_for_a_key(made: Path, name: str) -> None:
    assert ask("--archive", made / "a.db", "verify", made / name).code == 2
    ran = ask("--archive", made / "a.db", "verify", made / name, "--key", made / "trusted.key")
    assert (ran.code, ran.err) == (0, "")


def test_a_backup_is_checked_by_what_is_told(made: Path, tmp_path: Path) -> None:
    new = ("--archive", tmp_path / "new.db")
    assert ask(*new, "import", "backup", made / "backup.zst").code == 0
    assert ask(*new, "verify").code == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(("head.note", "longer.json", "proof")), data=st.data())
def test_what_was_one_and_is_cut_short_is_called_so(
    made: Path, tmp_path: Path, name: str, data: st.DataObject
) -> None:
    """Past its first lines, which are what it is known by."""
    whole = (made / name).read_bytes()
    path = tmp_path / name
    path.write_bytes(whole[: data.draw(st.integers(50, len(whole) - 2))])
    ran = ask("--archive", made / "a.db", "verify", path, "--key", made / "trusted.key")
    assert ran.code == 5
    assert re.search("not (a|an|a whole) (signed note|consistency proof|inclusion proof)", ran.err)
