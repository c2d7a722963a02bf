"""Triggers that keep the history append-only, as the start-up check expects to find them.

With ``recursive_triggers=ON`` they also stop INSERT OR REPLACE. A body may only give way to a
wider one that covers it: that is merging. A photo goes only with its patient's erasure.
"""

APPEND_ONLY = (
    "session_event", "telemetry_chunk", "audit_entry", "folder_fact", "sealed_session", "erasure", "station_key",
    "station_signature",
)


def sqlite_triggers() -> dict[str, str]:
    """Give the statements by trigger name, as SQLite keeps them."""
    made: dict[str, str] = {}
    for table in APPEND_ONLY:
        for act in ("UPDATE", "DELETE"):
            name = f"{table}_no_{act.lower()}"
            made[name] = (
                f"CREATE TRIGGER {name} BEFORE {act} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
    made["telemetry_body_no_update"] = (
        "CREATE TRIGGER telemetry_body_no_update BEFORE UPDATE ON telemetry_body "
        "BEGIN SELECT RAISE(ABORT, 'telemetry_body is only merged'); END"
    )
    made["telemetry_body_only_merged"] = (
        "CREATE TRIGGER telemetry_body_only_merged BEFORE DELETE ON telemetry_body "
        "WHEN NOT EXISTS (SELECT 1 FROM telemetry_body AS wider "
        "WHERE wider.session_id = OLD.session_id AND wider.first_seq <= OLD.first_seq "
        "AND wider.last_seq >= OLD.last_seq "
        "AND (wider.first_seq < OLD.first_seq OR wider.last_seq > OLD.last_seq)) "
        "BEGIN SELECT RAISE(ABORT, 'telemetry_body is only merged'); END"
    )
    made["photo_no_update"] = (
        "CREATE TRIGGER photo_no_update BEFORE UPDATE ON photo BEGIN SELECT RAISE(ABORT, 'photo is append-only'); END"
    )
    made["photo_only_erased"] = (
        "CREATE TRIGGER photo_only_erased BEFORE DELETE ON photo "
        "WHEN NOT EXISTS (SELECT 1 FROM erasure WHERE erasure.patient_id = OLD.patient_id) "
        "BEGIN SELECT RAISE(ABORT, 'photo is append-only'); END"
    )
    return made
