"""The two sheets of the app bar: the quick menu behind the mark, and the pen's details behind its chip."""

from collections.abc import Callable

from console.domain.people import Role, Staff
from console.services.console import Console
from console.services.sound_settings import LEVEL, read_sound
from ui.desk.own_secrets_sheet import open_own_secrets
from ui.desk.pen_sheet import open_diagnostics, open_pen_sheet
from ui.desk.quick_menu import SHEET_PX, QuickMenu
from ui.main_window import MainWindow
from ui.room.session_sheets import open_reaction, open_withdrawal
from ui.sounds import Sounds
from ui.theme import current_theme

VERSION = "0.1.0"


class Sheets:
    """Opens the sheets and carries out what is chosen on them."""

    def __init__(
        self, window: MainWindow, console: Console, set_theme: Callable[[str], None], sounds: Sounds | None,
    ) -> None:
        self._window, self._console, self._set_theme, self._sounds = window, console, set_theme, sounds
        self.lock_wanted: Callable[[], None] = lambda: None
        self.emergency_wanted: Callable[[], None] = lambda: None
        window.mark_pressed.connect(self._show_menu)
        window.pen_pressed.connect(self._show_pen)

    def _level(self) -> int:
        return read_sound(self._console.registry).level

    def _show_menu(self) -> None:
        if self._console.desk.actor is None:
            return
        silent = "" if self._sounds is None or self._sounds.available else "No loudspeaker: alarms are only shown."
        menu = QuickMenu(self._console, current_theme().name, self._level(), VERSION, silent)
        menu.theme_chosen.connect(self._set_theme)
        menu.level_chosen.connect(self._take_level)
        menu.patients_wanted.connect(lambda: self._window.open_page("patients"))
        menu.products_wanted.connect(lambda: self._window.open_page("catalogue"))
        menu.imports_wanted.connect(lambda: self._window.open_page("imports"))
        menu.settings_wanted.connect(lambda: self._window.open_page("settings"))
        menu.ports_wanted.connect(lambda: open_diagnostics(self._window, self._console))
        menu.reaction_wanted.connect(lambda: self._instead(open_reaction))
        menu.withdrawal_wanted.connect(lambda: self._instead(open_withdrawal))
        menu.signed_out.connect(lambda: self._window.open_page("sign_in"))
        menu.lock_wanted.connect(self._lock)
        menu.own_wanted.connect(self._show_own)
        menu.touch_off_wanted.connect(self._window.turn_touch_off)
        menu.emergency_wanted.connect(lambda: self.emergency_wanted())
        menu.person_changed.connect(self._person_changed)
        self._window.show_overlay(menu, "Menu", SHEET_PX)

    def _lock(self) -> None:
        self._window.close_overlay()
        self.lock_wanted()

    def _show_own(self) -> None:
        self._window.close_overlay()
        if self._console.own_secrets is not None:
            open_own_secrets(self._window, self._console.own_secrets)

    def _instead(self, open_sheet: Callable[[MainWindow, Console], None]) -> None:
        self._window.close_overlay()
        open_sheet(self._window, self._console)

    def _show_pen(self) -> None:
        open_pen_sheet(self._window, self._console)

    def _take_level(self, level: int) -> None:
        self._console.registry.remember_setting(LEVEL, str(level), self._console.desk.actor_id)
        if self._sounds is not None:
            self._sounds.set_level(level)
            self._sounds.chime("self_test")

    def _person_changed(self, member: Staff) -> None:
        self._window.close_overlay()
        front = self._console.desk.front
        if front is not None and not front.state.closed:
            self._window.tell(f"{member.name} {member.staff_id} leads this session from now on.", "done")
        if front is None:
            self._window.open_page("sessions" if member.role is Role.MANAGER else "today")
