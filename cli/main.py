"""`variorum`: one command for each use case, and one place where errors become exit codes.

Exit codes: 0 done; 1 a check failed; 2 usage; 3 not found, or nothing in force at that time;
4 conflict; 5 unreadable input; 6 storage unreachable; 130 interrupted. A process that is told to
end (SIGTERM, SIGHUP) clears away as one that is interrupted, and ends by that signal.

A command's module is imported when the command is called, so that `show` stays quick.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import errno
import gc
import json
import os
import signal
import sys
import time
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, NoReturn

# Read when pydantic first builds a model, which recording does: looking for plugins among all
# installed packages takes its time, and none is wanted.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_command_from_info

from variorum import DEFAULT_COLLECTION, DEFAULT_PATH
from variorum.adapters.interrupting import interrupt
from variorum.cli.session import Session
from variorum.domain.errors import (
    CheckFailedError,
    ConflictError,
    NotFoundError,
    PoisonEventError,
    StorageError,
    UnreadableError,
    UsageError,
    VariorumError,
)

EXIT_CODES: tuple[tuple[type[VariorumError], int], ...] = (
    (CheckFailedError, 1),
    (PoisonEventError, 1),
    (UsageError, 2),
    (NotFoundError, 3),
    (ConflictError, 4),
    (UnreadableError, 5),
    (StorageError, 6),
)

_INTERRUPTED = 130

#: Each command, the module of `variorum.cli` that has it, in the order of the help.
COMMANDS = {
    "demo": "demo",
    "init": "write",
    "record": "write",
    "sight": "write",
    "redate": "write",
    "note": "write",
    "import": "import_",
    "watch": "watch",
    "restrict": "takedown",
    "restore": "takedown",
    "erase": "takedown",
    "outlet": "outlet",
    "stories": "stories",
    "history": "read",
    "show": "read",
    "diff": "compare",
    "replay": "replay",
    "verify": "verify",
    "checkpoint": "audit",
    "prove": "audit",
    "rotate-key": "audit",
    "export": "export",
    "spark": "spark",
    "exports": "takedown",
    "grant": "grant",
    "projections": "upkeep",
    "seal": "upkeep",
    "stats": "upkeep",
}


class Commands(TyperGroup):
    """Imports the module of a command when it is called."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        app: typer.Typer = import_module(f"variorum.cli.{module}").app
        for info in app.registered_commands:
            if info.name == cmd_name:
                return get_command_from_info(
                    info, pretty_exceptions_short=True, rich_markup_mode=None
                )
        for group in app.registered_groups:
            if group.name == cmd_name and group.typer_instance is not None:
                command = get_command(group.typer_instance)
                command.name = cmd_name
                return command
        return None


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"variorum {version('variorum')}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    archive: Annotated[
        str,
        typer.Option(
            "--archive",
            metavar="PATH|URL",
            envvar="VARIORUM_ARCHIVE",
            help="A SQLite file, or a postgresql:// URL.",
        ),
    ] = DEFAULT_PATH,
    collection: Annotated[
        str, typer.Option("--collection", metavar="NAME", help="The collection in it.")
    ] = DEFAULT_COLLECTION,
    actor: Annotated[
        str,
        typer.Option(
            "--actor",
            metavar="ID",
            envvar="VARIORUM_ACTOR",
            help="The id under which what you do is recorded; not a name.",
        ),
    ] = "local",
    accept_clock: Annotated[
        bool,
        typer.Option(
            "--accept-clock",
            help="Record even where the log's last time is well ahead of this clock.",
        ),
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", is_eager=True, callback=_version, help="Print the version."),
    ] = False,
) -> None:
    """An archive of news stories: every revision, and what was in force when."""
    ctx.obj = Session(archive, collection, actor, accept_clock)


def run() -> NoReturn:
    """The entry point: runs a command and exits with its code, never with a traceback."""
    gc.set_threshold(50_000)  # a short process that only makes objects need not look for cycles
    _stand_in_for_closed_streams()
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")  # as stderr does it
    ending = _Ending()
    sys.unraisablehook = ending.unraisable
    code, message = answer(sys.argv[1:])
    ending.answered()
    if message and ending.signal is None:
        with contextlib.suppress(OSError):
            sys.stderr.write(message + "\n")
    _leave(code)


class _Ending:
    """A signal to end, which is taken as Ctrl-C is; a later one ends the process at once.

    `adapters.interrupting` says where it interrupts. `timeout` sends it twice, and so does a shell
    whose terminal is closed after the system: what comes at the same time is one. One that is
    ignored, as `nohup` does it, stays so.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self._interrupted = False
        self._since = 0.0
        self._taken: list[int] = []
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, self._came)
                self._taken.append(number)
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, self._interrupt)
            self._taken.append(signal.SIGINT)
        atexit.register(self._end)  # the first to be registered comes last

    def _came(self, number: int, _: object) -> None:
        now = time.monotonic()
        if self.signal is None:
            self.signal, self._since = number, now
            self._interrupt()
        elif now > self._since + _AT_ONCE_SECONDS:
            self._end()

    def _interrupt(self, *_: object) -> None:
        self._interrupted = True
        interrupt()

    def unraisable(self, found: sys.UnraisableHookArgs) -> None:
        """Told of what was raised where Python can raise nothing, as when it does away with things.

        An interruption comes again, out of there. After one, things may be only half made, and what
        they say when they are done away with is of no use to anybody.
        """
        if issubclass(found.exc_type, KeyboardInterrupt):
            from threading import Timer

            Timer(_SHORTLY_SECONDS, _thread.interrupt_main).start()  # not while still in there
        elif not self._interrupted:
            sys.__unraisablehook__(found)

    def answered(self) -> None:
        """Nothing is left that would have to be cleared away: from now on a signal ends it."""
        if self.signal is None:
            self._give_back()

    def _end(self) -> None:
        """Ends the process by the signal, if one came: who sent it is told so by the system."""
        if self.signal is not None:
            self._give_back()
            signal.raise_signal(self.signal)

    def _give_back(self) -> None:
        for number in self._taken:
            signal.signal(number, signal.SIG_DFL)


_SHORTLY_SECONDS = 0.01
_AT_ONCE_SECONDS = 1.0
"""For so long after a signal, others are taken to be the same one, sent again."""


def _stand_in_for_closed_streams() -> None:
    """Python has None for each; and the next file to be opened would take its number."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            stand_in = Path(os.devnull).open(mode)  # noqa: SIM115 (open as long as the program runs)
            setattr(sys, name, stand_in)


def answer(arguments: list[str]) -> tuple[int, str | None]:
    """Runs a command; gives its exit code, and what is to be said on stderr of what went wrong.

    With `--format json` the error is an object on stdout, and nothing is left to say.
    """
    try:
        _check_unicode(arguments)
        result = get_command(app).main(arguments, prog_name="variorum", standalone_mode=False)
        sys.stdout.flush()
        code = result if isinstance(result, int) else 0
        return code, "interrupted" if code == _INTERRUPTED else None  # where typer met Ctrl-C first
    except typer.Exit as error:
        return error.exit_code, None
    except (KeyboardInterrupt, typer.Abort):
        return _INTERRUPTED, "interrupted"
    except BrokenPipeError:
        return 128 + 13, None
    except SystemExit as left:  # typer's: 1 of a broken pipe, otherwise the end of a completion
        return (128 + 13 if left.code == 1 else int(left.code or 0)), None
    except Exception as error:
        if os.environ.get("VARIORUM_DEBUG"):
            raise
        if type(error).__name__ == "NoArgsIsHelpError" and isinstance(error, typer.TyperException):
            return 2, error.format_message()
        code, known = _known(error)
        return code, _said(known, _wants_json(arguments))


def _check_unicode(arguments: list[str]) -> None:
    """Refuses what cannot be recorded or written; only names of files may be any bytes."""
    for argument in arguments:
        try:
            argument.encode()
        except UnicodeEncodeError as cause:
            if not Path(argument).exists():
                raise UsageError(f"an argument is not in UTF-8: {argument!r}") from cause


def _known(error: Exception) -> tuple[int, VariorumError]:
    """The exit code of an error, and the error as one of ours."""
    if isinstance(error, VariorumError):
        for kind, code in EXIT_CODES:
            if isinstance(error, kind):
                return code, error
        return 70, error
    if isinstance(error, typer.TyperException):
        message = " ".join(error.format_message().split())
        return 2, UsageError(f"{message} (--help tells more)")
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        reason = error.strerror or str(error)
        if error.errno in (errno.ENOENT, errno.EISDIR, errno.ENOTDIR, errno.EACCES):
            return 5, UnreadableError(f"{where}{reason}")
        return 6, StorageError(f"{where or 'cannot write: '}{reason}")
    text = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return 70, VariorumError(f"internal error: {text} (VARIORUM_DEBUG=1 shows where)")


def _wants_json(arguments: list[str]) -> bool:
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def _said(error: VariorumError, as_json: bool) -> str | None:
    """The one line of an error for stderr; None where it was written as an object instead."""
    from variorum.cli.output import safe, write_utf8

    message = safe(" ".join(error.message.split()))
    if not as_json:
        return f"variorum: {message}"
    body: dict[str, Any] = {
        "code": error.code,
        "reason": error.reason,
        "message": message,
        **error.detail,
    }
    try:
        write_utf8(json.dumps({"error": body}, ensure_ascii=False) + "\n")
    except OSError:
        return f"variorum: {message}"
    return None


def _leave(code: int) -> NoReturn:
    """Exits; a closed or full pipe has nothing more to say."""
    try:
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno != errno.EPIPE and code == 0:
            sys.stderr.write(f"variorum: cannot write: {error.strerror}\n")
            code = 6
    sys.exit(code)
