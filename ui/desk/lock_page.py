"""The locked console: nothing of a record in sight; the alarm line and the clocks go on around it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from console.domain.people import Staff
from console.domain.rights import Right, allows
from console.services.console import Console
from ui.desk.pin_gate import PinGate
from ui.desk.staff_tiles import StaffTiles
from ui.page import Page, StatusText
from ui.widgets.buttons import Button
from ui.widgets.texts import Card, IconMark, Label, row, scrolled

CARD_PX, HIGH_PX = 460, 540
INVENTED_MARKS = ("demo", "training")


class LockCard(Card):
    """Who is signed in, and their PIN; or a colleague and theirs. ``passed(Staff)``."""

    passed = Signal(object)

    def __init__(self, console: Console, name: str) -> None:
        super().__init__(20, 10)
        self.setObjectName(name)
        self._console = console
        self._words, self._said = Label("", "label", "ink2", wrap=True), ""
        self.gate, self._tiles = PinGate(console, f"{name}.pin"), StaffTiles(1)
        self._other = Button("Somebody else", "user", "quiet", "nav", name=f"{name}.other")
        self._views = QStackedWidget()
        for view in (self.gate, scrolled(self._tiles)):
            self._views.addWidget(view)
        self.body.addLayout(row(IconMark("lock", "ink", 24), Label("Locked", "title"), None, spacing=12))
        for part in (self._words, self._views, self._other):
            self.body.addWidget(part)
        self.body.setStretchFactor(self._views, 1)
        self.gate.passed.connect(self.passed)
        self._tiles.chosen.connect(self._ask)
        self._other.triggered.connect(self._turn)

    @property
    def hint(self) -> str:
        """Tell the PIN of an invented clinic, where nobody ever chose one."""
        return " Every PIN here is 1234." if self._console.marked_as in INVENTED_MARKS else ""

    def show_actor(self, words: str) -> None:
        """Ask who is signed in."""
        self._said = words
        actor = self._console.desk.actor
        if actor is not None:
            self._ask(actor)

    def _ask(self, member: Staff) -> None:
        self._words.show_text(self._said)
        self._views.setCurrentIndex(0)
        self._other.show_words("Somebody else", icon="user")
        self.gate.ask(member)

    def _turn(self) -> None:
        """Show the colleagues, or go back to who is signed in."""
        if self._views.currentIndex() == 1:
            self.show_actor(self._said)
            return
        front = self._console.desk.front
        treats = front is not None and not front.state.closed
        self._tiles.show_staff([one for one in self._console.registry.staff()
                                if one.active and (not treats or allows(one, Right.TREAT))])
        self._words.show_text("Who takes over?" if treats else "Who is here?")
        self._other.show_words("Back", icon="left")
        self.gate.ask(None)
        self._views.setCurrentIndex(1)


class LockPage(Page):
    """Takes the whole place between the bars. A scanned staff card asks nothing: the PIN does."""

    title, frame = "Locked", "bare"

    def __init__(self, console: Console, passed: Callable[[Staff], None]) -> None:
        super().__init__()
        self.card = LockCard(console, "lock")
        self.card.setFixedSize(CARD_PX, HIGH_PX)
        box = QVBoxLayout(self)
        box.addWidget(self.card, 0, Qt.AlignmentFlag.AlignCenter)
        self.card.passed.connect(passed)

    def enter(self, **context: object) -> None:
        self.card.show_actor(f"Enter your PIN to go on where you were.{self.card.hint}")

    def on_scan(self, text: str) -> bool:
        self.shell.tell("The console is locked; enter the PIN first.", "caution")
        return True

    def status(self) -> StatusText:
        return StatusText("Locked", ("Records are hidden; clocks and alarms go on",))


class LockPanel(QWidget):
    """The same over one side of a page whose readings must stay in sight."""

    def __init__(self, console: Console, passed: Callable[[Staff], None]) -> None:
        super().__init__()
        self.card = LockCard(console, "lockPanel")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.card)
        self.card.passed.connect(passed)

    def ask(self) -> None:
        """Ask who is signed in."""
        self.card.show_actor(f"Readings, alarms, pause and stop go on.{self.card.hint}")
