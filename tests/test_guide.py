"""The guide says what runs: its commands are run, its cells are run, its tables are the help's.

A page is a *session*: its ```console blocks and ```python cells are run from top to bottom in one
empty folder. `variorum demo sample` gives the demo's archive. In what is expected, `…` stands for
anything within a line, and alone in a line for any lines. Recorded times and keys differ each time.
"""

from __future__ import annotations

import ast
import contextlib
import io
import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from variorum.cli.main import COMMANDS, EXIT_CODES, app

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md")))
SCRIPTS = sysconfig.get_path("scripts")
DEMO = "variorum demo sample"

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_DIFFERENT_EACH_TIME = (
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC"), "<recorded>"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"), "<recorded>"),
    (re.compile(r"^20\d\d-\d\d(?= )", re.MULTILINE), "<month>"),
    (re.compile(r"\+[0-9a-f]{8}\+[\w+/]+=*"), "+<key>"),
)


@dataclass(frozen=True)
class Step:
    """A command with what it prints, or a cell with what it shows."""

    kind: str
    source: str
    expected: str
    line: int


def steps(text: str) -> Iterator[Step]:
    """The steps of a page. A ```text block after a cell is what the cell shows."""
    cell: Step | None = None
    for block in _BLOCK.finditer(text):
        kind, body = block.groups()
        line = text.count("\n", 0, block.start()) + 1
        if cell is not None:
            yield Step("python", cell.source, body if kind == "text" else "", cell.line)
            cell = None
        if kind == "python":
            cell = Step("python", body, "", line)
        if kind == "console":
            yield from _commands(body, line)
    if cell is not None:
        yield cell


def _commands(body: str, line: int) -> Iterator[Step]:
    lines = body.splitlines()
    assert lines[0].startswith("$ "), f"line {line}: a console block begins with a command"
    at = 0
    while at < len(lines):
        first = at
        source = [lines[at].removeprefix("$ ")]
        while at + 1 < len(lines) and lines[at + 1].startswith("> "):
            at += 1
            source.append(lines[at].removeprefix("> "))
        output = list(takewhile(lambda text: not text.startswith("$ "), lines[at + 1 :]))
        yield Step(
            "console",
            "\n".join(source),
            "".join(f"{text}\n" for text in output),
            line + first + 1,
        )
        at += 1 + len(output)


def alike(expected: str, printed: str) -> bool:
    """Whether what is printed is what is expected, apart from what `…` stands for."""
    pattern = "".join(
        r"(?:.*\n)*" if line == "…\n" else ".*".join(map(re.escape, line.split("…")))
        for line in masked(expected).splitlines(keepends=True)
    )
    return re.fullmatch(pattern, masked(printed)) is not None


def masked(text: str) -> str:
    for pattern, mask in _DIFFERENT_EACH_TIME:
        text = pattern.sub(mask, text)
    return text


class Session:
    """Runs a page's steps, as a reader would who types them in; `code` is the last exit code."""

    def __init__(self, folder: Path, demo: Path) -> None:
        self._folder = folder
        self._demo = demo
        self.code = 0
        self._names: dict[str, Any] = {}
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("VARIORUM")
        } | {
            "PATH": os.pathsep.join((SCRIPTS, os.environ["PATH"])),
            "PYTHONUNBUFFERED": "1",  # so that both outputs come in the order of a terminal
            "COLUMNS": "96",
        }

    def run(self, step: Step) -> str:
        """Runs a step and gives what it printed."""
        if step.kind == "python":
            return self._cell(step.source)
        if step.source == "echo $?":
            code, self.code = self.code, 0
            return f"{code}\n"
        assert self.code == 0, f"a command before this one failed with {self.code}, unsaid"
        word, _, rest = step.source.partition(" ")
        if word == "cd":
            self._folder /= rest
            return ""
        if step.source == DEMO:
            shutil.copytree(self._demo, self._folder / "sample")
            return (self._demo.parent / "printed").read_text(encoding="utf-8")
        return self.shell(step.source)

    def shell(self, command: str) -> str:
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        self.code = done.returncode
        return done.stdout

    def _cell(self, source: str) -> str:
        """As a notebook does: what is printed, and then the value of the last line."""
        body = ast.parse(source).body
        last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        out = io.StringIO()
        with contextlib.chdir(self._folder), contextlib.redirect_stdout(out):
            exec(compile(ast.Module(body, []), "<cell>", "exec"), self._names)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), self._names)
                if value is not None:
                    print(repr(value))
        return out.getvalue()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the demo makes, beside a file of what it printed."""
    folder = tmp_path_factory.mktemp("guide")
    printed = Session(folder, folder).shell(DEMO)
    (folder / "printed").write_text(printed, encoding="utf-8")
    return folder / "sample"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_shows_is_what_happens(page: Path, demo: Path, tmp_path: Path) -> None:
    session = Session(tmp_path, demo)
    for step in steps(page.read_text(encoding="utf-8")):
        where = f"{page.name}:{step.line}: {step.source}"
        printed = session.run(step)
        assert alike(step.expected, printed), f"{where}\n{printed}"
    assert session.code == 0, "the last command failed, unsaid"


COMMAND_PAGE = ROOT / "docs" / "guide" / "commands.md"
_PLAIN_WORDS = {"<boolean>": "", "<str>": "TEXT", "<path>": "PATH", "<int range>": "N"}


def commands() -> dict[str, Any]:
    """Every command by its full name."""
    group: Any = get_command(app)
    context = group.context_class(group)
    found: dict[str, Any] = {}
    for name in COMMANDS:
        command = found[name] = group.get_command(context, name)
        for inner, each in getattr(command, "commands", {}).items():
            found[f"{name} {inner}"] = each
    return {"variorum": group, **found}


def row(parameter: Any, context: Any) -> str:
    """The row of an option or an argument in its command's table."""
    metavar: str = parameter.make_metavar(context)
    value = _PLAIN_WORDS[metavar] if metavar in _PLAIN_WORDS else metavar.strip("<>")
    value = value.replace("|", "\\|")
    if parameter.param_type_name == "argument":
        usage = f"`{value}`"
    else:
        names = sorted(parameter.opts, key=len)
        usage = ", ".join(f"`{name}`" for name in names[:-1])
        usage += (", " if usage else "") + f"`{f'{names[-1]} {value}'.strip()}`"
    return f"| {usage} | {parameter.help} |"


def sections(text: str) -> dict[str, str]:
    """A page's sections by their headings of the second and third level."""
    parts = re.split(r"^###? (.*)\n", text, flags=re.MULTILINE)
    return {name.strip("`"): body for name, body in zip(parts[1::2], parts[2::2], strict=True)}


@pytest.mark.parametrize("name", commands())
def test_every_command_is_described_as_its_help_says(name: str) -> None:
    """With every option and argument, in their order, and no other."""
    command = commands()[name]
    section = sections(COMMAND_PAGE.read_text(encoding="utf-8"))[name]
    assert command.help, "a command has a help text"
    assert section.strip().startswith(command.help), command.help
    context = command.context_class(command)
    expected = [row(parameter, context) for parameter in command.params]
    rows = [line for line in section.splitlines() if line.startswith(("| `-", "| `"))]
    assert rows == expected, "\n".join(expected)


@pytest.mark.parametrize("name", [name for name in commands() if name != "variorum"])
def test_every_option_has_an_example(name: str) -> None:
    """In its command's section, or in the section that it shares with others."""
    page = sections(COMMAND_PAGE.read_text(encoding="utf-8"))
    examples = "\n".join(re.findall(r"^(?:\$|>) (.*)", page[name], re.MULTILINE))
    assert f"variorum {name}" in examples or f" {name} " in examples
    for parameter in commands()[name].params:
        if parameter.param_type_name == "option" and parameter.opts[0] != "--step":
            assert any(option in examples for option in parameter.opts), parameter.opts


def test_the_exit_codes_are_the_programs() -> None:
    text = sections(COMMAND_PAGE.read_text(encoding="utf-8"))["Exit codes"]
    said = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    assert said == {0, 70, 130, 141} | {code for _, code in EXIT_CODES}


def test_a_page_is_linked_from_the_index() -> None:
    index = (ROOT / "docs" / "guide" / "index.md").read_text(encoding="utf-8")
    for page in PAGES[1:]:
        assert page.name == "index.md" or f"({page.name})" in index


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_what_stands_for_what() -> None:
    """The dots match anything, and nothing else does."""
    assert alike("a\n…\nz\n", "a\nb\nc\nz\n")
    assert alike("a\n…\n", "a\n")
    assert alike("in … bytes\n", "in 302 bytes\n")
    assert not alike("a\n", "a\nb\n")
    assert not alike("in … bytes\n", "in 302\nbytes\n")
    assert alike("#4 2026-11-22 14:51:01 UTC\n", "#4 2031-01-02 03:04:05 UTC\n")
    assert not alike("#4\n", "#5\n")


def test_a_decision_is_known_by_one_number() -> None:
    """Its file, its heading and nothing else bear it."""
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    numbers = [page.name[:3] for page in pages]
    assert len(set(numbers)) == len(numbers)
    for page, number in zip(pages, numbers, strict=True):
        assert page.read_text(encoding="utf-8").startswith(f"# {number}. "), page.name
