"""The first start: set up a clinic, or look around an invented one."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QStackedWidget, QWidget

from console.domain.errors import OperatorError
from console.services.staff_desk import PIN_DIGITS, pin_complaint
from ui.desk.letter_keys import LetterKeys
from ui.desk.walk_in import Complaint, field, titled
from ui.page import Action, Actions, Page, StatusText
from ui.widgets.buttons import Button
from ui.widgets.texts import Card, IconMark, Label, row

LEAST_PASSPHRASE = 12
SIDE_PX, KEYS_PX = 392, 600


@dataclass(frozen=True)
class ClinicSetUp:
    """What a new clinic begins with; the two secrets are kept nowhere in clear."""

    clinic_name: str
    person_name: str
    pin: str
    passphrase: str

    def __repr__(self) -> str:
        return f"ClinicSetUp({self.clinic_name!r}, {self.person_name!r})"


def complaint_of(wanted: ClinicSetUp, pin_again: str, passphrase_again: str) -> tuple[str, str]:
    """Give the first thing wrong: the field's key and a sentence; two empty texts if all is well."""
    checks = (
        ("clinic", len(wanted.clinic_name) >= 2, "The clinic needs a name."),
        ("person", len(wanted.person_name) >= 2, "Enter your name, as it will stand under your signature."),
        ("pin", not pin_complaint(wanted.pin), pin_complaint(wanted.pin)),
        ("pin_again", wanted.pin == pin_again, "The two PINs differ; enter the same one twice."),
        ("passphrase", len(wanted.passphrase) >= LEAST_PASSPHRASE,
         f"The recovery passphrase needs at least {LEAST_PASSPHRASE} characters; four words do well."),
        ("passphrase_again", wanted.passphrase == passphrase_again,
         "The two passphrases differ; enter the same one twice."),
    )
    return next(((key, words) for key, fine, words in checks if not fine), ("", ""))


class FirstRunPage(Page):
    """A form for a new clinic beside the ways into the demo clinic and into training."""

    title, frame = "Welcome", "bare"

    def __init__(
        self, look_around: Callable[[], None], set_up: Callable[[ClinicSetUp], None], train: Callable[[], None],
    ) -> None:
        super().__init__()
        self._look_around, self._set_up, self._train = look_around, set_up, train
        self._fields = {
            "clinic": field("Harbour Skin Clinic", "setup.clinic"),
            "person": field("First and last name", "setup.person"),
            "pin": field(f"{PIN_DIGITS} digits", "setup.pin", hidden=True),
            "pin_again": field("the same once more", "setup.pin_again", hidden=True),
            "passphrase": field("four words or more", "setup.passphrase", hidden=True),
            "passphrase_again": field("the same once more", "setup.passphrase_again", hidden=True),
        }
        self._complaint = Complaint("setup.words")
        self._side = QStackedWidget()
        whole = row(self._form(), self._side)
        whole.setStretch(0, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self.setFocusProxy(self._fields["clinic"])
        self._side.addWidget(self._demo())
        self._side.addWidget(self._keys())
        self._side.setFixedWidth(SIDE_PX)

    def _form(self) -> Card:
        card, grid = Card(24, 12), QGridLayout()
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(8)
        titles = {"clinic": "Clinic", "person": "Your name", "pin": "Your PIN", "pin_again": "PIN again",
                  "passphrase": "Recovery passphrase", "passphrase_again": "Passphrase again"}
        for place, (key, title) in enumerate(titles.items()):
            grid.addLayout(titled(title, self._fields[key]), place // 2, place % 2)
            self._fields[key].returnPressed.connect(self._try)
            self._fields[key].textEdited.connect(self._clear_complaint)
        card.body.addWidget(Label("Set up a clinic", "title"))
        card.body.addWidget(Label("You become its first member of staff; more are added later.", "body", "ink2"))
        card.body.addLayout(grid)
        note = Card(14, 12, across=True, look="sunken")
        note.body.addWidget(IconMark("lock", "ink2", 22), 0, Qt.AlignmentFlag.AlignTop)
        note.body.addWidget(Label(
            "The whole record is encrypted. On this computer it opens by itself; on any other, or if this one "
            "breaks, only the recovery passphrase opens it. Without it nothing can be read, by nobody. Write it "
            "down and keep it away from this computer.", "label", "ink2", wrap=True), 1)
        card.body.addWidget(note)
        card.body.addWidget(self._complaint)
        card.body.addStretch(1)
        return card

    def _demo(self) -> Card:
        card = Card(24, 12)
        look = Button("Look around", "", "normal", "l", trailing="right", name="setup.demo")
        look.triggered.connect(self._look)
        card.body.addWidget(Label("The demo clinic", "title"))
        card.body.addWidget(Label(
            "Everything in it is invented and marked as not clinical; it can never become yours.",
            "body", "ink2", wrap=True))
        for icon, words in (("user", "40 invented patients"), ("list", "300 past sessions to find and replay"),
                            ("pen", "A simulated pen that is already live"), ("info", "Every PIN there is 1234")):
            card.body.addLayout(row(IconMark(icon, "ink2", 20), Label(words, "body"), None, spacing=12))
        card.body.addWidget(look)
        card.body.addStretch(1)
        train = Button("Train with a faulty pen", "", "normal", "l", trailing="right", name="setup.training")
        train.triggered.connect(lambda: self._attempt(self._train))
        card.body.addWidget(Label("Training", "title"))
        card.body.addWidget(Label(
            "The same, with a pen that fails. Marked as training, and kept apart from every record.",
            "body", "ink2", wrap=True))
        card.body.addWidget(train)
        return card

    def _keys(self) -> QWidget:
        card = Card(16, 12)
        card.body.addWidget(LetterKeys(*self._fields.values(), name="setup.keys"))
        card.body.addStretch(1)
        return card

    # --- acts ---------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        self._fields["clinic"].setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        for key in ("pin", "pin_again", "passphrase", "passphrase_again"):
            self._fields[key].clear()

    def _clear_complaint(self) -> None:
        self._complaint.say("")

    def _text(self, key: str) -> str:
        return self._fields[key].text()

    def _try(self) -> None:
        wanted = ClinicSetUp(" ".join(self._text("clinic").split()), " ".join(self._text("person").split()),
                             self._text("pin"), self._text("passphrase"))
        key, words = complaint_of(wanted, self._text("pin_again"), self._text("passphrase_again"))
        self._complaint.say(words)
        if key:
            self._fields[key].setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._attempt(lambda: self._set_up(wanted))

    def _look(self) -> None:
        self._attempt(self._look_around)

    def _attempt(self, act: Callable[[], None]) -> None:
        try:
            act()
        except OperatorError as error:
            self._complaint.say(str(error))

    def _toggle_keys(self) -> None:
        shown = self._side.currentIndex() == 1
        self._side.setCurrentIndex(0 if shown else 1)
        self._side.setFixedWidth(SIDE_PX if shown else KEYS_PX)
        self.shell.update_chrome()

    def status(self) -> StatusText:
        return StatusText("Welcome to Needling Console", ("Nothing is set up yet",))

    def page_actions(self) -> Actions:
        keys = "Hide keys" if self._side.currentIndex() == 1 else "Show keys"
        return Actions([Action("keys", keys, self._toggle_keys, icon="list")],
                       [Action("setup", "Set up clinic", self._try, hint="makes an encrypted record", kind="primary",
                               width=SIDE_PX)])

