"""What of the clinic server is said on a page: nothing while all is well."""

from console.domain.clinic_ports import SyncState, sync_words


def test_only_what_is_wrong_is_said_and_what_must_be_looked_at_first():
    assert sync_words(SyncState(5, "", 3, 7, ())) == ""
    assert sync_words(SyncState(5, "It is away.", 3, 7, ())) == "Clinic server away; all is saved here"
    aside = SyncState(5, "It is away.", 3, 7, ("a", "b"))
    assert sync_words(aside) == "Clinic server: 2 for the manager to look at"
