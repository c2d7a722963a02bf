"""No patient in what lies about: every file of a data folder, logs, crash files, temporary files, what was printed.

What a process prints holds its window titles and the clipboard too (``onward``).
"""

import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

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


class Forms:
    """What is searched for, each name as UTF-8 and UTF-16; its own first three bytes say where it may begin."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = len(names)
        self._named = {name.encode(code): name for name in names for code in ("utf-8", "utf-16-le")}
        self._first, self._next = np.zeros(1 << 16, bool), np.zeros(1 << 16, bool)
        for form in self._named:
            self._first[form[0] << 8 | form[1]] = self._next[form[1] << 8 | form[2]] = True

    def found_in(self, content: bytes) -> list[str]:
        """Give the names that a file holds: megabytes of ciphertext are passed over at once."""
        read = np.frombuffer(content, np.uint8).astype(np.uint16)
        pairs = read[:-1] << 8 | read[1:]
        begins = np.flatnonzero(self._first[pairs[:-1]] & self._next[pairs[1:]])
        hits = {form for at in begins.tolist() for form in self._named if content.startswith(form, at)}
        return sorted(self._named[form] for form in hits)


def search(places: Iterable[Path], figure: Figure, printed: str = "") -> None:
    """Look into every file below some places; each file is one try."""
    forms = Forms(markers())
    for path in (path for place in places for path in place.rglob("*") if path.is_file()):
        content = path.read_bytes() + str(path.name).encode()
        hits = forms.found_in(content)
        figure.count(f"{path.name} holds {hits[0]}" if hits else "", len(hits))
    hits = forms.found_in(printed.encode())
    figure.count(f"the terminal was told {hits[0]}" if hits else "", len(hits))
    figure.worst = f"{forms.names} names, ids and dates searched for"


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
