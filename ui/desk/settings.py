"""Settings: the clinic, this console, and every clinical figure with its source beside what the clinic set itself."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QWidget

from console.domain.computer_ports import Voice
from console.domain.errors import OperatorError
from console.domain.people import Staff
from console.domain.rights import Right, allows
from console.services.backup_settings import BACKUPS
from console.services.clinical_changes import changed_table
from console.services.clinical_settings import SECTIONS, SettingEntry, entries_of
from console.services.console import Console
from console.services.event_words import counted
from console.services.hands_settings import SPEECH
from console.services.spoken_cues import NO_VOICE
from ui.desk.letter_keys import LetterKeys
from ui.desk.own_settings import AT_ONCE, OWN_KINDS, PLACE, own_entries, save_own
from ui.desk.setting_editor import SettingEditor
from ui.desk.setting_rows import SettingLine, SettingRows
from ui.desk.setting_sheets import SAVE_PX, VERSIONS_PX, SaveSheet, VersionsSheet
from ui.page import Action, Actions, Chip, Page, StatusText
from ui.widgets.texts import Card, column, row

VOICE_TEST = "Left cheek, pass two"
SECTIONS_PX, ENTRIES_PX, KEYS_PX = 212, 348, 760


class SettingsPage(Page):
    """Sections left, their entries beside, one entry to change on the right."""

    title, frame, tab = "Settings", "desk", "settings"

    def __init__(self, console: Console, save_recovery_sheet: Callable[[], Path] | None = None,
                 voice: Voice = NO_VOICE) -> None:
        super().__init__()
        self._console, self._save_recovery_sheet, self._voice = console, save_recovery_sheet, voice
        self._section, self._key = "clinic", ""
        self._backups_stood: tuple[object, ...] = ()
        self._sections, self._entries = SettingRows("settings.section"), SettingRows("settings.entry")
        self._editor = SettingEditor()
        self._editor.changed.connect(self._show_bars)
        self._sections.chosen.connect(self._section_chosen)
        self._entries.chosen.connect(self._entry_chosen)
        self._build()

    def _build(self) -> None:
        lists = []
        for rows, wide in ((self._sections, SECTIONS_PX), (self._entries, ENTRIES_PX)):
            card = Card(1, 0)
            card.setFixedWidth(wide)
            card.body.addWidget(rows, 1)
            lists.append(card)
        whole = row(*lists, self._editor)
        whole.setStretch(2, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)

    # --- choosing --------------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Take the stage with what counts now; ``section`` in the context opens that one."""
        wanted = context.get("section")
        self._section = str(wanted) if wanted in {key for key, _ in SECTIONS} | {PLACE} else self._section
        self._show_lists()

    def _found(self) -> tuple[SettingEntry, ...]:
        shelf = self._console.shelf
        if self._section == PLACE:
            return own_entries(self._console, self._voice.name)
        return entries_of(shelf.current, shelf.files, self._section)

    def _show_lists(self) -> None:
        own = {self._section_of(edit.kind) for edit in self._console.shelf.edits()}
        self._sections.show_lines(
            [SettingLine(key, words, own=key in own) for key, words in (*SECTIONS, (PLACE, "This console"))],
            self._section)
        found = self._found()
        if self._key not in {one.key for one in found}:
            self._key = found[0].key
        self._entries.show_lines(
            [SettingLine(one.key, one.title, one.summary, one.revision > 0) for one in found], self._key)
        self._editor.show_entry(next(one for one in found if one.key == self._key), True)

    @staticmethod
    def _section_of(kind: str) -> str:
        return {"rule": "wait"}.get(kind, kind)

    def _section_chosen(self, section: str) -> None:
        self._leave_for(lambda: self._go(section, ""))

    def _entry_chosen(self, key: str) -> None:
        self._leave_for(lambda: self._go(self._section, key))

    def _leave_for(self, go: Callable[[], None]) -> None:
        dropped = len(self._editor.changes)
        go()
        if dropped:
            self.shell.tell(f"{counted(dropped, 'change')} not saved and dropped.", "info")

    def _go(self, section: str, key: str) -> None:
        self._section, self._key = section, key
        self._show_lists()
        self._show_bars()

    def _show_bars(self) -> None:
        self.shell.update_chrome()

    # --- changing --------------------------------------------------------------------------------------------

    def _ask_save(self) -> None:
        self._prove_and_ask(self._editor.told(), self._save)

    def _prove_and_ask(self, told: list[str], save: Callable[[str, Staff], None]) -> None:
        """Say what is wrong before anybody is asked why."""
        try:
            self._prove()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        sheet = SaveSheet(self._console, told)
        sheet.confirmed.connect(lambda reason, editor: self._carry_out(save, reason, editor))
        self.shell.show_overlay(sheet, "Save for this clinic", SAVE_PX)

    def _prove(self) -> None:
        entry, changes = self._editor.entry, self._editor.changes
        if entry is not None and changes and entry.kind not in OWN_KINDS:
            shelf = self._console.shelf
            shelf.try_edit(entry.kind, entry.entry_id, changed_table(shelf.current, entry, changes), "proof")

    def _carry_out(self, save: Callable[[str, Staff], None], reason: str, editor: Staff) -> None:
        self.shell.close_overlay()
        try:
            save(reason, editor)
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        entry = self._editor.entry
        at_once = entry is not None and entry.kind in AT_ONCE
        self.shell.tell("Saved. It counts from now on." if at_once else "Saved. It counts from the next session on.",
                        "done")
        self._show_lists()
        self._show_bars()

    def _save(self, reason: str, editor: Staff) -> None:
        entry, changes, shelf = self._editor.entry, self._editor.changes, self._console.shelf
        if entry is None:
            return
        if entry.kind in OWN_KINDS:
            save_own(self._console, entry.kind, changes, editor)
            return
        shelf.save(entry.kind, entry.entry_id, changed_table(shelf.current, entry, changes), reason, editor)

    def _ask_back(self) -> None:
        entry = self._editor.entry
        if entry is not None:
            self._editor.changes.clear()
            self._prove_and_ask([f"{entry.title}: back to the files"], self._back)

    def _back(self, reason: str, editor: Staff) -> None:
        entry = self._editor.entry
        if entry is not None:
            self._console.shelf.withdraw(entry.kind, entry.entry_id, reason, editor)

    def _show_versions(self) -> None:
        entry = self._editor.entry
        if entry is not None:
            versions = self._console.shelf.versions(entry.kind, entry.entry_id)
            self.shell.show_overlay(VersionsSheet(versions), f"Versions of {entry.title}", VERSIONS_PX)

    def _show_keys(self) -> None:
        lines = self._editor.lines()
        if lines:
            sheet = QWidget()
            sheet.setLayout(column(LetterKeys(*lines, name="settings.keys")))
            self.shell.show_overlay(sheet, "Keys", KEYS_PX)

    # --- backups ---------------------------------------------------------------------------------------------

    def _back_up_action(self) -> Action:
        backups = self._console.backups
        running = backups is not None and backups.running
        return Action("back_up", "Backing up…" if running else "Back up now", self._back_up, icon="file",
                      enabled=not running and allows(self._console.desk.actor, Right.KEEP_RECORD))

    def _back_up(self) -> None:
        backups = self._console.backups
        if backups is None:
            return
        try:
            backups.begin()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
        self._show_bars()

    def _test_voice(self) -> None:
        self._voice.say(VOICE_TEST)
        self.shell.tell(f"The voice says: {VOICE_TEST}. If nothing is heard, check the loudspeaker.", "info")

    def _write_recovery_sheet(self) -> None:
        if self._save_recovery_sheet is None:
            return
        try:
            path = self._save_recovery_sheet()
        except OperatorError as error:
            self.shell.tell(str(error), "stop")
            return
        self.shell.tell(f"Written to {path}; print it, put it in a safe, then delete the file", "done")

    def refresh(self) -> None:
        """Show how a backup went, once it is made or failed."""
        backups, entry = self._console.backups, self._editor.entry
        if backups is None or entry is None or entry.kind != BACKUPS:
            return
        stands = (backups.running, backups.trouble, backups.last_good)
        if stands != self._backups_stood:
            self._backups_stood = stands
            if not self._editor.changes:
                self._show_lists()
            self._show_bars()

    # --- the window's bars -----------------------------------------------------------------------------------

    def status(self) -> StatusText:
        shelf = self._console.shelf
        own = len(shelf.edits())
        facts = (counted(own, "setting") + " of the clinic's own" if own else "everything as in the files",)
        if not shelf.rejected:
            return StatusText("Settings", facts)
        edit, why = shelf.rejected[0]
        return StatusText(f"The setting of {edit.entry_id} no longer fits and is not in force", facts,
                          (Chip(counted(len(shelf.rejected), "setting"), "caution", "caution"),), "caution",
                          detail=why.happened)

    def page_actions(self) -> Actions:
        entry, changes = self._editor.entry, self._editor.changes
        actor = self._console.desk.actor
        clinical = entry is not None and entry.kind not in OWN_KINDS
        hint = counted(len(changes), "change") if changes else "nothing is changed"
        if changes and not allows(actor, Right.EDIT_CLINIC):
            hint += ", a manager's PIN"
        left = [Action("today", "Today", lambda: self.shell.open_page("today"), icon="left", kind="quiet"),
                Action("keys", "Show keys", self._show_keys, icon="list", enabled=bool(self._editor.lines()))]
        of_backups = entry is not None and entry.kind == BACKUPS
        if of_backups:
            left.append(self._back_up_action())
            if self._save_recovery_sheet is not None:
                left.append(Action("recovery_sheet", "Recovery sheet", self._write_recovery_sheet, icon="print",
                                   enabled=allows(actor, Right.KEEP_RECORD)))
        if entry is not None and entry.kind == SPEECH:
            left.append(Action("test_voice", "Test voice", self._test_voice, icon="bell",
                               enabled=bool(self._voice.name), hint="" if self._voice.name else "none here"))
        right = [] if of_backups else [  # beside a backup's own there is no room, and there are no versions
            Action("versions", "Versions", self._show_versions, icon="clock", enabled=clinical),
            Action("back_to_files", "Back to the files", self._ask_back, icon="undo",
                   enabled=entry is not None and entry.key == entry.entry_id and entry.revision > 0)]
        right.append(Action("save", "Save for this clinic", self._ask_save, hint=hint, kind="primary",
                            enabled=bool(changes), width=348))
        return Actions(left, right)
