"""When the clinic calls after a session: its own rule, decided on the page."""

from PySide6.QtCore import Signal

from console.domain.follow_up import CallRule
from ui.widgets.buttons import Button
from ui.widgets.fields import Stepper
from ui.widgets.texts import Card, Label, row


class CallRuleCard(Card):
    """When the clinic calls after a session. ``decided(from_hours, until_hours)``; ``declined()``."""

    decided = Signal(int, int)
    declined = Signal()

    def __init__(self) -> None:
        super().__init__(16, 10, look="sunken")
        self.first = Stepper(24, 1, 0, 336, unit="h", label="From", name="call_rule.from")
        self.last = Stepper(72, 1, 1, 336, unit="h", label="Until", name="call_rule.until")
        self._words = Label("", "label", "ink2", wrap=True)
        confirm = Button("Call after sessions", "phone", "live", "m", name="call_rule.confirm")
        no = Button("No calls", "", "quiet", "m", name="call_rule.none")
        confirm.triggered.connect(lambda: self.decided.emit(self.first.value(), self.last.value()))
        no.triggered.connect(self.declined)
        self._parts = (self.first, self.last, confirm, no)
        self.body.addWidget(Label("The clinic's own rule", "strong"))
        self.body.addWidget(self._words)
        for name, stepper in (("From", self.first), ("Until", self.last)):
            self.body.addLayout(row(Label(name, "label", "ink2"), None, stepper))
        self.body.addLayout(row(no, None, confirm))

    def show_may(self, may: bool) -> None:
        """Show whether who looks may decide."""
        self._words.show_text(
            "When does this clinic call after a session? No source gives the hours, so none are set for you."
            + ("" if may else " A manager decides it here."))
        for part in self._parts:
            part.setEnabled(may)

    def show_rule(self, rule: CallRule | None) -> None:
        """Begin with the hours decided so far."""
        if rule is not None:
            self.first.set_value(rule.from_hours)
            self.last.set_value(rule.until_hours)
