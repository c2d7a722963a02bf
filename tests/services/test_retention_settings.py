"""The retention rule at the settings page: one entry, the same rule as the command's, nothing erased by it."""

import pytest
from console_rig import close_console, make_console

from console.domain.errors import Refusal
from console.domain.people import Role, Staff
from console.domain.retention import rule_of
from console.services.retention_settings import (
    MINOR_AGE,
    MINOR_YEARS,
    RULE_SETTING,
    SOURCE,
    YEARS,
    retention_entry,
    save_retention,
)

MANAGER = Staff("MG-01", "C. Okafor", Role.MANAGER)


@pytest.fixture
def registry():
    console = make_console()
    yield console.registry
    close_console(console)


def test_a_rule_is_set_changed_and_told(registry):
    before = retention_entry(registry)
    assert "no retention rule" in before.note and before.summary == "no rule is set"
    save_retention(registry, {YEARS: 8, SOURCE: " The clinic's insurer "}, MANAGER)
    save_retention(registry, {MINOR_AGE: "18", MINOR_YEARS: 7}, MANAGER)
    rule = rule_of(registry.setting(RULE_SETTING))
    assert (rule.years, rule.source, rule.minor_age, rule.minor_years) == (8, "The clinic's insurer", 18, 7)
    assert [one.value for one in retention_entry(registry).fields] == [8, "The clinic's insurer", 18, 7]
    assert "8 years after the last visit" in retention_entry(registry).summary


@pytest.mark.parametrize(("changes", "editor", "why"), [
    ({YEARS: 8}, MANAGER, "needs its source"), ({SOURCE: "a law"}, MANAGER, "1 to 120 years"),
    ({YEARS: "many", SOURCE: "a law"}, MANAGER, "no number of years"),
    ({YEARS: 8, SOURCE: "a law"}, Staff("PR-02", "A. Meyer", Role.PRACTITIONER), "may not set retention"),
])
def test_what_is_no_rule_or_not_theirs_changes_nothing(registry, changes, editor, why):
    with pytest.raises(Refusal, match=why):
        save_retention(registry, changes, editor)
    assert registry.setting(RULE_SETTING) == ""
