"""What holds for the whole tree: rings, lint, types, sizes, names, words, and no address of this or any machine."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = [path for top in ("console", "devices", "db", "ui") for path in sorted((ROOT / top).rglob("*.py"))]
MOST_LINES = 450
FORBIDDEN_NAMES = re.compile(r"(Manager|Helper|Util|Handler|Client|Info|Item)(?=$|[A-Z])")
ALLOWED_NAMES = {"RotatingFileHandler"}
FOREIGN_CLASSES = re.compile(r"Q[A-Z]\w+")  # Qt's own words


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False).stdout
    names = [name for name in listed.split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def test_imports_point_inward():
    done = run("-c", "from importlinter.cli import lint_imports_command as c; c()")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_lint_is_clean():
    done = run("-m", "ruff", "check", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_types_are_strict():
    done = run("-m", "mypy")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_stay_small_and_say_what_they_are(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    if text.strip():
        assert text.lstrip().startswith('"""'), "a module begins with what it is"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_class_names_use_the_field_s_words(path):
    for name in re.findall(r"^\s*class (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
        assert name in ALLOWED_NAMES or not FORBIDDEN_NAMES.search(name), name


def test_every_folder_of_console_has_a_ring():
    layers = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]
    named = {part.strip() for layer in layers for part in layer.split("|")}
    folders = {f"console.{path.name}" for path in (ROOT / "console").iterdir() if (path / "__init__.py").exists()}
    assert folders <= named


def test_main_is_only_a_launcher():
    assert len((ROOT / "main.py").read_text().splitlines()) < 25


def test_no_init_files_below_tests():
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_no_address_of_a_registry_or_a_machine():
    halves = (("pypi", ".org"), ("python", "hosted"), ("registry", ".npmjs"), ("deb.", "debian"), ("/work", "/main"),
              ("/work", "/shared"), ("/work", "/.lib"), ("/ro", "ot/"))  # in halves, so as not to find itself
    addresses = re.compile("|".join(re.escape(first + second) for first, second in halves))
    for path in tracked_files():
        if path.suffix in {".otf", ".png", ".pdf"}:
            continue
        found = addresses.search(path.read_text(encoding="utf-8", errors="replace"))
        assert not found, f"{path.relative_to(ROOT)} names {found and found.group()}"


def test_nothing_asks_whether_it_is_tested():
    for path in SOURCES:
        assert "pytest" not in path.read_text(encoding="utf-8"), path


def test_only_the_clocks_read_a_clock():
    reading = re.compile(
        r"\btime\.(time|monotonic|time_ns|monotonic_ns|perf_counter)\(|datetime\.(now|utcnow|today)\(|date\.today\(")
    allowed = {"console/services/clocks.py", "console/app/practitioner.py"}  # the scripted hands live in real time
    for path in SOURCES:
        name = str(path.relative_to(ROOT))
        if name not in allowed:
            assert not reading.search(path.read_text(encoding="utf-8")), name


def test_the_lock_files_pin_with_hashes():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        pinned = re.findall(r"^[a-z0-9][\w.\-\[\]]*==", text, re.MULTILINE)
        assert pinned and text.count("--hash=sha256:") >= len(pinned)


def test_the_changelog_renders():
    text = (ROOT / "CHANGELOG.md").read_text()
    assert text.startswith("# Changelog") and "## " in text
