"""The menu behind the mark: the room's light, loudness, who acts, and what this program is."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from console.domain.errors import OperatorError
from console.domain.people import Role, Staff
from console.services.console import Console
from ui.desk.pin_gate import PinGate
from ui.desk.staff_tiles import StaffTiles
from ui.desk.walk_in import Complaint
from ui.widgets.buttons import Button
from ui.widgets.fields import Segments
from ui.widgets.texts import Label, Rule, column, row, scrolled

SHEET_PX = 860
THEMES = (("light", "Light"), ("dim", "Dim room"), ("contrast", "High contrast"))
LEVELS = tuple((str(level), str(level)) for level in range(1, 6))
LICENCES = (
    ("Needling Console", "MIT"), ("Qt and PySide6", "LGPL 3"), ("Inter and Inter Display", "SIL OFL 1.1"),
    ("Python", "PSF"), ("SQLCipher", "BSD"), ("SQLAlchemy, Alembic", "MIT"), ("NumPy, pyqtgraph", "BSD, MIT"),
    ("pyserial, cobs", "BSD, MIT"), ("miniaudio", "MIT"), ("biip", "Apache 2.0"), ("segno", "BSD"),
    ("Zstandard, cryptography", "BSD, Apache 2.0"),
)


class QuickMenu(QWidget):
    """Overlay content for the mark button.

    ``theme_chosen(str)``, ``level_chosen(int)`` 1 to 5, ``patients_wanted()``, ``products_wanted()``,
    ``imports_wanted()``, ``ports_wanted()``, ``reaction_wanted()`` and ``withdrawal_wanted()`` of the session in front,
    ``signed_out()``, ``lock_wanted()``, ``own_wanted()`` (one's own PIN and password), ``emergency_wanted()``,
    ``touch_off_wanted()``,
    ``person_changed(Staff)``: by then the desk's actor is changed and the front session handed over.
    """

    theme_chosen = Signal(str)
    level_chosen = Signal(int)
    patients_wanted = Signal()
    products_wanted = Signal()
    ports_wanted = Signal()
    settings_wanted = Signal()
    imports_wanted = Signal()
    reaction_wanted = Signal()
    withdrawal_wanted = Signal()
    signed_out = Signal()
    lock_wanted = Signal()
    own_wanted = Signal()
    emergency_wanted = Signal()
    touch_off_wanted = Signal()
    person_changed = Signal(object)

    def __init__(self, console: Console, theme: str = "light", level: int = 3, version: str = "",
                 sound_words: str = "") -> None:
        super().__init__()
        self.setObjectName("quickMenu")
        self._console, self._version, self._sound_words = console, version, sound_words
        self._theme, self._level = Segments(THEMES, "theme", 56), Segments(LEVELS, "sound", 56)
        self._theme.set_choice(theme)
        self._level.set_choice(str(level))
        self._complaint = Complaint("menu.words")
        self._tiles, self._gate = StaffTiles(1), PinGate(console, "menu.pin")
        self._person_words = Label("", "body", "ink2")
        self._views = QStackedWidget()
        for view in (self._menu_view(), self._person_view(), self._about_view()):
            self._views.addWidget(view)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(12)
        box.addWidget(self._complaint)
        box.addWidget(self._views, 1)
        self._connect()

    def _connect(self) -> None:
        self._theme.chosen.connect(self.theme_chosen)
        self._level.chosen.connect(self._level_touched)
        self._tiles.chosen.connect(self._gate.ask)
        self._gate.passed.connect(self._take_over)

    # --- views -------------------------------------------------------------------------------------------

    def _menu_view(self) -> QWidget:
        actor = self._console.desk.actor
        who = f"{actor.name}, {actor.role.value} {actor.staff_id}" if actor else "Nobody is signed in"
        name = Label(who, "strong")
        name.setObjectName("menu.who")
        front = self._console.desk.front
        change = self._button("person", "Change person" if front is None else "Hand over", "user", self._ask_person,
                              f"{_whose(self._console)} goes to a colleague" if front else "")
        lock = self._button("lock", "Lock now", "lock", self.lock_wanted.emit)
        leave = self._button("sign_out", "Sign out", "x", self._sign_out)
        own = self._button("own", "My PIN", "note", self.own_wanted.emit)
        own.setEnabled(actor is not None)
        patients = self._button("patients", "Patients", "list", self.patients_wanted.emit)
        products = self._button("products", "Products", "bottle", self.products_wanted.emit)
        ports = self._button("ports", "Pen and ports", "pen", self.ports_wanted.emit)
        settings = self._button("settings", "Settings", "filter", self.settings_wanted.emit)
        about = self._button("about", "About", "info", self._show_about)
        touch = self._button("touch_off", "Touch off", "hand", self.touch_off_wanted.emit, "to wipe the screen")
        level_hint = self._sound_words or "Alarms can be quiet, never silent."
        light = column(Label("Light", "heading"), self._theme, spacing=8)
        sound = column(Label("Loudness of alarms", "heading"), self._level, spacing=8)
        return _holding(column(
            *self._session_rows(), row(light, sound), row(None, Label(level_hint, "label", "ink3")), Rule(),
            row(Label("Signed in", "heading"), None, name), row(change, lock, own, leave),
            Rule(), row(*self._emergency(), patients, products, touch), row(ports, settings, *self._imports(), about),
            None))

    def _imports(self) -> list[Button]:
        desk = self._console.imports
        if desk is None or not desk.kinds:
            return []
        return [self._button("imports", "Import", "file", self.imports_wanted.emit)]

    def _emergency(self) -> list[Button]:
        """Give the way to emergency access to who would need it."""
        if not self._console.clinic.emergencies.may_begin:
            return []
        runs = self._console.desk.access.emergency is not None
        return [self._button("emergency", "End emergency" if runs else "Emergency access", "caution",
                             self.emergency_wanted.emit)]

    def _session_rows(self) -> list[QHBoxLayout | QWidget]:
        """Give what may be wanted of the session in front on whatever page."""
        front = self._console.desk.front
        if front is None or front.state.closed:
            return []
        reaction = self._button("reaction", "Report a reaction", "hand", self.reaction_wanted.emit,
                                f"{_whose(self._console)}, its signs to hand")
        withdrawal = self._button("withdrawal", "Withdraw a consent", "x", self.withdrawal_wanted.emit,
                                  f"{_whose(self._console)}: photos, serum, treatment")
        given = any(one.given for one in front.state.consents.values())
        withdrawal.setEnabled(given)
        if not given:
            withdrawal.show_words(withdrawal.text(), "none is given yet", "lock")
        return [row(reaction, withdrawal), Rule()]

    def _button(self, key: str, text: str, icon: str, act: Callable[[], None], hint: str = "") -> Button:
        made = Button(text, icon, "normal", "l", hint, name=f"menu.{key}")
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.triggered.connect(act)
        return made

    def _person_view(self) -> QWidget:
        back = Button("Back", "left", "quiet", "m", name="menu.back")
        back.triggered.connect(self._show_menu)
        tiles = scrolled(self._tiles)
        tiles.setMinimumHeight(330)
        both = row(tiles, self._gate, spacing=24)
        both.setStretch(0, 1)
        return _holding(column(row(back, self._person_words, None), both))

    def _about_view(self) -> QWidget:
        back = Button("Back", "left", "quiet", "m", name="menu.about_back")
        back.triggered.connect(self._show_menu)
        version = Label(f"Needling Console {self._version}".strip(), "title")
        version.setObjectName("menu.version")
        lines = [row(Label(what, "body"), None, Label(licence, "label", "ink2")) for what, licence in LICENCES]
        half = (len(lines) + 1) // 2
        lists = row(column(*lines[:half], None, spacing=8), column(*lines[half:], None, spacing=8), spacing=40)
        lists.setStretch(0, 1)
        lists.setStretch(1, 1)
        words = Label("Guided treatment, live pen, sealed record. It shows and records; it never controls the pen. "
                      "It is not a medical alarm system.", "body", "ink2", wrap=True)
        return _holding(column(row(back, None), version, words, Rule(), Label("Licences", "heading"), lists, None))

    # --- acts -------------------------------------------------------------------------------------------

    def _level_touched(self, level: str) -> None:
        self.level_chosen.emit(int(level))

    def _show_menu(self) -> None:
        self._complaint.say("")
        self._views.setCurrentIndex(0)

    def _show_about(self) -> None:
        self._complaint.say("")
        self._views.setCurrentIndex(2)

    def _ask_person(self) -> None:
        front, actor = self._console.desk.front, self._console.desk.actor
        staff = [one for one in self._console.registry.staff() if one.active and one != actor]
        if front is not None:
            staff = [one for one in staff if one.role is Role.PRACTITIONER]
        self._show_people(staff)
        self._person_words.show_text(
            f"Who takes over {_whose(self._console)}?" if front is not None else "Who acts from now on?")

    def _show_people(self, staff: Sequence[Staff]) -> None:
        if not staff:
            self._complaint.say("Nobody else can take over here; nothing was changed.")
            return
        self._complaint.say("")
        self._tiles.show_staff(staff)
        self._gate.ask(None)
        self._views.setCurrentIndex(1)

    def _take_over(self, staff: Staff) -> None:
        front = self._console.desk.front
        try:
            handed = self._console.desk.hand_over_to(staff)
        except OperatorError as error:
            self._complaint.say(str(error))
            return
        if handed and front is not None:
            self._console.registry.audit(staff.staff_id, "handed_over", str(front.session_id))
        self._console.registry.audit(staff.staff_id, "signed_in", self._console.day.place.station)
        self.person_changed.emit(staff)

    def _sign_out(self) -> None:
        desk = self._console.desk
        if desk.needling is not None:
            self._complaint.say("A session is needling; hand it over instead. Nothing was changed.")
            return
        self._console.registry.audit(desk.actor_id, "signed_out", self._console.day.place.station)
        desk.actor = None
        desk.bring_to_front(None)
        self.signed_out.emit()

    def on_scan(self, text: str) -> bool:
        """Take a staff card while a person is being chosen."""
        if self._views.currentIndex() != 1:
            return False
        staff = next((one for one in self._console.registry.staff() if one.active and one.staff_id == text.strip()),
                     None)
        if staff is not None:
            self._tiles.select(staff.staff_id)
            self._gate.ask(staff)
        return staff is not None


def _whose(console: Console) -> str:
    front = console.desk.front
    opened = front.state.opened if front is not None else None
    return opened.patient_id if opened is not None else "the session"


def _holding(layout: QVBoxLayout) -> QWidget:
    made = QWidget()
    made.setLayout(layout)
    return made
