"""The clinic's people: who may sign in with which roles, and when a console locks. Nobody is ever deleted."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.locking import LONGEST_IDLE_MIN, LONGEST_TREATING_MIN, LockPolicy
from console.domain.people import Role, Staff
from console.domain.rights import RIGHT_WORDS, RIGHTS
from console.services.console import Console
from console.services.idle_lock import read_policy, save_policy
from console.services.local_time import clock_text, local_day
from console.services.staff_desk import StaffDesk, pin_complaint
from ui.desk.clinic_page import LIST_PX, ClinicPage, RecordList, RecordRow, clear
from ui.desk.letter_keys import LetterKeys
from ui.desk.patient_rows import birth_words
from ui.desk.walk_in import field, titled
from ui.page import Action, Actions, StatusText
from ui.widgets.buttons import Button, ChoiceChip, Switch
from ui.widgets.fields import Stepper
from ui.widgets.key_pads import PinPad
from ui.widgets.texts import Card, Label, Rule, column, row, scrolled

LOCK_PX, ADD_PX, PIN_PX = 330, 1160, 420


class RoleChips(QWidget):
    """The roles as chips, one or more on. ``changed()`` by hand."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._chips = {role: ChoiceChip(role.value.capitalize(), name=f"{name}.{role.value}") for role in Role}
        for chip in self._chips.values():
            chip.chosen.connect(lambda _on: self.changed.emit())
        line = row(*self._chips.values(), None, spacing=8)
        line.setContentsMargins(0, 0, 0, 0)
        self.setLayout(line)

    def roles(self) -> list[Role]:
        """Give the roles that are on."""
        return [role for role, chip in self._chips.items() if chip.isChecked()]

    def show_roles(self, roles: Sequence[Role]) -> None:
        """Light these without telling."""
        for role, chip in self._chips.items():
            chip.setChecked(role in roles)


class NewPinSheet(QWidget):
    """Asks for a new PIN twice. ``given(pin)``."""

    given = Signal(str)

    def __init__(self, whose: str) -> None:
        super().__init__()
        self._first, self._whose = "", whose
        self._pad = PinPad(f"New PIN of {whose}", name="newPin")
        self._pad.entered.connect(self._entered)
        self.setLayout(column(self._pad))

    def _entered(self, pin: str) -> None:
        if not self._first:
            complaint = pin_complaint(pin)
            self._first = "" if complaint else pin
            self._pad.show_message(complaint or "The same once more", "stop" if complaint else "ink2")
        elif pin == self._first:
            self.given.emit(pin)
        else:
            self._first = ""
            self._pad.show_message("The two differ; enter a new PIN twice.")


class AddSheet(QWidget):
    """Name and roles of somebody new. ``given(name, roles)``."""

    given = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self._name, self._roles = field("First and last name", "person.name"), RoleChips("person.role")
        self._roles.show_roles((Role.PRACTITIONER,))
        keep = Button("Choose a PIN", "", "primary", "l", trailing="right", name="person.go_on")
        keep.triggered.connect(lambda: self.given.emit(self._name.text(), self._roles.roles()))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        left = column(titled("Name, as it stands under a signature", self._name), Label("Roles", "strong"),
                      self._roles, None, keep)
        both = row(left, column(LetterKeys(self._name, name="person.keys"), None), spacing=24)
        both.setStretch(0, 1)
        box.addLayout(both)
        self.setFocusProxy(self._name)


class PersonCard(Card):
    """One person: roles, what they may do, every version. ``roles_changed(roles)``."""

    roles_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__(20, 12)
        self._title, self._state = Label("", "title"), Label("", "body", "ink2")
        self._title.setObjectName("person.title")
        self._state.setObjectName("person.state")
        self._roles = RoleChips("role")
        self._roles.changed.connect(lambda: self.roles_changed.emit(self._roles.roles()))
        self._rights, self._history = Label("", "body", wrap=True), QVBoxLayout()
        self._history.setSpacing(8)
        inner = QWidget()
        holding = column(Label("May", "strong"), self._rights, Rule(), Label("Changes", "strong"), self._history, None)
        holding.setContentsMargins(0, 0, 12, 0)
        inner.setLayout(holding)
        for part in (self._title, self._state, self._roles):
            self.body.addWidget(part)
        self.body.addWidget(scrolled(inner), 1)

    def show_person(self, one: Staff, desk: StaffDesk) -> None:
        """Show one; roles can be changed by who keeps the staff."""
        self._title.show_text(f"{one.name}  {one.staff_id}")
        how = "with a password, then the PIN" if one.has_password else "with the PIN"
        self._state.show_text(f"Signs in {how}" if one.active else "Does not sign in any more",
                              "ink2" if one.active else "stop")
        self._roles.show_roles(one.roles)
        self._roles.setEnabled(desk.may_keep)
        words = [RIGHT_WORDS[right] for right, roles in RIGHTS.items() if not roles.isdisjoint(one.roles)]
        self._rights.show_text("; ".join(words).capitalize() + "." if one.active else "Nothing.")
        clear(self._history)
        for version in desk.versions(one.staff_id):
            what = ", ".join(part for part in (
                version.member.role_words, "" if version.member.active else "disabled",
                "new PIN" if version.new_pin else "", "password changed" if version.new_password else "") if part)
            day = birth_words(local_day(version.changed_us).isoformat()) if version.changed_us else ""
            when = f"{day} {clock_text(version.changed_us)}, {version.changed_by}" if day else version.changed_by
            line = QWidget()
            line.setLayout(column(Label(what, "body", wrap=True), Label(when, "label", "ink2"), spacing=0))
            self._history.addWidget(line)


class LockCard(Card):
    """When consoles of this clinic lock. ``changed(LockPolicy)`` by hand."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__(20, 10)
        self.setFixedWidth(LOCK_PX)
        self._policy = LockPolicy()
        self._idle = Stepper(2, 1, 1, LONGEST_IDLE_MIN, 1, 0, "min", "Without a touch", "lock.idle")
        self._treating = Stepper(10, 1, 1, LONGEST_TREATING_MIN, 1, 0, "min", "In a treatment", "lock.treating")
        self._allowed = Switch("The clinic allows never", False, "lock.allowed")
        self._never = Switch("Never lock when idle", False, "lock.never")
        words = Label("Also where the screen is locked, the computer sleeps or another user comes to it. Readings, "
                      "alarms, pause and stop always stay.", "label", "ink2", wrap=True)
        for part in (Label("The lock", "heading"), Label("Without a touch, outside a treatment", "label", "ink2"),
                     self._idle, Label("In a treatment", "label", "ink2"), self._treating, words):
            self.body.addWidget(part)
        for switch in (self._allowed, self._never):
            self.body.addLayout(row(Label(switch.accessibleName(), "body", wrap=True), None, switch))
        self.body.addStretch(1)
        self._idle.changed.connect(lambda value: self._give(idle_min=value))
        self._treating.changed.connect(lambda value: self._give(treating_min=value))
        self._allowed.clicked.connect(lambda on: self._give(
            never_allowed=on, **({} if on else {"idle_min": max(self._policy.idle_min, 1)})))
        self._never.clicked.connect(lambda on: self._give(idle_min=0 if on else LockPolicy().idle_min))

    def show_policy(self, policy: LockPolicy, may: bool) -> None:
        """Show it; only who keeps the staff changes it."""
        self._policy = policy
        never = policy.idle_min == 0
        self._idle.set_value(policy.idle_min or 1)
        self._treating.set_value(policy.treating_min)
        for switch, on in ((self._allowed, policy.never_allowed), (self._never, never)):
            switch.setChecked(on)
        for part, on in ((self._idle, may and not never), (self._treating, may), (self._allowed, may),
                         (self._never, may and policy.never_allowed)):
            part.setEnabled(on)

    def _give(self, **what: object) -> None:
        self.changed.emit(replace(self._policy, **what))  # type: ignore[arg-type]


class PeoplePage(ClinicPage):
    """The list left, one person in the middle, the lock right."""

    title, section = "People", "people"

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._members: list[Staff] = []
        self._chosen = ""
        self._list, self._card, self._lock = RecordList(), PersonCard(), LockCard()
        self._list.setFixedWidth(LIST_PX - 40)
        self._card.roles_changed.connect(self._change_roles)
        self._lock.changed.connect(self._change_lock)
        self.stand(self._list, self._card, self._lock)

    @property
    def _desk(self) -> StaffDesk:
        return self.console.clinic.people

    def draw(self) -> None:
        self._members = self._desk.members()
        if self._chosen not in {one.staff_id for one in self._members}:
            self._chosen = self._members[0].staff_id if self._members else ""
        self._list.show_rows(
            [RecordRow(f"person.{one.staff_id}", one.name, f"{one.staff_id}, {one.role_words}",
                       "" if one.active else "Disabled", "", "stop") for one in self._members],
            self._choose, self._chosen)
        found = self._person()
        self._card.setVisible(found is not None)
        if found is not None:
            self._card.show_person(found, self._desk)
        self._lock.show_policy(read_policy(self.console.registry), self._desk.may_keep)

    def _person(self) -> Staff | None:
        return next((one for one in self._members if one.staff_id == self._chosen), None)

    def _choose(self, staff_id: str) -> None:
        self._chosen = staff_id
        self.draw()
        self.shell.update_chrome()

    def _change_roles(self, roles: list[Role]) -> None:
        if not self.attempt(lambda: self._desk.change_roles(self._chosen, roles), "Saved."):
            self.draw()

    def _change_lock(self, policy: LockPolicy) -> None:
        if not self.attempt(lambda: save_policy(self.console.desk, self.console.registry, policy)):
            self.draw()

    def status(self) -> StatusText:
        able = sum(one.active for one in self._members)
        return StatusText("People", (f"{able} may sign in",))

    def page_actions(self) -> Actions:
        may, one = self._desk.may_keep, self._person()
        hint = "" if may else "administrators only"
        left = [Action("add", "Add somebody", self._add, icon="plus", enabled=may, hint=hint)]
        if self.console.keeping is not None and self.console.keeping.may:
            left.append(Action("keeping", "Records to erase", lambda: self.shell.open_page("keeping"), icon="lock",
                               kind="quiet", hint="by the retention rule"))
        if one is None:
            return Actions(left)
        active = (Action("disable", "Disable", lambda: self._set_active(False), icon="x", enabled=may, hold=True,
                         hint="hold", kind="quiet") if one.active else
                  Action("enable", "Let sign in again", lambda: self._set_active(True), icon="check", enabled=may))
        return Actions(left, [active, Action("pin", "New PIN", self._new_pin, icon="lock", kind="primary",
                                             enabled=may and one.active, width=LOCK_PX)])

    def _set_active(self, active: bool) -> None:
        self.attempt(lambda: self._desk.set_active(self._chosen, active), "Saved.")

    def _new_pin(self) -> None:
        staff_id = self._chosen
        self._ask_pin(staff_id, lambda pin: self.attempt(lambda: self._desk.set_pin(staff_id, pin), "The PIN is new."))

    def _ask_pin(self, whose: str, take: Callable[[str], object]) -> None:
        sheet = NewPinSheet(whose)

        def give(pin: str) -> None:
            self.shell.close_overlay()
            take(pin)

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, "A new PIN", PIN_PX)

    def _add(self) -> None:
        sheet = AddSheet()

        def go_on(name: str, roles: list[Role]) -> None:
            self.shell.close_overlay()
            self._ask_pin(name, lambda pin: self.attempt(lambda: self._added(self._desk.add(name, roles, pin)),
                                                         "Added."))

        sheet.given.connect(go_on)
        self.shell.show_overlay(sheet, "Somebody new", ADD_PX)

    def _added(self, one: Staff) -> None:
        self._chosen = one.staff_id
