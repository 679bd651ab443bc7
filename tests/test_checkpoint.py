"""Checkpoints: the head of the log is signed once, remembered, and never contradicted."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authority import OPENSSL, Authority, serving
from processes import at_once, sign
from program import Ran, ask, run
from variorum.adapters.connect import Connection, connect
from variorum.adapters.key_files import (
    Keyring,
    given_up_path,
    key_path,
    make_key,
    next_path,
    read_key,
    signed_path,
    verifier_in,
)
from variorum.adapters.tree import rotation
from variorum.adapters.tree.certificate_order import in_order
from variorum.adapters.tree.checkpoints import (
    accept_restored,
    last_checkpoint,
    signed_head,
    stored_checkpoint,
    stored_checkpoints,
)
from variorum.adapters.tree.evidence import (
    check_consistency,
    check_note,
    check_proof,
    check_stored_note,
)
from variorum.adapters.tree.proofs import prove, prove_consistency
from variorum.adapters.tree.timestamps import check_timestamp, stored_timestamps
from variorum.domain.asof import LAST_POSITION
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Article
from variorum.domain.errors import (
    CheckFailedError,
    ConflictError,
    NotFoundError,
    StorageError,
    UnreadableError,
    UsageError,
)
from variorum.domain.events import LogRestored
from variorum.domain.signed_note import VerifierKey, parse_note, parse_verifier_key
from variorum.domain.signing_keys import SigningKeys, signing_keys
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.tree import leaf_hash, root_of

START = 1_729_775_460_000_000


@pytest.fixture(autouse=True)
def keys_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of archives on servers are kept in the test's folder, too."""
    monkeypatch.setenv("VARIORUM_KEYS", str(tmp_path / "keys"))
    for name in ("VARIORUM_PASSPHRASE", "VARIORUM_NEW_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def archive(address: str) -> str:
    """An archive with a key."""
    assert ask("--archive", address, "init", "--origin", "news.example/log").code == 0
    return address


@pytest.fixture
def opened(archive: str) -> Iterator[Connection]:
    with connect(archive) as connection:
        yield connection


def record(connection: Connection, copies: int = 1) -> None:
    """Records copies of a story, no two alike."""
    before = connection.log.head().position
    for number in range(copies):
        connection.archive.record(
            RecordCopy(
                "ferry",
                "tester",
                Article(headline=f"Ferry {before} {number}"),
                captured=START + 1000 * before + number,
            )
        )


def key_file(address: str) -> Path:
    return key_path(address, "main")


def named(connection: Connection) -> SigningKeys:
    return signing_keys(connection.log.stream(COLLECTION_STREAM, LAST_POSITION))


def root_at(connection: Connection, size: int) -> bytes:
    return root_of(map(leaf_hash, connection.log.lines(size)))


def test_a_checkpoint_is_of_the_exact_lines_of_the_log(opened: Connection) -> None:
    record(opened, 3)
    signed = signed_head(opened)
    head = opened.log.head().position
    assert (signed.checkpoint.origin, signed.size) == ("news.example/log", head)
    assert signed.checkpoint.root == root_at(opened, head)
    [key] = [each.key for each in named(opened).named]
    assert check_note(signed.note, [key]).checkpoint == signed.checkpoint
    text = parse_note(signed.note).text.decode()
    root = base64.b64encode(signed.checkpoint.root).decode()
    assert text == f"news.example/log\n{head}\n{root}\n"


def test_with_nothing_new_the_same_checkpoint_is_given_again(opened: Connection) -> None:
    record(opened)
    first = signed_head(opened)
    assert signed_head(opened) == first
    record(opened)
    second = signed_head(opened)
    assert second.size > first.size
    assert list(stored_checkpoints(opened)) == [first, second]
    assert last_checkpoint(opened) == second
    assert stored_checkpoint(opened, first.size) == first
    assert stored_checkpoint(opened, 1) is None
    assert last_checkpoint(opened, least=second.size + 1) is None


def test_an_older_size_can_be_signed(opened: Connection) -> None:
    """As an export at that moment needs it; without the key, where it was signed before."""
    record(opened, 5)
    latest = signed_head(opened)
    older = signed_head(opened, 4)
    assert older.checkpoint.root == root_at(opened, 4)
    assert signed_path(key_file(opened.address)).read_bytes() == latest.note
    key_file(opened.address).unlink()
    assert signed_head(opened, 4) == older
    for size in (0, -1, latest.size + 1):
        with pytest.raises(UsageError, match="the log ends at"):
            signed_head(opened, size)


def test_every_checkpoint_is_consistent_with_every_later_one(opened: Connection) -> None:
    for copies in (1, 2, 300, 1):
        record(opened, copies)
        signed_head(opened)
    signed = list(stored_checkpoints(opened))
    heads = [each.checkpoint for each in signed]
    for at, old in enumerate(heads):
        for new in heads[at:]:
            proof = prove_consistency(opened, old.size, new.size)
            proof.check()
            assert (proof.old, proof.new) == (old, new)
    for each in signed:
        check_stored_note(each.note, named(opened), each.size, root_at(opened, each.size))


def test_every_position_is_proved(opened: Connection) -> None:
    record(opened, 10)
    signed = signed_head(opened)
    lines = list(opened.log.lines(LAST_POSITION))
    for position in range(1, signed.size + 1):
        proved = prove(opened, position)
        assert (proved.line, proved.signed) == (lines[position - 1], signed)
    for position in (0, -1, signed.size + 1):
        with pytest.raises(NotFoundError):
            prove(opened, position)


def test_processes_that_sign_at_once_never_contradict_each_other(
    archive: str, tmp_path: Path
) -> None:
    """Every note is of the one log, and the file beside the key remembers the last."""
    key = key_file(archive)
    at_once(sign, [(archive, str(key), 8)] * 2)
    with connect(archive) as connection:
        last = signed_head(connection)
        for each in stored_checkpoints(connection):
            check_stored_note(
                each.note, named(connection), each.size, root_at(connection, each.size)
            )
    assert signed_path(key).read_bytes() == last.note
    beside = {path.name for path in key.parent.iterdir() if path.name.startswith(f"{key.name}")}
    assert beside == {key.name, f"{key.name}.signed"}
    assert not list(key.parent.glob(".*.part"))


# A database that came back from a backup.


@pytest.fixture
def restored(tmp_path: Path) -> Path:
    """A SQLite archive that was signed, and then replaced by a copy from before that."""
    path, backup = tmp_path / "archive.db", tmp_path / "backup.db"
    assert ask("--archive", path, "init").code == 0
    with connect(str(path)) as connection:
        record(connection, 2)
        signed_head(connection)
        with connection.database.read() as cursor:
            cursor.run("vacuum into :to", {"to": str(backup)})
        record(connection, 3)
        signed_head(connection)
    for beside in tmp_path.glob("archive.db-*"):
        beside.unlink()
    shutil.copy(backup, path)
    return path


@pytest.mark.parametrize("more", [0, 1, 3, 10])
def test_a_restored_backup_is_not_signed_until_the_loss_is_accepted(
    restored: Path, more: int
) -> None:
    """However long the log has grown since; then the log says what was lost, and goes on."""
    key = key_file(str(restored))
    lost = signed_path(key).read_bytes()
    with connect(str(restored)) as connection:
        record(connection, more)
        head = connection.log.head().position
    refused = run("--archive", restored, "checkpoint")
    assert (refused.code, refused.out) == (1, "")
    assert "restored from a backup" in refused.err
    assert "--accept-restored" in refused.err
    assert str(signed_path(key)) in refused.err
    as_json = ask("--archive", restored, "checkpoint", "--format", "json")
    assert (as_json.error["code"], as_json.error["reason"]) == ("check-failed", "restored")
    assert ask("--archive", restored, "rotate-key").code == 1
    assert ask("--archive", restored, "checkpoint", "--known-at", "#2").code == 1
    assert signed_path(key).read_bytes() == lost
    accepted = ask("--archive", restored, "checkpoint", "--accept-restored")
    assert (accepted.code, accepted.err) == (0, "")
    with connect(str(restored)) as connection:
        event = connection.log.at(head + 1).event
        assert isinstance(event, LogRestored)
        text = parse_note(lost).text.decode().split("\n")
        assert str(event.size) == text[1]
        assert bytes.fromhex(event.root) == base64.b64decode(text[2])
        assert signed_path(key).read_bytes() == signed_head(connection).note
        assert connection.log.head().position == head + 1
    assert ask("--archive", restored, "checkpoint").out == accepted.out
    assert ask("--archive", restored, "checkpoint", "--accept-restored").out == accepted.out


def test_an_accepted_loss_is_signed_also_where_that_was_interrupted(restored: Path) -> None:
    with connect(str(restored)) as connection:
        assert accept_restored(connection) is not None
        assert accept_restored(connection) is None
        assert signed_head(connection).size == connection.log.head().position


def test_a_log_that_is_not_what_was_signed_is_not_signed(opened: Connection) -> None:
    """Also by the database's own word: no acceptance helps against that."""
    record(opened, 3)
    signed = signed_head(opened)
    signed_path(key_file(opened.address)).unlink()
    record(opened)
    with opened.database.write() as cursor:
        if opened.database.dialect == "sqlite":
            cursor.run("drop trigger guard_event_update")
        cursor.run("update event set recorded_at = recorded_at - 1 where position = 3")
    for arguments in ((), ("--accept-restored",)):
        refused = ask("--archive", opened.address, "checkpoint", *arguments)
        assert refused.code == 1
        assert f"first {signed.size} lines have another root" in refused.err
    assert last_checkpoint(opened) == signed


def test_what_another_log_left_beside_the_key_is_told(opened: Connection, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    assert ask("--archive", other, "init", "--origin", "elsewhere").code == 0
    assert ask("--archive", other, "checkpoint").code == 0
    beside = signed_path(key_file(opened.address))
    beside.write_bytes(signed_path(key_file(str(other))).read_bytes())
    with pytest.raises(CheckFailedError, match="of another log, elsewhere"):
        signed_head(opened)
    for broken in (b"", b"\xff", beside.read_bytes()[:-30]):
        beside.write_bytes(broken)
        with pytest.raises(UnreadableError, match=r"the last checkpoint: put .* move the file"):
            signed_head(opened)


def test_nothing_is_signed_that_cannot_be_remembered(opened: Connection) -> None:
    beside = signed_path(key_file(opened.address))
    beside.mkdir()
    with pytest.raises((StorageError, UnreadableError)):
        signed_head(opened)
    assert last_checkpoint(opened) is None


def test_a_checkpoint_that_only_the_key_remembers_is_missed(tmp_path: Path) -> None:
    """Which is no tampering, as signing may have been interrupted; the next one puts it right."""
    archive = tmp_path / "archive.db"
    assert ask("--archive", archive, "init").code == 0
    with connect(str(archive)) as connection:
        record(connection, 2)
        first = signed_head(connection)
        record(connection, 1)
        last = signed_head(connection)
    whole = ask("--archive", archive, "verify", "--format", "json")
    assert (whole.code, whole.json["unstored"]) == (0, None)
    with connect(str(archive)) as connection, connection.database.write() as cursor:
        cursor.run("drop trigger guard_checkpoint_delete")
        cursor.run("delete from checkpoint where size = :size", {"size": last.size})
    missed = ask("--archive", archive, "verify", "--format", "json")
    assert (missed.code, missed.json["verdict"], missed.json["signed"]) == (0, "intact", first.size)
    assert missed.json["unstored"] == last.size
    assert f"#{last.size}, is remembered beside the key" in ask("--archive", archive, "verify").out
    assert ask("--archive", archive, "checkpoint").code == 0
    assert ask("--archive", archive, "verify", "--format", "json").json["unstored"] is None


# Keys.


def test_key_files_are_their_owners_alone(archive: str) -> None:
    assert ask("--archive", archive, "checkpoint").code == 0
    assert ask("--archive", archive, "rotate-key").code == 0
    key = key_file(archive)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in key.parent.glob(f"{key.name}*")}
    assert modes == {0o600}
    key.chmod(0o644)
    told = ask("--archive", archive, "checkpoint")
    assert told.code == 0
    assert told.err == f"variorum: others can read the key {key} (mode 644): chmod 600 it\n"


def test_a_new_key_goes_on_where_the_old_one_was_trusted(opened: Connection) -> None:
    """The next checkpoint is signed by both, later ones by the new one; old ones stay good."""
    record(opened)
    before = signed_head(opened)
    [old] = [each.key for each in named(opened).named]
    told = ask("--archive", opened.address, "rotate-key", "--format", "json").json
    new = parse_verifier_key(told["verifier_key"])
    assert (new.name, told["old_verifier_key"]) == (old.name, str(old))
    assert new.public_key != old.public_key
    handover = last_checkpoint(opened)
    assert handover is not None
    assert told["checkpoint"] == handover.note.decode()
    assert set(check_note(handover.note, [old, new]).signers) == {old, new}
    assert check_note(handover.note, [old]).checkpoint == handover.checkpoint
    record(opened)
    after = signed_head(opened)
    assert check_note(after.note, [old, new]).signers == (new,)
    for each in (before, handover, after):
        root = root_at(opened, each.size)
        check_stored_note(each.note, named(opened), each.size, root)
    assert check_note(after.note, [new]).checkpoint.origin == before.checkpoint.origin
    assert verifier_in(key_file(opened.address)) == new
    assert verifier_in(given_up_path(key_file(opened.address), old)) == old
    of_then = signed_head(opened, before.size - 1)
    assert set(check_note(of_then.note, [old, new]).signers) == {old, new}


class Stop(Exception):
    """Stands for the machine's stopping."""


@pytest.mark.parametrize("at", ["make_key", "append", "take_over", "write_private"])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_rotation_that_is_interrupted_goes_on(
    opened: Connection, monkeypatch: pytest.MonkeyPatch, at: str, after: bool
) -> None:
    """Wherever it stopped, the head can be signed by the key that the log names, and run again it
    is one rotation."""
    record(opened)
    ring = Keyring(key_file(opened.address))
    done = getattr(rotation, at)

    def stop(*arguments: Any) -> None:
        if after:
            done(*arguments)
        raise Stop

    with monkeypatch.context() as patch:
        patch.setattr(rotation, at, stop)
        with pytest.raises(Stop):
            rotation.rotate(opened, ring)
    record(opened)
    signed = signed_head(opened)
    latest = named(opened).latest.key
    assert latest in check_note(signed.note, [latest]).signers
    finished = (at, after) == ("take_over", True)
    old, new = rotation.rotate(opened, Keyring(ring.path))
    assert len(named(opened).named) == (3 if finished else 2)
    assert verifier_in(ring.path) == new == named(opened).latest.key
    assert verifier_in(given_up_path(ring.path, old)) == old
    assert not next_path(ring.path).exists()
    last = signed_head(opened)
    check_note(last.note, [new])
    handover = last_checkpoint(opened, least=named(opened).named[1].position)
    assert handover is not None


def test_the_handover_is_signed_by_whatever_checkpoint_comes_first(opened: Connection) -> None:
    """Where the rotation was interrupted before it signed, or two came one after the other."""
    ring = Keyring(key_file(opened.address))
    first, second = rotation.rotate(opened, ring)
    _, third = rotation.rotate(opened, ring)
    signed = signed_head(opened)
    assert check_note(signed.note, [first, second, third]).signers == (third, first, second)
    record(opened)
    assert check_note(signed_head(opened).note, [first, second, third]).signers == (third,)


def test_an_old_key_that_is_lost_is_not_waited_for(archive: str) -> None:
    key = key_file(archive)
    key.unlink()
    missing = ask("--archive", archive, "checkpoint")
    assert missing.code == 3
    assert "--key" in missing.err
    told = ask("--archive", archive, "rotate-key")
    assert told.code == 0
    assert "not here" in told.out
    assert ask("--archive", archive, "checkpoint").code == 0


def test_a_rotation_that_another_process_took_over_is_told(
    opened: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = Keyring(key_file(opened.address))

    def taken(name: str, path: Path, passphrase: str | None = None) -> VerifierKey:
        """The key that was waiting has gone into its place meanwhile."""
        return VerifierKey(name, bytes(32))

    monkeypatch.setattr(rotation, "make_key", taken)
    with pytest.raises(ConflictError, match="another process"):
        rotation.rotate(opened, ring)


def test_a_collection_without_a_key_has_no_checkpoint(connection: Connection) -> None:
    with pytest.raises(NotFoundError, match="init"):
        signed_head(connection)


def test_a_passphrase_keeps_the_key(tmp_path: Path) -> None:
    """It is encrypted as PKCS #8, which openssl reads; without the passphrase nothing is signed."""
    path, key = tmp_path / "a.db", tmp_path / "a.key"
    archive = ("--archive", path)
    told: Callable[..., Ran] = run
    missing = told(*archive, "init", "--key", key, "--passphrase")
    assert missing.code == 2
    assert "VARIORUM_PASSPHRASE" in missing.err
    secret = {"VARIORUM_PASSPHRASE": "correct horse battery"}
    made = told(*archive, "init", "--key", key, "--passphrase", **secret)
    assert (made.code, made.err) == (0, "")
    assert "ENCRYPTED PRIVATE KEY" in key.read_text()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    if OPENSSL:
        pem = "-----BEGIN" + key.read_text().partition("-----BEGIN")[2]
        asked = subprocess.run(
            [OPENSSL, "pkey", "-passin", "pass:correct horse battery", "-pubout"],
            input=pem.encode(),
            capture_output=True,
            check=True,
        )
        assert b"PUBLIC KEY" in asked.stdout
    for phrase, word in (({}, "VARIORUM_PASSPHRASE"), ({"VARIORUM_PASSPHRASE": "no"}, "not that")):
        refused = told(*archive, "checkpoint", "--key", key, **phrase)
        assert (refused.code, refused.out) == (2, "")
        assert word in refused.err
        assert len(refused.err.splitlines()) == 1
    signed = told(*archive, "checkpoint", "--key", key, **secret)
    assert (signed.code, signed.err) == (0, "")
    again = {**secret, "VARIORUM_NEW_PASSPHRASE": "another one"}
    rotated = told(*archive, "rotate-key", "--key", key, "--passphrase", **again)
    assert (rotated.code, rotated.err) == (0, "")
    assert told(*archive, "checkpoint", "--key", key).out
    connection = connect(str(path))
    record(connection)
    connection.close()
    assert told(*archive, "checkpoint", "--key", key, **secret).code == 2
    other = {"VARIORUM_PASSPHRASE": "another one"}
    assert told(*archive, "checkpoint", "--key", key, **other).code == 0
    assert told(*archive, "rotate-key", "--key", key).code == 2
    assert told(*archive, "rotate-key", "--key", key, **other).code == 0
    assert "ENCRYPTED PRIVATE KEY" in key.read_text()  # what had a passphrase has one again


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "words",
        "PRIVATE+KEY+a",
        "PRIVATE+KEY+PeterNeumann+c74f20a4+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n"
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n",
        "\xff",
    ],
    ids=range(8),
)
def test_what_is_no_key_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "key"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises((UnreadableError, UsageError)):
        read_key(path, lambda _: "passphrase")
    archive = tmp_path / "a.db"
    assert ask("--archive", archive, "init").code == 0
    assert ask("--archive", archive, "checkpoint", "--key", path).code in (3, 5)


def test_a_pipe_is_no_key_file(tmp_path: Path) -> None:
    """Nobody waits for one to say something."""
    archive = tmp_path / "a.db"
    assert ask("--archive", archive, "init").code == 0
    os.mkfifo(tmp_path / "pipe", 0o600)
    told = ask("--archive", archive, "checkpoint", "--key", tmp_path / "pipe")
    assert (told.code, len(told.err.splitlines())) == (5, 1)
    assert "no file at all" in told.err


def test_an_encrypted_key_of_another_is_not_taken(tmp_path: Path) -> None:
    """The line that names it is not protected, so it is compared with what is."""
    one, other = tmp_path / "one", tmp_path / "other"
    for path in (one, other):
        make_key("name", path, "secret")
    mixed = one.read_text().partition("\n")[0] + "\n" + other.read_text().partition("\n")[2]
    other.write_text(mixed)
    with pytest.raises(UnreadableError, match="not a pair"):
        read_key(other, lambda _: "secret")


def test_the_key_that_go_made_is_read(tmp_path: Path) -> None:
    path = tmp_path / "key"
    path.write_text(
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz\n"
    )
    signature = read_key(path, lambda _: "").sign(
        b"If you think cryptography is the answer to your problem,\n"
        b"then you don't know what your problem is.\n"
    )
    encoded = base64.b64encode(signature.key_id + signature.signature)
    assert encoded.startswith(b"x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSN")


# The command line.


def recorded(archive: str) -> Ran:
    """Records a text, as r1 of `ferry`."""
    told = run(
        *("--archive", archive, "record", "-", "--story", "ferry"),
        *("--captured", "2024-10-24T08:00Z"),
        given=b"The ferry sails.\n",
    )
    assert told.code == 0, told.err
    return told


def test_what_the_commands_write(archive: str, tmp_path: Path) -> None:
    recorded(archive)
    key = parse_verifier_key(
        ask("--archive", archive, "init", "--format", "json").json["verifier_key"]
    )
    note, proof, growth = (tmp_path / name for name in ("note", "p.tlog-proof", "growth.json"))
    without = ask("--archive", archive, "prove", "--from", "1")
    assert (without.code, without.out) == (3, "")
    assert ask("--archive", archive, "prove", "ferry@r1", "-o", proof).code == 0
    printed = ask("--archive", archive, "checkpoint")
    assert ask("--archive", archive, "checkpoint", "-o", note).out == ""
    assert printed.out == note.read_text()
    checked = check_note(note.read_bytes(), [key])
    included = check_proof(proof.read_bytes(), [key])
    assert included.checked == checked
    assert json.loads(included.line)["topic"] == "story.revision-recorded.1"
    assert ask("--archive", archive, "prove", "ferry@r1").out == proof.read_text()
    assert ask("--archive", archive, "prove", "--from", "1", "-o", growth).code == 0
    assert check_consistency(growth.read_bytes()).new == checked.checkpoint
    told = ask("--archive", archive, "prove", "--from", "#1", "--to", "#2", "--format", "json").json
    assert (told["old"]["size"], told["new"]["size"]) == (1, 2)
    older = ask("--archive", archive, "checkpoint", "--known-at", "#2", "--format", "json").json
    assert older["size"] == 2
    assert older["root"] == told["new"]["root"]


def test_a_proof_without_a_key_needs_a_checkpoint(archive: str) -> None:
    recorded(archive)
    key = key_file(archive)
    away = key.rename(key.with_name("away"))
    refused = ask("--archive", archive, "prove", "ferry@r1")
    assert (refused.code, refused.out) == (3, "")
    assert "`variorum checkpoint`" in refused.err
    assert ask("--archive", archive, "checkpoint", "--key", away).code == 0
    assert ask("--archive", archive, "prove", "ferry@r1").code == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["prove"], 2),
        (["prove", "ferry"], 2),
        (["prove", "ferry@1"], 2),
        (["prove", "ferry@r9"], 3),
        (["prove", "none@r1"], 3),
        (["prove", "ferry@r1", "--from", "1"], 2),
        (["prove", "ferry@r1", "--to", "1"], 2),
        (["prove", "--to", "1"], 2),
        (["prove", "--from", "0", "--to", "1"], 2),
        (["prove", "--from", "2", "--to", "1"], 2),
        (["prove", "--from", "1", "--to", "999"], 2),
        (["prove", "--from", "one", "--to", "2"], 2),
        (["checkpoint", "--known-at", "#999"], 2),
        (["checkpoint", "--known-at", "#0"], 2),
        (["checkpoint", "--tsa", "ftp://tsa.example"], 2),
        (["checkpoint", "--tsa", "http://[::1"], 2),
        (["checkpoint", "--tsa", "http://a:b"], 2),
        (["checkpoint", "--tsa", "http://"], 2),
        (["checkpoint", "--tsa", "file:///etc/passwd"], 2),
        (["checkpoint", "--tsa", "http://127.0.0.1:1/"], 6),
        (["checkpoint", "-o", "/no/such/folder/note"], 6),
        (["checkpoint", "--key", "/no/such/key"], 3),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    tmp_path: Path, arguments: list[str], code: int
) -> None:
    archive = str(tmp_path / "a.db")
    assert ask("--archive", archive, "init").code == 0
    recorded(archive)
    told = ask("--archive", archive, *arguments)
    assert told.code == code, told
    assert len(told.err.splitlines()) == 1
    as_json = ask("--archive", archive, *arguments, "--format", "json")
    assert (as_json.code, as_json.err) == (code, "")
    assert "error" in as_json.objects[-1]


# Time-stamping authorities.


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    if OPENSSL is None:
        pytest.skip("there is no openssl to make an authority with")
    made = Authority(tmp_path_factory.mktemp("authority"))
    with serving(made) as made.url:
        yield made


@pytest.fixture
def stamped(opened: Connection, authority: Authority) -> tuple[bytes, bytes]:
    """A note, and an authority's token over it."""
    told = ask("--archive", opened.address, "checkpoint", "--tsa", authority.url)
    assert (told.code, told.err) == (0, "")
    signed = signed_head(opened)
    assert told.out.encode() == signed.note
    [stamp] = stored_timestamps(opened, signed.size)
    assert stamp.authority == authority.url
    return signed.note, stamp.token


def test_a_password_for_an_authority_is_sent_and_not_kept(
    opened: Connection, authority: Authority
) -> None:
    """As Basic authentication (RFC 7617), from a URL as it is written for that."""
    url = authority.url.replace("//", "//An%20archive:p%40ss:word@")
    assert ask("--archive", opened.address, "checkpoint", "--tsa", url).code == 0
    expected = base64.b64encode(b"An archive:p@ss:word").decode()
    assert authority.credentials == f"Basic {expected}"
    [stamp] = stored_timestamps(opened, signed_head(opened).size)
    assert stamp.authority == authority.url
    assert ask("--archive", opened.address, "checkpoint", "--tsa", authority.url).code == 0
    assert authority.credentials is None
    for wrong in (url.replace("http:", "htp:"), url.replace("http:", "")):
        told = ask("--archive", opened.address, "checkpoint", "--tsa", wrong)
        assert told.code == 2
        assert "word" not in told.err


def test_an_authority_says_when_a_checkpoint_was_there(
    opened: Connection, stamped: tuple[bytes, bytes], authority: Authority
) -> None:
    """For this note only, and under the root that is trusted; openssl says so too."""
    note, token = stamped
    at = check_timestamp(token, note, authority.root)
    [stamp] = stored_timestamps(opened, signed_head(opened).size)
    assert at == stamp.at
    assert abs(stamp.obtained_at - at) < 60_000_000
    told = ask("--archive", opened.address, "checkpoint", "--format", "json").json
    assert [each["authority"] for each in told["timestamps"]] == [authority.url]
    assert base64.b64decode(told["timestamps"][0]["token"]) == token
    (authority.folder / "note").write_bytes(note)
    (authority.folder / "token").write_bytes(token)
    arguments = ("-data", "note", "-in", "token", "-CAfile", "root.pem")
    authority.openssl("ts", "-verify", *arguments)


def test_a_token_of_something_else_is_refused(
    stamped: tuple[bytes, bytes], authority: Authority, tmp_path: Path
) -> None:
    note, token = stamped
    with pytest.raises(CheckFailedError, match="timestamp"):
        check_timestamp(token, note + b"\n", authority.root)
    other = Authority(tmp_path)
    with pytest.raises(CheckFailedError) as error:
        check_timestamp(token, note, other.root)
    assert len(error.value.message) < 250
    for bad in (b"", token[:-1], b"\x30\x00", note):
        with pytest.raises(UnreadableError):
            check_timestamp(bad, note, authority.root)
    for roots in (tmp_path / "none.pem", tmp_path / "openssl.cnf"):
        with pytest.raises(UnreadableError):
            check_timestamp(token, note, roots)
    with pytest.raises(CheckFailedError, match="over something else"):
        check_timestamp(token, b"another", other.root)
    at = token.rindex(hashlib.sha256(note).digest())
    forged = token[:at] + hashlib.sha256(b"another").digest() + token[at + 32 :]
    with pytest.raises(CheckFailedError):
        check_timestamp(forged, b"another", authority.root)


def test_a_token_is_read_whatever_the_order_of_its_certificates(
    opened: Connection, authority: Authority, tmp_path: Path
) -> None:
    """DER has them in the order of their bytes; OpenSSL's authorities as they have them."""
    other = Authority(tmp_path)
    configuration = authority.folder / "openssl.cnf"
    before = configuration.read_text()
    for chain in ((authority.root, other.root), (other.root, authority.root)):
        (authority.folder / "chain.pem").write_bytes(b"".join(each.read_bytes() for each in chain))
        configuration.write_text(before + "certs = chain.pem\n")
        try:
            told = ask("--archive", opened.address, "checkpoint", "--tsa", authority.url)
        finally:
            configuration.write_text(before)
        assert (told.code, told.err) == (0, "")
    note = signed_head(opened).note
    first, second = stored_timestamps(opened, signed_head(opened).size)
    assert first.token != second.token
    for stamp in (first, second):
        assert check_timestamp(stamp.token, note, authority.root) == stamp.at
        assert len(in_order(stamp.token)) == len(stamp.token)
    assert in_order(in_order(first.token)) == in_order(first.token)


@given(st.binary(max_size=60))
def test_what_is_no_response_is_left_as_it_is(data: bytes) -> None:
    assert len(in_order(data)) == len(data)


def test_a_token_by_another_authority_is_not_checked_and_not_held_against_it(
    opened: Connection, stamped: tuple[bytes, bytes], authority: Authority, tmp_path: Path
) -> None:
    other = Authority(tmp_path)
    with serving(other) as url:
        assert ask("--archive", opened.address, "checkpoint", "--tsa", url).code == 0
    told = ask("--archive", opened.address, "verify", "--tsa-root", str(other.root))
    assert (told.code, told.err) == (0, "")
    assert "1 time-stamp was not checked (by other authorities)" in told.out
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    told = ask("--archive", opened.address, "verify", "--tsa-root", str(Authority(stranger).root))
    assert told.code == 1
    assert "no time-stamp is by an authority under" in told.out


def test_time_stamps_that_nothing_here_reads_are_not_held_against_the_archive(
    opened: Connection,
    stamped: tuple[bytes, bytes],
    authority: Authority,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`rfc3161-client` comes with an extra."""
    monkeypatch.setitem(sys.modules, "rfc3161_client", None)
    told = ask("--archive", opened.address, "verify")
    assert (told.code, told.err) == (0, "")
    assert "1 time-stamp was not checked (--tsa-root FILE)" in told.out
    told = ask("--archive", opened.address, "verify", "--tsa-root", str(authority.root))
    assert told.code == 2
    assert "pip install" in told.err


def test_a_private_key_is_never_told_nor_recorded(archive: str, tmp_path: Path) -> None:
    """Where it is given for the verifier key, or among texts: it lies beside the archive."""
    plain, encrypted = tmp_path / "plain", tmp_path / "encrypted"
    make_key("news.example/plain", plain)
    make_key("news.example/encrypted", encrypted, "a passphrase")
    secret = plain.read_text().split("+", 4)[-1].strip()
    for key in (plain, plain.read_text(), encrypted):
        told = ask("--archive", archive, "verify", "--key", key)
        assert told.code == 2
        assert secret not in told.err
        assert "BEGIN" not in told.err
    for path in (plain, encrypted):
        told = ask("--archive", archive, "record", path, "--story", "ferry")
        assert told.code == 5
        assert "private key" in told.err


def test_a_file_of_authorities_that_cannot_be_read_is_told_also_where_nothing_is_stamped(
    opened: Connection, tmp_path: Path
) -> None:
    nothing, other = tmp_path / "missing.pem", tmp_path / "other.pem"
    other.write_text("no certificate")
    for path, words in ((nothing, "No such file"), (other, "not a file of certificates")):
        told = ask("--archive", opened.address, "verify", "--tsa-root", path)
        assert (told.code, told.out) == (5, "")
        assert str(path) in told.err
        assert words in told.err


def test_only_an_archive_s_time_stamps_are_checked_by_verify(opened: Connection) -> None:
    told = ask("--archive", opened.address, "verify", "note", "--tsa-root", "roots.pem")
    assert told.code == 2
    assert "openssl ts -verify" in told.err


def test_the_checkpoint_stands_where_no_token_is_had(
    opened: Connection, authority: Authority
) -> None:
    """The authority answers with something else, or with what it said to another."""
    authority.answer = None
    other = authority.reply(_query())
    granted_alone = bytes.fromhex("30053003020100")
    for answer in (b"not a token", b"", other, granted_alone):
        authority.answer = answer
        try:
            told = ask("--archive", opened.address, "checkpoint", "--tsa", authority.url)
        finally:
            authority.answer = None
        assert told.code == 6
        assert "no timestamp from" in told.err
        assert told.out.encode() == signed_head(opened).note
    assert stored_timestamps(opened, signed_head(opened).size) == []


def _query() -> bytes:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

    return TimestampRequestBuilder(b"another note", HashAlgorithm.SHA256).build().as_bytes()


def test_init_says_so_where_the_key_that_is_there_is_not_what_was_asked_for(
    tmp_path: Path,
) -> None:
    """Asked again for what it made, it prints the same key, whichever way it is asked."""
    key, other = tmp_path / "a.key", tmp_path / "other.key"
    init = ("--archive", tmp_path / "a.db", "init")
    made = ask(*init, "--key", key, "--origin", "port.example/log", "--format", "json").json
    for same in ((), ("--key", key), ("--origin", "port.example/log")):
        again = ask(*init, *same, "--format", "json").json
        assert (again["verifier_key"], again["made"]) == (made["verifier_key"], False)
    make_key("port.example/log", other)
    others: dict[str, tuple[str | Path, ...]] = {
        "new.key": ("--key", tmp_path / "new.key"),
        "other.key": ("--key", other),
        "port.example/log": ("--origin", "quay.example/log"),
        "passphrase": ("--key", key, "--passphrase"),
    }
    for word, asked in others.items():
        refused = ask(*init, *asked)
        assert (refused.code, refused.out, len(refused.err.splitlines())) == (4, "", 1), refused
        assert word in refused.err
    assert not (tmp_path / "new.key").exists()
