"""Commands that give evidence: checkpoint, prove, rotate-key."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Annotated

import typer

from variorum.cli.options import (
    Format,
    FormatOption,
    KeyFileOption,
    KnownAtOption,
    PassphraseOption,
    story_and_revision,
)
from variorum.cli.output import emit, say
from variorum.cli.session import Session
from variorum.domain.errors import NotFoundError, UsageError
from variorum.domain.times import iso

if TYPE_CHECKING:
    from pathlib import Path

    from variorum.adapters.connect import Connection
    from variorum.adapters.key_files import Keyring
    from variorum.adapters.tree.checkpoints import SignedCheckpoint

app = typer.Typer()

OutputOption = Annotated[
    str, typer.Option("--output", "-o", metavar="FILE", help="Where to; - for stdout.")
]

_SIZE = re.compile(r"#?([1-9][0-9]{0,17})")


@app.command("checkpoint")
def checkpoint(
    ctx: typer.Context,
    known_at: KnownAtOption = None,
    tsa: Annotated[
        str | None,
        typer.Option(
            "--tsa",
            metavar="URL",
            help="Also store the token of a time-stamping authority (RFC 3161) over it.",
        ),
    ] = None,
    restored: Annotated[
        bool,
        typer.Option(
            "--accept-restored",
            help="Go on although the last signed head is lost; the log keeps that it is.",
        ),
    ] = False,
    key: KeyFileOption = None,
    output: OutputOption = "-",
    format: FormatOption = Format.TEXT,
) -> None:
    """Signs the head of the log; prints the signed note, to be kept outside the archive."""
    from variorum.adapters.tree.checkpoints import accept_restored, signed_head

    session: Session = ctx.obj
    if tsa is not None:
        from variorum.adapters.tree.timestamps import authority_at

        authority_at(tsa)
    with session.open() as connection:
        ring = _keyring(connection, key)
        if restored:
            accept_restored(connection, ring)
        size = None if known_at is None else connection.archive.known(known_at).position
        signed = signed_head(connection, size, keys=ring)
        if format is Format.TEXT:
            _write(connection, output, signed.note)
        try:
            if tsa is not None:
                from variorum.adapters.tree.timestamps import obtain_timestamp

                obtain_timestamp(connection, signed, tsa)
        finally:
            if format is Format.JSON:
                _write(connection, output, None if output == "-" else signed.note)
                _emit_checkpoint(connection, signed)


def _emit_checkpoint(connection: Connection, signed: SignedCheckpoint) -> None:
    from variorum.adapters.tree.timestamps import stored_timestamps

    emit(
        {
            "origin": signed.checkpoint.origin,
            "size": signed.size,
            "root": _text(signed.checkpoint.root),
            "note": signed.note.decode(),
            "signed_at": iso(signed.signed_at),
            "timestamps": [
                {
                    "authority": each.authority,
                    "at": iso(each.at),
                    "obtained_at": iso(each.obtained_at),
                    "token": _text(each.token),
                }
                for each in stored_timestamps(connection, signed.size)
            ],
        }
    )


@app.command("prove")
def prove(
    ctx: typer.Context,
    revision: Annotated[
        str | None,
        typer.Argument(metavar="[STORY@rN]", help="The revision whose recording to prove."),
    ] = None,
    old: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="SIZE", help="Prove that a later head begins with this one."
        ),
    ] = None,
    new: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="SIZE", help="The later head; the last checkpoint, if not given."
        ),
    ] = None,
    key: KeyFileOption = None,
    output: OutputOption = "-",
    format: FormatOption = Format.TEXT,
) -> None:
    """Writes a proof: that a revision is in the log, or that one head of it begins with another."""
    if (revision is None) == (old is None) or (revision is not None and new is not None):
        raise UsageError("say what to prove: STORY@rN, or --from SIZE with --to SIZE")
    session: Session = ctx.obj
    with session.open() as connection:
        if revision is not None:
            _prove_revision(connection, revision, key, output, format)
        else:
            assert old is not None
            _prove_growth(connection, old, new, output, format)


def _prove_revision(
    connection: Connection, revision: str, key: Path | None, output: str, format: Format
) -> None:
    from variorum.adapters.tree.proofs import prove as proved
    from variorum.domain.tlog_proof import format_proof

    story, number = story_and_revision(revision)
    if number is None:
        raise UsageError(f"say which revision: {story}@r1")
    shown = connection.archive.show_revision(story, number)
    found = proved(connection, shown.dating.arrived, keys=_keyring(connection, key))
    proof = format_proof(found.proof)
    if format is Format.TEXT or output != "-":
        _write(connection, output, proof)
    if format is Format.JSON:
        emit(
            {
                "story": story,
                "revision": f"r{number}",
                "position": found.position,
                "index": found.proof.index,
                "size": found.signed.size,
                "root": _text(found.signed.checkpoint.root),
                "line": found.line.decode(),
                "path": [_text(each) for each in found.proof.path],
                "checkpoint": found.signed.note.decode(),
                "proof": proof.decode(),
            }
        )


def _prove_growth(
    connection: Connection, old: str, new: str | None, output: str, format: Format
) -> None:
    from variorum.adapters.tree.checkpoints import last_checkpoint
    from variorum.adapters.tree.proofs import prove_consistency
    from variorum.domain.consistency import consistency_json, format_consistency

    if new is not None:
        later = _size(new)
    else:
        last = last_checkpoint(connection)
        if last is None:
            raise NotFoundError("there is no checkpoint yet (`variorum checkpoint` signs one)")
        later = last.size
    proof = prove_consistency(connection, _size(old), later)
    if format is Format.TEXT or output != "-":
        _write(connection, output, format_consistency(proof))
    if format is Format.JSON:
        emit(consistency_json(proof))


@app.command("rotate-key")
def rotate_key(
    ctx: typer.Context,
    passphrase: PassphraseOption = False,
    key: KeyFileOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Gives the collection a new key; the next checkpoint is signed by the old one too."""
    from variorum.adapters.key_files import given_up_path, has_passphrase, new_passphrase
    from variorum.adapters.tree.checkpoints import signed_head
    from variorum.adapters.tree.rotation import rotate

    session: Session = ctx.obj
    with session.open() as connection:
        ring = _keyring(connection, key)
        encrypted = passphrase or has_passphrase(ring.path)
        old, new = rotate(connection, ring, new_passphrase() if encrypted else None)
        kept = given_up_path(ring.path, old)
        handed_over = ring.key(old) is not None
        signed = signed_head(connection, keys=ring)
    if format is Format.JSON:
        emit(
            {
                "verifier_key": str(new),
                "key_file": str(ring.path),
                "old_verifier_key": str(old),
                "old_key_file": str(kept) if handed_over else None,
                "size": signed.size,
                "checkpoint": signed.note.decode(),
            }
        )
        return
    say(f"signing key {ring.path} (keep it safe, and apart from the archive)")
    if handed_over:
        say(f"old key     {kept}")
        say(f"both have signed the checkpoint of #{signed.size}")
    else:
        say("old key     it is not here: give the new one to all who trust it")
    say("verifier key, to be given to auditors:")
    say(str(new))


def _keyring(connection: Connection, key: Path | None) -> Keyring:
    import sys

    from variorum.adapters.key_files import open_to_others
    from variorum.adapters.tree.checkpoints import keyring

    ring = keyring(connection, key)
    warning = open_to_others(ring.path)
    if warning is not None:
        sys.stderr.write(f"variorum: {warning}\n")
    return ring


def _size(text: str) -> int:
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"not the size of a log: {text[:40]!r} (write 128 or '#128')")
    return int(found[1])


def _write(connection: Connection, output: str, data: bytes | None) -> None:
    from variorum.adapters.exports.file import write

    if data is not None:
        write(output, [data], connection.database.is_own_file)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
