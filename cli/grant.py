"""The command that makes the log append-only for a role of PostgreSQL: grant."""

from __future__ import annotations

from typing import Annotated

import typer

from variorum.cli.output import say
from variorum.cli.session import Session

app = typer.Typer()


@app.command("grant")
def grant(
    ctx: typer.Context,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="A role of the server.")],
    reader: Annotated[
        bool, typer.Option("--reader", help="Only to read; otherwise also to record.")
    ] = False,
    print_only: Annotated[bool, typer.Option("--print", help="Only print the statements.")] = False,
) -> None:
    """Lets a PostgreSQL role record, and neither change nor delete what is recorded."""
    from variorum.adapters.grants import grant as carry_out
    from variorum.adapters.grants import statements

    session: Session = ctx.obj
    with session.open() as connection:
        if print_only:
            for text in statements(connection.database, role, reader=reader):
                say(f"{text};")
            return
        carry_out(connection.database, role, reader=reader)
    say(f"{role} may now {'read' if reader else 'read and record; it may not change or erase'}")
