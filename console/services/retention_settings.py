"""The clinic's retention rule as an entry of the settings page; nothing is ever erased by it."""

from collections.abc import Mapping

from console.domain.errors import Refusal
from console.domain.people import Staff
from console.domain.ports import KeptSettings, Registry
from console.domain.retention import RetentionRule, checked_rule, rule_of, rule_text, rule_words
from console.domain.rights import Right, require
from console.services.clinical_settings import SettingEntry, SettingField

RETENTION, RULE_SETTING = "retention", "retention_rule"
YEARS, SOURCE, MINOR_AGE, MINOR_YEARS = (f"retention.{one}" for one in ("years", "source", "minor_age", "minor_years"))
LONGEST_YEARS, MOST_CHARACTERS = 120, 160
NOTE = ("Nothing is erased by itself: a record past its time is proposed (Clinic, People, Records to erase; main.py "
        "retention), and a person erases it there with reason, number and PIN. A legal hold forbids it.")


def save_rule(registry: Registry, rule: RetentionRule, by: Staff | None) -> None:
    """Set the clinic's rule; Refusal where it is none or ``by`` may not."""
    require(by, Right.ERASE)
    registry.save_setting(RULE_SETTING, rule_text(checked_rule(rule)), by.staff_id if by else "")


def retention_entry(registry: KeptSettings) -> SettingEntry:
    """Give the rule as it stands; 0 years: none is set."""
    rule = rule_of(registry.setting(RULE_SETTING))
    kept = rule or RetentionRule(0, "")
    fields = (
        SettingField(YEARS, "Years kept after the last visit", kept.years, high=LONGEST_YEARS, unit="years",
                     compared=False),
        SettingField(SOURCE, "By which law or guidance", kept.source, most=MOST_CHARACTERS, compared=False),
        SettingField(MINOR_AGE, "Treated as a minor below this age; 0: no rule", kept.minor_age, high=LONGEST_YEARS,
                     unit="years", compared=False),
        SettingField(MINOR_YEARS, "Minors: years more from that age", kept.minor_years, high=LONGEST_YEARS,
                     unit="years", compared=False))
    words = f"{rule.years} years after the last visit" if rule is not None else "no rule is set"
    return SettingEntry(RETENTION, RETENTION, RETENTION, "Retention of records", words, "", None, fields,
                        f"{rule_words(rule)} {NOTE}")


def save_retention(registry: Registry, changes: Mapping[str, int | str], editor: Staff | None) -> None:
    """Keep the rule with what changed; Refusal and nothing saved where it is none."""
    kept = rule_of(registry.setting(RULE_SETTING)) or RetentionRule(0, "")
    save_rule(registry, RetentionRule(
        _whole(changes.get(YEARS, kept.years)), str(changes.get(SOURCE, kept.source)).strip(),
        _whole(changes.get(MINOR_AGE, kept.minor_age)), _whole(changes.get(MINOR_YEARS, kept.minor_years))), editor)


def _whole(value: int | str) -> int:
    try:
        return int(value)
    except ValueError:
        raise Refusal(f"«{value}» is no number of years", "nothing was saved", "give a whole number") from None
