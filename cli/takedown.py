"""Commands that take down: restrict, restore, erase; and the register of exports."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from variorum.cli.options import (
    AuthorityOption,
    Format,
    FormatOption,
    TargetArgument,
    WhyOption,
    reason_given,
    story_and_revision,
)
from variorum.cli.output import emit, say, table
from variorum.cli.session import Session
from variorum.domain.content import ErasedPart
from variorum.domain.errors import ConflictError, StorageError, UsageError, VariorumError
from variorum.domain.times import clock_time, iso

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.domain.archive import Archive
    from variorum.domain.recording import Receipt
    from variorum.domain.register import Issued
    from variorum.domain.takedown import Erase
    from variorum.domain.taking_down import Erased

app = typer.Typer()


@app.command("restrict")
def restrict(
    ctx: typer.Context,
    target: TargetArgument,
    why: WhyOption,
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            metavar="T",
            help="Only until this moment of the archive's clock; until restored, if not given.",
        ),
    ] = None,
    authority: AuthorityOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Hides a story or a revision from everyone who reads, for a time or until it is restored."""
    from variorum.domain.takedown import Restrict

    session: Session = ctx.obj
    story, number = story_and_revision(target)
    note = reason_given("restricted", why, authority)
    with session.open() as connection:
        archive = connection.archive
        instant = archive.instant(until, archive.story(story)) if until is not None else None
        receipt = archive.restrict(Restrict(story, session.actor, note, number, instant))
        _say_restricted(connection, receipt, format)


@app.command("restore")
def restore(
    ctx: typer.Context,
    target: TargetArgument,
    why: WhyOption,
    authority: AuthorityOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Lets a story or a revision be read again that was restricted."""
    from variorum.domain.takedown import Restore

    session: Session = ctx.obj
    story, number = story_and_revision(target)
    note = reason_given("restored", why, authority)
    with session.open() as connection:
        receipt = connection.archive.restore(Restore(story, session.actor, note, number))
        _say_restricted(connection, receipt, format)


def _say_restricted(connection: Connection, receipt: Receipt, format: Format) -> None:
    archive = connection.archive
    number = receipt.revision
    restriction = archive.restriction(archive.story(receipt.story), number)
    if format is Format.JSON:
        from variorum.adapters.exports.takedown_json import restriction_json

        emit(
            {
                "outcome": receipt.verdict.value,
                "story": receipt.story,
                "revision": f"r{number}" if number else None,
                "position": receipt.position,
                "restricted": restriction_json(restriction) if restriction else None,
            }
        )
        return
    name = f"{receipt.story} r{number}" if number else receipt.story
    place = f" (#{receipt.position})" if receipt.position else "; nothing was recorded"
    if restriction is None:
        say(f"{name} may be read{place}")
    elif number is None or restriction.revision is not None:
        say(f"{name} is restricted {restriction.ends}{place}")
    else:
        say(f"{name} is restricted with the whole story {restriction.ends}{place}")


@app.command("erase")
def erase(
    ctx: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(metavar="[STORY[@rN]]", help="A revision; or a story, of which something."),
    ] = None,
    paragraph: Annotated[
        int | None, typer.Option("--paragraph", min=1, metavar="N", help="Only its paragraph N.")
    ] = None,
    headline: Annotated[bool, typer.Option("--headline", help="Only its headline.")] = False,
    byline: Annotated[bool, typer.Option("--byline", help="Only its byline.")] = False,
    dateline: Annotated[bool, typer.Option("--dateline", help="Only its dateline.")] = False,
    caption: Annotated[
        int | None, typer.Option("--caption", min=1, metavar="N", help="Only its caption N.")
    ] = None,
    credit: Annotated[
        int | None, typer.Option("--credit", min=1, metavar="N", help="Only its credit N.")
    ] = None,
    notice: Annotated[
        int | None, typer.Option("--notice", min=1, metavar="N", help="Only its notice N.")
    ] = None,
    source: Annotated[
        bool, typer.Option("--source", help="Only its source, as it was captured.")
    ] = False,
    in_all: Annotated[
        bool,
        typer.Option("--in-all", help="The same words also in every other revision."),
    ] = False,
    description: Annotated[
        bool, typer.Option("--description", help="The story's URL and outlet.")
    ] = False,
    note: Annotated[
        str | None,
        typer.Option("--note", metavar="#n", help="The note that was recorded at a position."),
    ] = None,
    all_revisions: Annotated[
        bool, typer.Option("--all-revisions", help="Everything of the story.")
    ] = False,
    why: Annotated[str | None, typer.Option("--why", help="Why.")] = None,
    authority: AuthorityOption = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask whether it is meant; needed in scripts.")
    ] = False,
    finish: Annotated[
        bool,
        typer.Option("--finish", help="Only clear the files of what was erased before."),
    ] = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Erases text for good: a revision, a part of one, a source, a note; the record of it stays."""
    session: Session = ctx.obj
    numbers = {
        ErasedPart.PARAGRAPH: paragraph,
        ErasedPart.CAPTION: caption,
        ErasedPart.CREDIT: credit,
        ErasedPart.NOTICE: notice,
        ErasedPart.NOTE: _position(note),
    }
    whole = {
        ErasedPart.HEADLINE: headline,
        ErasedPart.BYLINE: byline,
        ErasedPart.DATELINE: dateline,
        ErasedPart.SOURCE: source,
        ErasedPart.DESCRIPTION: description,
        None: all_revisions,
    }
    given: list[_Given] = [
        *((part, number) for part, number in numbers.items() if number is not None),
        *((part, None) for part, asked in whole.items() if asked),
    ]
    if finish:
        if target is not None or given:
            raise UsageError("--finish erases nothing more: give nothing else")
        with session.open() as connection:
            _finish(connection, format)
        return
    if target is None:
        raise UsageError("say what to erase: STORY@rN, or a STORY and what of it")
    command = _command(session, target, given, in_all, why, authority)
    if not yes:
        _ask(command)
    with session.open() as connection:
        _erase(connection, command, format)


_Given = tuple[ErasedPart | None, int | None]
"""What is to be erased, None for all, and which of several."""


def _position(text: str | None) -> int | None:
    if text is None:
        return None
    digits = text.removeprefix("#")
    if not digits.isdecimal() or not digits.isascii() or len(digits) > 18:
        raise UsageError(f"not a position: {text[:40]!r} (write #12)")
    return int(digits)


def _command(
    session: Session,
    target: str,
    given: list[_Given],
    in_all: bool,
    why: str | None,
    authority: str | None,
) -> Erase:
    """What is to be erased.

    Raises:
        UsageError: it does not say what, or says two things, or not why, or on what authority.
    """
    from variorum.domain.takedown import PASSAGES, Erase

    story, revision = story_and_revision(target)
    if len(given) > 1:
        raise UsageError("erase one thing at a time")
    if not why or not authority or not why.strip() or not authority.strip():
        raise UsageError("say why, and on what authority: --why and --authority")
    if not given:
        if revision is None:
            raise UsageError(
                f"say what of {story}: {story}@r1, a part of that, --description, --note #n, or "
                "--all-revisions"
            )
        given = [(ErasedPart.REVISION, None)]
    [(part, number)] = given
    of_revision = part in PASSAGES or part in (ErasedPart.REVISION, ErasedPart.SOURCE)
    if of_revision != (revision is not None):
        raise UsageError(
            f"say of which revision: {story}@r1"
            if of_revision
            else f"that is of the whole story: erase {story}"
        )
    if in_all and part not in PASSAGES:
        raise UsageError("--in-all is for a part of an article")
    note = reason_given("erased", why, authority)
    return Erase(story, session.actor, note, part, revision, number, in_all)


def _ask(command: Erase) -> None:
    from variorum.domain.access import part_name

    what = (
        "everything"
        if command.part is None
        else part_name(command.part, command.number, command.revision)
    )
    where = " and wherever the same stands" if command.everywhere else ""
    if not sys.stdin.isatty():
        raise UsageError(f"erasing {what} of {command.story} cannot be undone: add --yes")
    question = f"Erase {what} of {command.story}{where}? It cannot be undone."
    if not typer.confirm(question, err=True):
        typer.echo("nothing was erased", err=True)
        raise typer.Exit


def _erase(connection: Connection, command: Erase, format: Format) -> None:
    archive = connection.archive
    is_described = command.part is ErasedPart.DESCRIPTION
    if command.part is None or (is_described and archive.state(command.story).descriptions):
        _watch_no_more(connection, command.story)
    done = archive.erase(command)
    exports = _exports_that_held(archive, command, done)
    failure = _cleared(connection)
    if format is Format.JSON:
        _emit_erased(command, done, exports, failure)
    else:
        _say_erased(command, done, exports)
    if failure is not None:
        raise failure


def _exports_that_held(archive: Archive, command: Erase, done: Erased) -> list[Issued]:
    """The exports in which what was erased is still; those before it was, if it was before."""
    from variorum.domain.register import erased_at, exports_that_held

    own = [command.revision] if command.revision is not None else []
    besides = command.part in (ErasedPart.DESCRIPTION, ErasedPart.NOTE)
    if done.revisions and not besides:
        exports = exports_that_held(archive, done.outcome.story, done.revisions)
    else:
        exports = exports_that_held(archive, command.story, () if besides else own)
    if not done.erased:
        erased = erased_at(archive, command)
        exports = [each for each in exports if erased is None or each.position < erased]
    return exports


def _watch_no_more(connection: Connection, story: str) -> None:
    """Forgets the pages of a story: before it is erased, as `--finish` would not know of them."""
    from variorum.adapters.watch.targets import Targets

    archive = connection.archive
    targets = Targets(connection.database, connection.collection)
    for entry in archive.apart(archive.story(story)):
        targets.forget_story(entry.id, archive.addresses(entry))


def _say_erased(command: Erase, done: Erased, exports: list[Issued]) -> None:
    place = f" (#{done.outcome.position})" if done.outcome.position else ""
    if done.erased:
        say(f"{command.story}: erased {', '.join(done.erased)}{place}")
    else:
        say(f"{command.story}: that is erased already; nothing was recorded")
    if done.left:
        more = f" and {len(done.left) - 20} more" if len(done.left) > 20 else ""
        hint = "" if command.everywhere else " (--in-all erases the same part of each)"
        say(f"the same words stand in {', '.join(done.left[:20])}{more}{hint}")
    if exports:
        say("these exports held it:")
        _print_exports(exports)


def _emit_erased(
    command: Erase, done: Erased, exports: list[Issued], failure: VariorumError | None
) -> None:
    emit(
        {
            "outcome": done.outcome.verdict.value,
            "story": command.story,
            "revision": f"r{command.revision}" if command.revision else None,
            "position": done.outcome.position,
            "erased": list(done.erased),
            "left": list(done.left),
            "exports": [_export_json(export) for export in exports],
            "cleared": failure is None,
        }
    )


def _finish(connection: Connection, format: Format) -> None:
    from variorum.adapters.contents.scrubbing import pending

    needed = pending(connection.database)
    failure = _cleared(connection)
    if format is Format.JSON:
        emit(
            {
                "outcome": "held",
                "story": None,
                "revision": None,
                "position": None,
                "erased": [],
                "left": [],
                "exports": [],
                "cleared": failure is None,
            }
        )
    elif failure is None:
        say(
            "the files are cleared of what was erased"
            if needed
            else "nothing was erased since the files were last cleared"
        )
    if failure is not None:
        raise failure


def _cleared(connection: Connection) -> VariorumError | None:
    """Clears the database's files of what was erased; gives what is to be said where it failed."""
    from variorum.adapters.contents.scrubbing import scrub

    kind: type[VariorumError] = ConflictError
    try:
        left = scrub(connection.database)
    except StorageError as cause:
        kind, left = StorageError, cause.message
    if left is None:
        return None
    return kind(
        f"it is erased, and can be read no more; but what it left in the database's files "
        f"could not be cleared: {left} (`variorum erase --finish` does it later)"
    )


@app.command("exports")
def exports(
    ctx: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(metavar="[STORY[@rN]]", help="Only those that held its text."),
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """The register of exports: what left the archive, when, through whom."""
    from variorum.domain.register import exports_that_held, issued

    session: Session = ctx.obj
    with session.open() as connection:
        if target is None:
            found = list(issued(connection.archive))
        else:
            story, number = story_and_revision(target)
            found = exports_that_held(connection.archive, story, [number] if number else [])
    if format is Format.JSON:
        for export in found:
            emit(_export_json(export))
    elif found:
        _print_exports(found)
    else:
        say("no export" + (f" held {target}" if target else " was issued yet"))


def _print_exports(exports: list[Issued]) -> None:
    table(
        ("EXPORT", "ISSUED", "BY", "FORMAT", "SHOWS", "STORIES", "REVISIONS", "SHA-256"),
        [
            [
                f"#{each.position}",
                clock_time(each.recorded_at, None),
                each.event.actor,
                each.event.format,
                f"#{each.event.position}",
                "all" if each.event.whole else str(each.event.stories),
                "all" if each.event.whole else str(each.event.revisions),
                (each.event.digest or "")[:16],
            ]
            for each in exports
        ],
    )


def _export_json(export: Issued) -> dict[str, Any]:
    event = export.event
    return {
        "position": export.position,
        "recorded_at": iso(export.recorded_at),
        "actor": event.actor,
        "format": event.format,
        "shows": event.position,
        "whole": event.whole,
        "stories": event.stories,
        "revisions": event.revisions,
        "digest": event.digest,
    }
