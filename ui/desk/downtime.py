"""Paper forms: print a numbered one for when the console is down, and enter it when it is up again."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from console.domain.areas import label_of
from console.domain.downtime import ISSUED, NEEDED, OPTIONAL, Paper
from console.domain.errors import OperatorError, Refusal
from console.domain.people import CatalogProduct
from console.domain.session_events import ProductLot
from console.domain.treatment_plan import TreatmentPlan
from console.services.console import Console
from console.services.downtime_desk import DowntimeDesk, PaperAnesthetic, PaperArea, PaperVisit
from console.services.local_time import clock_text, day_text, local_day
from ui.desk.clinic_page import LIST_PX, ClinicPage, RecordList, RecordRow
from ui.desk.walk_in import Complaint, field, titled
from ui.page import Action, Actions, StatusText
from ui.room.choice_sheets import OneOf, ReasonSheet, chip_rows
from ui.widgets.buttons import ChoiceChip
from ui.widgets.states import EmptyState
from ui.widgets.texts import Card, Label, Rule, column, row, scrolled

LOOKS = {"issued": ("Issued", "live"), "entered": ("Entered", "done"), "void": ("Void", "ink2")}
FIELDS = (("patient", "Patient number", "P-0412"), ("written_by", "Practitioner", "PR-02"),
          ("day", "Day", "2027-03-31"), ("opened", "Opened", "14:05"), ("consented", "Consent", "14:12"),
          ("ended", "Ended", "15:20"))
NUMB = (("numb_lot", "Lot", "L24"), ("numb_g", "Grams", "30"), ("numb_cm2", "Skin, cm²", "200"),
        ("numb_on", "On at", "14:15"), ("numb_off", "Off and cleansed at", "14:50"))
NONE = "None"
MORE = (("lot", "Cartridge lot", "C7"), ("serial", "Serial", "may be empty"), ("expiry", "Expiry", "2028-01-31"),
        ("no_anesthetic", "No anesthetic, because", "wish of the patient"),
        ("no_serum", "No serum, because", "none wished"), ("note", "Remarks on the paper", "may be empty"))
CHIPS_PX = 800


class EntryForm(Card):
    """The form as it lies before the hand; ``visit`` gives what is typed."""

    plan_chosen = Signal()

    def __init__(self, plans: Sequence[TreatmentPlan], creams: Sequence[CatalogProduct] = (),
                 cartridges: Sequence[CatalogProduct] = ()) -> None:
        super().__init__(20, 10)
        self._plans = {one.name: one for one in plans}
        self._creams = {one.name: one for one in creams}
        self._cartridges = {one.name: one for one in cartridges}
        self._cartridge = OneOf(list(self._cartridges), "entry.cartridge", CHIPS_PX)
        self._written = {key: ChoiceChip(words, name=f"entry.written.{key}")
                         for key, words in {**NEEDED, **OPTIONAL}.items()}
        self._cream = OneOf([NONE, *self._creams], "entry.cream", CHIPS_PX)
        self._paper = ""
        self._title = Label("", "title")
        self._lines = {key: field(hint, f"entry.{key}") for key, _, hint in (*FIELDS, *NUMB, *MORE)}
        self._plan = OneOf(list(self._plans), "entry.plan", CHIPS_PX)
        self._grid, self._rows = QGridLayout(), dict[str, tuple[QLineEdit, ...]]()
        self._complaint = Complaint("entry.words")
        self._plan.picked.connect(self._show_areas)
        self._build()

    def _build(self) -> None:
        inner = QWidget()
        self._grid.setSpacing(8)
        areas = QWidget()
        areas.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        rows = [self._titled(keys) for keys in (FIELDS, NUMB, MORE[:3], MORE[3:])]
        holding = column(
            rows[0], Label("Plan", "label", "ink2"), self._plan, areas,
            Label("Anesthetic", "label", "ink2"), self._cream, rows[1],
            Label("Cartridge", "label", "ink2"), self._cartridge, *rows[2:],
            Label("Written on the paper, and nothing else is recorded", "label", "ink2"),
            chip_rows(list(self._written.values()), CHIPS_PX),
            Label("A paper with a question answered yes, a glide product or a serum is not entered here: keep it, and "
                  "report an incident that names its number.", "label", "ink2", wrap=True), None, spacing=10)
        holding.setContentsMargins(0, 0, 12, 0)
        inner.setLayout(holding)
        for part in (self._title, Rule(), scrolled(inner), self._complaint):
            self.body.addWidget(part)
        self.body.setStretch(2, 1)

    def _titled(self, keys: Sequence[tuple[str, str, str]]) -> "QVBoxLayout":
        return column(row(*(titled(title, self._lines[key]) for key, title, _ in keys), spacing=8))

    def begin(self, paper: str, day: str) -> None:
        """Begin the entry of a form."""
        self._paper = paper
        self._title.show_text(f"Enter paper {paper}")
        for line in self._lines.values():
            line.clear()
        self._lines["day"].setText(day)
        self._plan.choose("")
        self._cartridge.choose("")
        for chip in self._written.values():
            chip.setChecked(False)
        self._cream.choose(NONE)
        self._show_areas("")
        self._complaint.say("")

    def say(self, words: str) -> None:
        """Say what does not fit."""
        self._complaint.say(words)

    def _show_areas(self, name: str) -> None:
        while (taken := self._grid.takeAt(0)) is not None:
            if (old := taken.widget()) is not None:
                old.hide()
                old.setObjectName("")
                old.deleteLater()
        self._rows = {}
        plan = self._plans.get(name)
        if plan is None:
            return
        for place, title in enumerate(("Area", "Depth, mm", "Passes", "From", "Until")):
            self._grid.addWidget(Label(title, "label", "ink2"), 0, place)
        for number, area_id in enumerate(plan.area_ids, 1):
            self._grid.addWidget(Label(label_of(area_id), "body"), number, 0)
            lines = tuple(field(f"{label_of(area_id)} {word}", f"entry.{area_id}.{word}")
                          for word in ("depth", "passes", "from", "until"))
            for place, line in enumerate(lines, 1):
                line.setPlaceholderText("")
                self._grid.addWidget(line, number, place)
            self._rows[area_id] = lines
        self._grid.setColumnStretch(0, 1)

    def visit(self) -> PaperVisit:
        """Give what is typed; rows left empty were not treated. Refusal where a figure is none."""
        said = {key: line.text().strip() for key, line in self._lines.items()}
        plan = self._plans.get(self._plan.choice())
        if plan is None:
            raise Refusal("The plan is not chosen", "nothing was entered", "choose the one on the form")
        used = self._cartridges.get(self._cartridge.choice())
        if used is None or not said["lot"]:
            raise Refusal("The cartridge or its lot is missing", "nothing was entered", "take both from the form")
        lot = ProductLot(used.product_id, used.name, "cartridge", used.gtin, said["lot"], said["expiry"],
                         said["serial"], "typed")
        areas = tuple(_area(area_id, [line.text().strip() for line in lines]) for area_id, lines in self._rows.items()
                      if any(line.text().strip() for line in lines))
        return PaperVisit(
            self._paper, said["patient"], plan.plan_id, said["written_by"], said["day"], said["opened"],
            said["consented"], said["ended"], areas, lot, used.needles, said["no_anesthetic"], said["no_serum"],
            frozenset(key for key, chip in self._written.items() if chip.isChecked()),
            anesthetic=self._anesthetic(said), note=said["note"])

    def _anesthetic(self, said: Mapping[str, str]) -> PaperAnesthetic | None:
        cream = self._creams.get(self._cream.choice())
        if cream is None:
            return None
        lot = ProductLot(cream.product_id, cream.name, "anesthetic", cream.gtin, said["numb_lot"], "", "", "typed")
        try:
            mass_mg, area_mm2 = (round(float(said[key].replace(",", ".")) * scale)
                                 for key, scale in (("numb_g", 1000), ("numb_cm2", 100)))
        except (ValueError, OverflowError):
            raise Refusal("Grams or skin of the anesthetic is no number", "nothing was entered",
                          "type them as 30 and 200") from None
        return PaperAnesthetic(lot, cream.clinical_id, mass_mg, area_mm2, said["numb_on"], said["numb_off"])


def _area(area_id: str, typed: list[str]) -> PaperArea:
    depth, passes, since, until = typed
    try:
        return PaperArea(area_id, round(float(depth.replace(",", ".")) * 1000), int(passes), since, until)
    except (ValueError, OverflowError):
        raise Refusal(f"{label_of(area_id)}: depth or passes is no number", "nothing was entered",
                      "type the depth as 0.60 and the passes as 2") from None


class DowntimePage(ClinicPage):
    """The numbered forms left; what to do with one right."""

    title, section = "Paper forms", "downtime"

    def __init__(self, console: Console, print_form: Callable[[str], Path] | None = None) -> None:
        super().__init__(console)
        self._print, self._chosen = print_form, ""
        self._papers: list[Paper] = []
        self._list, self._form, self._none = RecordList(), EntryForm(
            console.library.plans, _creams(console), _cartridges(console)), Card()
        self._list.setFixedWidth(LIST_PX)
        self._none.body.addWidget(EmptyState(
            "print", "For when the console is down", "Print a few forms ahead. Each has a number, and is entered "
            "afterwards under it."))
        self.stand(self._list, self._form, self._none, stretch=(1, 2))

    @property
    def _desk(self) -> DowntimeDesk:
        return self.console.clinic.papers

    def enter(self, **context: object) -> None:
        self._chosen = ""
        super().enter(**context)

    def draw(self) -> None:
        self._papers = self._desk.papers()
        rows = [RecordRow(f"paper.{one.number}", one.number, self._detail(one), *_look(one)) for one in self._papers]
        self._list.show_rows(rows, self._choose, self._chosen)
        self._list.setVisible(bool(rows))
        self._form.setVisible(bool(self._chosen))
        self._none.setVisible(not self._chosen)

    @staticmethod
    def _detail(one: Paper) -> str:
        at = f"{day_text(local_day(one.issued_us))}, {clock_text(one.issued_us)}, {one.issued_by}"
        return f"{at}{f', {one.why}' if one.why else ''}"

    def _choose(self, number: str) -> None:
        one = next((paper for paper in self._papers if paper.number == number), None)
        self._chosen = number if one is not None and one.state == ISSUED else ""
        if self._chosen:
            self._form.begin(number, self.console.day.today().isoformat())
        self.draw()
        self.shell.update_chrome()

    def status(self) -> StatusText:
        waiting = sum(one.state == ISSUED for one in self._papers)
        return StatusText("Paper forms", (f"{waiting} not entered" if waiting else "None waits",))

    def page_actions(self) -> Actions:
        new = Action("issue", "New form", self._issue, icon="print", enabled=self._print is not None)
        if not self._chosen:
            return Actions([new])
        return Actions([new, Action("void", "Take out of use", self._void, icon="x", kind="quiet")], [
            Action("enter", "Enter and sign", self._enter, kind="primary", hint="marked as entered afterwards",
                   width=388)])

    def _issue(self) -> None:
        write, made = self._print, list[Path]()
        if write is not None and self.attempt(lambda: made.append(write(self._desk.issue().number))):
            self.shell.tell(f"The form is at {made[0]}", "done")

    def _void(self) -> None:
        sheet = ReasonSheet("Its number is not given out again.", ("Torn or lost", "Printed by mistake"), "Out of use")

        def give(why: str) -> None:
            self.shell.close_overlay()
            number, self._chosen = self._chosen, ""
            self.attempt(partial(self._desk.void, number, why), "Saved.")

        sheet.given.connect(give)
        self.shell.show_overlay(sheet, "Take a form out of use", 560)

    def _enter(self) -> None:
        try:
            self._desk.enter(self._form.visit())
        except OperatorError as error:
            self._form.say(str(error))
            return
        self._chosen = ""
        self.shell.open_page("sign_off")


def _creams(console: Console) -> list[CatalogProduct]:
    return [one for one in console.registry.products() if one.role == "anesthetic" and one.clinical_id]


def _cartridges(console: Console) -> list[CatalogProduct]:
    return [one for one in console.registry.products() if one.role == "cartridge"]


def _look(one: Paper) -> tuple[str, str, str]:
    word, tone = LOOKS[one.state]
    return word, one.session_id[:8], tone
