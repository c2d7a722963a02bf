"""What was needled, as a small picture under what is recorded."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.domain.session_state import SessionState
from ui.room.needling_readouts import minutes_text
from ui.room.needling_view import map_looks
from ui.widgets.area_map import AreaMap
from ui.widgets.texts import Label, Rule, row


class DoneMap(QWidget):
    """The areas of the session, those done in green, with their count and time; takes the room there is."""

    def __init__(self) -> None:
        super().__init__()
        self.map = AreaMap("face", small=True)
        self._count, self._time = Label("", "strong"), Label("", "tabular_label", "ink2")
        line = QVBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(Rule())
        line.addLayout(row(self._count, None, self._time))
        line.addWidget(self.map, 1)

    def show_state(self, state: SessionState) -> None:
        """Show a session's areas."""
        if state.plan is not None:
            self.map.set_map(state.plan.map_id)
        treatable = frozenset(area.plan.area_id for area in state.treatable_areas())
        self.map.set_areas(map_looks(state, treatable))
        done = sum(1 for area in state.areas.values() if area.finished)
        self._count.show_text(f"{done} of {len(state.areas)} areas needled")
        self._time.show_text(f"{minutes_text(state.needling_time_us(state.last_at_us) // 1_000_000)} min")
        self.setVisible(bool(state.areas))
