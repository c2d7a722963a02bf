"""Scanner and foot: bursts of typing become scans, the pedal's keys become acts, before any widget sees them.

A pedal whose key types a letter waits as a letter does until it can be no scan; in a field it types.
``clock`` is the one fingers and feet live by: the machine's own, also where the session's life is hastened.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QKeyCombination, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from console.domain.clock import Clock
from console.domain.pedal import FootAct, PedalPlan
from ui.foot import Foot

BURST_GAP_S = 0.030  # a scanner types faster than this, nobody else does
QUIET_S = 0.060
SHORTEST_SCAN = 4
AFTER_TOUCH_S = 0.250
LEARN_QUIET_S = 0.150
_GROUP_SEPARATOR = "\x1d"
_BRACKET_ELSEWHERE = (Qt.Key.Key_Plus, Qt.Key.Key_Dollar)  # the key of ] on a German and a French keyboard
_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab)
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
    pedal_acted = Signal(str, bool)  # a FootAct, and whether it was held for
    pedal_hold_progress = Signal(float, str)  # the share, and the act it leads to

    def __init__(self, clock: Clock, plan: PedalPlan | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self.scan_prefix = ""
        self.touch_counts: Callable[[], bool] = lambda: True  # a cloth on a screen holds no foot back
        self.key_taker: Callable[[str], bool] = _take_none
        self._strokes: list[_Stroke] = []
        self._swallowed: set[int] = set()
        self._replaying = False
        self._touched_s = self.active_s = float("-inf")  # active: any key, touch or press of the foot
        self._foot = Foot(plan or PedalPlan(), self._foot_acted, self._foot_holds)
        self._foot_keys: dict[int, str] = {}  # keys of the foot that are down, by what the window system calls them
        self._let_go_s: dict[int, float] = {}  # of those let go while it was open whether they are a scan's
        self._learner: KeyLearner | None = None
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
            if self.touch_counts():
                self._touched_s = self.active_s
            return False
        if not isinstance(event, QKeyEvent):
            return False
        if kind == QEvent.Type.KeyPress:
            return self._pressed(event)
        return self._released(event)

    @property
    def plan(self) -> PedalPlan:
        """The pedal's keys and what they do."""
        return self._foot.plan

    @plan.setter
    def plan(self, plan: PedalPlan) -> None:
        if plan != self._foot.plan:
            self._foot.forget(plan)

    def learn_key(self, learned: Callable[[str, str], None]) -> "KeyLearner":
        """Give the next key, and why it cannot be one, to ``learned``; until then no key does anything."""
        self._learner = KeyLearner(learned, self._end_learning)
        self._beat.start()
        return self._learner

    def _end_learning(self) -> None:
        self._learner = None

    def _pressed(self, event: QKeyEvent) -> bool:
        now_s, name = self._clock.monotonic_s(), _key_name(event.key(), event.modifiers())
        if self._learner is not None and event.key() == Qt.Key.Key_Escape:
            self._learner.stop()  # and it closes the sheet that asked
        if self._learner is not None:
            if not event.isAutoRepeat() and not _is_modifier(event.key()):
                self._learner.take(name, now_s)
                self._swallowed.add(event.key())
            return True
        text = _GROUP_SEPARATOR if _is_separator(event, bool(self._strokes)) else event.text()
        if name in self.plan.keys and (not _is_typing(event, text) or (event.isAutoRepeat() and not _in_text_field())):
            return self._foot_pressed(event, name, now_s)
        if event.key() in _ENDS:
            return self._enter(event, now_s)
        if _is_typing(event, text):
            if event.isAutoRepeat():
                return not _in_text_field()  # a key held down types on, but presses no shortcut twice
            self._let_go_s.pop(event.key(), None)
            self._collect(_stroke(event, text, now_s))
            self._swallowed.add(event.key())
            return True
        if event.isAutoRepeat() or _is_modifier(event.key()):
            return False
        return self._offer(name, event.key())

    # --- the foot ------------------------------------------------------------------------------------------

    def _foot_pressed(self, event: QKeyEvent, name: str, now_s: float) -> bool:
        in_scan = bool(self._strokes) and _stroke(event, "", now_s).after_s(self._strokes[-1]) < self._gap_s()
        if not event.isAutoRepeat() and not in_scan:
            self._foot_down(event.key(), name, now_s)
        return True

    def _foot_down(self, key: int, name: str, at_s: float) -> None:
        if at_s - self._touched_s >= AFTER_TOUCH_S:
            self._foot_keys[key] = name
            self._foot.down(name, at_s)
            self._beat.start()

    def _foot_up(self, key: int, at_s: float) -> None:
        name = self._foot_keys.pop(key, "")
        if name:
            self._foot.up(name, at_s)

    def _foot_typed(self, stroke: _Stroke, name: str) -> None:
        """Take a pedal's letter that came alone, from when it came."""
        let_go_s = self._let_go_s.pop(stroke.key, None)
        self._foot_down(stroke.key, name, stroke.at_s)
        if let_go_s is not None:
            self._foot_up(stroke.key, let_go_s)

    def _foot_acted(self, act: FootAct, held: bool) -> None:
        self.pedal_acted.emit(act.value, held)

    def _foot_holds(self, share: float, act: FootAct) -> None:
        self.pedal_hold_progress.emit(share, act.value)

    # --- keys ----------------------------------------------------------------------------------------------

    def _offer(self, name: str, key: int) -> bool:
        if _in_text_field() and "Ctrl" not in name and not name.startswith("F"):
            return False
        if self.key_taker(name):
            self._swallowed.add(key)
            return True
        return False

    def _released(self, event: QKeyEvent) -> bool:
        key = event.key()
        if event.isAutoRepeat():
            return key in self._foot_keys or key in self._swallowed
        now_s = self._clock.monotonic_s()
        if key in self._foot_keys:
            self._foot_up(key, now_s)
        elif key in self._swallowed:
            self._let_go_s[key] = now_s
        else:
            return False
        self._swallowed.discard(key)
        return True

    def _enter(self, event: QKeyEvent, now_s: float) -> bool:
        enter = _stroke(event, "", now_s)
        in_time = bool(self._strokes) and enter.after_s(self._strokes[-1]) < QUIET_S
        if in_time and not self._is_scan() and not _in_text_field():
            self._strokes = []  # too short for a code, too fast for fingers
        elif not in_time or not self._is_scan():
            self._finish()
            return False
        self._swallowed.add(event.key())
        self._finish()
        return True

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
        self._foot.poll(now_s)
        if self._learner is not None:
            self._learner.poll(now_s)
        if not self._strokes and not self._foot.waiting and self._learner is None:
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
        if _in_text_field():
            for stroke in strokes:
                self._replay(stroke)
        elif len(strokes) == 1:  # several so fast are a machine's, and no code of ours
            self._take_key(strokes[0])

    def _take_key(self, stroke: _Stroke) -> None:
        name = _key_name(stroke.key, stroke.modifiers)
        if name in self.plan.keys:
            self._foot_typed(stroke, name)
        elif not self.key_taker(name):
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


class KeyLearner:
    """Waits for one key that nothing follows: a scanner's come in bursts. ``stop`` ends it without one."""

    def __init__(self, learned: Callable[[str, str], None], ended: Callable[[], None]) -> None:
        self._learned, self._ended = learned, ended
        self._keys: list[str] = []
        self._last_s = 0.0

    def take(self, name: str, now_s: float) -> None:
        """Take a key."""
        self._keys.append(name)
        self._last_s = now_s

    def poll(self, now_s: float) -> None:
        """See whether the key stayed alone."""
        if self._keys and now_s - self._last_s >= LEARN_QUIET_S:
            alone, first = len(self._keys) == 1, self._keys[0]
            self.stop()
            self._learned(first if alone else "", "" if alone else "Several keys came: a scanner, or a pedal "
                          "that types a word. Set it to one key.")

    def stop(self) -> None:
        """Learn no more."""
        self._keys = []
        self._ended()


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
