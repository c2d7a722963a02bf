"""How sessions are ranked: every deviation with its points, as the rule has them."""

from collections.abc import Sequence

from PySide6.QtWidgets import QGridLayout, QWidget

from console.services.exception_rule import Deviation
from ui.widgets.texts import Label, column

SHEET_PX = 1020
EACH = {"once": "points", "second": "points a second", "gap": "points a gap"}


class RuleSheet(QWidget):
    """The whole rule as a table."""

    def __init__(self, rule: Sequence[Deviation]) -> None:
        super().__init__()
        table = QGridLayout()
        table.setHorizontalSpacing(20)
        table.setVerticalSpacing(7)
        table.setColumnStretch(2, 1)
        for place, one in enumerate(rule):
            most = f", at most {one.most}" if one.each != "once" else ""
            table.addWidget(Label(f"{one.points} {EACH[one.each]}{most}", "tabular"), place, 0)
            table.addWidget(Label(one.words, "medium"), place, 1)
            table.addWidget(Label(one.why, "label", "ink2"), place, 2)
        lines = QWidget()
        lines.setLayout(table)
        table.setContentsMargins(0, 0, 0, 0)
        self.setLayout(column(
            Label("A session's points are the sum of these. They say what is read first and judge nobody; stopped "
                  "treatments are read too, deferred ones and those opened in error are not.", "body", "ink2",
                  wrap=True), lines, spacing=16))
