from collections.abc import Callable

import pytest
from desk_touch import part, touch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from console.domain.errors import OperatorError
from ui.desk.first_run import ClinicSetUp, FirstRunPage, complaint_of
from ui.desk.progress import ProgressBar, ProgressPage
from ui.desk.unlock import UnlockPage
from ui.main_window import MainWindow
from ui.page import Page
from ui.widgets.texts import Label

Window = Callable[[str, Page], MainWindow]
GOOD = ClinicSetUp("Harbour Skin Clinic", "Ada Holm", "7291", "blue kettle seven doors")


def test_what_is_wrong_is_said_one_thing_at_a_time() -> None:
    assert complaint_of(GOOD, "7291", GOOD.passphrase) == ("", "")
    wrong = {
        "clinic": (ClinicSetUp("", "Ada Holm", "7291", GOOD.passphrase), "7291", GOOD.passphrase),
        "person": (ClinicSetUp("Harbour", "A", "7291", GOOD.passphrase), "7291", GOOD.passphrase),
        "pin": (ClinicSetUp("Harbour", "Ada Holm", "72a1", GOOD.passphrase), "72a1", GOOD.passphrase),
        "pin_again": (GOOD, "7292", GOOD.passphrase),
        "passphrase": (ClinicSetUp("Harbour", "Ada Holm", "7291", "short"), "7291", "short"),
        "passphrase_again": (GOOD, "7291", "blue kettle seven floors"),
    }
    for key, (given, pin, phrase) in wrong.items():
        found, words = complaint_of(given, pin, phrase)
        assert found == key
        assert words.endswith(".")


@pytest.mark.parametrize("pin", ["1234", "0000", "9999"])
def test_a_pin_that_is_guessed_at_once_is_refused(pin: str) -> None:
    assert complaint_of(ClinicSetUp("Harbour", "Ada Holm", pin, GOOD.passphrase), pin, GOOD.passphrase)[0] == "pin"


def test_secrets_do_not_show_in_a_log_of_the_form() -> None:
    assert GOOD.pin not in repr(GOOD) and GOOD.passphrase not in repr(GOOD)


def fill(window: MainWindow, qtbot: QtBot, **changes: str) -> None:
    texts = {"clinic": GOOD.clinic_name, "person": GOOD.person_name, "pin": GOOD.pin, "pin_again": GOOD.pin,
             "passphrase": GOOD.passphrase, "passphrase_again": GOOD.passphrase} | changes
    for key, text in texts.items():
        qtbot.keyClicks(part(window, f"setup.{key}"), text)


def test_a_filled_form_sets_the_clinic_up(desk_window: Window, qtbot: QtBot) -> None:
    made: list[ClinicSetUp] = []
    window = desk_window("first_run", FirstRunPage(lambda: None, made.append, lambda: None))
    fill(window, qtbot)
    touch(window, "action.setup")
    assert made == [GOOD]


def test_a_wrong_form_makes_nothing_and_says_why(desk_window: Window, qtbot: QtBot) -> None:
    made: list[ClinicSetUp] = []
    window = desk_window("first_run", FirstRunPage(lambda: None, made.append, lambda: None))
    fill(window, qtbot, pin_again="7292")
    touch(window, "action.setup")
    assert made == []
    assert "two PINs differ" in part(window, "setup.words", Label).text()


def test_a_clinic_that_cannot_be_made_says_why(desk_window: Window, qtbot: QtBot) -> None:
    def refuse(wanted: ClinicSetUp) -> None:
        raise OperatorError("The disk is full", "nothing was made", "free some space")

    window = desk_window("first_run", FirstRunPage(lambda: None, refuse, lambda: None))
    fill(window, qtbot)
    touch(window, "action.setup")
    assert part(window, "setup.words", Label).text() == "The disk is full; nothing was made; free some space."


def test_looking_around_needs_nothing(desk_window: Window) -> None:
    looked: list[bool] = []
    window = desk_window("first_run", FirstRunPage(lambda: looked.append(True), lambda wanted: None, lambda: None))
    touch(window, "setup.demo")
    assert looked == [True]


def test_training_is_one_touch_away_and_says_what_stands_in_its_way(desk_window: Window) -> None:
    trained: list[bool] = []
    touch(desk_window("first_run", FirstRunPage(lambda: None, lambda wanted: None, lambda: trained.append(True))),
          "setup.training")
    assert trained == [True]

    def refuse() -> None:
        raise OperatorError("The disk is full", "nothing was made", "free some space")

    window = desk_window("first_run", FirstRunPage(lambda: None, lambda wanted: None, refuse))
    touch(window, "setup.training")
    assert part(window, "setup.words", Label).text() == "The disk is full; nothing was made; free some space."


def test_keys_on_screen_type_where_the_focus_is(desk_window: Window) -> None:
    window = desk_window("first_run", FirstRunPage(lambda: None, lambda wanted: None, lambda: None))
    touch(window, "action.keys")
    for key in ("a", "d", "a", "space", "h", "back", "shift", "k"):
        touch(window, f"setup.keys.{key}")
    assert part(window, "setup.clinic", QLineEdit).text() == "Ada K"


def test_typing_goes_into_the_first_line_without_a_touch(desk_window: Window) -> None:
    unlock = desk_window("unlock", UnlockPage(lambda phrase, refused: None, "the clinic's folder"))
    assert unlock.focusWidget() is part(unlock, "unlock.passphrase")
    first = desk_window("first_run", FirstRunPage(lambda: None, lambda wanted: None, lambda: None))
    assert first.focusWidget() is part(first, "setup.clinic")


def test_the_right_passphrase_unlocks_and_is_forgotten(desk_window: Window, qtbot: QtBot) -> None:
    given: list[str] = []
    window = desk_window("unlock", UnlockPage(lambda phrase, refused: given.append(phrase), "the clinic's folder"))
    line = part(window, "unlock.passphrase", QLineEdit)
    qtbot.keyClicks(line, GOOD.passphrase)
    touch(window, "unlock.go")
    assert not part(window, "unlock.go").isEnabled(), "it is being opened"
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert given == [GOOD.passphrase]
    window.page().leave()
    assert line.text() == ""


def test_a_wrong_passphrase_says_so_and_can_be_corrected(desk_window: Window, qtbot: QtBot) -> None:
    def refuse(phrase: str, refused: Callable[[str], None]) -> None:
        refused("That passphrase is wrong; nothing was changed; try again.")

    window = desk_window("unlock", UnlockPage(refuse, "the clinic's folder"))
    touch(window, "unlock.go")
    assert "Enter the passphrase" in part(window, "unlock.words", Label).text()
    qtbot.keyClicks(part(window, "unlock.passphrase"), "wrong")
    touch(window, "unlock.go")
    assert "That passphrase is wrong" in part(window, "unlock.words", Label).text()
    line = part(window, "unlock.passphrase", QLineEdit)
    assert line.echoMode() is QLineEdit.EchoMode.Password
    touch(window, "unlock.show")
    assert line.echoMode() is QLineEdit.EchoMode.Normal


def test_progress_shows_words_and_share(desk_window: Window) -> None:
    page = ProgressPage()
    window = desk_window("progress", page)
    page.show_progress("Recording past sessions: 150 of 300", 0.5)
    assert part(window, "progress.bar", ProgressBar).share == 0.5
    assert "50 %" in [one.text() for one in window.findChildren(Label)]
    page.show_progress("Nearly done", 1.7)
    assert part(window, "progress.bar", ProgressBar).share == 1.0
