"""One session read by exception: why it stands where it does, with replays, what its record holds, who looked."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.domain.quality_reviews import CLOSED, FOUND, Finding, Review
from console.services.exception_rule import Ranked, Reason
from console.services.facet_words import missing_words
from console.services.local_time import clock_text, day_text, local, local_day
from console.services.session_marks import COMPLETE, EXPECTED
from ui.desk.clinic_page import clear
from ui.room.choice_sheets import chip_rows
from ui.widgets.buttons import Button
from ui.widgets.states import EmptyState
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, Label, Rule, TextLine, column, row, scrolled

CHIPS_PX = 560


class ExceptionCard(Card):
    """``replay_wanted(deviation_id)``; empty: the session from its begin."""

    replay_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__(20, 10)
        self._who, self._what = Label("", "code_title"), TextLine("", "label", "ink2")
        self._sum, self._first, self._second = Label("", "heading"), Label("", "heading"), Label("", "heading")
        self._reasons, self._ticks = QVBoxLayout(), QVBoxLayout()
        self._reasons.setSpacing(8)
        self._review = Label("", "body", "ink2", wrap=True)
        self._whole = Button("Open the session", "play", "quiet", "m", name="exception.open")
        self._whole.triggered.connect(lambda: self.replay_wanted.emit(""))
        self._nothing = EmptyState("check", "Choose a session", "Its deviations stand here, each with its replay.")
        self._shown = QWidget()
        self._build()
        self.show_nothing()

    def _build(self) -> None:
        inner = QWidget()
        inner.setLayout(column(
            self._first, self._reasons, Rule(), self._second,
            self._ticks, None, spacing=10))
        lines = column(
            row(column(self._who, self._what, spacing=2), None, self._sum, self._whole, spacing=16), Rule(),
            scrolled(inner), Rule(), self._review, spacing=10)
        lines.setStretch(2, 1)
        lines.setContentsMargins(0, 0, 0, 0)
        self._shown.setLayout(lines)
        self.body.addWidget(self._nothing, 1)
        self.body.addWidget(self._shown, 1)

    def show_nothing(self) -> None:
        """Show that none is chosen."""
        self._shown.hide()
        self._nothing.show()

    def show_session(self, one: Ranked, review: Review | None) -> None:
        """Show a session; ``review``: who looked at it."""
        line, moment = one.row, local(one.row.opened_us)
        self._who.show_text(line.patient_id or line.kind.capitalize())
        self._what.show_text(", ".join(part for part in (
            f"{moment.day} {moment:%B %Y} {clock_text(line.opened_us)}", line.practitioner_id, line.plan_name,
            line.room) if part))
        self._sum.show_text(f"{one.points} points" if one.reasons else "", "ink")
        clear(self._reasons)
        for reason in one.reasons:
            self._reasons.addLayout(self._reason(reason))
        if not one.reasons:
            self._reasons.addWidget(Label("Nothing in its record left the plan.", "body", "ink2"))
        clear(self._ticks)
        ticks = QWidget()
        rows = chip_rows(ticks_of(line.missing), CHIPS_PX)
        rows.setContentsMargins(0, 0, 0, 0)
        ticks.setLayout(rows)
        self._ticks.addWidget(ticks)
        self._review.show_text(review_words(review))
        self._head(True)
        self._nothing.hide()
        self._shown.show()

    def show_finding(self, one: Finding, overdue: bool) -> None:
        """Show a finding instead of a session."""
        self._who.show_text(f"{one.finding_id}  {one.patient_id}")
        self._what.show_text(f"Session {one.session_id[:13]}")
        self._sum.show_text("Closed" if one.state == CLOSED else "Overdue" if overdue else "Open",
                            "done" if one.state == CLOSED else "stop" if overdue else "caution")
        clear(self._reasons)
        self._reasons.addWidget(Label(one.what, "body", wrap=True))
        clear(self._ticks)
        self._ticks.addWidget(Label(f"{one.owner_id}, until {one.due}", "body"))
        self._head(False)
        self._review.show_text(f"Closed: {one.closing}." if one.closing else "Nothing is said yet of what was done.")
        self._nothing.hide()
        self._shown.show()

    def _head(self, session: bool) -> None:
        self._first.show_text("Why it stands here" if session else "What was found")
        self._second.show_text("What the record holds" if session else "Who sees to it")
        self._whole.setVisible(session)

    def _reason(self, reason: Reason) -> QHBoxLayout:
        replay = Button("Replay", "play", "normal", "s", name=f"exception.replay.{reason.deviation_id}")
        replay.setAccessibleName(f"Replay: {reason.words}")
        replay.triggered.connect(partial(self.replay_wanted.emit, reason.deviation_id))
        words, points = TextLine(reason.words, "body"), Label(f"{reason.points}", "tabular_strong")
        line = row(points, words, replay, spacing=12)
        points.setFixedWidth(36)
        line.setStretch(1, 1)
        return line


def ticks_of(missing: tuple[str, ...]) -> list[QWidget]:
    """Give a tag for each thing a record should hold: there, or missing."""
    if not missing:
        return [Tag("Nothing is expected of a treatment that did not finish", "neutral")]
    lacks = set(missing) - {COMPLETE}
    return [Tag(missing_words(one) + (" missing" if one in lacks else ""), "stop" if one in lacks else "done",
                "x" if one in lacks else "check") for one in EXPECTED]


def review_words(review: Review | None) -> str:
    """Say who looked at a session, when, and what of it."""
    if review is None:
        return "Nobody has signed it off yet."
    verdict = "with a finding" if review.verdict == FOUND else "in order"
    return f"Signed off as {verdict} by {review.reviewer_id}, {day_text(local_day(review.at_us))}."
