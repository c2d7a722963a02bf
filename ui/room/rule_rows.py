"""Screening questions as rows: the question, today's answer, and last visit's beside it."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from console.domain.areas import labels_of
from console.domain.waits import day_words
from console.services.event_words import since_words
from console.services.screening_desk import GroupView, RuleView
from ui.fonts import tabular_font, text_font
from ui.icons import paint_icon
from ui.paint import LEFT, RIGHT, PaintedWidget, paint_box, paint_focus, paint_line, paint_text
from ui.room.visit_story import short_source
from ui.theme import color
from ui.widgets.buttons import ConfirmHold, PaintedButton
from ui.widgets.fields import YesNo
from ui.widgets.tags import Tag
from ui.widgets.texts import Card, IconMark, Label, Rule, TextLine, column, row

SIGNS = {"stop": ("stop", "stop"), "precaution": ("caution", "caution"), "anesthetic_only": ("drop", "ink2")}
ROW_MOST = 112


class RuleRow(PaintedWidget):
    """One question. ``answered(rule_id, "yes" | "no")`` by hand; the page decides what it means."""

    answered = Signal(str, str)

    def __init__(self, view: RuleView) -> None:
        super().__init__()
        rule = view.rule
        self.rule_id, self._standing = rule.rule_id, False
        self.setObjectName(f"rule.{rule.rule_id}")
        look = {"stop": "stop"}.get(rule.rule_class.value, "precaution")
        self.answer = YesNo(look, f"answer.{rule.rule_id}")
        self.answer.answered.connect(self._touched)
        for key, word in (("no", "No"), ("yes", "Yes")):
            self.answer.part(key).setAccessibleName(f"{word}: {rule.question}")
        self._question = Label(rule.question, "medium", wrap=True)
        self._detail = Label(rule.detail, "label", "ink3", wrap=True)
        self._last = Label("", "caption", "ink2", align=Qt.AlignmentFlag.AlignHCenter)
        self._rule = rule
        words = column(self._question, self._detail, spacing=2)
        words.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        hand = column(self.answer, self._last, spacing=2)
        hand.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout(self)
        line.setContentsMargins(20, 4, 16, 4)
        line.setSpacing(12)
        line.addLayout(words, 1)
        line.addLayout(hand)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(ROW_MOST)
        self.show_view(view)

    def _touched(self, given: str) -> None:
        self.answered.emit(self.rule_id, given)

    def show_view(self, view: RuleView) -> None:
        """Show the answer as it stands in the record, not as it was touched."""
        given = view.today
        self.answer.set_choice(given.answer if given else "")
        yes = given is not None and given.answer == "yes"
        self._standing = yes and view.waits and self._rule.rule_class.value == "stop" and not view.overridden
        words = self._rule.detail
        if yes and given is not None:
            where = labels_of(given.area_ids) if given.area_ids else ""
            parts = [where, _since_words(view), _wait_words(view), given.note]
            parts.append("Overridden" if view.overridden else "")
            words = ". ".join(part for part in parts if part) or "Reported today"
        tone = "stop" if self._standing else "ink2" if yes else "ink3"
        self._detail.show_text(words, tone)
        self._detail.setVisible(bool(words))
        self._last.show_text(_last_words(view))
        self.say(self._rule.question, given.answer if given else "not answered")
        self.update()

    def paint(self, painter: QPainter) -> None:
        if self._standing:
            painter.fillRect(self.rect(), color("stop_tint"))
        paint_line(painter, QPointF(0, 0.5), QPointF(self.width(), 0.5), color("line"))


def _since_words(view: RuleView) -> str:
    words = since_words(view.today.since, view.today.since_about) if view.today is not None else ""
    return f"{words[:1].upper()}{words[1:]}"


def _wait_words(view: RuleView) -> str:
    if view.until is None:
        return ""
    return f"Wait until {day_words(view.until)}" if view.waits else f"Wait over since {day_words(view.until)}"


def _last_words(view: RuleView) -> str:
    if view.last is None:
        return "Not asked before"
    if view.last.answer == "yes" and view.ask_why:
        return "Last time: yes, ask"
    return f"Last time: {view.last.answer}"


class GroupPanel(Card):
    """One group of questions in two columns. ``answered(rule_id, answer)``, ``confirmed(group_id)``."""

    answered = Signal(str, str)
    confirmed = Signal(str)

    def __init__(self, view: GroupView) -> None:
        super().__init__(padding=0, spacing=0)
        self.group_id = view.group.group_id
        self._rows = [RuleRow(one) for one in view.rules]
        self._tag = Tag()
        self._hold = ConfirmHold("Hold: as last time", name=f"confirm_group.{self.group_id}", kind="normal")
        self._hold.confirmed.connect(self._confirm)
        self._foot = QWidget()
        self._foot_words = TextLine("", "body", "ink2")
        self._build(view)
        self.show_view(view)

    def _build(self, view: GroupView) -> None:
        icon, tone = SIGNS[view.group.rule_class.value]
        head = row(IconMark(icon, tone, 24), column(
            Label(view.group.title, "heading"), Label(view.group.hint, "label", "ink3"), spacing=0),
            None, self._tag, spacing=12)
        head.setContentsMargins(20, 12, 16, 12)
        self.body.addLayout(head)
        half = (len(self._rows) + 1) // 2
        self.body.addLayout(_side_by_side(self._rows[:half], self._rows[half:]), half)
        for one in self._rows:
            one.answered.connect(self.answered)
        if half <= 2:
            self._tell_sources(view)
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.setSpacing(0)
        foot.addWidget(Rule())
        line = row(self._foot_words, self._hold, spacing=16)
        line.setContentsMargins(20, 10, 16, 10)
        line.setStretch(0, 1)
        foot.addLayout(line)
        self.body.addWidget(self._foot)

    def _tell_sources(self, view: GroupView) -> None:
        """Fill the room a small group leaves with where its sources differ."""
        told = [one.rule for one in view.rules if one.rule.conflict]
        box = column(spacing=6)
        box.setContentsMargins(20, 16, 20, 16)
        if told:
            box.addWidget(Label("Where the sources differ", "strong"))
        for rule in told:
            box.addWidget(Label(f"{rule.question}. {rule.conflict}", "label", "ink2", wrap=True))
        named = [short_source(source.text) for one in view.rules for source in one.rule.sources]
        sources = "; ".join(dict.fromkeys(named))
        box.addWidget(Label(f"Sources: {sources}", "label", "ink3", wrap=True))
        box.addStretch(1)
        self.body.addWidget(Rule())
        self.body.addLayout(box, 2)

    def show_view(self, view: GroupView) -> None:
        """Show the answers as they stand."""
        for shown, one in zip(self._rows, view.rules, strict=True):
            shown.show_view(one)
        done = view.answered == len(view.rules)
        self._tag.show_tag(f"{view.answered} of {len(view.rules)}", "done" if done else "neutral",
                           "check" if done else "")
        self._foot.setVisible(view.can_confirm)
        if view.can_confirm:
            self._foot_words.show_text(_carried_words(view))

    def rule_ids(self) -> tuple[str, ...]:
        """Give the questions shown."""
        return tuple(one.rule_id for one in self._rows)

    def _confirm(self) -> None:
        self.confirmed.emit(self.group_id)


def _carried_words(view: GroupView) -> str:
    left = [one for one in view.rules if one.today is None and one.last is not None]
    yes = [one for one in left if one.last is not None and one.last.answer == "yes"]
    words = f"Asked, and no change: {len(left) - len(yes)} no"
    return words + (f", {len(yes)} yes with its note" if yes else "")


def _side_by_side(left: Sequence[RuleRow], right: Sequence[RuleRow]) -> QGridLayout:
    """Stand questions in two columns whose rows are in line and equally high."""
    grid = QGridLayout()
    grid.setSpacing(0)
    for side, rows in ((0, left), (2, right)):
        grid.setColumnStretch(side, 1)
        for place, one in enumerate(rows):
            grid.addWidget(one, place, side)
    for place in range(len(left)):
        grid.setRowStretch(place, 1)
    grid.addWidget(Rule(down=True), 0, 1, max(len(left), 1), 1)
    return grid


class GroupButton(PaintedButton):
    """A group on the rail: its title and how far it is."""

    def __init__(self, view: GroupView) -> None:
        super().__init__(f"group.{view.group.group_id}")
        self.group_id = view.group.group_id
        self._title, self._kind = view.group.title, view.group.rule_class.value
        self._count, self._done, self._yes, self._now = "", False, 0, False
        self.setFixedHeight(64)
        self.show_view(view, False)

    def sizeHint(self) -> QSize:
        return QSize(300, 64)

    def show_view(self, view: GroupView, now: bool) -> None:
        """Show how far the group is, and whether it is the one on stage."""
        self._count = f"{view.answered} of {len(view.rules)}"
        self._done, self._now = view.answered == len(view.rules), now
        self._yes = sum(1 for one in view.rules if one.today is not None and one.today.answer == "yes")
        self.setAccessibleName(f"{self._title}, {self._count} answered, {self._yes} yes")
        self.update()

    def paint(self, painter: QPainter) -> None:
        box = self.rect().toRectF()
        if self._now:
            paint_box(painter, box, 12, color("live_tint"), color("live"))
        else:
            paint_box(painter, box, 12, color("canvas") if self.isDown() else color("surface"), color("line"))
        icon, tone = ("check", "done") if self._done else SIGNS[self._kind]
        paint_icon(painter, icon, QRectF(16, 20, 24, 24), tone)
        room = box.width() - 150
        paint_text(painter, QRectF(52, 0 if not self._yes else 9, room, 64 if not self._yes else 24), self._title,
                   text_font(16, 600), color("ink"), LEFT)
        if self._yes:
            paint_text(painter, QRectF(52, 33, room, 20), f"{self._yes} yes", text_font(14),
                       color("stop" if self._kind == "stop" else "caution"), LEFT)
        paint_text(painter, QRectF(box.width() - 96, 0, 80, 64), self._count, tabular_font(14), color("ink2"), RIGHT)
        if self._ring:
            paint_focus(painter, box, 12)
