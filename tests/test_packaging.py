"""What users install is what was written, and the checks that guard the source do see it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("domain", "adapters", "cli")
pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return subprocess.run(
        command, cwd=cwd, env=clean | environment, capture_output=True, text=True, check=False
    )


def python(*arguments: str | Path, cwd: Path) -> None:
    done = run(sys.executable, *arguments, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel_from_tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tree")
    python("-m", "build", "--no-isolation", "--wheel", "--outdir", out, cwd=ROOT)
    return next(out.glob("*.whl"))


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sdist")
    python("-m", "build", "--no-isolation", "--sdist", "--outdir", out, cwd=ROOT)
    return next(out.glob("*.tar.gz"))


def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_every_file_of_the_three_folders_and_nothing_else(
    wheel_from_tree: Path,
) -> None:
    """SQL and samples included, and no folder of ours at the top level."""
    written = {
        f"variorum/{path.relative_to(ROOT)}"
        for folder in FOLDERS
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    own = {f"variorum/{name}" for name in ("__init__.py", "__main__.py", "py.typed")}
    assert names(wheel_from_tree) == written | own


def test_the_wheel_from_the_sdist_is_the_wheel_from_the_tree(
    wheel_from_tree: Path, sdist: Path, tmp_path: Path
) -> None:
    with tarfile.open(sdist) as archive:
        assert not [member.name for member in archive if member.issym()]
        archive.extractall(tmp_path, filter="data")
    (unpacked,) = tmp_path.iterdir()
    python("-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, cwd=unpacked)
    (wheel,) = tmp_path.glob("*.whl")
    assert wheel.read_bytes() == wheel_from_tree.read_bytes()


def test_the_wheel_runs_where_there_is_no_checkout(wheel_from_tree: Path, tmp_path: Path) -> None:
    """In an environment of its own, which sees our dependencies but not our editable install."""
    python("-m", "venv", "--without-pip", tmp_path, cwd=tmp_path)
    installed = tmp_path / "bin" / "python"
    pip = ("-m", "pip", "--python", installed, "--disable-pip-version-check")
    python(*pip, "install", "--no-deps", "--no-index", wheel_from_tree, cwd=tmp_path)
    (site_packages,) = tmp_path.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")

    where = run(installed, "-c", "import variorum; print(variorum.__file__)", cwd=tmp_path)
    assert where.stdout.strip() == str(site_packages / "variorum" / "__init__.py"), where.stderr
    for command in ((tmp_path / "bin" / "variorum",), (installed, "-m", "variorum")):
        shown = run(*command, "--help", cwd=tmp_path)
        assert shown.returncode == 0, shown.stderr
        assert "Usage: variorum" in shown.stdout


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """The project's settings and links, around folders with no code in them."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "src" / "variorum").mkdir(parents=True)
    (tmp_path / "src" / "variorum" / "__init__.py").touch()
    for folder in FOLDERS:
        link = Path("src", "variorum", folder)
        (tmp_path / link).symlink_to((ROOT / link).readlink())
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").touch()
    return tmp_path


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_a_type_error_is_found_in_every_folder(bare: Path, checker: str) -> None:
    """Pyright calls a linked folder clean, and does not open it, unless its settings name it."""
    folders = [*(f"src/variorum/{folder}" for folder in FOLDERS), "tests"]
    for folder in folders:
        (bare / folder / "seeded.py").write_text('number: int = "seven"\n')
    done = run(sys.executable, "-m", checker, cwd=bare, PYRIGHT_PYTHON_IGNORE_WARNINGS="1")
    assert done.returncode == 1, done.stderr
    for folder in folders:
        assert f"{folder}/seeded.py:1:" in done.stdout


@pytest.mark.parametrize(
    ("folder", "seeded"),
    [
        ("domain", "import variorum.adapters"),
        ("domain", "from variorum import cli"),
        ("domain", "import sqlite3"),
        ("adapters/database", "import variorum.adapters.eventlog.reader"),
        ("adapters/contents", "def late():\n    from variorum.adapters.connect import connect"),
    ],
)
def test_an_import_that_the_layers_forbid_is_found(bare: Path, folder: str, seeded: str) -> None:
    """Also one within a function, and one from adapter to adapter."""
    for each in FOLDERS:
        shutil.copytree(ROOT / each, bare / each, dirs_exist_ok=True)
    shutil.copy(ROOT / "src" / "variorum" / "__init__.py", bare / "src" / "variorum")
    lint_imports = Path(sys.executable).with_name("lint-imports")
    sources = {"PYTHONPATH": str(bare / "src")}
    assert run(lint_imports, "--no-cache", cwd=bare, **sources).returncode == 0
    (bare / folder / "seeded.py").write_text(f"{seeded}\n")
    done = run(lint_imports, "--no-cache", cwd=bare, **sources)
    assert done.returncode == 1
    assert f"variorum.{folder.replace('/', '.')}.seeded" in done.stdout
