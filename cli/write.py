"""Commands that record: init, record, sight, redate, note."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from variorum.cli.options import (
    AuthorityOption,
    DateOrderOption,
    Format,
    FormatOption,
    PassphraseOption,
    StoryArgument,
    TargetArgument,
    ZoneOption,
    lines,
    story_and_revision,
)
from variorum.cli.output import emit, safe, say, when
from variorum.cli.problems import Problems
from variorum.cli.session import Session
from variorum.domain.asof import Outcome
from variorum.domain.errors import ConflictError, UnreadableError, UsageError
from variorum.domain.stated import Known, stated_time

if TYPE_CHECKING:
    from variorum.adapters.connect import Connection
    from variorum.adapters.key_files import Keyring
    from variorum.domain.commands import RecordCopy
    from variorum.domain.recording import Receipt
    from variorum.domain.signed_note import VerifierKey

app = typer.Typer()


@app.command("init")
def init(
    ctx: typer.Context,
    origin: Annotated[
        str | None,
        typer.Option("--origin", metavar="NAME", help="The name under which it signs."),
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="Where the key is kept, outside the database.")
    ] = None,
    passphrase: PassphraseOption = False,
    format: FormatOption = Format.TEXT,
) -> None:
    """Makes the archive, the collection and its signing key; prints the key that verifies."""
    from variorum.adapters.key_files import Keyring, make_key, new_passphrase
    from variorum.adapters.tree.checkpoints import keyring
    from variorum.domain.asof import LAST_POSITION
    from variorum.domain.events import KeyRotated
    from variorum.domain.signed_note import VerifierKey, check_name
    from variorum.domain.streams import COLLECTION_STREAM

    session: Session = ctx.obj
    name = origin or f"variorum/{session.collection}"
    check_name(name)
    if key:
        Keyring(key)  # what names no file is refused before anything is made
    with session.open(create=True, quietly=True) as connection:
        ring = keyring(connection, key)
        path = ring.path
        stream = connection.log.stream(COLLECTION_STREAM, LAST_POSITION)
        present = [r.event for r in stream if isinstance(r.event, KeyRotated)]
        if present:
            verifier = VerifierKey(present[-1].name, bytes.fromhex(present[-1].public_key))
            _check_asked(verifier, origin, ring, named=key is not None, encrypted=passphrase)
            made = False
        else:
            verifier = make_key(name, path, new_passphrase() if passphrase else None)
            event = KeyRotated(
                originator_id=COLLECTION_STREAM,
                originator_version=len(stream),
                actor=session.actor,
                name=verifier.name,
                public_key=verifier.public_key.hex(),
            )
            try:
                connection.log.append([event])
            except BaseException:
                path.unlink(missing_ok=True)
                raise
            made = True
        if format is Format.JSON:
            emit(
                {
                    "archive": connection.database.name,
                    "collection": session.collection,
                    "verifier_key": str(verifier),
                    "key_file": str(path) if made else None,
                    "made": made,
                }
            )
            return
        place = safe(lines(connection.database.name))
        if made:
            say(f"archive {place}, collection {session.collection}")
            say(f"signing key {safe(lines(str(path)))} (keep it safe, and apart from the archive)")
        else:
            say(f"archive {place}, collection {session.collection}: as it was")
        say("verifier key, to be given to auditors:")
        say(str(verifier))


def _check_asked(
    verifier: VerifierKey, origin: str | None, ring: Keyring, *, named: bool, encrypted: bool
) -> None:
    """Sees that the key that is there is what was asked for, as nothing is changed of it.

    Args:
        named: whether its file was.
        encrypted: whether it is to have a passphrase.

    Raises:
        ConflictError: it signs as another name, is not in that file, or has no passphrase.
    """
    from variorum.adapters.key_files import has_passphrase

    if origin not in (None, verifier.name):
        raise ConflictError(
            f"the collection signs as {verifier.name}, for ever: --origin changes nothing"
        )
    if named and ring.file_of(verifier) is None:
        raise ConflictError(
            f"the collection has a key already, which is not in {ring.path}: `rotate-key` makes "
            "a new one"
        )
    if encrypted and not has_passphrase(ring.path):
        raise ConflictError(
            f"the collection has a key already, and none with a passphrase is in {ring.path}: "
            "`rotate-key --passphrase` makes one"
        )


@app.command("record")
def record(
    ctx: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…", help="Text, HTML or ninjs; - for standard input."),
    ],
    story: Annotated[
        str | None, typer.Option("--story", metavar="ID", help="The story's id.")
    ] = None,
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="Where the story stood; gives it an id."),
    ] = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="NAME", help="Who published it.")
    ] = None,
    published: Annotated[
        str | None,
        typer.Option("--published", metavar="T", help="When, if you know better than the text."),
    ] = None,
    captured: Annotated[
        str | None, typer.Option("--captured", metavar="T", help="When this copy was made.")
    ] = None,
    zone: ZoneOption = None,
    date_order: DateOrderOption = None,
    headline: Annotated[
        str | None,
        typer.Option("--headline", help="The headline, whatever the file says."),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="The character set, if it is not found.")
    ] = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Records a copy of a story: a revision where its text is new, otherwise a sighting."""
    session: Session = ctx.obj
    if story is None and url is None:
        raise UsageError("say which story: --story ID, or --url URL")
    if story is not None:
        from variorum.domain.story import story_id

        story_id(story)
    if url is not None:
        from variorum.domain.identity import address_of

        address_of(url)
    unread = Problems()
    with session.open(create=True) as connection, unread:
        for file in files:
            problems: list[str] = []
            try:
                copy = _copy(
                    connection,
                    file,
                    encoding,
                    story=story,
                    url=url,
                    outlet=outlet,
                    published=published,
                    captured=captured,
                    zone=zone,
                    date_order=date_order,
                    headline=headline,
                    problems=problems,
                )
                receipt = connection.archive.record(copy)
            except UnreadableError as error:
                unread.add(error.message)
                continue
            _recorded(connection, receipt, format, problems, file)
    unread.conclude()


def _copy(
    connection: Connection,
    file: str,
    encoding: str | None,
    *,
    story: str | None,
    url: str | None,
    **said: Any,
) -> RecordCopy:
    """What is to be recorded of a file."""
    from variorum.adapters.imports.copy import copy_of
    from variorum.adapters.imports.file import check_input, read_bytes, reader_of
    from variorum.adapters.imports.page import looks_like_html
    from variorum.adapters.imports.page_address import page_addresses
    from variorum.domain.addresses import Addresses
    from variorum.domain.story import story_id

    archive = connection.archive
    check_input(file, connection.database.is_own_file)
    if story is not None:
        name = story_id(story)
        entry = archive.found(name)
        data = read_bytes(file)
    else:
        data = read_bytes(file)
        others = page_addresses(data, url or "") if looks_like_html(data) else ()
        name = Addresses(archive.found_at, archive.found).story(url or "", *others)
        entry = archive.found(name)
        url = (*others, url)[0]
    read, source = reader_of(file, data, encoding)
    return copy_of(
        name,
        archive.actor,
        read,
        source,
        entry=entry,
        url=url,
        now=archive.now(),
        settings=archive.settings,
        **said,
    )


@app.command("sight")
def sight(
    ctx: typer.Context,
    story: StoryArgument,
    at: Annotated[str, typer.Option("--at", metavar="T", help="When you looked.")],
    outcome: Annotated[Outcome, typer.Option("--outcome", help="What you saw.")],
    format: FormatOption = Format.TEXT,
) -> None:
    """Records that a story stood unchanged, was missing or gone, or could not be reached."""
    from variorum.domain.commands import Sight

    session: Session = ctx.obj
    with session.open() as connection:
        archive = connection.archive
        entry = archive.story(story)
        instant = archive.instant(at, entry)
        result = archive.sight(Sight(story, session.actor, instant, outcome))
        _recorded(connection, result, format)


@app.command("redate")
def redate(
    ctx: typer.Context,
    revision: Annotated[
        str, typer.Argument(metavar="STORY@rN", help="The revision, such as kursk@r3.")
    ],
    published: Annotated[
        str, typer.Option("--published", metavar="T", help="When it was published, after all.")
    ],
    why: Annotated[str | None, typer.Option("--why", help="How that became known.")] = None,
    authority: AuthorityOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Records that a revision was published at another time; what was thought before stays."""
    from variorum.domain.commands import Redate
    from variorum.domain.content import Note

    session: Session = ctx.obj
    story, number = story_and_revision(revision)
    if number is None:
        raise UsageError(f"say which revision: {story}@r1")
    with session.open() as connection:
        entry = connection.archive.story(story)
        known = Known(zone=entry.zone, date_order=entry.date_order)
        note = Note(text="redated", why=why, authority=authority) if why or authority else None
        result = connection.archive.redate(
            Redate(story, session.actor, number, stated_time(published, known), note)
        )
        _recorded(connection, result, format)


@app.command("note")
def note(
    ctx: typer.Context,
    target: TargetArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is to be noted.")],
    authority: AuthorityOption = None,
    format: FormatOption = Format.TEXT,
) -> None:
    """Attaches an archivist's note to a story or a revision."""
    from variorum.domain.commands import AttachNote
    from variorum.domain.content import Note

    session: Session = ctx.obj
    story, number = story_and_revision(target)
    if not text.strip():
        raise UsageError("the note is empty")
    with session.open() as connection:
        result = connection.archive.note(
            AttachNote(story, session.actor, Note(text=text, authority=authority), number)
        )
        _recorded(connection, result, format)


def _recorded(
    connection: Connection,
    receipt: Receipt,
    format: Format,
    problems: list[str] | None = None,
    file: str | None = None,
) -> None:
    """Says what recording something came to."""
    archive = connection.archive
    entry = archive.story(receipt.story)
    dating = (
        archive.dating(entry, receipt.revision, archive.log.head().position)
        if receipt.revision
        else None
    )
    if format is Format.JSON:
        from variorum.adapters.exports.state_json import published_json

        body: dict[str, object] = {
            "outcome": receipt.verdict.value,
            "story": receipt.story,
            "revision": f"r{receipt.revision}" if receipt.revision else None,
            "position": receipt.position,
            "published": published_json(dating.published) if dating else None,
            "problems": problems or [],
        }
        if file is not None:
            body["file"] = file
        emit(body)
        return
    name = f"{receipt.story} r{receipt.revision}" if receipt.revision else receipt.story
    place = f" (#{receipt.position})" if receipt.position else ""
    time = f", published {when(dating.published, entry.zone)}" if dating else ""
    match receipt.verdict.value:
        case "revision":
            say(f"{name} recorded{time}{place}")
        case "sighting" if receipt.revision:
            say(f"{name} sighted: it stood unchanged{place}")
        case "sighting":
            say(f"{name} sighted{place}")
        case "redating":
            say(f"{name} redated{time}{place}")
        case "note":
            say(f"{name} noted{place}")
        case _:
            say(f"{name} is held already; nothing was recorded")
    for problem in problems or ():
        typer.echo(f"  note: {safe(problem)}", err=True)
