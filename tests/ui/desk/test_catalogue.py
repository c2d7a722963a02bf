"""The catalogue page by hand: choosing, adding, changing, recalling."""

from collections.abc import Callable

import pytest
from console_rig import barcode, gtin_of
from desk_touch import part, touch
from PySide6.QtWidgets import QLineEdit

from console.domain.people import Role
from console.services.console import Console
from ui.desk.catalogue import CataloguePage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.buttons import Button, ChoiceChip

Window = Callable[[str, Page], MainWindow]


@pytest.fixture
def window(desk_window: Window, console: Console) -> MainWindow:
    console.desk.actor = next(one for one in console.registry.staff() if one.role is Role.MANAGER)
    return desk_window("catalogue", CataloguePage(console))


def test_a_product_is_found_changed_and_saved(window: MainWindow, console: Console) -> None:
    part(window, "catalogue.search", QLineEdit).setText("vitamin")
    touch(window, "product.serum-c" if console.products.catalogue.product("serum-c") else _only(console, "vitamin"))
    part(window, "catalogue.name", QLineEdit).setText("Vitamin C serum 10 %")
    touch(window, "catalogue.save")
    assert console.products.catalogue.find("vitamin")[0].name == "Vitamin C serum 10 %"
    assert window.notice.text == "Saved."


def _only(console: Console, word: str) -> str:
    return f"product.{console.products.catalogue.find(word)[0].product_id}"


def test_a_scan_opens_its_product_and_an_unknown_one_begins_a_new(window: MainWindow, console: Console) -> None:
    page = window.page("catalogue")
    assert page.on_scan(barcode("cart-12", "C9", "280131", "S1"))
    assert part(window, "catalogue.name", QLineEdit).text() == "12-needle cartridge"
    assert page.on_scan(f"]d201{gtin_of(77)}10X1\x1d17281231")
    assert part(window, "catalogue.gtin", QLineEdit).text() == gtin_of(77)
    touch(window, "catalogue.save")
    assert "no name" in part(window, "catalogue.words").text()  # type: ignore[attr-defined]
    part(window, "catalogue.name", QLineEdit).setText("New gel")
    touch(window, "catalogue.role.glide")
    touch(window, "catalogue.save")
    assert console.products.catalogue.find("new gel")[0].role == "glide"
    assert page.on_scan("]d201")
    assert window.notice.text


def test_what_a_product_is_in_the_clinical_files_is_chosen_shown_and_changed(
    window: MainWindow, console: Console,
) -> None:
    page = window.page("catalogue")
    page.on_scan(f"]d201{gtin_of(77)}10X1\x1d17281231")
    part(window, "catalogue.name", QLineEdit).setText("Numbing cream")
    touch(window, "catalogue.role.glide")
    touch(window, "catalogue.entry")
    touch(window, "catalogue.entry.saline_sterile")
    touch(window, "catalogue.role.anesthetic")
    assert part(window, "catalogue.entry", Button).text() == "Not said"
    touch(window, "catalogue.entry")
    touch(window, "catalogue.entry.lmx4")
    touch(window, "catalogue.save")
    assert console.products.catalogue.find("numbing cream")[0].clinical_id == "lmx4"
    assert part(window, "catalogue.entry", Button).text() == "LMX4"
    touch(window, "catalogue.entry")
    assert part(window, "catalogue.entry.lmx4", ChoiceChip).isChecked()
    touch(window, "overlay.close")
    touch(window, "catalogue.role.cartridge")
    assert not page._card.entry.isVisibleTo(window)
    touch(window, "catalogue.save")
    made = console.products.catalogue.find("numbing cream")[0]
    assert (made.role, made.clinical_id) == ("cartridge", "")


def test_a_lot_is_recalled_with_its_reason_and_lifted(window: MainWindow, console: Console) -> None:
    window.page("catalogue").choose("cart-12")
    part(window, "recall.lot", QLineEdit).setText("C9")
    confirm = part(window, "recall.confirm", Button)
    confirm.triggered.emit()
    assert "needs a reason" in part(window, "recall.words").text()  # type: ignore[attr-defined]
    part(window, "recall.reason", QLineEdit).setText("bent needles")
    confirm.triggered.emit()
    assert console.registry.recalled_lots() == {("cart-12", "C9")}
    touch(window, "recall.lift.C9")
    assert console.registry.recalled_lots() == set()


def test_a_practitioner_reads_and_changes_nothing(window: MainWindow, console: Console) -> None:
    console.desk.actor = next(one for one in console.registry.staff() if one.role is Role.PRACTITIONER)
    window.page("catalogue").choose("cart-12")
    for name in ("catalogue.name", "catalogue.save", "recall.confirm"):
        assert not part(window, name).isEnabled()
