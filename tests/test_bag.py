"""A bag: other people's tools accept it, and nothing in it can be changed without showing.

The *custodian* has the archive and its key; the *forger* has neither, and may do anything to the
folder, also make manifests anew. A *perjurer* is a custodian who signs what the log does not say.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import validators
from authority import OPENSSL, Authority, serving
from evidence import make_signing_key, signed_archive, tell
from processes import unguard
from program import ask, ended, run, start
from variorum.adapters.connect import connect
from variorum.adapters.eventlog.codec import CLASSES
from variorum.adapters.exports.backup import lines as backup_lines
from variorum.adapters.exports.bag import verify
from variorum.adapters.exports.bag.bagit import Payload, encoded, listed
from variorum.adapters.exports.bag.holding import folder_name
from variorum.adapters.key_files import key_path, make_key, read_key, verifier_in
from variorum.adapters.tree.checkpoints import keyring, signed_head
from variorum.adapters.tree.rotation import rotate
from variorum.adapters.verification.archive import verify as verify_archive
from variorum.adapters.verification.checkpoints import Trust
from variorum.domain.asof import LAST_POSITION, Implied, InForce, Outcome
from variorum.domain.checkpoint import format_checkpoint
from variorum.domain.collection import append
from variorum.domain.commands import RecordCopy
from variorum.domain.content import Article, ContentRef, ErasedPart, NewContent, Note
from variorum.domain.events import (
    Event,
    KeyRotated,
    RevisionRecorded,
    RevisionRedated,
    StorySighted,
)
from variorum.domain.log import Recorded
from variorum.domain.signed_note import SignedNote, format_note
from variorum.domain.story import StoryState, evolve
from variorum.domain.streams import COLLECTION_STREAM
from variorum.domain.takedown import Erase, Restore, Restrict
from variorum.domain.times import Basis, Precision, PublishedTime

VERIFIER = Path(verify.__file__)
WHY = Note("asked for by a person named in it", "privacy", "court order 12/24")
CANARY = "Quillfeather"

Sign = Callable[[bytes], bytes]
Spoil = Callable[[Path], object]
"""Does something to the folder of a bag."""

LINES: list[dict[str, Any]] = [
    {
        "story": "ferry",
        "url": "https://example.org/ferry",
        "outlet": "Example Gazette",
        "zone": "Europe/Dublin",
        "published": "2024-03-01T08:00:00Z",
        "headline": "Ferry sails",
        "byline": "By A Reporter",
        "body": f"The ferry sails at noon.\n\nMany are aboard, {CANARY} among them.",
        "media": [{"caption": "The ferry at its pier", "credit": "Example Pictures"}],
        "route": "north",
    },
    {
        "story": "ferry",
        "published": "2024-03-01T09:30:00Z",
        "headline": "Ferry late",
        "body": f"The ferry sails at one.\n\nMany are aboard, {CANARY} among them.",
        "notices": [
            {
                "printed": "Correction: An earlier version gave a wrong number.",
                "kind": "correction",
                "rule": "label",
            }
        ],
        "weather": "fog",
    },
    {"story": "ferry", "captured": "2024-03-01T11:00:00Z", "status": "unreachable"},
    {
        "story": "Überfahrt.Nord",
        "captured": "2024-03-02T10:00:00.250000Z",
        "headline": "Die Fähre fährt nicht",
        "body": "Heute fährt keine Fähre; =1+1 sei nicht 3.",
    },
    {"story": "Überfahrt.Nord", "captured": "2024-03-03T10:00:00Z", "status": "gone"},
    {"story": "con", "captured": "2024-03-02T10:00:00Z", "body": "Another story altogether."},
]


@dataclass(frozen=True)
class Custody:
    """An archive, its key file, and the key that auditors have."""

    address: str
    key: verify.Key

    def export(self, target: Path, *arguments: str) -> Path:
        ran = ask("--archive", self.address, "export", "--format", "bag", "-o", target, *arguments)
        assert ran.code == 0, ran.err
        return target

    def sign(self, text: bytes) -> bytes:
        """A note of a text, by the key of now."""
        return signed(key_path(self.address, "main"), text)


def signed(path: Path, text: bytes) -> bytes:
    key = read_key(path, lambda _: "")
    return format_note(SignedNote(text, (key.sign(text),)))


def key_of(path: Path) -> verify.Key:
    return verify.parse_key(str(verifier_in(path)))


def made(address: str, folder: Path) -> Custody:
    """An archive with a few stories, of which the log was signed on the way."""

    def asked(*arguments: str | Path) -> None:
        ran = ask("--archive", address, *arguments)
        assert ran.code == 0, ran.err

    lines = folder / "lines.jsonl"
    asked("init")
    lines.write_text("".join(json.dumps(line) + "\n" for line in LINES[:3]))
    asked("import", lines)
    asked("checkpoint")
    lines.write_text("".join(json.dumps(line) + "\n" for line in LINES[3:]))
    asked("import", lines)
    asked("redate", "ferry@r2", "--published", "2024-03-01T09:45:00Z", "--why", "The log says so.")
    asked("note", "ferry@r1", "Found in a reader's letter.")
    asked("checkpoint")
    return Custody(address, key_of(key_path(address, "main")))


@pytest.fixture
def custody(address: str, tmp_path: Path) -> Custody:
    return made(address, tmp_path)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Custody:
    """An archive that many tests share; none of them records anything in it."""
    folder = tmp_path_factory.mktemp("custody")
    custody = made(str(folder / "archive.db"), folder)
    with connect(custody.address) as connection:
        erase = Erase("ferry", "editor", WHY, ErasedPart.PARAGRAPH, 1, 2, everywhere=True)
        connection.archive.erase(erase)
        connection.archive.restrict(Restrict("con", "editor", WHY))
    ask("--archive", custody.address, "checkpoint")
    return custody


@pytest.fixture(scope="module")
def bag(kept: Custody, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag of all of it."""
    return kept.export(tmp_path_factory.mktemp("bags") / "bag", "--all")


def failure(folder: Path, *keys: verify.Key) -> str:
    """What the verifier has against a bag."""
    with pytest.raises((verify.Failed, verify.Unreadable)) as caught:
        verify.check(folder, keys)
    said = str(caught.value)
    assert said
    assert "\n" not in said
    assert said.isprintable()
    return said


def contents_of(folder: Path) -> dict[str, bytes | None]:
    """All that a folder holds; folders and links as None."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        if path.is_file() and not path.is_symlink()
        else None
        for path in folder.rglob("*")
    }


def verifying(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The verifier as a program of its own, of which Python finds nothing of this project."""
    return subprocess.run(
        [sys.executable, "-I", *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def written_key(key: verify.Key) -> str:
    import base64

    encoded_key = base64.b64encode(b"\x01" + key.public).decode()
    return f"{key.name}+{key.id.hex()}+{encoded_key}"


# What others say of it.


def test_other_peoples_tools_accept_it(custody: Custody, tmp_path: Path) -> None:
    """bagit.py, the RO-Crate validator, the schemas of PREMIS and ninjs, prov, and Datasette."""
    bag = custody.export(tmp_path / "bag", "--all")
    data = bag / "data"
    validators.accepts_bagit(bag)
    validators.accepts_ro_crate(data)
    validators.accepts_premis(data / "premis.xml")
    validators.accepts_prov(data / "prov.json")
    validators.accepts_datasette(data / "archive.sqlite")
    items = sorted(data.rglob("*.ninjs.json"))
    assert len(items) == 5
    for path in items:
        validators.accepts_ninjs(path)
    for path in data.rglob("*.html"):
        validators.accepts_html(path)
    assert verify.check(bag, [custody.key]).verdict == "intact"


def test_other_peoples_tools_accept_it_after_a_takedown(kept: Custody, bag: Path) -> None:
    data = bag / "data"
    validators.accepts_bagit(bag)
    validators.accepts_ro_crate(data)
    validators.accepts_premis(data / "premis.xml")
    validators.accepts_prov(data / "prov.json")
    validators.accepts_datasette(data / "archive.sqlite", "revision")
    premis = (data / "premis.xml").read_text()
    assert "deletion" in premis
    assert "disallow" in premis


def test_the_checksums_are_those_of_the_systems_own_tools(bag: Path) -> None:
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
        subprocess.run(["sha256sum", "--check", "--quiet", name], cwd=bag, check=True)
    for path in (bag / "data" / "content").iterdir():
        if path.name != "absent.jsonl":
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name


def test_openssl_accepts_the_signature_as_the_page_says(
    kept: Custody, bag: Path, tmp_path: Path
) -> None:
    """The commands of VERIFY.md are run as they stand there, the key put in."""
    page = (bag / "data" / "VERIFY.md").read_text()
    start_at = page.index("    sed '")
    block = page[start_at : page.index("\n\n", start_at)]
    script = "\n".join(line[4:] for line in block.splitlines())
    script = script.replace("BASE64", written_key(kept.key).split("+", 2)[2])
    for name in ("text", "signature", "key.der"):
        script = script.replace(f"> {name}", f"> {tmp_path}/{name}")
        script = script.replace(f"-in {name}", f"-in {tmp_path}/{name}")
    script = script.replace("key key.der", f"key {tmp_path}/key.der")
    script = script.replace("-inkey key.der", f"-inkey {tmp_path}/key.der")
    script = script.replace("-sigfile signature", f"-sigfile {tmp_path}/signature")
    script = script.replace("grep sha256 text", f"grep sha256 {tmp_path}/text")
    done = subprocess.run(
        ["sh", "-ec", script], cwd=bag, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Signature Verified Successfully" in done.stdout


def test_tables_say_what_was_said(bag: Path) -> None:
    with contextlib.closing(sqlite3.connect(bag / "data" / "archive.sqlite")) as tables:
        rows = tables.execute("select story, revision, headline, held from revision").fetchall()
        late = tables.execute("select story, revision from latest_revision order by 1").fetchall()
        seen = tables.execute("select story, outcome from sighting order by position").fetchall()
        printed = tables.execute("select printed from correction").fetchall()
    assert rows == [
        ("con", 1, None, "restricted"),
        ("ferry", 1, "Ferry sails", "in part"),
        ("ferry", 2, "Ferry late", "in part"),
        ("Überfahrt.Nord", 1, "Die Fähre fährt nicht", "whole"),
    ]
    assert late == [("con", 1), ("ferry", 2), ("Überfahrt.Nord", 1)]
    assert seen == [("ferry", "unreachable"), ("Überfahrt.Nord", "gone")]
    assert len(printed) == 1


def test_states_have_names_that_every_file_system_takes(bag: Path) -> None:
    folders = {path.name for path in (bag / "data" / "states").iterdir()}
    assert {"ferry"} < folders
    assert all((name.isascii() and not name.startswith("con")) or "~" in name for name in folders)
    names = {path.name for path in (bag / "data" / "states" / "ferry").iterdir()}
    assert "20240301T080000Z-r1.txt" in names
    assert "20240301T094500Z-r2.ninjs.json" in names


def test_folders_of_stories_are_never_one() -> None:
    """Also where a file system does not tell capitals apart, or trims names."""
    ids = ("ferry", "Ferry", "FERRY", "con", "con.txt", "a.", "a", "ü", "u", "x" * 200)
    folders = [folder_name(story) for story in ids]
    assert len({folder.lower() for folder in folders}) == len(ids)
    assert all(len(folder) <= 100 and not folder.endswith(".") for folder in folders)
    assert folder_name("ferry") == "ferry"


def test_manifests_encode_what_would_break_their_lines() -> None:
    assert encoded("a%\r\nb") == "a%25%0D%0Ab"
    assert listed("data/a\nb", [b"x"]).line("sha256").count("\n") == 1


# The same request, the same bytes.


def test_the_same_request_makes_the_same_bytes(custody: Custody, tmp_path: Path) -> None:
    """Whatever was recorded, signed or exported since."""
    first = custody.export(tmp_path / "first", "--all", "--known-at", "#8")
    custody.export(tmp_path / "other", "ferry", "--known-at", "#6")
    ask("--archive", custody.address, "note", "ferry", "A note that comes later.")
    ask("--archive", custody.address, "checkpoint")
    second = custody.export(tmp_path / "second", "--all", "--known-at", "#8")
    assert contents_of(first) == contents_of(second)
    assert verify.check(second, [custody.key]).size == 8


def test_a_restored_archive_makes_the_same_bytes(
    custody: Custody, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """In the other kind of database."""
    other = str(tmp_path / "restored.db")
    if not custody.address.startswith("postgresql"):
        other = request.getfixturevalue("postgres_url")
    first = custody.export(tmp_path / "first", "--all", "--known-at", "#8")
    backup = tmp_path / "backup.jsonl"
    with connect(custody.address) as connection:
        lines = backup_lines(connection, connection.log.head().position)
        backup.write_bytes(b"".join(line + b"\n" for line in lines))
    assert ask("--archive", other, "import", backup).code == 0
    shutil.copy(key_path(custody.address, "main"), key_path(other, "main"))
    second = Custody(other, custody.key).export(tmp_path / "second", "--all", "--known-at", "#8")
    assert contents_of(first) == contents_of(second)


# What is in it.


def test_an_older_state_signs_no_bag(tmp_path: Path) -> None:
    """Not even of what was signed before it was restored, until the loss is accepted."""
    custody = made(str(tmp_path / "archive.db"), tmp_path)
    older = tmp_path / "older.db"
    with contextlib.closing(sqlite3.connect(custody.address)) as database:
        database.execute("vacuum into ?", (str(older),))
    archive = ("--archive", custody.address)
    assert ask(*archive, "note", "ferry", "A last word.").code == 0
    assert ask(*archive, "checkpoint").code == 0
    for end in ("-wal", "-shm"):
        Path(custody.address + end).unlink(missing_ok=True)
    older.replace(custody.address)
    asked = (*archive, "export", "ferry", "--format", "bag", "-o", tmp_path / "bag")
    refused = ask(*asked)
    assert refused.code == 1
    assert "--accept-restored" in refused.err
    assert not (tmp_path / "bag").exists()
    assert ask(*archive, "checkpoint", "--accept-restored").code == 0
    assert ask(*asked).code == 0


def test_a_bag_of_a_part_has_the_whole_log_and_the_content_of_the_part(
    kept: Custody, tmp_path: Path
) -> None:
    bag = kept.export(tmp_path / "bag", "ferry", "--at", "2024-03-01T08:30:00Z")
    report = verify.check(bag, [kept.key])
    assert (report.stories, report.revisions) == (1, 1)
    assert report.not_asked > 0
    whole = b"".join((bag / "data" / "log" / "events.jsonl").read_bytes().splitlines(True))
    assert b'"story/con"' in whole
    with connect(kept.address) as connection:
        lines = list(connection.log.lines(report.size))
    assert whole == b"".join(line + b"\n" for line in lines)
    held = b"".join(path.read_bytes() for path in (bag / "data" / "content").iterdir())
    assert b"at noon" in held
    assert b"at one" not in held


def test_a_bag_of_a_period(kept: Custody, tmp_path: Path) -> None:
    bag = kept.export(tmp_path / "bag", "ferry", "--from", "2024-03-01T09:40:00Z")
    assert verify.check(bag, [kept.key]).revisions == 2
    bag = kept.export(tmp_path / "later", "ferry", "--from", "2024-03-01T10:00:00Z")
    assert verify.check(bag, [kept.key]).revisions == 1


def test_what_was_left_out_of_a_bag_is_told(kept: Custody, tmp_path: Path) -> None:
    """What was asked for, and which revisions of these stories are not there."""
    bag = kept.export(tmp_path / "bag", "ferry", "--at", "2024-03-01 08:30")
    report = verify.check(bag, [kept.key])
    assert report.left_out == (("ferry", (2,)),)
    assert report.request == (
        "what was in force at 2024-03-01 08:30 (read as 2024-03-01T08:30:00Z), "
        f"of 1 of 3 stories, as known at #{report.size}"
    )
    ran = ask("verify", bag, "--key", written_key(kept.key))
    assert f"asked for: {report.request}\n" in ran.out
    assert "left out, by the log not in force then: ferry, 1 revision: r2\n" in ran.out
    body = json.loads(ask("verify", bag, "--key", written_key(kept.key), "--format", "json").out)
    assert body["request"] == report.request
    assert body["left_out"] == [{"story": "ferry", "revisions": ["r2"], "checked": True}]


_OUT = st.integers(0, 6)
_REVISION = st.tuples(_OUT, st.lists(st.tuples(st.none() | _OUT, st.integers(1, 7)), max_size=2))
_SIGHTING = st.tuples(_OUT, st.sampled_from(list(Outcome)), st.integers(1, 3))


@settings(max_examples=600)
@given(
    told=st.lists(_REVISION | _SIGHTING | st.tuples(st.integers(1, 3), _OUT), max_size=9),
    at=_OUT,
)
def test_the_verifier_knows_what_was_in_force(told: list[Any], at: int) -> None:
    """It works out from the lines of the log what the archive works out."""
    state, story, recorded, version = StoryState(), verify.Story(), 0, 0
    for version, each in enumerate(told):
        fields: dict[str, Any] = {
            "originator_id": "story/x",
            "originator_version": version,
            "actor": "a",
        }
        event: Event
        if len(each) == 3:
            moment, outcome, number = each
            of = number if outcome is Outcome.UNCHANGED else None
            event = StorySighted(**fields, at=moment, outcome=outcome, revision=of)
        elif isinstance(each[1], list):
            recorded += 1
            ref = ContentRef(recorded, 0, "0" * 64)
            implied = tuple(Implied(earliest, latest) for earliest, latest in each[1])
            event = RevisionRecorded(
                **fields, revision=recorded, published=_at(each[0]), article=ref, implied=implied
            )
        elif each[0] <= recorded:
            event = RevisionRedated(**fields, revision=each[0], published=_at(each[1]))
        else:
            continue
        placed = Recorded(version + 1, 0, event)
        state = evolve(state, placed)
        data = json.loads(event.model_dump_json())
        story.take({"position": version + 1, "topic": event.TOPIC, "data": data})
    answer = state.as_of(at, LAST_POSITION)
    assert story.at(at) == ({answer.dating.revision} if isinstance(answer, InForce) else set())


def _at(instant: int) -> PublishedTime:
    return PublishedTime(instant, instant, instant + 1, Precision.SECOND, Basis.STATED, "UTC")


def test_a_checkpoint_of_nobody_agrees_with_nothing(
    kept: Custody, bag: Path, tmp_path: Path
) -> None:
    """Counted and named are those that a trusted key has signed."""
    before = verify.check(bag, [kept.key])
    other = tmp_path / "other.key"
    make_key(kept.key.name, other)
    with copied(bag, tmp_path) as folder:
        note = folder / f"data/log/checkpoints/{before.checkpoints[0]}.note"
        note.write_bytes(signed(other, verify.parse_note(note.read_bytes(), "").text))
        rebag(folder, kept.sign)
        report = verify.check(folder, [kept.key])
        said = list(verify.lines(report))
    assert (before.untrusted, report.untrusted) == (0, 1)
    assert before.checkpoints == (int(note.stem), *report.checkpoints)
    sizes = ", ".join(f"#{size}" for size in report.checkpoints)
    assert said[2].endswith(f"checkpoints that agree: {len(report.checkpoints)} ({sizes})")


def test_what_was_erased_is_nowhere_and_accounted_for(kept: Custody, bag: Path) -> None:
    report = verify.check(bag, [kept.key])
    assert report.verdict == "erased with a record"
    assert len(report.erased) >= 2
    for path, data in contents_of(bag).items():
        assert data is None or CANARY.encode() not in data, path
    log = (bag / "data" / "log" / "events.jsonl").read_text().splitlines()
    for _, position in report.erased:
        assert json.loads(log[position - 1])["topic"] == "story.content-erased.1"
    assert "[erased]" in (bag / "data/states/ferry/20240301T080000Z-r1.txt").read_text()


@pytest.mark.parametrize("form", ["txt", "html", "json", "ninjs.json"])
def test_a_page_of_what_is_left_says_what_that_commits_to(form: str, bag: Path) -> None:
    """The commitment of the text that is shown is the name of a file; the erased one's is not."""
    said = (bag / f"data/states/ferry/20240301T080000Z-r1.{form}").read_text()
    named = set(re.findall(r"\b[0-9a-f]{64}\b", said))
    (shown,) = [each for each in named if (bag / "data/content" / each).exists()]
    assert b"[erased]" in (bag / "data/content" / shown).read_bytes()


def test_what_is_restricted_is_not_in_it_and_back_when_restored(
    custody: Custody, tmp_path: Path
) -> None:
    with connect(custody.address) as connection:
        connection.archive.restrict(Restrict("con", "editor", WHY))
    bag = custody.export(tmp_path / "bag", "con")
    report = verify.check(bag, [custody.key])
    assert report.verdict == "intact"
    assert report.withheld > 0
    assert not any(
        b"Another story altogether" in data for data in contents_of(bag).values() if data
    )
    with connect(custody.address) as connection:
        connection.archive.restore(Restore("con", "editor", WHY))
    report = verify.check(custody.export(tmp_path / "again", "con"), [custody.key])
    assert report.withheld == 0


def test_a_takedown_after_k_is_accounted_for_in_a_bag_as_known_by_k(
    custody: Custody, tmp_path: Path
) -> None:
    """The log of the bag goes on to the event that says why something is missing."""
    with connect(custody.address) as connection:
        known = connection.log.head().position
        connection.archive.erase(Erase("ferry", "editor", WHY, ErasedPart.REVISION, 1))
    bag = custody.export(tmp_path / "bag", "ferry", "--known-at", f"#{known}")
    report = verify.check(bag, [custody.key])
    assert report.verdict == "erased with a record"
    assert report.size == known + 1
    bag = custody.export(tmp_path / "other", "con", "--known-at", f"#{known}")
    assert verify.check(bag, [custody.key]).size == known


def test_a_key_that_was_changed_is_followed(custody: Custody, tmp_path: Path) -> None:
    """Who trusts the first key is led to the new one by the log; who trusts the new one too."""
    old = custody.key
    before = custody.export(tmp_path / "before", "--all")
    assert ask("--archive", custody.address, "rotate-key").code == 0
    new = key_of(key_path(custody.address, "main"))
    assert new != old
    assert verify.check(before, [old]).verdict == "intact"
    assert "not by a key that you trust" in failure(before, new)
    for name, known in (("after", None), ("early", "#8")):
        options = ("--known-at", known) if known else ()
        after = custody.export(tmp_path / name, "--all", *options)
        assert verify.check(after, [old]).signer.endswith(new.id.hex())
        assert verify.check(after, [new]).signer.endswith(new.id.hex())
    forged = tmp_path / "forged"
    shutil.copytree(after, forged)
    given_up = key_path(custody.address, "main")
    given_up = given_up.with_name(f"{given_up.name}.{old.id.hex()}")
    rebag(forged, lambda text: signed(given_up, text))
    assert "not by a key that you trust" in failure(forged, old)


@pytest.mark.parametrize("plan", ["SRS", "RR", "SRR", "SRSRR", "RSRRS"])
def test_whichever_key_an_auditor_has_leads_to_the_last(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plan: str
) -> None:
    """R: a new key, and nothing signed, as where `rotate-key` was interrupted; S: a checkpoint."""
    monkeypatch.setenv("VARIORUM_KEYS", str(tmp_path / "keys"))
    with connect(address, create=True) as connection:
        keys = [make_signing_key(connection)]
        for number, step in enumerate(f"{plan}S"):
            tell(connection, f"s{number}", 1)
            if step == "R":
                keys.append(rotate(connection, keyring(connection))[1])
            else:
                signed_head(connection)
        for key in keys:
            found = verify_archive(connection, Trust((key,))).checked
            assert found.findings == []
    bag = tmp_path / "bag"
    assert ask("--archive", address, "export", "--all", "--format", "bag", "-o", bag).code == 0
    for key in keys:
        report = verify.check(bag, [verify.Key(key.name, key.public_key)])
        assert report.signer.endswith(keys[-1].id.hex())
        assert report.untrusted == 0


def test_a_bag_as_known_between_a_new_key_and_its_handover_leads_to_it(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`rotate-key` was interrupted before both had signed, and something else was signed first."""
    monkeypatch.setenv("VARIORUM_KEYS", str(tmp_path / "keys"))
    with connect(address, create=True) as connection:
        first = make_signing_key(connection)
        tell(connection, "before", 1)
        rotate(connection, keyring(connection))
        rotated = connection.log.head().position
        tell(connection, "after", 2)
        signed_head(connection)
        signed_head(connection, rotated + 1)
    for known in (rotated - 1, rotated, rotated + 1, rotated + 2):
        bag = tmp_path / f"bag-{known}"
        ran = ask("--archive", address, "export", "before", "--known-at", f"#{known}", "--format",
                  "bag", "-o", bag)  # fmt: skip
        assert ran.code == 0, ran
        assert verify.check(bag, [verify.Key(first.name, first.public_key)]).untrusted == 0


@pytest.mark.parametrize("signers", [("own",), ("own", "given up")], ids="+".join)
def test_no_key_that_was_given_up_leads_to_another(
    custody: Custody, tmp_path: Path, signers: tuple[str, ...]
) -> None:
    """Whoever can write into the database, and has the old key, names a key of their own."""
    old = key_path(custody.address, "main")
    first = custody.key
    assert ask("--archive", custody.address, "rotate-key").code == 0
    second = key_of(old)
    genuine = custody.export(tmp_path / "genuine", "--all")
    for key in (first, second):
        assert verify.check(genuine, [key]).untrusted == 0
    given_up = read_key(old.with_name(f"{old.name}.{first.id.hex()}"), lambda _: "")
    old.unlink()
    make_key(first.name, old)
    own = read_key(old, lambda _: "")
    with connect(custody.address) as connection:
        connection.archive.record(
            RecordCopy("ferry", "intruder", Article(headline="Forged"), captured=1)
        )

        def decide(stream: list[Recorded]) -> tuple[Event, tuple[NewContent, ...]]:
            named = KeyRotated(
                originator_id=COLLECTION_STREAM,
                originator_version=len(stream),
                actor="intruder",
                name=own.verifier.name,
                public_key=own.verifier.public_key.hex(),
            )
            return named, ()

        append(connection.log, decide)
        head = signed_head(connection)
        text = format_checkpoint(head.checkpoint)
        keys = [{"own": own, "given up": given_up}[name] for name in signers]
        note = format_note(SignedNote(text, tuple(key.sign(text) for key in keys)))
        unguard(connection.database)
        with connection.database.write() as cursor:
            cursor.run(
                "update checkpoint set note = :note where size = :size",
                {"note": note, "size": head.size},
            )
    forged = custody.export(tmp_path / "forged", "--all")
    for key in (first, second):
        assert "not by a key that you trust" in failure(forged, key)
        public = base64.b64encode(bytes((1,)) + key.public).decode()
        given = f"{key.name}+{key.id.hex()}+{public}"
        ran = ask("--archive", custody.address, "verify", "--key", given)
        assert ran.code == 1
        assert "is signed by no key to which" in ran.err


def test_time_stamps_are_in_it_and_openssl_accepts_them(kept: Custody, tmp_path: Path) -> None:
    if OPENSSL is None:
        pytest.skip("there is no openssl to make an authority with")
    (tmp_path / "authority").mkdir()
    authority = Authority(tmp_path / "authority")
    with serving(authority) as url:
        ran = ask("--archive", kept.address, "checkpoint", "--tsa", url)
        assert ran.code == 0, ran.err
    bag = kept.export(tmp_path / "bag", "ferry")
    assert verify.check(bag, [kept.key]).tokens == 1
    (token,) = (bag / "data/log/tokens").iterdir()
    size = token.name.partition("-")[0]
    note = bag / "data/log/checkpoints" / f"{size}.note"
    if not note.exists():
        note = bag / "data/log/checkpoint.note"
    done = subprocess.run(
        [OPENSSL, "ts", "-verify", "-in", token, "-data", note, "-CAfile", authority.root],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in done.stdout + done.stderr


def test_what_was_erased_may_not_be_handed_out(custody: Custody, tmp_path: Path) -> None:
    """Whoever kept a copy of an erased text cannot put it back, not even with the key."""
    before = custody.export(tmp_path / "before", "ferry")
    with connect(custody.address) as connection:
        connection.archive.erase(Erase("ferry", "editor", WHY, ErasedPart.REVISION, 1))
    after = custody.export(tmp_path / "after", "ferry")
    absent = after / "data/content/absent.jsonl"
    lines = [json.loads(line) for line in absent.read_text().splitlines()]
    for erased in (line["commitment"] for line in lines if line["why"] == "erased"):
        shutil.copy(before / "data/content" / erased, after / "data/content" / erased)
    kept = (json.dumps(line) + "\n" for line in lines if line["why"] != "erased")
    absent.write_text("".join(kept))
    rebag(after, custody.sign)
    assert "said to be erased" in failure(after, custody.key)


# What a forger may try.


def rebag(folder: Path, sign: Sign | None = None) -> None:
    """Makes the manifests anew, as whoever has the folder can; signed by a key, if there is one."""
    data = folder / "data"
    files = sorted(
        (path.relative_to(folder).as_posix() for path in data.rglob("*") if path.is_file()),
        key=str.encode,
    )
    entries = [listed(path, [(folder / path).read_bytes()]) for path in files]
    tags: dict[str, bytes] = {"bagit.txt": (folder / "bagit.txt").read_bytes()}
    oxum = f"Payload-Oxum: {sum(each.size for each in entries)}.{len(entries)}".encode()
    info = (folder / "bag-info.txt").read_bytes()
    tags["bag-info.txt"] = re.sub(rb"(?m)^Payload-Oxum:.*$", oxum, info)
    for algorithm in ("sha256", "sha512"):
        lines = [each.line(algorithm) for each in entries]
        tags[f"manifest-{algorithm}.txt"] = "".join(lines).encode()
    text = verify.FORMAT + "\n"
    for name in sorted(tags):
        text += f"sha256 {hashlib.sha256(tags[name]).hexdigest()} {name}\n"
    note = (folder / "signature.note").read_bytes()
    tags["signature.note"] = sign(text.encode()) if sign else note
    listing = [listed(name, [tags[name]]) for name in sorted(tags)]
    for algorithm in ("sha256", "sha512"):
        lines = [each.line(algorithm) for each in listing]
        tags[f"tagmanifest-{algorithm}.txt"] = "".join(lines).encode()
    for name, content in tags.items():
        (folder / name).write_bytes(content)


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _bytes(draw: st.DrawFn, path: Path) -> None:
    """Flips, cuts, removes or puts in bytes."""
    data = path.read_bytes()
    at = draw(st.integers(0, len(data)))
    match draw(st.sampled_from(("flip", "cut", "remove", "insert", "case"))):
        case "flip" if at < len(data):
            bits = draw(st.integers(1, 255))
            data = data[:at] + bytes([data[at] ^ bits]) + data[at + 1 :]
        case "cut":
            data = data[:at]
        case "remove":
            data = data[:at] + data[at + draw(st.integers(1, 40)) :]
        case "insert":
            more = draw(st.sampled_from((b"\n", b"\0", b" ", b"00", b"\xff")))
            data = data[:at] + more + data[at:]
        case _:
            data = data[:at] + data[at:].swapcase()
    path.write_bytes(data)


def _lines(draw: st.DrawFn, path: Path) -> None:
    """Removes, repeats, moves or adds a line."""
    lines = path.read_bytes().splitlines(keepends=True)
    assume(lines)
    at = draw(st.integers(0, len(lines) - 1))
    other = draw(st.integers(0, len(lines) - 1))
    match draw(st.sampled_from(("remove", "repeat", "swap", "end", "carriage return", "reverse"))):
        case "remove":
            del lines[at]
        case "repeat":
            lines.insert(other, lines[at])
        case "swap":
            lines[at], lines[other] = lines[other], lines[at]
        case "end":
            lines.insert(at, b"\n")
        case "carriage return":
            lines[at] = lines[at].rstrip(b"\n") + b"\r\n"
        case _:
            lines.reverse()
    path.write_bytes(b"".join(lines))


def _files(draw: st.DrawFn, folder: Path, path: Path) -> None:
    """Adds, removes, renames, swaps or links a file, or adds a folder."""
    other = draw(st.sampled_from(files_of(folder)))
    names = ("x", ".hidden", "a b", "..", "-r", "CON", "x\\y", "é", "x\ny", "%2e%2e", "c:x", "x~")
    name = path.with_name(draw(st.sampled_from(names)))
    ways = ("remove", "rename", "copy", "swap", "folder", "link", "pipe", "over")
    match draw(st.sampled_from(ways)):
        case "remove":
            path.unlink()
        case "rename" if not name.exists():
            path.rename(name)
        case "copy" if not name.exists():
            shutil.copy(other, name)
        case "swap":
            one, two = path.read_bytes(), other.read_bytes()
            path.write_bytes(two)
            other.write_bytes(one)
        case "folder" if not name.exists():
            name.mkdir()
        case "link":
            path.rename(folder.parent / "elsewhere")
            path.symlink_to(folder.parent / "elsewhere")
        case "pipe":
            path.unlink()
            os.mkfifo(path)
        case _:
            path.write_bytes(other.read_bytes())


@contextlib.contextmanager
def copied(bag: Path, tmp_path: Path) -> Generator[Path]:
    """A bag to be spoilt."""
    place = tmp_path / f"copy-{time.monotonic_ns()}"
    folder = place / "bag"
    shutil.copytree(bag, folder)
    try:
        yield folder
    finally:
        shutil.rmtree(place)


often = settings(
    max_examples=150,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.filter_too_much,  # what changes nothing is no forgery
    ],
)


@often
@given(data=st.data())
def test_whatever_is_changed_shows(
    data: st.DataObject, kept: Custody, bag: Path, tmp_path: Path
) -> None:
    """Any byte, line or file; also where all manifests are made anew, and where another signs."""
    with copied(bag, tmp_path) as folder:
        before = contents_of(folder)
        data.draw(forgeries_of(folder))
        assume(contents_of(folder) != before)
        anew = data.draw(st.sampled_from(("as it is", "bagged anew", "signed by another")))
        if anew != "as it is" and all((folder / name).is_file() for name in verify.TAG_FILES):
            other = tmp_path / "another.key"
            if not other.exists():
                make_key(kept.key.name, other)
            with contextlib.suppress(UnicodeEncodeError, OSError):
                rebag(folder, (lambda text: signed(other, text)) if anew[0] == "s" else None)
            assume(contents_of(folder) != before)
        around = sorted(folder.parent.iterdir())
        failure(folder, kept.key)
        assert sorted(folder.parent.iterdir()) == around


def forgeries_of(folder: Path) -> st.SearchStrategy[None]:
    """Spoils a bag when it is drawn."""

    @st.composite
    def spoil(draw: st.DrawFn) -> None:
        path = draw(st.sampled_from(files_of(folder)))
        kind = draw(st.sampled_from(("bytes", "bytes", "lines", "files")))
        if kind == "bytes":
            _bytes(draw, path)
        elif kind == "lines":
            _lines(draw, path)
        else:
            _files(draw, folder, path)

    return spoil()


# What a perjurer may sign: the verifier believes the log, and nothing that does not follow from it.


def edited(folder: Path, name: str, edit: Callable[[Any], Any]) -> None:
    """Changes a JSON file of the payload."""
    path = folder / "data" / name
    body = json.loads(path.read_bytes())
    path.write_text(json.dumps(edit(body) or body, ensure_ascii=False, indent=1) + "\n")


def relined(folder: Path, name: str, edit: Callable[[list[bytes]], object]) -> None:
    """Changes the lines of a file of the payload."""
    path = folder / "data" / name
    lines = path.read_bytes().splitlines(keepends=True)
    edit(lines)
    path.write_bytes(b"".join(lines))


def a_content(folder: Path, said: bytes) -> Path:
    """The file of the content that says something."""
    return next(
        path for path in (folder / "data" / "content").iterdir() if said in path.read_bytes()
    )


def says_erased(folder: Path) -> None:
    gone = a_content(folder, "Heute fährt".encode())
    gone.unlink()
    erased = next(
        json.loads(line)
        for line in (folder / "data/content/absent.jsonl").read_text().splitlines()
        if json.loads(line)["why"] == "erased"
    )
    line = json.dumps({**erased, "commitment": gone.name}).encode() + b"\n"
    relined(folder, "content/absent.jsonl", lambda lines: lines.append(line))


def says_not_asked(folder: Path) -> None:
    gone = a_content(folder, "Heute fährt".encode())
    gone.unlink()
    line = {"commitment": gone.name, "why": "not asked for", "by": None}
    relined(
        folder,
        "content/absent.jsonl",
        lambda lines: lines.append(json.dumps(line).encode() + b"\n"),
    )


def says_restricted(folder: Path) -> None:
    gone = a_content(folder, "Heute fährt".encode())
    gone.unlink()
    line = {"commitment": gone.name, "why": "restricted", "by": -1}
    relined(
        folder,
        "content/absent.jsonl",
        lambda lines: lines.append(json.dumps(line).encode() + b"\n"),
    )


def _without(key: str, value: str) -> Callable[[Any], Any]:
    def edit(request: Any) -> None:
        request["stories"] = [each for each in request["stories"] if each[key] != value]

    return edit


def _of_fewer_revisions(request: Any) -> None:
    for each in request["stories"]:
        del each["revisions"][1:]


def narrowed(folder: Path, at: object, *, instant: object = None) -> None:
    """Says that a moment was asked for, and keeps back what else there is of a story."""
    request = json.loads((folder / "data/request.json").read_bytes())
    known = request["known"]
    log = (folder / "data/log/events.jsonl").read_bytes()
    lines = [json.loads(each) for each in log.splitlines()]
    gone = next(
        each
        for each in lines[:known]
        if each["stream"] == "story/ferry" and each["data"].get("revision") == 2
    )
    (folder / f"data/log/proofs/{gone['position']}.tlog-proof").unlink()
    for each in ("article", "source"):
        ref = gone["data"][each]["content"] if each == "source" else gone["data"][each]
        path = folder / "data/content" / ref["commitment"]
        if path.exists():
            path.unlink()
            line = {"commitment": path.name, "why": "not asked for", "by": None}
            relined(folder, "content/absent.jsonl", _ending(json.dumps(line).encode() + b"\n"))
    for path in (folder / "data/states/ferry").glob("*-r2.*"):
        path.unlink()

    def edit(request: Any) -> None:
        request["at"] = at
        for each in request["stories"]:
            each["at"] = instant
            each["revisions"] = [n for n in each["revisions"] if (each["story"], n) != ("ferry", 2)]

    edited(folder, "request.json", edit)


def _ending(line: bytes) -> Callable[[list[bytes]], None]:
    return lambda lines: lines.append(line)


LATER = 1_709_553_600_000_000  # 2024-03-04T12:00:00Z

PERJURIES: dict[str, tuple[Spoil, str]] = {
    "a content is left out": (
        lambda folder: a_content(folder, "Heute fährt".encode()).unlink(),
        "no record of why",
    ),
    "a content is said to be erased that was not": (says_erased, "no record of why"),
    "a content is said not to be asked for": (says_not_asked, "no record of why"),
    "a content is said to be restricted by no event": (says_restricted, "absent.jsonl"),
    "a content is of no event": (
        lambda folder: (
            folder / "data/content" / hashlib.sha256(b"x" * 40).hexdigest()
        ).write_bytes(b"x" * 40),
        "no event of these stories commits to it",
    ),
    "a content is another": (
        lambda folder: a_content(folder, "Heute fährt".encode()).write_bytes(b"x" * 40),
        "its SHA-256 is not its name",
    ),
    "an event is changed": (
        lambda folder: relined(
            folder,
            "log/events.jsonl",
            lambda lines: lines.__setitem__(3, lines[3].replace(b'"local"', b'"other"')),
        ),
        "position 4",
    ),
    "an event is left out": (
        lambda folder: relined(folder, "log/events.jsonl", lambda lines: lines.pop(4)),
        "position 5",
    ),
    "the last event is left out": (
        lambda folder: relined(folder, "log/events.jsonl", lambda lines: lines.pop()),
        "events, this one",
    ),
    "an event is there twice": (
        lambda folder: relined(folder, "log/events.jsonl", lambda lines: lines.append(lines[-1])),
        "says that it is",
    ),
    "an event is written otherwise": (
        lambda folder: relined(
            folder,
            "log/events.jsonl",
            lambda lines: lines.__setitem__(3, lines[3].replace(b":", b": ", 1)),
        ),
        "not written as an event's line is",
    ),
    "an event is of a kind that nobody knows": (
        lambda folder: relined(
            folder,
            "log/events.jsonl",
            lambda lines: lines.__setitem__(
                slice(None),
                [each.replace(b"revision-recorded.1", b"revision-recorded.2") for each in lines],
            ),
        ),
        "story.revision-recorded.2 is no kind of event",
    ),
    "time goes backwards": (
        lambda folder: relined(
            folder,
            "log/events.jsonl",
            lambda lines: lines.__setitem__(
                3, lines[3].replace(b'"recorded_at":', b'"recorded_at":1,"x":')
            ),
        ),
        "not the line of an event",
    ),
    "a story is left out": (
        lambda folder: edited(folder, "request.json", _without("story", "con")),
        "proof for each revision",
    ),
    "a revision is left out": (
        lambda folder: edited(folder, "request.json", _of_fewer_revisions),
        "proof for each revision",
    ),
    "a proof is left out": (
        lambda folder: next((folder / "data/log/proofs").iterdir()).unlink(),
        "missing",
    ),
    "a proof is that of another": (
        lambda folder: (lambda paths: paths[0].write_bytes(paths[1].read_bytes()))(
            sorted((folder / "data/log/proofs").iterdir())
        ),
        "does not prove",
    ),
    "a checkpoint is that of another size": (
        lambda folder: (lambda paths: paths[0].write_bytes(paths[1].read_bytes()))(
            sorted((folder / "data/log/checkpoints").iterdir())
        ),
        "not an earlier checkpoint",
    ),
    "a checkpoint is of nothing": (
        lambda folder: (folder / "data/log/checkpoints/0.note").write_bytes(
            re.sub(
                rb"(?m)^[0-9]+$",
                b"0",
                min((folder / "data/log/checkpoints").iterdir()).read_bytes(),
                count=1,
            )
        ),
        "not an earlier checkpoint",
    ),
    "a consistency proof is empty": (
        lambda folder: edited(
            folder,
            "log/consistency/" + min(p.name for p in (folder / "data/log/consistency").iterdir()),
            lambda body: {**body, "hashes": []},
        ),
        "does not prove that the one begins with the other",
    ),
    "a consistency proof is left out": (
        lambda folder: min((folder / "data/log/consistency").iterdir()).unlink(),
        "missing",
    ),
    "a revision is kept back as of a moment that is none": (
        lambda folder: narrowed(folder, 1),
        "does not say what was asked for",
    ),
    "a revision is kept back as of a moment at which it stood": (
        lambda folder: narrowed(folder, "2024-03-04T12:00:00Z", instant=LATER),
        "by the log, r2",
    ),
    "a moment is read as another": (
        lambda folder: narrowed(folder, "2024-03-04T12:00:00Z", instant=LATER - 1),
        "not the instants of",
    ),
    "all is a word that says it": (
        lambda folder: edited(folder, "request.json", lambda body: {**body, "all": []}),
        "does not say what was asked for",
    ),
    "all is one": (
        lambda folder: edited(folder, "request.json", lambda body: {**body, "all": 1}),
        "does not say what was asked for",
    ),
    "the request says more": (
        lambda folder: edited(folder, "request.json", lambda body: {**body, "more": True}),
        "not of a bag of this form",
    ),
    "a file is there that no bag has": (
        lambda folder: (folder / "data/extra.txt").write_text("x"),
        "data/extra.txt: not a file that a bag has",
    ),
    "a state is of a revision that was not asked for": (
        lambda folder: (folder / "data/states/ferry/20240301T080000Z-r7.txt").write_text("x"),
        "of nothing that was asked for",
    ),
    "a state is there twice": (
        lambda folder: (folder / "data/states/ferry/20240301T070000Z-r1.txt").write_text("x"),
        "of nothing that was asked for",
    ),
    "a state is left out": (
        lambda folder: next((folder / "data/states/ferry").glob("*-r1.txt")).unlink(),
        "not each form of r1",
    ),
    "the request is no object": (
        lambda folder: (folder / "data/request.json").write_text("[]"),
        "not a JSON object",
    ),
    "the request is deep": (
        lambda folder: (folder / "data/request.json").write_text("[" * 100_000),
        "not JSON",
    ),
    "a number of the request is a text": (
        lambda folder: edited(folder, "request.json", lambda body: {**body, "size": "7"}),
        "data/request.json",
    ),
    "a number is too long to be read": (
        lambda folder: relined(
            folder,
            "log/events.jsonl",
            lambda lines: lines.__setitem__(0, b'{"position":' + b"9" * 5000 + b"}\n"),
        ),
        "position 1",
    ),
}


@pytest.mark.parametrize("perjury", PERJURIES)
def test_a_signature_does_not_make_it_true(
    perjury: str, kept: Custody, bag: Path, tmp_path: Path
) -> None:
    spoil, said = PERJURIES[perjury]
    with copied(bag, tmp_path) as folder:
        spoil(folder)
        rebag(folder, kept.sign)
        assert said in failure(folder, kept.key)


def test_the_verifier_knows_every_kind_of_event_of_a_story() -> None:
    assert {each for each in CLASSES if each.startswith("story.")} == verify.OF_STORIES


def longer(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


@pytest.mark.parametrize(
    "name",
    [
        "data/timeline.csv",
        "data/premis.xml",
        "data/log/proofs/*.tlog-proof",
        "data/content/[0-9a-f]*",
        "data/states/ferry/*-r1.txt",
        "bagit.txt",
        "bag-info.txt",
        "manifest-sha256.txt",
        "manifest-sha512.txt",
    ],
)
@pytest.mark.parametrize("spoil", [Path.unlink, longer])
def test_the_file_that_is_wrong_is_named(
    name: str, spoil: Callable[[Path], None], kept: Custody, bag: Path, tmp_path: Path
) -> None:
    """Not the one that counts them all; where one is gone, and where it has a byte too many."""
    with copied(bag, tmp_path) as folder:
        path = min(folder.glob(name))
        spoil(path)
        assert failure(folder, kept.key).startswith(f"{path.relative_to(folder).as_posix()}: ")


def test_what_is_bagged_anew_by_the_custodian_is_intact(
    kept: Custody, bag: Path, tmp_path: Path
) -> None:
    """The tests' own bagging is right: where it changes nothing, nothing is found."""
    with copied(bag, tmp_path) as folder:
        before = contents_of(folder)
        rebag(folder, kept.sign)
        assert contents_of(folder) == before


# Bad input.


def test_the_wrong_key(kept: Custody, bag: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    make_key(kept.key.name, other)
    assert "not by a key that you trust" in failure(bag, key_of(other))
    assert verify.check(bag, [key_of(other), kept.key]).verdict


def without_tag_files(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file():
            path.unlink()


BAD_BAGS: dict[str, tuple[Spoil, str]] = {
    "no folder": (lambda folder: shutil.rmtree(folder), "no such folder"),
    "not a bag": (
        without_tag_files,
        "not a bag",
    ),
    "no payload": (
        lambda folder: shutil.rmtree(folder / "data"),
        "data/log/checkpoint.note: missing",
    ),
    "empty folder": (lambda folder: (folder / "empty").mkdir(), "an empty folder"),
    "link to a file": (lambda folder: (folder / "data/log/x").symlink_to("/etc/passwd"), "a link"),
    "link to a folder": (lambda folder: (folder / "data/states/x").symlink_to(folder), "a link"),
    "name with dots": (
        lambda folder: (folder / "data/..x").write_text(""),
        "not a name that a bag has",
    ),
    "pipe": (lambda folder: os.mkfifo(folder / "data/pipe"), "not a file"),
    "fetch.txt": (
        lambda folder: (folder / "fetch.txt").write_text("x"),
        "not a file that a bag has",
    ),
    "note cut short": (
        lambda folder: os.truncate(folder / "signature.note", 40),
        "not a signed note",
    ),
    "note of a terabyte": (
        lambda folder: os.truncate(folder / "signature.note", 1 << 40),
        "larger than",
    ),
    "information of a terabyte": (
        lambda folder: os.truncate(folder / "bag-info.txt", 1 << 40),
        "larger than",
    ),
    "manifest of terabytes": (
        lambda folder: os.truncate(folder / "manifest-sha256.txt", 1 << 42),
        "a line for each",
    ),
    "payload of terabytes": (
        lambda folder: os.truncate(folder / "data/premis.xml", 1 << 42),
        "data/premis.xml",
    ),
}


@pytest.mark.parametrize("bad", BAD_BAGS)
def test_bad_bags_are_told_in_a_line(bad: str, kept: Custody, bag: Path, tmp_path: Path) -> None:
    """Without reading what is declared larger than it can be."""
    spoil, said = BAD_BAGS[bad]
    with copied(bag, tmp_path) as folder:
        spoil(folder)
        assert said in failure(folder, kept.key)


def test_a_payload_that_declares_terabytes_is_not_read(
    kept: Custody, bag: Path, tmp_path: Path
) -> None:
    """Also where its manifests and its Oxum declare it: no trusted key has signed that."""
    with copied(bag, tmp_path) as folder:
        size = (folder / "data/premis.xml").stat().st_size
        rest = 1 << 42
        info = (folder / "bag-info.txt").read_text()
        (old,) = [line for line in info.splitlines() if line.startswith("Payload-Oxum")]
        count, files = old.split(": ")[1].split(".")
        new = f"Payload-Oxum: {int(count) - size + rest}.{files}"
        (folder / "bag-info.txt").write_text(info.replace(old, new))
        os.truncate(folder / "data/premis.xml", rest)
        assert "signature.note" in failure(folder, kept.key)


def test_nothing_of_a_stranger_is_held_in_memory(kept: Custody, bag: Path, tmp_path: Path) -> None:
    """Also beside genuine checkpoints, which anybody may have: many objects fit into a request."""
    other = tmp_path / "other.key"
    make_key(kept.key.name, other)
    with copied(bag, tmp_path) as folder:
        (folder / "data/request.json").write_text('{"stories":[' + "{}," * 100 + "{}]}")
        assert failure(folder, kept.key) == "data/request.json: not as the manifests list it"
        rebag(folder, lambda text: signed(other, text))
        assert "not by a key that you trust" in failure(folder, kept.key)


@pytest.mark.parametrize("line", ["../../outside", "/etc/passwd", "data/%2e%2e/x", "C:\\x"])
def test_a_path_that_climbs_out_of_the_bag(
    line: str, kept: Custody, bag: Path, tmp_path: Path
) -> None:
    with copied(bag, tmp_path) as folder:
        (folder.parent / "outside").write_text("x")
        for algorithm in ("sha256", "sha512"):
            path = folder / f"manifest-{algorithm}.txt"
            digest = hashlib.new(algorithm, b"x").hexdigest()
            lines = path.read_text().splitlines()
            path.write_text("".join(f"{each}\n" for each in [f"{digest}  {line}", *lines[1:]]))
        failure(folder, kept.key)
        assert (folder.parent / "outside").read_text() == "x"


@pytest.mark.parametrize(
    "text", ["", "name", "a+b+c", "name+00000000+AQ==", "variorum/main+0+%%%", "a+b"]
)
def test_what_is_not_a_key(text: str) -> None:
    with pytest.raises(verify.Unreadable):
        verify.parse_key(text)


# As a program.


def test_the_verifier_stands_alone(kept: Custody, bag: Path, tmp_path: Path) -> None:
    """From the bag or from elsewhere, with the key or a file of it; the folder stays as it is."""
    before = contents_of(bag)
    (tmp_path / "key.txt").write_text(written_key(kept.key) + "\n")
    alone = tmp_path / "verify.py"
    shutil.copy(VERIFIER, alone)
    for arguments in (
        (bag / "data" / "verify.py", "--key", written_key(kept.key)),
        (bag / "data" / "verify.py", "--key", tmp_path / "key.txt", bag),
        (alone, "--key", tmp_path / "key.txt", bag),
    ):
        done = verifying(tmp_path, *arguments)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("erased with a record: ")
    assert contents_of(bag) == before


EXITS: dict[str, tuple[Spoil, int, str]] = {
    "changed": (
        lambda folder: (folder / "data/premis.xml").write_text("x"),
        1,
        "tampered: data/premis.xml",
    ),
    "gone": (lambda folder: shutil.rmtree(folder), 5, "verify.py: "),
    "truncated": (
        lambda folder: os.truncate(folder / "signature.note", 70),
        1,
        "tampered: signature.note",
    ),
}


@pytest.mark.parametrize("spoilt", EXITS)
def test_the_verifier_exits_with_a_code_and_a_line(
    spoilt: str, kept: Custody, bag: Path, tmp_path: Path
) -> None:
    spoil, code, said = EXITS[spoilt]
    with copied(bag, tmp_path) as folder:
        spoil(folder)
        done = verifying(tmp_path, VERIFIER, "--key", written_key(kept.key), folder)
        assert done.returncode == code
        (line,) = (done.stdout + done.stderr).splitlines()
        assert line.startswith(said)
        ran = ask("verify", folder, "--key", written_key(kept.key))
        assert ran.code == code
        if folder.exists():
            assert line.split(": ", 1)[1] in ran.out + ran.err


def test_the_verifier_may_speak_to_nobody(kept: Custody, bag: Path) -> None:
    """Its exit code is the verdict's where standard output is closed, not that of tampering."""
    program = f'exec "$0" -I "$1" --key "{written_key(kept.key)}" "$2" >&-'
    done = subprocess.run(
        ["/bin/sh", "-c", program, sys.executable, VERIFIER, bag],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_key_out_of_the_bag_is_refused(kept: Custody, bag: Path, tmp_path: Path) -> None:
    with copied(bag, tmp_path) as folder:
        (folder / "data" / "key").write_text(written_key(kept.key))
        done = verifying(tmp_path, VERIFIER, "--key", folder / "data" / "key", folder)
        ran = ask("verify", folder, "--key", folder / "data" / "key")
    for code, said in ((done.returncode, done.stderr), (ran.code, ran.err)):
        assert code == 2
        assert "proves nothing" in said


def test_a_key_that_no_file_can_be_called_is_none(bag: Path, tmp_path: Path) -> None:
    """Whoever is told so need not read all of it again."""
    for text in ("x" * 6000, "a+" + "x" * 6000, "/" + "x" * 6000):
        done = verifying(tmp_path, VERIFIER, "--key", text, bag)
        ran = ask("verify", bag, "--key", text)
        for code, said in ((done.returncode, done.stderr), (ran.code, ran.err)):
            assert code == 2
            assert len(said) < 1000


def test_who_reads_the_first_line_only_hears_no_complaint(
    kept: Custody, bag: Path, tmp_path: Path
) -> None:
    """Nor is the verdict another, were the pipe closed before anything is said."""
    program = f'"$0" -I "$1" --key "{written_key(kept.key)}" "$2"; echo "$?" >&2'
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        ["/bin/sh", "-c", program, sys.executable, VERIFIER, bag],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    os.close(writing)
    assert done.stderr == "0\n"


def test_the_verifier_needs_a_key(bag: Path, tmp_path: Path) -> None:
    for arguments in ((), ("--key", "no-such-file"), ("--key", "a+b+c")):
        done = verifying(tmp_path, VERIFIER, *arguments, bag)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_the_product_and_the_verifier_say_the_same(
    kept: Custody, bag: Path, tmp_path: Path
) -> None:
    done = verifying(tmp_path, VERIFIER, "--key", written_key(kept.key), bag)
    ran = ask("verify", bag, "--key", written_key(kept.key))
    assert ran.code == 0
    assert ran.out == done.stdout


# Exporting.


def test_an_archive_without_a_key_says_what_to_do(tmp_path: Path) -> None:
    address = str(tmp_path / "archive.db")
    with connect(address, create=True):
        pass
    ran = ask("--archive", address, "export", "--all", "--format", "bag", "-o", tmp_path / "bag")
    assert ran.code == 3
    assert "`variorum init` makes one" in ran.err
    assert not (tmp_path / "bag").exists()


def test_a_key_that_is_not_there_says_so(custody: Custody, tmp_path: Path) -> None:
    key_path(custody.address, "main").unlink()
    archive = ("--archive", custody.address)
    ran = ask(*archive, "export", "--all", "--format", "bag", "-o", tmp_path / "bag")
    assert ran.code == 3
    assert "is not in" in ran.err


def test_an_export_takes_no_place_that_is_taken(kept: Custody, bag: Path) -> None:
    archive = ("--archive", kept.address)
    before = contents_of(bag)
    ran = ask(*archive, "export", "--all", "--format", "bag", "-o", bag)
    assert ran.code == 6
    assert "not empty" in ran.err
    assert contents_of(bag) == before
    assert ask(*archive, "export", "--all", "--format", "bag").code == 2


def test_a_story_that_was_not_known_yet(kept: Custody, tmp_path: Path) -> None:
    archive = ("--archive", kept.address)
    for wanted in (("con", "--known-at", "#3"), ("nobody",)):
        ran = ask(*archive, "export", *wanted, "--format", "bag", "-o", tmp_path / "bag")
        assert ran.code == 3
    assert not (tmp_path / "bag").exists()


def test_an_export_is_entered_in_the_register(custody: Custody, tmp_path: Path) -> None:
    """With the digest of its manifest, so that a bag that turns up can be told to be that one."""
    bag = custody.export(tmp_path / "bag", "ferry")
    with connect(custody.address) as connection:
        head = connection.log.head().position
        issued = connection.log.at(head).event
    manifest = (bag / "manifest-sha256.txt").read_bytes()
    assert issued.TOPIC == "collection.export-issued.1"
    assert getattr(issued, "digest", None) == hashlib.sha256(manifest).hexdigest()
    assert getattr(issued, "format", None) == "bag"


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_export_leaves_nothing(tmp_path: Path, sent: signal.Signals) -> None:
    """Neither the folder nor a draft of it, and no entry in the register."""
    address = str(tmp_path / "archive.db")
    assert ask("--archive", address, "init").code == 0
    many = tmp_path / "many.jsonl"
    with many.open("w") as file:
        for number in range(4000):
            captured = f"2024-03-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}Z"
            line = {"story": f"s{number % 400}", "captured": captured, "body": f"Text {number}."}
            file.write(json.dumps(line) + "\n")
    assert ask("--archive", address, "import", many).code == 0
    target = tmp_path / "out" / "bag"
    target.parent.mkdir()
    process = start("--archive", address, "export", "--all", "--format", "bag", "-o", target)
    while process.poll() is None and not any(target.parent.glob(".*/data/content/*")):
        time.sleep(0.01)
    process.send_signal(sent)
    if sent is not signal.SIGINT:
        time.sleep(0.005)
        process.send_signal(sent)  # as `timeout` does, and a shell whose terminal is closed
    ran = ended(process)
    assert (ran.code, ran.err) == ((130, "interrupted\n") if sent is signal.SIGINT else (-sent, ""))
    assert list(target.parent.iterdir()) == []
    with connect(address) as connection:
        head = connection.log.head().position
        assert connection.log.at(head).event.TOPIC != "collection.export-issued.1"


def test_a_failing_disk_leaves_nothing(kept: Custody, tmp_path: Path) -> None:
    ran = run("--archive", kept.address, "export", "--all", "--format", "bag", "-o", "/proc/bag")
    assert ran.code == 6
    assert "cannot write" in ran.err
    assert "Traceback" not in ran.err


def test_a_bag_is_written_in_order(tmp_path: Path) -> None:
    """The payload is listed by path as bytes, whatever the order of writing."""
    folder = tmp_path / "bag"
    folder.mkdir()
    with contextlib.closing(Payload(folder)) as payload:
        for name in ("b", "a/c", "a-b", "a/b"):
            payload.write(name, [name.encode()])
        payload.finish({"X": "y"}, "form", lambda text: text)
    lines = (folder / "manifest-sha256.txt").read_text().splitlines()
    assert [line.split("  ")[1] for line in lines] == ["data/a-b", "data/a/b", "data/a/c", "data/b"]
    assert (folder / "bag-info.txt").read_text() == "Payload-Oxum: 10.4\nX: y\n"


def test_stories_that_are_one_and_described_anew_are_whole_in_a_bag(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reasons of it are contents like others: the verifier wants them, and the bag has them."""
    monkeypatch.setenv("VARIORUM_KEYS", str(tmp_path / "keys"))
    key = str(signed_archive(address))
    for change in (
        ("describe", "quay", "--zone", "Europe/Oslo", "--why", "it is in Oslo"),
        ("merge", "crane", "quay", "--why", "one matter"),
        ("unmerge", "crane", "quay", "--why", "two, after all"),
    ):
        assert ask("--archive", address, "stories", *change).code == 0
        bag = tmp_path / change[0]
        ran = ask("--archive", address, "export", "--all", "--format", "bag", "-o", bag)
        assert ran.code == 0, ran
        ran = ask("verify", bag, "--key", key)
        assert (ran.code, ran.err) == (0, ""), ran


def test_of_stories_that_are_one_none_is_left_out_of_a_bag(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds the key could sign *every revision*, of the one story alone."""
    monkeypatch.setenv("VARIORUM_KEYS", str(tmp_path / "keys"))
    archive, bag = str(tmp_path / "a.db"), tmp_path / "bag"
    key = verify.parse_key(str(signed_archive(archive)))
    for command in (
        ("stories", "merge", "crane", "quay", "--why", "one matter"),
        ("export", "crane", "--format", "bag", "-o", bag),
    ):
        assert ask("--archive", archive, *command).code == 0
    assert verify.check(bag, [key]).stories == 2
    for line in (bag / "data/log/events.jsonl").read_bytes().splitlines():
        event = json.loads(line)
        if (event["stream"], event["topic"]) == ("story/quay", "story.revision-recorded.1"):
            (bag / f"data/log/proofs/{event['position']}.tlog-proof").unlink()
    edited(bag, "request.json", _without("story", "quay"))
    rebag(bag, lambda text: signed(key_path(archive, "main"), text))
    assert "crane and quay are one, and only one of them is here" in failure(bag, key)
