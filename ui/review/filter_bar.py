"""The chips above the list: the filters used most, and a way to all of them."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from console.domain.session_list import FacetKind, SessionFilter
from console.services.facet_words import FacetWords
from ui.review.filter_sheet import PERIOD, period_words
from ui.widgets import Button, ChoiceChip, row

UNSEALED = ("open", "abandoned", "cut_off")
OWN_CHIPS = (FacetKind.PRACTITIONER, FacetKind.AREA)
MOST_LETTERS = 18


class FilterBar(QWidget):
    """``changed(filter)`` by the chips that only switch; ``more(kind)`` where there is something to choose."""

    def __init__(self, changed: Callable[[SessionFilter], None], more: Callable[[str], None]) -> None:
        super().__init__()
        self._changed = changed
        self._wanted = SessionFilter()
        self._period = Button("All time", icon="calendar", size="s", kind="quiet", name="filter.period")
        self._by = Button("All practitioners", icon="user", size="s", kind="quiet", name="filter.practitioner")
        self._where = Button("All areas", icon="face", size="s", kind="quiet", name="filter.area")
        self._alarms = ChoiceChip("With alarms", "bell", False, "filter.alarms", height=44)
        self._unsealed = ChoiceChip("Not sealed", "lock", False, "filter.unsealed", height=44)
        self._more = Button("More filters", icon="filter", size="s", kind="quiet", name="filter.more")
        self._period.triggered.connect(lambda: more(PERIOD))
        self._by.triggered.connect(lambda: more(FacetKind.PRACTITIONER.value))
        self._where.triggered.connect(lambda: more(FacetKind.AREA.value))
        self._more.triggered.connect(lambda: more(self._first_other()))
        self._alarms.chosen.connect(lambda on: self._switch(FacetKind.ALARM, ("any",) if on else ()))
        self._unsealed.chosen.connect(lambda on: self._switch(FacetKind.STATE, UNSEALED if on else ()))
        self.setLayout(row(self._period, self._by, self._where, self._alarms, self._unsealed, self._more, None,
                           spacing=12))

    def show_filter(self, wanted: SessionFilter, words: FacetWords, now_us: int) -> None:
        """Show what the list is filtered by."""
        self._wanted = wanted
        limited = wanted.since_us is not None or wanted.until_us is not None
        self._period.show_words(period_words(wanted, now_us), icon="calendar", kind="live" if limited else "quiet")
        for button, kind, none, icon in (
                (self._by, FacetKind.PRACTITIONER, "All practitioners", "user"),
                (self._where, FacetKind.AREA, "All areas", "face")):
            chosen = wanted.values(kind)
            said = none if not chosen else words.say(kind, chosen[0]) if len(chosen) == 1 else f"{len(chosen)} chosen"
            button.show_words(_short(said), icon=icon, kind="live" if chosen else "quiet")
        self._alarms.setChecked(bool(wanted.values(FacetKind.ALARM)))
        self._unsealed.setChecked(wanted.values(FacetKind.STATE) == UNSEALED)
        others = len(self._others()) + bool(wanted.patient_id)
        self._more.show_words(f"{others} more" if others else "More filters", icon="filter",
                              kind="live" if others else "quiet")

    def _others(self) -> list[FacetKind]:
        return [one.kind for one in self._wanted.facets if one.kind not in (*OWN_CHIPS, FacetKind.ALARM)
                and one.values != UNSEALED]

    def _first_other(self) -> str:
        others = self._others()
        return (others[0] if others else FacetKind.STANDING).value

    def _switch(self, kind: FacetKind, values: tuple[str, ...]) -> None:
        self._changed(self._wanted.having(kind, *values))


def _short(words: str) -> str:
    return words if len(words) <= MOST_LETTERS else words[:MOST_LETTERS - 1].rstrip() + "…"
