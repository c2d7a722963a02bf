"""Every page of the console, by key. To add a page: write it and add its line here."""

from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any

from console.app.page_acts import PageActs
from console.services.compare_desk import CompareDesk
from console.services.console import Console
from ui.page import Page


@dataclass(frozen=True, slots=True)
class PageRecipe:
    """How a page is made when it is first opened: until then not even its module is needed."""

    module: str
    name: str
    given: tuple[Any, ...]

    def __call__(self) -> Page:
        """Make the page."""
        made = getattr(import_module(self.module), self.name)(*self.given)
        if not isinstance(made, Page):
            raise TypeError(f"{self.name} of {self.module} is no page")
        return made


def page_recipes(console: Console, acts: PageActs) -> dict[str, PageRecipe]:
    """Give the recipe of every page; a page lives from its first opening as long as the window."""

    def page(module: str, name: str, *more: object) -> PageRecipe:
        return PageRecipe(f"ui.{module}", name, (console, *more))

    comparing = CompareDesk(console.queries, acts.composition.query_store, console.reading)
    return {
        "sign_in": page("desk.sign_in", "SignInPage", acts.signed_in),
        "today": page("desk.today", "TodayPage", acts.set_theme),
        "patients": page("desk.patients", "PatientsPage"),
        "incidents": page("desk.incidents", "IncidentsPage", acts.export_incidents),
        "room_log": page("desk.room_log", "RoomLogPage", acts.export_room_log),
        "competences": page("desk.competences", "CompetencesPage"),
        "follow_up": page("desk.follow_up", "FollowUpPage", acts.save_medwatch, acts.save_text),
        "people": page("desk.people", "PeoplePage"),
        "keeping": page("desk.keeping", "KeepingPage"),
        "imports": page("desk.imports", "ImportsPage"),
        "audit": page("desk.audit", "AuditLogPage", acts.save_audit),
        "downtime": page("desk.downtime", "DowntimePage", acts.print_form),
        "catalogue": page("desk.catalogue", "CataloguePage"),
        "check_in": page("room.check_in", "CheckInPage"),
        "right_patient": page("room.right_patient", "RightPatientPage"),
        "screening": page("room.screening", "ScreeningPage"),
        "consent": page("room.consent", "ConsentPage"),
        "anesthetic": page("room.anesthetic", "AnestheticPage"),
        "preparation": page("room.preparation", "PreparationPage"),
        "needling": page("room.needling", "NeedlingPage"),
        "serum": page("room.serum", "SerumPage"),
        "aftercare": page("room.aftercare", "AftercarePage", acts.save_aftercare),
        "sign_off": page("room.sign_off", "SignOffPage", acts.save_report),
        "stopped": page("room.stopped", "StoppedPage", acts.save_report),
        "settings": page("desk.settings", "SettingsPage",
                         acts.save_recovery_sheet if acts.keeps_wrapped_keys else None, acts.voice),
        "session": page("review.session_page", "SessionPage", acts.export),
        "compare": PageRecipe("ui.review.compare_page", "ComparePage", (comparing,)),
        "exceptions": page("review.exceptions", "ExceptionsPage"),
        "insights": page("review.insights", "InsightsPage", partial(acts.save_text, "insights.csv")),
        "areas": page("review.area_insights", "AreasPage", acts.save_file),
        "recall": page("review.recall", "RecallPage", partial(acts.save_text, "recall.csv"), acts.save_letters),
        "sessions": page("review.sessions", "SessionsPage", acts.export, acts.list_file),
    }
