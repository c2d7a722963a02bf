"""What the list is filtered by: the kinds left, their values with counts right; each touch takes effect at once."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QSizePolicy, QWidget

from console.domain.errors import OperatorError
from console.domain.session_list import FacetCount, FacetKind, MonthFigures, SessionFilter
from console.services.facet_words import KIND_WORDS, FacetWords
from console.services.list_desk import ListDesk
from console.services.list_periods import BY_KEY, PERIODS, during, in_month, month_words, read_day
from console.services.local_time import day_start_us, local_day
from ui.review.choice_rows import Choice, ChoiceRows
from ui.widgets import Button, Label, SearchField, column, row

PERIOD = "period"
KINDS_PX, VALUES_PX, SHEET_PX, ROWS_PX = 250, 520, 850, 440
MOST_VALUES = 80
DAY_US = 86_400_000_000

Applied = Callable[[SessionFilter, str], None]


class FilterSheet(QWidget):
    """``applied(filter, words)`` with each touch; ``jump(moment)`` where a day is gone to."""

    def __init__(
        self, desk: ListDesk, words: FacetWords, wanted: SessionFilter, now_us: int, applied: Applied,
        jump: Callable[[int], None], kind: str = PERIOD,
    ) -> None:
        super().__init__()
        self._desk, self._words, self._wanted, self._now_us = desk, words, wanted, now_us
        self._applied, self._jump, self._kind = applied, jump, kind
        self._found: Sequence[FacetCount] = ()
        self._months: Sequence[MonthFigures] = ()
        self._kinds, self._values = ChoiceRows(self._turn), ChoiceRows(self._choose)
        self._kinds.setFixedWidth(KINDS_PX)
        self._say = Label("", "label", "ink2", wrap=True)
        self._narrow = SearchField("Among these", "filter.narrow", 44)
        self._narrow.textChanged.connect(self._draw)
        self._day = SearchField("Go to a day, such as 2026-03 or 14.3.2026", "filter.day", 44)
        self._day.returnPressed.connect(self._go)
        clear = Button("Clear all", icon="x", size="s", kind="quiet", name="filter.clearAll")
        clear.triggered.connect(self._clear)
        right = column(self._narrow, self._day, self._values, row(self._say, None, clear), spacing=8)
        right.setStretch(2, 1)
        whole = row(self._kinds, right, spacing=16)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self.setMinimumHeight(ROWS_PX)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._turn(kind)

    # --- kinds ------------------------------------------------------------------------------------------

    def _turn(self, kind: str) -> None:
        self._kind = kind
        self._narrow.clear()
        self._narrow.setVisible(kind != PERIOD)
        self._day.setVisible(kind == PERIOD)
        self._show_kinds()
        self._ask()

    def _show_kinds(self) -> None:
        limited = self._wanted.since_us is not None or self._wanted.until_us is not None
        rows = [Choice(PERIOD, "Period", "set" if limited else "", self._kind == PERIOD)]
        for kind, words in KIND_WORDS.items():
            count = len(self._wanted.values(kind))
            rows.append(Choice(kind.value, words, str(count) if count else "", self._kind == kind.value))
        self._kinds.show_choices(rows)

    def _ask(self) -> None:
        self._found, self._months = (), ()
        self._say.show_text("Counting")
        self._draw()
        kind = self._kind
        if kind == PERIOD:
            self._desk.months(FacetKind.ALL, "", lambda found: self._take_months(found), self._failed)
        else:
            self._desk.choices(self._wanted, FacetKind(kind), MOST_VALUES, lambda found: self._take(kind, found),
                               self._failed)

    def _take(self, kind: str, found: list[FacetCount]) -> None:
        if kind == self._kind:
            self._found = found
            self._say.show_text("Several of one kind: any of them. Kinds together: all of them."
                                if found else "No session has any yet.")
            self._draw()

    def _take_months(self, found: list[MonthFigures]) -> None:
        if self._kind == PERIOD:
            self._months = found
            self._say.show_text("")
            self._draw()

    def _failed(self, error: BaseException) -> None:
        self._say.show_text(str(error) if isinstance(error, OperatorError) else "The list could not be counted.")

    # --- values -------------------------------------------------------------------------------------------

    def _draw(self) -> None:
        self._values.show_choices(self._period_rows() if self._kind == PERIOD else self._value_rows())

    def _period_rows(self) -> list[Choice]:
        now = (self._wanted.since_us, self._wanted.until_us)
        rows = []
        for period in PERIODS:
            made = during(self._wanted, period, self._now_us)
            rows.append(Choice(period.key, period.text, "", (made.since_us, made.until_us) == now))
        for one in self._months:
            made = in_month(self._wanted, one.month)
            rows.append(Choice(str(one.month), month_words(one.month), f"{one.sessions:,}",
                               (made.since_us, made.until_us) == now))
        return rows

    def _value_rows(self) -> list[Choice]:
        kind, typed = FacetKind(self._kind), self._narrow.text().casefold().strip()
        chosen = self._wanted.values(kind)
        rows = []
        for one in self._found:
            words = self._words.say(kind, one.value)
            if one.value in chosen or typed in words.casefold():
                note = f"{one.count:,}{'+' if one.capped else ''}"
                rows.append(Choice(one.value, words, note, one.value in chosen))
        known = {one.value for one in self._found}
        rows += [Choice(value, self._words.say(kind, value), "0", True) for value in chosen if value not in known]
        return rows

    def _choose(self, name: str) -> None:
        if self._kind == PERIOD:
            made = during(self._wanted, BY_KEY[name], self._now_us) if name in BY_KEY \
                else in_month(self._wanted, int(name))
            self._apply(made, BY_KEY[name].text if name in BY_KEY else month_words(int(name)))
            return
        kind = FacetKind(self._kind)
        before = self._wanted.values(kind)
        after = tuple(one for one in before if one != name) if name in before else (*before, name)
        self._apply(self._wanted.having(kind, *after), "")

    def _apply(self, wanted: SessionFilter, period: str) -> None:
        self._wanted = wanted
        self._applied(wanted, period)
        self._show_kinds()
        self._draw()

    def _clear(self) -> None:
        self._apply(SessionFilter(self._wanted.text), BY_KEY["all"].text)
        self._ask()

    def _go(self) -> None:
        try:
            day = read_day(self._day.text())
        except OperatorError as error:
            self._say.show_text(str(error), "stop")
            return
        self._say.show_text("")
        self._jump(day_start_us(day) + DAY_US)


def period_words(wanted: SessionFilter, now_us: int) -> str:
    """Give the period of a filter in words."""
    for period in PERIODS:
        made = during(wanted, period, now_us)
        if (made.since_us, made.until_us) == (wanted.since_us, wanted.until_us):
            return period.text
    if wanted.since_us is None:
        return "Until a day"
    day = local_day(wanted.since_us)
    month = day.year * 100 + day.month
    made = in_month(wanted, month)
    if (made.since_us, made.until_us) == (wanted.since_us, wanted.until_us):
        return month_words(month)
    return f"From {day.day} {day:%b %Y}"
