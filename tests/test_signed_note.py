"""Notes, checkpoints and proofs as files: what C2SP says they are, and nothing else."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from variorum.adapters.key_files import SigningKey
from variorum.adapters.signing import opened_note
from variorum.adapters.tree.evidence import (
    check_consistency,
    check_note,
    check_proof,
    check_stored_note,
)
from variorum.domain.checkpoint import Checkpoint, format_checkpoint, parse_checkpoint
from variorum.domain.consistency import ConsistencyProof, format_consistency, parse_consistency
from variorum.domain.errors import CheckFailedError, UnreadableError, UsageError
from variorum.domain.signed_note import (
    Signature,
    SignedNote,
    VerifierKey,
    check_name,
    format_note,
    parse_note,
    parse_verifier_key,
)
from variorum.domain.signing_keys import NamedKey, SigningKeys
from variorum.domain.tlog_proof import InclusionProof, format_proof, parse_proof
from variorum.domain.tree import (
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
)

# The example of golang.org/x/mod/sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_LINES = (
    "If you think cryptography is the answer to your problem,",
    "then you don't know what your problem is.",
    "",
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotp"
    "RZb6KE6RyyBwJnAM=",
    "",
)
# The example of C2SP tlog-checkpoint.
C2SP_CHECKPOINT = (
    b"example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
)

hashes = st.binary(min_size=32, max_size=32)
names = st.from_regex(r"[a-z][a-z0-9./-]{0,30}", fullmatch=True)
checkpoints = st.builds(Checkpoint, names, st.integers(0, 10**17), hashes)


def signing_key(name: str = "a.example/log", seed: int = 1) -> SigningKey:
    private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
    return SigningKey(VerifierKey(name, private.public_key().public_bytes_raw()), private)


def signed(text: bytes, *keys: SigningKey) -> bytes:
    return format_note(SignedNote(text, tuple(key.sign(text) for key in keys)))


KEY, OTHER = signing_key(), signing_key(seed=2)
LINES = [b'{"position":%d}' % number for number in range(1, 12)]
LEAVES = list(map(leaf_hash, LINES))


def complete(level: int, index: int) -> bytes:
    return root_of(LEAVES[index << level : (index + 1) << level])


HEAD = Checkpoint(KEY.verifier.name, 11, root_of(LEAVES))
NOTE = signed(format_checkpoint(HEAD), KEY)
PROOF = format_proof(InclusionProof(6, tuple(inclusion_proof(complete, 6, 11)), NOTE, LINES[6]))
EARLIER = Checkpoint(KEY.verifier.name, 5, root_of(LEAVES[:5]))
GROWTH = format_consistency(
    ConsistencyProof(EARLIER, HEAD, tuple(consistency_proof(complete, 5, 11)))
)


def test_the_note_of_gos_documentation_is_read_and_its_key() -> None:
    key = parse_verifier_key(GO_KEY)
    assert (str(key), key.id.hex()) == (GO_KEY, "c74f20a3")
    data = "\n".join(GO_LINES).encode()
    note, signers = opened_note(data, [key])
    assert list(signers) == [key]
    assert note.text == "\n".join(GO_LINES[:2]).encode() + b"\n"
    assert format_note(note) == data


def test_the_checkpoint_of_c2sp_is_read() -> None:
    found = parse_checkpoint(C2SP_CHECKPOINT)
    assert (found.origin, found.size) == ("example.com/behind-the-sofa", 20852163)
    assert format_checkpoint(found) == C2SP_CHECKPOINT
    assert parse_checkpoint(C2SP_CHECKPOINT + b"an extension\nand another\n") == found


@given(head=checkpoints)
def test_a_checkpoint_comes_back_as_it_was_written(head: Checkpoint) -> None:
    assert parse_checkpoint(format_checkpoint(head)) == head


@given(
    text=st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=80),
    data=st.lists(st.tuples(names, st.binary(min_size=5, max_size=80)), min_size=1, max_size=16),
)
def test_a_note_comes_back_as_it_was_written(text: str, data: list[tuple[str, bytes]]) -> None:
    note = SignedNote(
        f"{text}\n".encode(), tuple(Signature(name, line[:4], line[4:]) for name, line in data)
    )
    assert parse_note(format_note(note)) == note


@given(
    index=st.integers(0, 10**17),
    path=st.lists(hashes, max_size=60),
    extra=st.none() | st.binary(min_size=1, max_size=200),
)
def test_an_inclusion_proof_comes_back_as_it_was_written(
    index: int, path: list[bytes], extra: bytes | None
) -> None:
    proof = InclusionProof(index, tuple(path), NOTE, extra)
    assert parse_proof(format_proof(proof)) == proof


@given(origin=names, sizes=st.tuples(st.integers(0), st.integers(0)), path=st.lists(hashes))
def test_a_consistency_proof_comes_back_as_it_was_written(
    origin: str, sizes: tuple[int, int], path: list[bytes]
) -> None:
    old, new = (Checkpoint(origin, size, leaf_hash(b"")) for size in sizes)
    proof = ConsistencyProof(old, new, tuple(path))
    assert parse_consistency(format_consistency(proof)) == proof


def test_an_inclusion_proof_is_written_as_c2sp_says() -> None:
    """The example of C2SP tlog-proof, with the line as extra data."""
    lines = PROOF.decode().split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1"
    assert base64.b64decode(lines[1].removeprefix("extra ")) == LINES[6]
    assert lines[2] == "index 6"
    assert len(lines[3:7]) == len(inclusion_proof(complete, 6, 11))
    assert lines[7] == ""
    assert PROOF.endswith(NOTE)


def test_evidence_that_holds() -> None:
    keys = [KEY.verifier, OTHER.verifier]
    assert check_note(NOTE, keys).checkpoint == HEAD
    assert check_note(NOTE, keys).signers == (KEY.verifier,)
    included = check_proof(PROOF, keys)
    assert (included.index, included.line) == (6, LINES[6])
    assert check_consistency(GROWTH, [EARLIER, HEAD]).new == HEAD
    assert check_consistency(GROWTH).old == EARLIER


def test_signatures_of_unknown_keys_are_passed_over() -> None:
    """Those of witnesses, of later keys, and of other algorithms; one of a known key must hold."""
    text = format_checkpoint(HEAD)
    witness = Signature("witness.example", b"\x01\x02\x03\x04", b"any bytes at all")
    note = format_note(SignedNote(text, (witness, OTHER.sign(text), KEY.sign(text))))
    assert check_note(note, [KEY.verifier]).signers == (KEY.verifier,)
    assert len(check_note(note, [KEY.verifier, OTHER.verifier]).signers) == 2
    wrong = Signature(OTHER.verifier.name, OTHER.verifier.id, KEY.sign(text).signature)
    note = format_note(SignedNote(text, (KEY.sign(text), wrong)))
    assert check_note(note, [KEY.verifier]).checkpoint == HEAD
    with pytest.raises(CheckFailedError, match="not over this text"):
        check_note(note, [KEY.verifier, OTHER.verifier])


def test_a_key_vouches_for_its_own_log_only() -> None:
    of_another = signed(format_checkpoint(Checkpoint("b.example/log", 1, leaf_hash(b""))), KEY)
    with pytest.raises(CheckFailedError, match=r"b\.example/log"):
        check_note(of_another, [KEY.verifier])
    with pytest.raises(CheckFailedError, match="no known key"):
        check_note(NOTE, [OTHER.verifier])
    with pytest.raises(CheckFailedError, match="no known key"):
        check_note(NOTE, [])


CHECKS: dict[str, tuple[bytes, Callable[[bytes], Any]]] = {
    "note": (NOTE, lambda data: check_note(data, [KEY.verifier])),
    "inclusion": (PROOF, lambda data: check_proof(data, [KEY.verifier])),
    "consistency": (GROWTH, lambda data: check_consistency(data, [EARLIER, HEAD])),
}


@pytest.mark.parametrize("kind", CHECKS)
def test_no_byte_of_it_can_be_another(kind: str) -> None:
    """Nor can one be left out, or the end of it: it is told in one line, always."""
    data, check = CHECKS[kind]
    check(data)
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        for bad in (changed, data[:at] + data[at + 1 :], data[:at]):
            if kind == "consistency" and _same_json(bad, data):
                continue
            with pytest.raises((CheckFailedError, UnreadableError)) as error:
                check(bad)
            assert "\n" not in error.value.message


def _same_json(bad: bytes, data: bytes) -> bool:
    """Whether it is the same proof, as without the line feed at its end."""
    try:
        return bool(json.loads(bad) == json.loads(data))
    except ValueError:
        return False


@given(data=st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_what_is_no_evidence_is_unreadable(data: bytes) -> None:
    for parse in (parse_note, parse_checkpoint, parse_proof, parse_consistency):
        with pytest.raises(UnreadableError):
            parse(data)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\nno signature\n",
        b"text\n\n\xe2\x80\x94 name AAAA\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAA=",
        b"text\n\n- name AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 na+me AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94  AAAAAAA=\n",
        b"text\n\n\xe2\x80\x94 name AAAAAAB=\n",
        b"te\txt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"te\rxt\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"\xff\n\n\xe2\x80\x94 name AAAAAAA=\n",
        b"x" * (1 << 21),
    ],
)
def test_what_is_no_note(wrong: bytes) -> None:
    with pytest.raises(UnreadableError):
        parse_note(wrong)


@pytest.mark.parametrize(
    "size", ["", "-1", "+1", "01", "1.0", " 1", "1 ", "1e3", "٣", "9" * 30, "0x1"]
)
def test_what_is_no_size(size: str) -> None:
    root = base64.b64encode(bytes(32)).decode()
    with pytest.raises(UnreadableError):
        parse_checkpoint(f"a\n{size}\n{root}\n".encode())
    with pytest.raises(UnreadableError):
        parse_proof(f"c2sp.org/tlog-proof@v1\nindex {size}\n\nx\n".encode())


@pytest.mark.parametrize(
    "found",
    [
        "null",
        "[]",
        "1",
        "{}",
        "[" * 100_000,
        '{"origin":1,"old":{},"new":{},"hashes":[]}',
        '{"origin":"a","old":{"size":1,"root":""},"new":{"size":1,"root":""},"hashes":[]}',
        '{"origin":"a","old":{"size":true,"root":"%s"},"new":null,"hashes":[]}' % ("A" * 43 + "="),
        '{"origin":"a","old":{"size":-1,"root":"%s"},"new":null,"hashes":[]}' % ("A" * 43 + "="),
        '{"origin":"a","old":[],"new":[],"hashes":[]}',
    ],
    ids=range(10),
)
def test_what_is_no_consistency_proof(found: str) -> None:
    with pytest.raises(UnreadableError):
        parse_consistency(found.encode())


@pytest.mark.parametrize("head", ["old", "new", "ol\\u0064"])
def test_a_consistency_proof_shows_no_other_head_than_the_one_that_is_checked(head: str) -> None:
    """Its reader compares what it says with notes, and must not be shown two of them."""
    shown = f'{{"{head}":{{"size":5,"root":"{"A" * 43}="}},'
    with pytest.raises(UnreadableError):
        parse_consistency(GROWTH.replace(b"{", shown.encode(), 1))


def test_a_consistency_proof_from_nothing_is_rejected() -> None:
    """It would say nothing: every log begins with the empty one."""
    nothing = Checkpoint("a", 0, root_of([]))
    proof = ConsistencyProof(nothing, Checkpoint("a", 1, LEAVES[0]), ())
    with pytest.raises(CheckFailedError):
        check_consistency(format_consistency(proof))


def test_a_consistency_proof_is_of_given_checkpoints() -> None:
    for others in ([HEAD], [EARLIER], [Checkpoint("b.example", 5, EARLIER.root), HEAD]):
        with pytest.raises(CheckFailedError):
            check_consistency(GROWTH, others)


def test_an_inclusion_proof_without_its_line_needs_to_be_told_it() -> None:
    bare = format_proof(InclusionProof(6, tuple(inclusion_proof(complete, 6, 11)), NOTE))
    with pytest.raises(UnreadableError, match="what it is the proof of"):
        check_proof(bare, [KEY.verifier])
    assert check_proof(bare, [KEY.verifier], LINES[6]).index == 6
    for wrong in (LINES[5], LINES[6] + b"\n", b""):
        with pytest.raises(CheckFailedError):
            check_proof(bare, [KEY.verifier], wrong)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+c74f20a3",
        GO_KEY[:-1],
        GO_KEY.replace("c74f20a3", "c74f20a4"),
        GO_KEY.replace("PeterNeumann", "Peter Neumann"),
        GO_KEY.replace("PeterNeumann", ""),
        "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x04" + bytes(32)).decode(),
        "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
    ],
)
def test_what_is_no_verifier_key(text: str) -> None:
    with pytest.raises(UsageError):
        parse_verifier_key(text)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u00a0b", "a\x00b", "x" * 201])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(UsageError):
        check_name(name)


def test_a_key_that_was_given_up_is_good_for_what_it_signed_in_its_time() -> None:
    """And for nothing larger than where it was given up; a later key is good for all before."""
    late = signing_key(seed=3)
    named = SigningKeys(
        (NamedKey(2, KEY.verifier), NamedKey(6, OTHER.verifier), NamedKey(10, late.verifier))
    )
    assert named.good_for(5) == (KEY.verifier, OTHER.verifier, late.verifier)
    assert named.good_for(6) == named.good_for(9) == (OTHER.verifier, late.verifier)
    assert named.good_for(11) == (late.verifier,)
    assert named.given_up_by(9) == ((KEY.verifier, 6),)
    text = format_checkpoint(HEAD)
    check_stored_note(signed(text, late, KEY), named, 11, HEAD.root)
    with pytest.raises(CheckFailedError, match="no known key"):
        check_stored_note(signed(text, KEY), named, 11, HEAD.root)
    for size, root in ((10, HEAD.root), (11, EARLIER.root)):
        with pytest.raises(CheckFailedError):
            check_stored_note(signed(text, late), named, size, root)
