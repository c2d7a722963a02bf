"""Imports: a list from another program, looked at row by row before any of it is written."""

from pathlib import Path

from console.domain.errors import OperatorError
from console.services.console import Console
from console.services.event_words import counted
from console.services.import_columns import FIELDS, missing_fields
from console.services.import_preview import FAULTY, NEW, ImportPreview
from console.services.import_table import ImportTable
from console.services.newest_files import FoundFile
from ui.desk.import_result import ResultCard
from ui.desk.import_source import FIELD_WORDS, KIND_WORDS, ColumnSheet, SourceCard, mapping_now
from ui.page import Action, Actions, Page, StatusText
from ui.widgets.texts import row

SHEET_PX = 620
PLAIN = "The file could not be read; nothing was imported."


class ImportsPage(Page):
    """File and columns left, rows right. Reading and writing are the query thread's."""

    title, frame = "Import", "desk"

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console
        self._kind, self._name, self._order = "patients", "", ""
        self._table: ImportTable | None = None
        self._named: dict[str, str] = {}
        self._also: set[int] = set()
        self._preview: ImportPreview | None = None
        self._busy, self._asked = "", 0
        self.source, self.result = SourceCard(), ResultCard()
        whole = row(self.source, self.result)
        whole.setStretch(1, 1)
        whole.setContentsMargins(16, 12, 16, 12)
        self.setLayout(whole)
        self.source.kind_chosen.connect(self._turn_kind)
        self.source.folder_wanted.connect(self._list_folder)
        self.source.file_chosen.connect(self._open_file)
        self.source.field_touched.connect(self._ask_column)
        self.source.order_chosen.connect(self._take_order)
        self.result.also_changed.connect(self._take_also)

    # --- which file -----------------------------------------------------------------------------------------

    def enter(self, **context: object) -> None:
        """Take the stage; ``kind`` in the context chooses the list."""
        desk, wanted = self._console.imports, context.get("kind")
        allowed = desk.kinds if desk is not None else ()
        if isinstance(wanted, str):
            self._kind = wanted
        if allowed and self._kind not in allowed:
            self._kind = allowed[0]
        self.source.show_kinds(allowed, self._kind)
        self.source.setEnabled(bool(allowed))
        if desk is None or not allowed:
            self._forget()
            self.result.show_nothing("This is not yours to import", "A manager or an administrator may.")
            return
        self.source.folder.setText(str(desk.folder()))
        if self._table is None:
            self._list_folder(desk.folder())

    def leave(self) -> None:
        """Forget the file: what another person would import is not for the next one."""
        self._forget()

    def _forget(self) -> None:
        self._table, self._preview, self._busy = None, None, ""
        self._named, self._also, self._order = {}, set(), ""
        self._asked += 1
        self.source.orders.set_choice("")
        self.result.show_nothing("No file is open", "Choose a list, then a file. Nothing is written before you have "
                                 "seen what it would bring.")

    def _turn_kind(self, kind: str) -> None:
        self._kind = kind
        self._named, self._also = {}, set()
        if self._table is not None:
            self._show_table()

    def _list_folder(self, folder: Path) -> None:
        desk = self._console.imports
        if desk is not None:
            self.source.words.show_text("Looking…", "ink2")
            self.source.show_files(())
            try:
                desk.list_files(folder, self._found, self._not_found)
            except OperatorError as error:
                self._not_found(error)

    def _found(self, files: tuple[FoundFile, ...]) -> None:
        self.source.show_files(files)
        self.source.words.show_text(
            "CSV, or for patients a FHIR Bundle. The newest first." if files else
            "There is no CSV, TSV, TXT or JSON file in this folder.", "ink2")

    def _not_found(self, error: BaseException) -> None:
        self.source.words.show_text(_said(error), "stop")

    def _open_file(self, path: Path) -> None:
        desk = self._console.imports
        if desk is None or self._busy:
            return
        self._forget()
        self._name, self._busy = path.name, "Reading…"
        self.result.show_nothing("Reading…", path.name)
        number = self._asked
        desk.open(path, lambda table: self._opened(number, table), self._failed)
        self.shell.update_chrome()

    def _opened(self, number: int, table: ImportTable) -> None:
        if number == self._asked:
            self._table, self._busy = table, ""
            self._show_table()

    # --- which columns --------------------------------------------------------------------------------------

    def _show_table(self) -> None:
        table = self._table
        if table is None:
            return
        mapping = mapping_now(self._kind, table, self._named)
        self.source.show_columns(self._name, table, self._kind, mapping)
        missing = missing_fields(self._kind, mapping)
        if missing:
            self._preview = None
            words = ", ".join(FIELD_WORDS[one].lower() for one in missing)
            self.source.words.show_text(f"Say which column is the {words}.", "caution")
            self.result.show_nothing("A column is missing", f"Touch «{FIELD_WORDS[missing[0]]}» and choose its column.")
            self.shell.update_chrome()
        else:
            self.source.words.show_text("Nothing is written yet.", "ink2")
            self._look()

    def _ask_column(self, name: str) -> None:
        table = self._table
        if table is None:
            return
        needed = next(one.needed for one in FIELDS[self._kind] if one.name == name)
        sheet = ColumnSheet(table, needed)

        def chosen(column: str) -> None:
            self.shell.close_overlay()
            self._named[name] = column
            self._show_table()

        sheet.chosen.connect(chosen)
        self.shell.show_overlay(sheet, f"Column of the {FIELD_WORDS[name].lower()}", SHEET_PX)

    def _take_order(self, order: str) -> None:
        self._order = order
        self._show_table()

    # --- what it would do -----------------------------------------------------------------------------------

    def _look(self) -> None:
        desk, table = self._console.imports, self._table
        if desk is None or table is None:
            return
        self._preview, self._busy = None, "Comparing…"
        self._asked += 1
        number = self._asked
        self.result.show_nothing("Comparing…", f"{len(table.rows):,} rows with what is there already.")
        try:
            desk.look(self._kind, table, self._named, self._order, lambda made: self._compared(number, made),
                      self._failed)
        except OperatorError as error:
            self._failed(error)
        self.shell.update_chrome()

    def _compared(self, number: int, preview: ImportPreview) -> None:
        if number == self._asked:
            self._busy, self._preview = "", preview
            self.result.show_preview(preview, self._also)
            self.shell.update_chrome()

    def _take_also(self, line: int, taken: bool) -> None:
        (self._also.add if taken else self._also.discard)(line)
        self.shell.update_chrome()

    # --- writing --------------------------------------------------------------------------------------------

    def _write(self) -> None:
        desk, preview = self._console.imports, self._preview
        if desk is None or preview is None or self._busy:
            return
        self._busy = "Importing…"
        try:
            desk.write(preview, self._also, self._written, self._not_written)
        except OperatorError as error:
            self._not_written(error)
        self.shell.update_chrome()

    def _written(self, rows: int) -> None:
        self._busy, self._also = "", set()
        self.shell.tell(f"{counted(rows, 'row')} imported.", "done")
        self._look()

    def _not_written(self, error: BaseException) -> None:
        self._busy = ""
        self.shell.tell(_said(error, "The rows could not be written; nothing was imported."), "stop")
        self.shell.update_chrome()

    def _failed(self, error: BaseException) -> None:
        self._busy = ""
        self.result.show_nothing("Nothing to show", _said(error))
        self.shell.tell(_said(error), "stop")
        self.shell.update_chrome()

    # --- the window's bars ----------------------------------------------------------------------------------

    def status(self) -> StatusText:
        return StatusText(f"Import: {KIND_WORDS[self._kind].lower()}", (self._name,) if self._table else ())

    def page_actions(self) -> Actions:
        left = [Action("today", "Today", lambda: self.shell.open_page("today"), icon="left", kind="quiet")]
        if self._table is not None:
            left.append(Action("other_file", "Another file", self._other_file, icon="file", kind="quiet",
                               enabled=not self._busy))
        preview = self._preview
        rows = preview.count(NEW) + len(self._also) if preview is not None else 0
        bad = preview.count(FAULTY) if preview is not None else 0
        hint = (f"{counted(bad, 'row')} to mend first" if bad else "all of it or nothing" if rows else
                "nothing new in it" if preview is not None else
                "choose its columns first" if self._table is not None else "choose a file first")
        words = self._busy or (f"Import {counted(rows, 'row')}" if rows else "Import")
        return Actions(left, [Action("import", words, self._write, hint=hint, kind="primary", width=392,
                                     enabled=bool(rows) and not bad and not self._busy)])

    def _other_file(self) -> None:
        desk = self._console.imports
        self._forget()
        if desk is not None:
            self._list_folder(desk.folder())
        self.shell.update_chrome()


def _said(error: BaseException, plain: str = PLAIN) -> str:
    return str(error) if isinstance(error, OperatorError) else plain
