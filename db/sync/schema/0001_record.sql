-- The record of a clinic as its consoles push it. Run once by the owner of the database, inside one transaction.

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'needling_console') THEN
        CREATE ROLE needling_console NOLOGIN;
    END IF;
END $$;

CREATE FUNCTION server_now_us() RETURNS BIGINT LANGUAGE SQL VOLATILE AS $$
    SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::BIGINT
$$;

CREATE TABLE server_clinic (
    clinic_id UUID NOT NULL,
    kind VARCHAR(16) NOT NULL,
    key_check BYTEA NOT NULL,
    founded_us BIGINT NOT NULL DEFAULT server_now_us(),
    PRIMARY KEY (clinic_id)
);

CREATE TABLE console (
    console_id UUID NOT NULL,
    rev INTEGER NOT NULL,
    name TEXT NOT NULL,
    station_key_id VARCHAR(16) NOT NULL,
    station_public_key BYTEA NOT NULL,
    member BOOLEAN NOT NULL,
    changed_us BIGINT NOT NULL DEFAULT server_now_us(),
    PRIMARY KEY (console_id, rev)
);

CREATE TABLE server_session (
    session_id UUID NOT NULL,
    console_id UUID NOT NULL,
    opened_us BIGINT NOT NULL,
    patient_id VARCHAR(64) NOT NULL,
    key_id BYTEA NOT NULL,
    PRIMARY KEY (session_id)
);

CREATE TABLE server_entry (
    session_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    console_id UUID NOT NULL,
    lease_number BIGINT,
    pushed_us BIGINT NOT NULL DEFAULT server_now_us(),
    PRIMARY KEY (session_id, seq)
);

CREATE TABLE server_event (
    session_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    at_us BIGINT NOT NULL,
    kind VARCHAR(64) NOT NULL,
    version INTEGER NOT NULL,
    actor_id TEXT NOT NULL,
    payload TEXT NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (session_id, seq)
);

CREATE TABLE server_chunk (
    session_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    pen_serial TEXT NOT NULL,
    boot_id BIGINT NOT NULL,
    first_index BIGINT NOT NULL,
    count INTEGER NOT NULL,
    period_us BIGINT NOT NULL,
    pen_time_marks TEXT NOT NULL,
    t0_utc_us BIGINT NOT NULL,
    resent BOOLEAN NOT NULL,
    samples_sha256 BYTEA NOT NULL,
    prev_hash BYTEA NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (session_id, seq)
);

CREATE TABLE server_body (
    session_id UUID NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    codec INTEGER NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (session_id, first_seq, last_seq)
);

CREATE TABLE server_signature (
    session_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    key_id VARCHAR(16) NOT NULL,
    statement TEXT NOT NULL,
    signature BYTEA NOT NULL,
    PRIMARY KEY (session_id, seq)
);

CREATE TABLE server_photo (
    photo_id VARCHAR(36) NOT NULL,
    session_id VARCHAR(36) NOT NULL,
    patient_id VARCHAR(64) NOT NULL,
    moment VARCHAR(16) NOT NULL,
    view VARCHAR(32) NOT NULL,
    taken_us BIGINT NOT NULL,
    form VARCHAR(16) NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    sha256 BYTEA NOT NULL,
    thumb BYTEA NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (photo_id)
);

CREATE TABLE server_head (
    console_id UUID NOT NULL,
    session_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    mac BYTEA NOT NULL,
    pushed_us BIGINT NOT NULL DEFAULT server_now_us(),
    PRIMARY KEY (console_id, session_id, seq, hash)
);

CREATE TABLE server_quarantine (
    quarantine_id BIGINT GENERATED ALWAYS AS IDENTITY,
    console_id UUID NOT NULL,
    session_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    why VARCHAR(16) NOT NULL,
    entry TEXT NOT NULL,
    pushed_us BIGINT NOT NULL DEFAULT server_now_us(),
    PRIMARY KEY (quarantine_id),
    CONSTRAINT uq_server_quarantine_console_id_session_id_seq_hash UNIQUE (console_id, session_id, seq, hash)
);

CREATE TABLE patient_key_copy (
    patient_id VARCHAR(64) NOT NULL,
    key_id BYTEA NOT NULL,
    wrapped BYTEA NOT NULL,
    console_id UUID NOT NULL,
    pushed_us BIGINT NOT NULL DEFAULT server_now_us(),
    PRIMARY KEY (patient_id, key_id)
);

CREATE TABLE sealed_patient (
    patient_id VARCHAR(64) NOT NULL,
    key_id BYTEA NOT NULL,
    rev INTEGER NOT NULL,
    sealed BYTEA NOT NULL,
    console_id UUID NOT NULL,
    pushed_us BIGINT NOT NULL DEFAULT server_now_us(),
    PRIMARY KEY (patient_id, key_id, rev)
);

CREATE TABLE server_erasure (
    patient_id VARCHAR(64) NOT NULL,
    key_id BYTEA NOT NULL,
    console_id UUID NOT NULL,
    pushed_us BIGINT NOT NULL DEFAULT server_now_us(),
    PRIMARY KEY (patient_id, key_id)
);

-- What was written stays: the grants below give no right to change it, and these hold the owner back too.

CREATE FUNCTION refuse_change() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

DO $$ DECLARE kept TEXT; BEGIN
    FOREACH kept IN ARRAY ARRAY['server_clinic', 'console', 'server_session', 'server_entry', 'server_event',
        'server_chunk', 'server_body', 'server_signature', 'server_photo', 'server_head', 'server_quarantine',
        'sealed_patient', 'server_erasure'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I EXECUTE FUNCTION refuse_change()',
            kept || '_append_only', kept);
    END LOOP;
END $$;

-- An entry lies behind the one before it, or it is refused.
CREATE FUNCTION refuse_gap() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq = 1 AND NEW.prev_hash = decode(repeat('00', 32), 'hex') THEN
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM server_entry WHERE session_id = NEW.session_id AND seq = NEW.seq - 1
            AND hash = NEW.prev_hash) THEN
        RAISE EXCEPTION 'entry % does not lie behind the one before it', NEW.seq
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER server_entry_no_gap AFTER INSERT ON server_entry FOR EACH ROW EXECUTE FUNCTION refuse_gap();

-- A key that was destroyed never comes back.
CREATE FUNCTION refuse_erased_key() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM server_erasure WHERE patient_id = NEW.patient_id AND key_id = NEW.key_id) THEN
        RAISE EXCEPTION 'this patient was erased' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER patient_key_copy_not_erased BEFORE INSERT ON patient_key_copy
    FOR EACH ROW EXECUTE FUNCTION refuse_erased_key();

GRANT USAGE ON SCHEMA public TO needling_console;
GRANT SELECT, INSERT ON server_clinic, console, server_session, server_entry, server_event, server_chunk,
    server_body, server_signature, server_photo, server_head, server_quarantine, patient_key_copy, sealed_patient,
    server_erasure TO needling_console;
GRANT DELETE ON patient_key_copy TO needling_console;
