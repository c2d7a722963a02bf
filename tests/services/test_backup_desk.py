"""The desk of backups: when one is begun, what is kept, and what is said of their age."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from backup_shelf import BackupShelf, look
from console_rig import close_console, make_console, start_session, walk_to

from console.domain.backups import BY_HAND, NIGHTLY, BackupNote, KeepRule
from console.domain.errors import OperatorError
from console.domain.people import Role
from console.domain.workflow import Phase
from console.services.backup_desk import BackupDesk, beyond_rule

HOUR_S = 3_600.0
DAY_S = 24 * HOUR_S


@pytest.fixture
def console() -> Iterator[object]:
    made = make_console()
    made.desk.actor = replace(made.desk.actor, more_roles=(Role.ADMINISTRATOR,))
    yield made
    close_console(made)


def desk_of(console, *, nightly: bool = True):
    shelf = BackupShelf(console.clock)
    return BackupDesk(console.desk, console.registry, shelf, console.clock, nightly=nightly), shelf


def audits(console) -> list[str]:
    return [one[1] for one in console.registry.audits if one[1].startswith("backup")]


def test_a_missed_night_is_made_up_for_once_the_start_is_over(console) -> None:
    backups, shelf = desk_of(console)
    look(backups)
    assert shelf.made == [] and "No backup" in backups.notice
    console.clock.advance(61)
    look(backups)
    assert shelf.made == [("", NIGHTLY)] and audits(console) == ["backup_made"]
    assert backups.last_good is not None and backups.notice == ""
    look(backups)
    assert len(shelf.made) == 1, "one a night"
    console.clock.advance(DAY_S)
    look(backups)
    assert len(shelf.made) == 2


def test_none_is_begun_while_somebody_is_being_needled(console) -> None:
    backups, shelf = desk_of(console)
    console.station.link.show_pen()
    start_session(console)
    walk_to(console, Phase.NEEDLING)
    console.clock.advance(HOUR_S)
    look(backups)
    assert shelf.made == []
    walk_to(console, Phase.SERUM)
    look(backups)
    assert len(shelf.made) == 1


def test_on_demand_it_is_made_at_once_and_only_one_at_a_time(console) -> None:
    backups, shelf = desk_of(console, nightly=False)
    look(backups)
    backups.set_place(" /media/disk ")
    look(backups)
    shelf.free.clear()
    backups.begin()
    assert backups.running
    with pytest.raises(OperatorError, match="being made already"):
        backups.begin()
    shelf.free.set()
    look(backups)
    assert shelf.made == [("/media/disk", BY_HAND)]
    console.clock.advance(10 * DAY_S)
    look(backups)
    assert len(shelf.made) == 1 and backups.notice == "", "an invented clinic asks for no backups"


def test_a_failure_is_said_and_tried_again_an_hour_later(console) -> None:
    backups, shelf = desk_of(console)
    shelf.refused = OperatorError("The disk is full", "the record is untouched", "free some space")
    console.clock.advance(61)
    look(backups)
    assert "The disk is full" in backups.notice and audits(console) == ["backup_failed"]
    look(backups)
    assert audits(console) == ["backup_failed"]
    shelf.refused = None
    console.clock.advance(HOUR_S + 1)
    look(backups)
    assert len(shelf.made) == 1 and backups.notice == ""
    shelf.refused = ValueError("inner words")
    backups.begin()
    look(backups)
    assert backups.trouble == "inner words."


def test_an_old_backup_is_a_notice(console) -> None:
    backups, shelf = desk_of(console)
    shelf.notes = [BackupNote("/b/old", "F", "clinic", console.clock.utc_us(), NIGHTLY, 10)]
    look(backups)
    assert backups.notice == ""
    shelf.refused = None
    console.station.link.show_pen()
    start_session(console)
    walk_to(console, Phase.NEEDLING)
    console.clock.advance(4 * DAY_S)
    look(backups)
    assert backups.notice == "The last backup is 4 days old."


def test_the_rule_is_the_clinic_s_and_deletes_nightly_ones_only(console) -> None:
    backups, shelf = desk_of(console)
    assert backups.rule == KeepRule()
    backups.set_rule(KeepRule(2, 0, 0))
    assert backups.rule == KeepRule(2, 0, 0)
    start_us = round(datetime(2026, 11, 10, 3, tzinfo=UTC).timestamp() * 1e6)
    day_us = 86_400_000_000
    shelf.notes = [BackupNote(f"/b/{day}", "F", "clinic", start_us + day * day_us,
                              BY_HAND if day == 1 else NIGHTLY, 10) for day in (4, 3, 2, 1)]
    assert [one.place for one in beyond_rule(shelf.notes, backups.rule)] == ["/b/2"]
    console.clock.advance(61)
    look(backups)
    assert [one.place for one in shelf.notes] == ["/b/0", "/b/4", "/b/1"]


def test_the_age_is_said_in_words(console) -> None:
    backups, shelf = desk_of(console)
    look(backups)
    assert backups.last_words() == "none yet" and backups.short_notice == "No backup yet"
    backups.begin()
    look(backups)
    assert backups.last_words() == "today 11:24" and backups.short_notice == ""
    console.station.link.show_pen()
    start_session(console)
    walk_to(console, Phase.NEEDLING)  # none is made now
    console.clock.advance(20 * HOUR_S)
    assert backups.last_words().startswith("yesterday ")
    console.clock.advance(3 * DAY_S)
    assert backups.last_words() == "4 days ago" and backups.short_notice == "Backup 3 days old"
    shelf.refused = OperatorError("The disk is full", "the record is untouched")
    backups.begin()
    look(backups)
    assert backups.short_notice == "Backup failed"
