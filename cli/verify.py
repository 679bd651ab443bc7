"""The command that checks: an archive, a bag, a checkpoint or a proof."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from variorum.cli.options import Format, FormatOption
from variorum.cli.output import counted, emit, fitted, safe, say
from variorum.cli.progress import progress, steps
from variorum.cli.session import Session
from variorum.domain.errors import CheckFailedError, UsageError
from variorum.domain.times import iso

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from variorum.adapters.exports.bag.verify import Report
    from variorum.adapters.tree.evidence import CheckedCheckpoint
    from variorum.adapters.verification.archive import Verified
    from variorum.domain.signed_note import VerifierKey
    from variorum.domain.verification import Checked

app = typer.Typer()

SHOWN = 20
"""Findings that are told in words; JSON has all that are kept."""


@app.command("verify")
def verify(
    ctx: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(metavar="[PATH]", help="A bag, a checkpoint or a proof; else the archive."),
    ] = None,
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY", help="A verifier key you trust, or a file with it."),
    ] = None,
    deep: Annotated[
        bool, typer.Option("--deep", help="Compare every projection with replay, too.")
    ] = False,
    authorities: Annotated[
        Path | None,
        typer.Option(
            "--tsa-root", metavar="FILE", help="Certificates of time-stamping authorities, PEM."
        ),
    ] = None,
    jobs: Annotated[
        int | None, typer.Option("--jobs", min=1, help="How many processes take part.")
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Record in the log that it was verified.")
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Checks that nothing was changed: all is intact, erased with a record, or tampered with."""
    from variorum.adapters.verification.files import key_given

    session: Session = ctx.obj
    keys = tuple(key_given(each, path) for each in key or ())
    if path is None:
        _archive(session, keys, authorities, deep=deep, jobs=jobs, record=record, format=format)
        return
    if authorities is not None:
        raise UsageError(
            "--tsa-root is for an archive: `openssl ts -verify` checks the time-stamps of a bag"
        )
    if path.is_dir():
        _bag(path, keys, format)
    else:
        _file(session, path, keys, format)


def _bag(path: Path, keys: Sequence[VerifierKey], format: Format) -> None:
    from variorum.adapters.exports.bag.verify import lines
    from variorum.adapters.verification.files import check_bag

    with progress(None, "reading") as advance:
        report = check_bag(path, keys, steps(advance))
    if format is Format.JSON:
        emit(_report(path, report))
        return
    for line in lines(report):
        say(fitted(line))


def _report(path: Path, report: Report) -> dict[str, Any]:
    return {
        "bag": str(path),
        "verdict": report.verdict,
        "origin": report.origin,
        "size": report.size,
        "root": base64.b64encode(bytes.fromhex(report.root)).decode(),
        "signer": report.signer,
        "files": report.files,
        "bytes": report.bytes,
        "stories": report.stories,
        "revisions": report.revisions,
        "intact": report.contents,
        "erased": [
            {"commitment": commitment, "position": position}
            for commitment, position in report.erased
        ],
        "withheld": report.withheld,
        "not_asked": report.not_asked,
        "request": report.request,
        "left_out": [
            {
                "story": story,
                "revisions": [f"r{number}" for number in numbers],
                "checked": story not in report.unchecked,
            }
            for story, numbers in report.left_out
        ],
        "checkpoints": len(report.checkpoints),
        "sizes": list(report.checkpoints),
        "checkpoints_untrusted": report.untrusted,
        "timestamps_unchecked": report.tokens,
    }


def _file(session: Session, path: Path, keys: Sequence[VerifierKey], format: Format) -> None:
    from variorum.adapters.database.address import exists
    from variorum.adapters.tree.evidence import CheckedCheckpoint, CheckedInclusion
    from variorum.adapters.verification.files import check_against, check_file

    found = check_file(path, keys)
    body: dict[str, Any] = {"file": str(path), "verdict": "intact"}
    if isinstance(found, CheckedCheckpoint):
        checkpoint = found.checkpoint
        here = None
        if exists(session.address):
            with session.open() as connection:
                check_against(connection, found)
                here = connection.database.name
        signers = ", ".join(key.name for key in found.signers)
        words = (
            f"a checkpoint of {checkpoint.origin} at #{checkpoint.size}, signed by {signers}; "
            + (f"the log in {here} begins with it" if here else "no archive at hand")
        )
        body |= {"kind": "checkpoint", **_signed(found), "archive": here is not None}
    elif isinstance(found, CheckedInclusion):
        checkpoint = found.checked.checkpoint
        words = (
            f"#{found.index + 1} is in the log of {checkpoint.origin} as it was signed at "
            f"#{checkpoint.size}:\n{found.line.decode(errors='replace')}"
        )
        body |= {
            "kind": "inclusion",
            **_signed(found.checked),
            "position": found.index + 1,
            "line": found.line.decode(errors="replace"),
        }
    else:
        words = (
            f"the log of {found.new.size} lines begins with that of {found.old.size}; "
            "compare both roots with checkpoints, as nothing in this file is signed"
        )
        body |= {
            "kind": "consistency",
            "origin": found.new.origin,
            "old": found.old.size,
            "old_root": base64.b64encode(found.old.root).decode(),
            "new": found.new.size,
            "new_root": base64.b64encode(found.new.root).decode(),
        }
    if format is Format.JSON:
        emit(body)
    else:
        say(f"intact: {safe(words)}")


def _signed(checked: CheckedCheckpoint) -> dict[str, Any]:
    """A checkpoint, and the given keys that signed it."""
    return {
        "origin": checked.checkpoint.origin,
        "size": checked.checkpoint.size,
        "root": base64.b64encode(checked.checkpoint.root).decode(),
        "signers": [str(key) for key in checked.signers],
    }


def _archive(
    session: Session,
    keys: tuple[VerifierKey, ...],
    authorities: Path | None,
    *,
    deep: bool,
    jobs: int | None,
    record: bool,
    format: Format,
) -> None:
    from variorum.adapters.imports.file import check_input
    from variorum.adapters.verification.archive import record_check
    from variorum.adapters.verification.archive import verify as verify_archive
    from variorum.adapters.verification.checkpoints import Trust

    with session.open() as connection:
        if authorities is not None:
            check_input(str(authorities), connection.database.is_own_file)
        started = time.monotonic()
        with progress(connection.log.head().position, "verifying") as advance:
            found = verify_archive(
                connection, Trust(keys, authorities), deep=deep, jobs=jobs, progress=advance
            )
        seconds = time.monotonic() - started
        name = connection.database.name
        if record and not (found.checked.tampered or found.checked.unrestored):
            record_check(connection, found, deep=deep)
    if format is Format.JSON:
        emit(_body(found, name, session.collection, seconds))
        if found.checked.tampered or found.checked.unrestored:
            raise typer.Exit(1)
        return
    for line in _lines(found, name, session.collection, seconds):
        text = line.lstrip()
        say(fitted(text, line.removesuffix(text)))
    first = found.checked.first
    if first is not None:
        raise CheckFailedError(f"tampered: {first}")
    if found.restored is not None and found.checked.unrestored:
        many = counted(found.checked.unrestored, "content")
        raise CheckFailedError(
            f"not whole: {many} may have been erased in the rest of a backup, of which "
            f"events after #{found.restored.position} were not restored"
        )


def _body(found: Verified, name: str, collection: str, seconds: float) -> dict[str, Any]:
    checked, signed = found.checked, found.signed
    first = checked.first
    return {
        "archive": name,
        "collection": collection,
        "verdict": _verdict(checked),
        "events": checked.events,
        "size": found.size,
        "root": base64.b64encode(found.root).decode() if found.root else None,
        "checkpoints": signed.count,
        "signed": signed.size,
        "signers": list(signed.signers),
        "timestamps": signed.tokens,
        "timestamps_unchecked": signed.unchecked,
        "stamped": iso(signed.stamped) if signed.stamped is not None else None,
        "unstored": signed.unstored,
        "intact": checked.intact,
        "erased": checked.erased,
        "restored": _part(found),
        "tampered": checked.tampered,
        "first": first.position if first else None,
        "findings": [
            {"position": each.position, "what": safe(each.what)} for each in checked.ordered()
        ],
        "bytes": checked.bytes,
        "seconds": round(seconds, 3),
    }


def _verdict(checked: Checked) -> str:
    if checked.tampered:
        return "tampered"
    return "incomplete" if checked.unrestored else "intact"


def _part(found: Verified) -> dict[str, Any] | None:
    """What of a backup was restored, where that is not all of it, and what is not there."""
    if found.restored is None:
        return None
    return {
        "position": found.restored.position,
        "until": found.restored.until,
        "lacking": found.checked.unrestored,
        "contents": [
            {"position": each.position, "what": safe(each.what)}
            for each in found.checked.ordered_lacking()
        ],
    }


def _lines(found: Verified, name: str, collection: str, seconds: float) -> Iterator[str]:
    checked, signed = found.checked, found.signed
    yield f"{name}, collection {collection}"
    root = f", root {base64.b64encode(found.root).decode()}" if found.root else ""
    yield f"{checked.events:,} events of {found.size:,}{root}"
    if signed.count:
        since = found.size - signed.size
        tail = f"; {since:,} event{'s' * (since > 1)} since" if since else ""
        many = "1 checkpoint agrees" if signed.count == 1 else f"{signed.count:,} checkpoints agree"
        yield f"{many}, the last over #{signed.size}, signed by {', '.join(signed.signers)}{tail}"
    else:
        yield "nothing is signed: only a `checkpoint` shows a change of the whole log"
    if signed.stamped is not None:
        yield f"time-stamped by {iso(signed.stamped)}"
    if signed.unchecked:
        were = "was" if signed.unchecked == 1 else "were"
        why = "by other authorities" if signed.asked else "--tsa-root FILE"
        yield f"{counted(signed.unchecked, 'time-stamp')} {were} not checked ({why})"
    if signed.unstored is not None:
        yield (
            f"the last checkpoint, #{signed.unstored}, is remembered beside the key and is not in "
            "the archive: run `checkpoint`; if signing was not interrupted, someone deleted it"
        )
    if found.restored is not None:
        yield (
            f"of a backup up to #{found.restored.until}, what is up to #{found.restored.position} "
            "was restored: import the whole file for the rest"
        )
    for each in checked.ordered()[:SHOWN]:
        yield f"  {each}"
    if checked.tampered > SHOWN:
        yield f"  and {checked.tampered - SHOWN:,} more"
    for each in checked.ordered_lacking()[:SHOWN]:
        yield f"  {each} is not there, and what erased it may be in the rest of the backup"
    if checked.unrestored > SHOWN:
        yield f"  and {checked.unrestored - SHOWN:,} more"
    rate = f", {checked.events / seconds:,.0f} events/s" if seconds > 0.05 else ""
    yield (
        f"intact {checked.intact:,} · erased with a record {checked.erased:,} · "
        + (f"not restored {checked.unrestored:,} · " if checked.unrestored else "")
        + f"tampered {checked.tampered:,} ({checked.bytes / 1e6:,.1f} MB of content{rate})"
    )
