"""The left card of needling: the map of the areas, how many are done, what the colours mean."""

from PySide6.QtCore import Signal

from console.domain.session_state import SessionState
from ui.room.needling_view import NeedlingView, map_looks
from ui.widgets.area_map import AreaMap, MapLegend
from ui.widgets.texts import Card, Label, row


class AreaCard(Card):
    """``area_chosen(area_id)`` on a tap; whoever listens decides."""

    area_chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__(padding=16, spacing=12)
        self._done = Label("", "body", "ink2")
        self.map, self._cropped = AreaMap("face"), False
        self._legend = MapLegend()
        self.map.area_chosen.connect(self.area_chosen)
        self.body.addLayout(row(Label("Areas", "heading"), None, self._done))
        self.body.addWidget(self.map, 1)
        self.body.addWidget(self._legend)

    def show_areas(self, state: SessionState, view: NeedlingView, selected: str) -> None:
        """Show the session's areas; ``selected`` is outlined where it is not the active one."""
        if state.plan is not None:
            self.map.set_map(state.plan.map_id)
            self._crop("neck" not in state.areas)
        looks = map_looks(state, view.treatable)
        self.map.set_areas(looks)
        blocked = any(look.state == "blocked" for look in looks.values())
        self._legend.show_states(("planned", "done", "blocked") if blocked else ("planned", "active", "done"))
        self.map.set_selected(selected if selected != state.active_area else "")
        self._done.show_text(f"{view.areas_done} of {view.areas_planned} done")

    def _crop(self, cropped: bool) -> None:
        if cropped != self._cropped:
            self._cropped = cropped
            self.map.set_cropped(cropped)
