"""No patient in what lies about: every file of a data folder, logs, crash files, temporary files, what was printed.

What a process prints holds its window titles and the clipboard too (``onward``).
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path

from tests.faults.record import ROOT
from tests.faults.report import Figure


def markers() -> list[str]:
    """Give the names, ids and birth dates of every patient of the invented clinic."""
    told = tomllib.loads((ROOT / "resources" / "demo" / "people.toml").read_text(encoding="utf-8"))
    found = set()
    for patient in told["patient"]:
        found |= {patient["name"], patient["id"], *(word for word in patient["name"].split() if len(word) > 5)}
        found |= {str(patient[key]) for key in ("born", "birth_date") if key in patient}
    return sorted(found)


def _forms(names: Iterable[str]) -> list[tuple[str, bytes]]:
    return [(name, name.encode(code)) for name in names for code in ("utf-8", "utf-16-le")]


def search(places: Iterable[Path], figure: Figure, printed: str = "") -> None:
    """Look into every file below some places; each file is one try."""
    forms = _forms(markers())
    for path in (path for place in places for path in place.rglob("*") if path.is_file()):
        content = path.read_bytes() + str(path.name).encode()
        hits = [name for name, form in forms if form in content]
        figure.count(f"{path.name} holds {hits[0]}" if hits else "", len(hits))
    said = printed.encode()
    hits = [name for name, form in forms if form in said]
    figure.count(f"the terminal was told {hits[0]}" if hits else "", len(hits))
    figure.worst = f"{len(forms) // 2} names, ids and dates searched for"


def control(place: Path) -> Figure:
    """Plant a name in each way it could lie about; the search must find every one."""
    figure, name = Figure("control: planted names must be found"), markers()[0]
    planted = {"utf-8.log": f"cannot read {name} now".encode(), "utf-16.tmp": name.encode("utf-16-le"),
               f"{name}.txt": b"", "core.1": b"\0" * 4_096 + name.encode() + b"\0"}
    for number, (file, content) in enumerate(planted.items()):
        (place / f"planted-{number}").mkdir(parents=True)
        (place / f"planted-{number}" / file).write_bytes(content)
        found = Figure("")
        search([place / f"planted-{number}"], found)
        figure.count("" if found.lost else f"{file.partition('.')[2]} was not found")
    found = Figure("")
    search([], found, f"title {name}")
    figure.count("" if found.lost else "what was printed was not searched")
    return figure
