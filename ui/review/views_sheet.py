"""Views of the list by name, and the columns of the one shown: chosen, put in order, kept under a name."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtWidgets import QLineEdit, QWidget

from console.domain.errors import Refusal
from console.services.list_columns import BY_KEY, COLUMNS
from console.services.saved_views import SHIPPED, ListView, SavedViews
from ui.review.choice_rows import Choice, ChoiceRows
from ui.widgets import Button, Label, SearchField, column, row

SHEET_PX, ROWS_PX = 850, 420


class ViewsSheet(QWidget):
    """``opened(view)`` where one is chosen; one's own are dropped here too."""

    def __init__(
        self, views: SavedViews, staff_id: str, now: ListView, opened: Callable[[ListView], None],
        columns: Callable[[], None],
    ) -> None:
        super().__init__()
        self._views, self._staff_id, self._now, self._opened = views, staff_id, now, opened
        self._rows = ChoiceRows(self._choose)
        self._own_rows = ChoiceRows(self._choose)
        self._name = SearchField("Name for the list as it is now", "views.name", 44)
        self._name.setMaxLength(40)
        self._say = Label("", "label", "ink2", wrap=True)
        keep = Button("Keep this view", icon="plus", size="s", kind="live", name="views.keep")
        keep.triggered.connect(self._keep)
        self._drop = Button("Delete the one shown", icon="x", size="s", kind="quiet", name="views.drop")
        self._drop.triggered.connect(self._drop_now)
        order = Button("Columns and their order", icon="list", size="s", kind="quiet", name="views.columns")
        order.triggered.connect(columns)
        left = column(Label("Always there", "strong"), self._rows, row(order, None), spacing=8)
        right = column(Label("Your own", "strong"), self._own_rows, self._name, row(keep, self._drop, None), self._say,
                       spacing=8)
        left.setStretch(1, 1)
        right.setStretch(1, 1)
        whole = row(left, right, spacing=24)
        whole.setStretch(0, 1)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setMinimumHeight(ROWS_PX)
        self._name.returnPressed.connect(self._keep)
        self._draw()

    @property
    def name(self) -> QLineEdit:
        """Give the line a name is typed into."""
        return self._name

    def _draw(self) -> None:
        self._own = self._views.of(self._staff_id)
        self._rows.show_choices(self._choices(SHIPPED))
        self._own_rows.show_choices(self._choices(self._own))
        self._drop.setEnabled(any(one.view_id == self._now.view_id for one in self._own))
        if not self._own:
            self._say.show_text("Filters, period and columns are kept. The period is counted from the day you look.")

    def _choices(self, views: Sequence[ListView]) -> list[Choice]:
        return [Choice(f"view.{one.view_id or one.name}", one.name, "",
                       (one.name, one.view_id) == (self._now.name, self._now.view_id)) for one in views]

    def _choose(self, name: str) -> None:
        found = next(one for one in (*SHIPPED, *self._own) if f"view.{one.view_id or one.name}" == name)
        self._opened(found)

    def _keep(self) -> None:
        try:
            self._now = self._views.keep(replace(self._now, name=self._name.text()), self._staff_id)
        except Refusal as refusal:
            self._say.show_text(str(refusal), "stop")
            return
        self._name.clear()
        self._say.show_text(f"Kept as «{self._now.name}»", "done")
        self._draw()

    def _drop_now(self) -> None:
        self._views.drop(self._now, self._staff_id)
        self._now = replace(self._now, view_id="")
        self._say.show_text("Deleted", "ink2")
        self._draw()


class ColumnsSheet(QWidget):
    """Columns shown left in their order, the others right; a touch moves one across, arrows move it in order."""

    def __init__(self, keys: Sequence[str], changed: Callable[[tuple[str, ...]], None]) -> None:
        super().__init__()
        self._keys, self._changed = list(keys), changed
        self._chosen = self._keys[0]
        self._shown, self._others = ChoiceRows(self._pick), ChoiceRows(self._add)
        self._up = Button("Earlier", icon="up", size="s", kind="quiet", name="columns.up")
        self._down = Button("Later", icon="down", size="s", kind="quiet", name="columns.down")
        self._out = Button("Leave out", icon="x", size="s", kind="quiet", name="columns.out")
        self._up.triggered.connect(lambda: self._move(-1))
        self._down.triggered.connect(lambda: self._move(1))
        self._out.triggered.connect(self._leave_out)
        left = column(Label("Shown, in this order", "strong"), self._shown, row(self._up, self._down, self._out, None),
                      spacing=8)
        right = column(Label("Touch to show as well", "strong"), self._others, spacing=8)
        left.setStretch(1, 1)
        right.setStretch(1, 1)
        whole = row(left, right, spacing=24)
        whole.setStretch(0, 1)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setMinimumHeight(ROWS_PX)
        self._draw()

    def _draw(self) -> None:
        self._shown.show_choices([
            Choice(f"column.{key}", BY_KEY[key].name, "", key == self._chosen) for key in self._keys])
        self._others.show_choices([
            Choice(f"column.{one.key}", one.name) for one in COLUMNS if one.key not in self._keys])
        place = self._keys.index(self._chosen)
        self._up.setEnabled(place > 0)
        self._down.setEnabled(place < len(self._keys) - 1)
        self._out.setEnabled(len(self._keys) > 1)

    def _pick(self, name: str) -> None:
        self._chosen = name.removeprefix("column.")
        self._draw()

    def _add(self, name: str) -> None:
        self._chosen = name.removeprefix("column.")
        self._keys.append(self._chosen)
        self._tell()

    def _move(self, step: int) -> None:
        place = self._keys.index(self._chosen)
        self._keys.insert(place + step, self._keys.pop(place))
        self._tell()

    def _leave_out(self) -> None:
        place = self._keys.index(self._chosen)
        self._keys.remove(self._chosen)
        self._chosen = self._keys[min(place, len(self._keys) - 1)]
        self._tell()

    def _tell(self) -> None:
        self._draw()
        self._changed(tuple(self._keys))
