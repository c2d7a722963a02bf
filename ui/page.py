"""What a page says to the window: its words, its actions, its scans and pedal presses."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget


@dataclass(frozen=True)
class Chip:
    """A short marked word: ``kind`` done, live, caution, stop or neutral; ``icon`` may be empty."""

    text: str
    kind: str = "neutral"
    icon: str = ""


@dataclass(frozen=True)
class StatusText:
    """The status line in calm: one sentence left, facts and chips right.

    ``dot`` is a token (live, done, ink3) or empty; ``notice`` is empty, stop, caution or pause.
    """

    title: str = ""
    facts: tuple[str, ...] = ()
    chips: tuple[Chip, ...] = ()
    notice: str = ""
    dot: str = ""
    detail: str = ""


@dataclass(frozen=True)
class AlarmText:
    """An alarm for the status line; ``priority`` low, medium or high; ``more`` others wait behind."""

    alarm_id: str
    priority: str
    title: str
    detail: str = ""
    more: int = 0
    ended: bool = False  # the cause is over; the line stays for a while, or until it is answered
    whose: str = ""  # the session it belongs to, where that is not the one in front
    answered: bool = False  # somebody has acknowledged it, or nobody needs to


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Action:
    """A button of the action bar; its object name is ``action.<key>``.

    ``kind``: primary, pause, quiet or normal. ``hold``: must be held for ``hold_ms``. ``shortcut``: a
    key's name as Qt writes it ("Space", "M", "PgDown", "+"). ``width`` 0 lets the text decide.
    """

    key: str
    text: str
    on_trigger: Callable[[], object] = field(default=_nothing, compare=False)
    hint: str = ""
    icon: str = ""
    kind: str = "normal"
    enabled: bool = True
    hold: bool = False
    hold_ms: int = 1000
    pedal_hint: str = ""
    shortcut: str = ""
    width: int = 0
    note: str = ""  # plain words to the left of the button
    said: str = ""  # the accessible name of a button that shows only its icon


@dataclass(frozen=True)
class Actions:
    """The action bar: leaving and side actions left, holding and going forward right."""

    left: tuple[Action, ...] = ()
    right: tuple[Action, ...] = ()

    def __init__(self, left: "list[Action] | tuple[Action, ...]" = (),
                 right: "list[Action] | tuple[Action, ...]" = ()) -> None:
        object.__setattr__(self, "left", tuple(left))
        object.__setattr__(self, "right", tuple(right))


class Shell(Protocol):
    """What a page may ask of the window it stands in."""

    def open_page(self, key: str, **context: Any) -> None:
        """Go to another page."""

    def tell(self, text: str, kind: str = "info", undo: Callable[[], object] | None = None) -> None:
        """Say a sentence above the action bar: info, done, caution or stop."""

    def show_overlay(self, sheet: QWidget, title: str = "", width: int = 560, closable: bool = True) -> None:
        """Lay a sheet over the content."""

    def close_overlay(self) -> None:
        """Take the topmost sheet away."""

    def update_chrome(self) -> None:
        """Ask the page for its status and actions again, now."""


class Page(QWidget):
    """A page of the console: fills the content between status line and action bar.

    ``frame`` is ``session`` (step rail in the app bar), ``desk`` (tabs) or ``bare`` (neither);
    ``tab`` names the tab to light up. Reach the window through ``self.shell``.
    """

    title = ""
    frame = "session"
    tab = ""
    acts_while_locked: frozenset[str] = frozenset()  # keys of actions that stay in reach under the lock
    shell: Shell

    def enter(self, **context: Any) -> None:
        """Take the stage; ``context`` is what ``open_page`` was given."""

    def leave(self) -> None:
        """Leave the stage."""

    def refresh(self) -> None:
        """Show the state of now; called at most ten times a second while on stage."""

    def frame_tick(self) -> None:
        """Paint what moves; called up to sixty times a second while on stage."""

    def status(self) -> StatusText:
        """Give the words of the status line."""
        return StatusText(self.title)

    def status_left(self) -> QWidget | None:
        """Give a widget for the left of the status line (filters); asked once."""
        return None

    def status_right(self) -> QWidget | None:
        """Give a widget for the right of the status line (search); asked once."""
        return None

    def page_actions(self) -> Actions:
        """Give the action bar's buttons."""
        return Actions()

    def standing_actions(self) -> tuple[Action, ...]:
        """Give buttons that stand on every page of this kind, right of the page's own left ones."""
        return ()

    def place_while_locked(self) -> QRect | None:
        """Give where the lock may lie over this page, None for the whole of it."""
        return None

    def on_scan(self, text: str) -> bool:
        """Take a scanned code; False if this page has no use for it."""
        return False

    def on_pedal(self, act: str, held: bool) -> bool:
        """Take the pedal: ``forward``, ``pause`` or ``mark``, held for or not; False without a use for it."""
        return False

    def on_pedal_progress(self, share: float, act: str) -> None:
        """Show how far the pedal's hold for an act has come, 0 to 1 (0 again when let go)."""

    def on_key(self, key: str) -> bool:
        """Take a key no action has claimed ("+", "E", "F2"); False if this page has no use for it."""
        return False
