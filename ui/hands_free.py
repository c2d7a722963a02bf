"""Scanner and foot: bursts of typing become scans, the pedal's key becomes presses, before any widget sees them.

``clock`` is the one fingers and feet live by: the machine's own, also where the session's life is hastened.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from console.domain.clock import Clock

BURST_GAP_S = 0.030  # a scanner types faster than this, nobody else does
QUIET_S = 0.060
SHORTEST_SCAN = 4
DOUBLE_S = 0.350
PRESS_LONGEST_S = 0.500  # a press held longer was the start of a hold
HOLD_S = 1.0
AFTER_TOUCH_S = 0.250
_GROUP_SEPARATOR = "\x1d"
_BRACKET_ELSEWHERE = (Qt.Key.Key_Plus, Qt.Key.Key_Dollar)  # the key of ] on a German and a French keyboard
_PLAIN = Qt.KeyboardModifier.NoModifier
_TOUCHES = (QEvent.Type.MouseButtonPress, QEvent.Type.TouchBegin)
_WATCHED = (QEvent.Type.KeyPress, QEvent.Type.KeyRelease, *_TOUCHES)


@dataclass(frozen=True)
class _Stroke:
    """A key that waits until it is known whether it belongs to a scan."""

    key: int
    modifiers: Qt.KeyboardModifier
    text: str
    at_s: float
    sent_ms: int = 0  # the window system's own time, 0 where it gives none

    def after_s(self, former: "_Stroke") -> float:
        """Give the seconds since a former key as it was typed, however late a busy window took them both."""
        if self.sent_ms and former.sent_ms:
            return (self.sent_ms - former.sent_ms) / 1000
        return self.at_s - former.at_s


def _stroke(event: QKeyEvent, text: str, at_s: float) -> _Stroke:
    return _Stroke(event.key(), event.modifiers(), text, at_s, event.timestamp())


class HandsFree(QObject):
    """An application event filter. ``install(app)`` once; ``poll`` runs by itself while something waits.

    ``key_taker`` is offered each key that is no typing ("M", "Space", "PgDown", "Ctrl+K"): True takes it.
    """

    scanned = Signal(str)
    pedal_pressed = Signal()
    pedal_double = Signal()
    pedal_held = Signal()
    pedal_hold_progress = Signal(float)

    def __init__(self, clock: Clock, pedal_key: Qt.Key = Qt.Key.Key_F13, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock, self.pedal_key = clock, pedal_key
        self.scan_prefix = ""
        self.key_taker: Callable[[str], bool] = _take_none
        self._strokes: list[_Stroke] = []
        self._swallowed: set[int] = set()
        self._replaying = False
        self._touched_s = self.active_s = float("-inf")  # active: any key, touch or press of the foot
        self._pedal = _Pedal(self)
        self._beat = QTimer(self)
        self._beat.setInterval(10)
        self._beat.timeout.connect(self.poll)

    def install(self, app: QApplication) -> None:
        """Begin to listen."""
        app.installEventFilter(self)

    def remove(self, app: QApplication) -> None:
        """Listen no more."""
        app.removeEventFilter(self)
        self._beat.stop()

    # --- the filter ----------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _WATCHED or self._replaying:
            return False
        self.active_s = self._clock.monotonic_s()
        if kind in _TOUCHES:
            self._touched_s = self.active_s
            return False
        if not isinstance(event, QKeyEvent):
            return False
        if kind == QEvent.Type.KeyPress:
            return self._pressed(event)
        return self._released(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        now_s = self._clock.monotonic_s()
        if event.key() == self.pedal_key:
            if not event.isAutoRepeat() and now_s - self._touched_s >= AFTER_TOUCH_S:
                self._pedal.down(now_s)
                self._beat.start()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self._enter(event, now_s)
        text = _GROUP_SEPARATOR if _is_separator(event, bool(self._strokes)) else event.text()
        if _is_typing(event, text):
            if event.isAutoRepeat():
                return not _in_text_field()  # a key held down types on, but presses no shortcut twice
            self._collect(_stroke(event, text, now_s))
            self._swallowed.add(event.key())
            return True
        if event.isAutoRepeat() or _is_modifier(event.key()):
            return False
        return self._offer(_key_name(event.key(), event.modifiers()), event.key())

    def _offer(self, name: str, key: int) -> bool:
        if _in_text_field() and "Ctrl" not in name and not name.startswith("F"):
            return False
        if self.key_taker(name):
            self._swallowed.add(key)
            return True
        return False

    def _released(self, event: QKeyEvent) -> bool:
        if event.key() == self.pedal_key:
            if not event.isAutoRepeat():
                self._pedal.up(self._clock.monotonic_s())
            return True
        if event.key() in self._swallowed:
            if not event.isAutoRepeat():
                self._swallowed.discard(event.key())
            return True
        return False

    def _enter(self, event: QKeyEvent, now_s: float) -> bool:
        enter = _stroke(event, "", now_s)
        if self._strokes and self._is_scan() and enter.after_s(self._strokes[-1]) < QUIET_S:
            self._swallowed.add(event.key())
            self._finish()
            return True
        self._finish()
        return False

    # --- scans -----------------------------------------------------------------------------------------------

    def _collect(self, stroke: _Stroke) -> None:
        if self._strokes and stroke.after_s(self._strokes[-1]) >= self._gap_s():
            self._finish()
        self._strokes.append(stroke)
        self._beat.start()

    def _gap_s(self) -> float:
        return QUIET_S if self._prefixed() else BURST_GAP_S

    def _prefixed(self) -> bool:
        return bool(self.scan_prefix) and bool(self._strokes) and self._strokes[0].text == self.scan_prefix

    def _is_scan(self) -> bool:
        return len(self._strokes) >= SHORTEST_SCAN or self._prefixed()

    def poll(self) -> None:
        """See whether anything that waited is over."""
        now_s = self._clock.monotonic_s()
        if self._strokes and now_s - self._strokes[-1].at_s >= self._wait_s():
            self._finish()
        self._pedal.poll(now_s)
        if not self._strokes and not self._pedal.waiting:
            self._beat.stop()

    def _wait_s(self) -> float:
        typed_alone = _in_text_field() and not self._is_scan()
        return BURST_GAP_S if typed_alone else QUIET_S

    def _finish(self) -> None:
        """Give out what was collected: a scan, a shortcut, or keys for the field that has the focus."""
        if not self._strokes:
            return
        scan = self._is_scan()
        strokes, self._strokes = self._strokes, []
        if scan:
            text = "".join(stroke.text for stroke in strokes)
            self._give_scan(text.removeprefix(self.scan_prefix).strip("\r\n"))
            return
        for stroke in strokes:
            typing = _in_text_field()
            if typing or not self.key_taker(_key_name(stroke.key, stroke.modifiers)):
                self._replay(stroke)

    def _give_scan(self, text: str) -> None:
        place: QWidget | None = QApplication.focusWidget()
        while place is not None:
            take = getattr(place, "take_scan", None)
            if take is not None:
                take(text)
                return
            place = place.parentWidget()
        self.scanned.emit(text)

    def _replay(self, stroke: _Stroke) -> None:
        target = QApplication.focusWidget() or QApplication.activeWindow()
        if target is None:
            return
        self._replaying = True
        try:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, stroke.key, stroke.modifiers, stroke.text)
                QApplication.sendEvent(target, event)
        finally:
            self._replaying = False


class _Pedal:
    """One switch: press, press twice, hold. A press waits until it cannot become a double any more."""

    def __init__(self, owner: HandsFree) -> None:
        self._owner = owner
        self._down_s: float | None = None
        self._first_s: float | None = None
        self._spent = False

    @property
    def waiting(self) -> bool:
        """Tell whether the foot's meaning is still open."""
        return self._down_s is not None or self._first_s is not None

    def down(self, now_s: float) -> None:
        if self._first_s is not None and now_s - self._first_s < DOUBLE_S:
            self._first_s, self._spent = None, True
            self._owner.pedal_double.emit()
            return
        self._flush()
        self._down_s, self._spent = now_s, False

    def up(self, now_s: float) -> None:
        if self._down_s is None:
            return
        held_s, began_s = now_s - self._down_s, self._down_s
        self._down_s = None
        if self._spent:
            return
        if held_s < PRESS_LONGEST_S:
            self._first_s = began_s
        self._owner.pedal_hold_progress.emit(0.0)

    def poll(self, now_s: float) -> None:
        if self._first_s is not None and now_s - self._first_s >= DOUBLE_S:
            self._flush()
        if self._down_s is not None and not self._spent:
            share = min((now_s - self._down_s) / HOLD_S, 1.0)
            self._owner.pedal_hold_progress.emit(share)
            if share >= 1.0:
                self._spent, self._down_s = True, None
                self._owner.pedal_held.emit()
                self._owner.pedal_hold_progress.emit(0.0)

    def _flush(self) -> None:
        if self._first_s is not None:
            self._first_s = None
            self._owner.pedal_pressed.emit()


def _take_none(_name: str) -> bool:
    return False


def _in_text_field() -> bool:
    focused = QApplication.focusWidget()
    return isinstance(focused, QLineEdit | QTextEdit | QPlainTextEdit) and focused.isEnabled()


def _is_separator(event: QKeyEvent, in_burst: bool) -> bool:
    """Tell whether a key is a scanner's separator: Ctrl+] as it is, on other layouts or as F8 only within a scan."""
    ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
    if event.text() == _GROUP_SEPARATOR or (ctrl and event.key() == Qt.Key.Key_BracketRight):
        return True
    return in_burst and (event.key() == Qt.Key.Key_F8 or (ctrl and event.key() in _BRACKET_ELSEWHERE))


def _is_typing(event: QKeyEvent, text: str) -> bool:
    if text == _GROUP_SEPARATOR:
        return True
    command = event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
                                   | Qt.KeyboardModifier.MetaModifier)
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    alt_gr = (event.modifiers() & both) == both
    return len(text) == 1 and text.isprintable() and (not command or alt_gr)


def _is_modifier(key: int) -> bool:
    return key in (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr)


def _key_name(key: int, modifiers: Qt.KeyboardModifier) -> str:
    wanted = modifiers & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier)
    if wanted == _PLAIN:
        return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)
    combination = QKeyCombination(wanted, Qt.Key(key))
    return QKeySequence(combination).toString(QKeySequence.SequenceFormat.PortableText)
