"""«Not today»: what a standing stop means, what will be recorded, and the ways on from it."""

from PySide6.QtCore import Signal

from console.domain.screening import Rule
from ui.widgets.buttons import Button
from ui.widgets.texts import Card, IconMark, Label, column, row
from ui.widgets.texts import Rule as Line


class NotToday(Card):
    """Shown in place of the groups. ``referred``, ``corrected``, ``overridden``, ``looked_on`` by hand."""

    referred = Signal()
    corrected = Signal()
    overridden = Signal()
    looked_on = Signal()

    def __init__(self) -> None:
        super().__init__(padding=20, spacing=10)
        self._title = Label("Not today", "title")
        self._why = Label("", "body", "ink2", wrap=True)
        self._when, self._what, self._course = (Label("", "body", wrap=True) for _ in range(3))
        self._groups = Button("Questions", "list", "plain", "s", name="stop.questions")
        self._refer = Button("Refer to physician", "user", "normal", "nav", trailing="right", name="stop.refer")
        self._correct = Button("Correct this answer", "undo", "quiet", "nav", "reason needed", "right",
                               name="stop.correct")
        self._override = Button("Override", "seal", "normal", "nav", "reason and signature", "right",
                                name="stop.override")
        for button, signal in ((self._groups, self.looked_on), (self._refer, self.referred),
                               (self._correct, self.corrected), (self._override, self.overridden)):
            button.triggered.connect(signal)
        self._build()

    def _build(self) -> None:
        self.body.addLayout(row(IconMark("stop", "stop", 36), None, self._groups))
        self.body.addWidget(self._title)
        self.body.addWidget(self._why)
        self.body.addWidget(Line())
        self.body.addWidget(Label("Will be recorded", "label", "ink3"))
        for icon, words in (("clock", self._when), ("note", self._what), ("lock", self._course)):
            line = row(IconMark(icon, "ink2", 20), words, spacing=12)
            line.setStretch(1, 1)
            self.body.addLayout(line)
        self.body.addStretch(1)
        self.body.addLayout(column(self._override, self._refer, self._correct, spacing=10))

    def show_stop(self, rule: Rule, when: str, actor: str, course_left: int, may_override: bool) -> None:
        """Show the standing stop."""
        why = f"{rule.detail}. " if rule.detail else ""
        self._why.show_text(f"{why}The session cannot go on from here.")
        self._why.setToolTip(rule.source)
        self._when.show_text(f"Deferred at {when} by {actor}")
        self._what.show_text(f"{rule.question}: yes")
        self._course.show_text(
            f"Course paused, {course_left} sessions left" if course_left > 0 else "The plan is kept for the next visit")
        self._override.setVisible(may_override)
