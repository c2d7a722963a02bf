"""An import at the screen: found, read, mapped, laid beside what is there, written whole or not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from console_rig import PIN
from fake_clock import FakeClock
from PySide6.QtWidgets import QApplication
from real_window import RealWindow

from console.domain.people import Role, Staff
from ui.desk.imports import ImportsPage

MANAGER = Staff("MG-01", "R. Manager", Role.MANAGER)
LIST = ("Kunde;Geburtsdatum;Telefon\nJürgen Groß;31.05.1990;030 1\nAnna Keler;04.03.1992;030 2\n"
        "Anna Keller;04.03.1992;\nJürgen Groß;31.05.1990;\n")


class Room:
    """The page over a folder with lists."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.real = RealWindow(app, folder / "data", FakeClock())
        registry = self.real.console.registry
        registry.save_staff(MANAGER, PIN, "MG-01")
        self.lists = folder / "lists"
        self.lists.mkdir()
        registry.save_setting("import.folder", str(self.lists), "MG-01")
        self.real.console.desk.actor = MANAGER

    def put(self, content: str, name: str = "kunden.csv") -> None:
        (self.lists / name).write_bytes(content.encode("cp1252"))

    def open(self) -> ImportsPage:
        self.real.window.open_page("imports")
        self.answer()
        page = self.real.window.page()
        assert isinstance(page, ImportsPage)
        return page

    def touch(self, *names: str) -> None:
        for name in names:
            self.real.click(name)
            self.answer()

    def answer(self) -> None:
        while self.real.console.queries.busy:
            self.real.live()
        self.real.live()

    def names(self) -> list[str]:
        return sorted(one.name for one in self.real.console.registry.patients("", 100))


@pytest.fixture
def room(qapp: QApplication, tmp_path: Path) -> Iterator[Room]:
    made = Room(qapp, tmp_path)
    yield made
    made.real.close()


def taken(page: ImportsPage) -> list[tuple[str, str]]:
    return [(one.cells[0], one.cells[2]) for one in page.result.table.rows()]


def test_a_list_is_mapped_looked_at_and_written(room: Room) -> None:
    room.put(LIST)
    (room.lists / "picture.png").write_bytes(b"")
    page, before = room.open(), room.names()
    room.touch("import.file.0")
    assert page.source.words.text() == "Say which column is the name." and not taken(page)
    room.touch("import.field.name", "import.column.0")
    assert taken(page) == [("2", "New"), ("3", "Left out: perhaps P-0412"), ("4", "Left out: the same as P-0412"),
                           ("5", "Left out: the same as line 2")]
    assert room.names() == before, "looking writes nothing"
    page.result.table.selectRow(1)
    room.touch("import.also")
    assert taken(page)[1] == ("3", "Taken, although like P-0412")
    room.touch("action.import")
    assert room.names() == sorted([*before, "Jürgen Groß", "Anna Keler"])
    assert [words for _, words in taken(page)] == [f"Left out: the same as {one}" for one in (
        "P-0461", "P-0462", "P-0412", "P-0461")]


def test_bad_cells_are_named_and_nothing_can_be_written(room: Room) -> None:
    room.put("name,birth_date,fitzpatrick\nBea Good,1990-01-01,II\nCeo Bad,03/04/1990,IX\n")
    page, before = room.open(), room.names()
    room.touch("import.file.0")
    assert taken(page) == [("3", "«birth_date» is «03/04/1990», and 1 more")]
    assert not room.real.find("action.import").isEnabled()
    room.touch("import.order.mdy")
    assert taken(page) == [("3", "«fitzpatrick» is «IX»")]
    room.touch("import.field.fitzpatrick", "import.column.none")
    assert [words for _, words in taken(page)] == ["New", "New"]
    room.touch("action.import")
    assert room.names() == sorted([*before, "Bea Good", "Ceo Bad"])
    assert {one.birth_date for one in room.real.console.registry.patients("Ceo", 5)} == {"1990-03-04"}


def test_a_list_of_no_kind_is_one_sentence(room: Room) -> None:
    room.put("no header at all")
    room.open()
    room.touch("import.file.0")
    assert "cannot be read" in room.real.window.notice.text
    assert not room.real.find("action.import").isEnabled()


def test_who_may_not_sees_no_kind_and_who_may_sees_theirs(room: Room) -> None:
    room.real.console.desk.actor = Staff("AD-01", "Ada", Role.ADMINISTRATOR)
    page = room.open()
    assert [key for key in ("patients", "staff", "products", "appointments") if page.source.kinds.part(key).isEnabled()
            ] == ["staff", "products"]
    room.real.console.desk.actor = None
    assert not room.open().source.isEnabled()


def test_nothing_is_imported_while_somebody_is_needled(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.put("name,birth_date\nBea Good,1990-01-01\n")
    room.open()
    room.touch("import.file.0")
    before = room.names()
    monkeypatch.setattr(type(room.real.console.desk), "needling", property(lambda _: object()))
    room.real.find("action.import").click()
    room.answer()
    assert "Somebody is being needled" in room.real.window.notice.text and room.names() == before
