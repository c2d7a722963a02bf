"""The action bar: leaving on the left, holding and going forward on the right, always there."""

from functools import partial
from itertools import pairwise

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from console.domain.clock import Clock
from ui.fonts import text_font
from ui.page import Action, Actions
from ui.paint import Surface, text_width
from ui.widgets.buttons import Button
from ui.widgets.texts import Label

NOTE_PX, GAP_PX = 260, 12


class ActionBar(Surface):
    """Builds its buttons from ``Actions``; buttons keep their place and focus while keys stay the same."""

    def __init__(self, clock: Clock | None = None) -> None:
        super().__init__("line above")
        self.setObjectName("actionBar")
        self.setFixedHeight(80)
        self._clock = clock
        self._actions = Actions()
        self._buttons: dict[str, Button] = {}
        self._notes: dict[str, Label] = {}
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(16, 1, 16, 0)
        self._line.setSpacing(GAP_PX)
        self._line.addStretch(1)

    def button(self, key: str) -> Button | None:
        """Give an action's button, or None."""
        return self._buttons.get(key)

    def show_actions(self, actions: Actions) -> None:
        """Show these actions; unchanged ones are left alone."""
        former, self._actions = self._actions, actions
        if former == actions and self._buttons:
            return
        if _shape(former) != _shape(actions) or not self._buttons:
            self._rebuild()
        for action in (*actions.left, *actions.right):
            _dress(self._buttons[action.key], action)

    def trigger(self, key: str) -> bool:
        """Do an action as if its button had been pressed; False if it is not there or not allowed."""
        for action in (*self._actions.left, *self._actions.right):
            if action.key == key and action.enabled:
                action.on_trigger()
                return True
        return False

    def by_shortcut(self, key: str) -> Action | None:
        """Give the allowed action with this key, or None. Held actions answer no key."""
        for action in (*self._actions.left, *self._actions.right):
            if action.shortcut == key and action.enabled and not action.hold:
                return action
        return None

    def free_room(self) -> QRect:
        """Give the room between leaving and going forward, in the bar's coordinates; empty while it is laid out."""
        self._line.activate()
        left = [self._buttons[action.key] for action in self._actions.left]
        right: list[QWidget] = [self._buttons[action.key] for action in self._actions.right]
        right += self._notes.values()
        if any(part.isHidden() for part in (*left, *right)):
            return QRect()
        start = max((part.geometry().right() + 1 for part in left), default=GAP_PX // 3)
        end = min((part.geometry().left() for part in right), default=self.width() - GAP_PX // 3)
        return QRect(start + GAP_PX, 8, end - start - 2 * GAP_PX, 64)

    def _rebuild(self) -> None:
        for old in (*self._buttons.values(), *self._notes.values()):
            self._line.removeWidget(old)
            old.hide()
            old.setObjectName("")
            old.deleteLater()
        self._buttons, self._notes = {}, {}
        while self._line.count():
            self._line.takeAt(0)
        for action in self._actions.left:
            self._line.addWidget(self._make(action))
        self._line.addStretch(1)
        for action in self._actions.right:
            if action.note:
                self._line.addWidget(self._note(action))
            self._line.addWidget(self._make(action))
        self._tab_order()

    def _make(self, action: Action) -> Button:
        made = Button(action.text, size="l", name=f"action.{action.key}", clock=self._clock)
        made.triggered.connect(partial(self.trigger, action.key))
        self._buttons[action.key] = made
        return made

    def _note(self, action: Action) -> Label:
        made = Label(action.note, "label", "ink2", wrap=True)
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        made.setFixedWidth(min(NOTE_PX, round(text_width(action.note, text_font(14)) / 2) + 32))  # two lines
        self._notes[action.key] = made
        return made

    def _tab_order(self) -> None:
        ordered: list[QWidget] = list(self._buttons.values())
        for before, after in pairwise(ordered):
            QWidget.setTabOrder(before, after)


def _shape(actions: Actions) -> tuple[tuple[tuple[str, str], ...], ...]:
    return tuple(tuple((action.key, action.note) for action in side) for side in (actions.left, actions.right))


def _dress(button: Button, action: Action) -> None:
    hint = ". ".join(part for part in (action.hint, action.pedal_hint) if part)
    button.set_hold(action.hold, action.hold_ms)
    button.set_pedal(bool(action.pedal_hint))
    button.setEnabled(action.enabled)
    button.show_words(action.text, hint, action.icon, action.kind)
    if action.said:
        button.setAccessibleName(action.said)
    button.set_trailing("right" if action.kind == "primary" and not action.icon else "")
    if action.width:
        button.setFixedWidth(action.width)
    elif button.minimumWidth() == button.maximumWidth():
        button.setMinimumWidth(0)
        button.setMaximumWidth(16_777_215)
    if action.kind in ("primary", "pause") and not action.width:
        button.setMinimumWidth(150)
