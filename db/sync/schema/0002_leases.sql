-- Which console holds a session, and every act by which it came to hold it.

CREATE TABLE session_lease (
    session_id UUID NOT NULL,
    console_id UUID NOT NULL,
    number BIGINT NOT NULL CHECK (number >= 1),
    held BOOLEAN NOT NULL,
    actor_id TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    taken_us BIGINT NOT NULL DEFAULT server_now_us(),
    until_us BIGINT NOT NULL,
    PRIMARY KEY (session_id)
);

CREATE TABLE lease_act (
    act_id BIGINT GENERATED ALWAYS AS IDENTITY,
    session_id UUID NOT NULL,
    number BIGINT NOT NULL,
    act VARCHAR(16) NOT NULL,
    console_id UUID NOT NULL,
    from_console_id UUID,
    actor_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    at_us BIGINT NOT NULL DEFAULT server_now_us(),
    PRIMARY KEY (act_id)
);
CREATE INDEX ix_lease_act_session ON lease_act (session_id, act_id);

CREATE TRIGGER lease_act_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON lease_act EXECUTE FUNCTION refuse_change();
CREATE TRIGGER session_lease_stays BEFORE DELETE OR TRUNCATE ON session_lease EXECUTE FUNCTION refuse_change();

-- No lease changes but by one of the four acts, and none without its row. The consoles have no right to write that row.
CREATE FUNCTION enter_lease_act() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
DECLARE
    done TEXT;
    former UUID;
BEGIN
    IF TG_OP = 'INSERT' THEN
        done := CASE WHEN NEW.number = 1 AND NEW.held THEN 'taken' END;
    ELSIF NEW.session_id <> OLD.session_id THEN
        done := NULL;
    ELSIF NEW.console_id <> OLD.console_id OR (NEW.held AND NOT OLD.held) THEN
        former := OLD.console_id;
        done := CASE WHEN NEW.number <> OLD.number + 1 OR NOT NEW.held THEN NULL
            WHEN NOT OLD.held OR NEW.console_id = OLD.console_id THEN 'taken'
            WHEN NEW.reason <> '' THEN 'taken_over' END;
    ELSIF NEW.number = OLD.number AND OLD.held THEN
        done := CASE WHEN NEW.held THEN 'renewed' ELSE 'given_back' END;
    END IF;
    IF done IS NULL THEN
        RAISE EXCEPTION 'a lease cannot change so' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    INSERT INTO lease_act (session_id, number, act, console_id, from_console_id, actor_id, reason)
        VALUES (NEW.session_id, NEW.number, done, NEW.console_id, former, NEW.actor_id,
            CASE WHEN done = 'taken_over' THEN NEW.reason ELSE '' END);
    RETURN NULL;
END $$;
CREATE TRIGGER session_lease_act AFTER INSERT OR UPDATE ON session_lease
    FOR EACH ROW EXECUTE FUNCTION enter_lease_act();

-- The fence: where a session has a lease, an entry bears its number and comes from who holds it.
CREATE FUNCTION refuse_without_lease() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    lease session_lease%ROWTYPE;
BEGIN
    SELECT * INTO lease FROM session_lease WHERE session_id = NEW.session_id FOR SHARE;
    IF NOT FOUND AND NEW.lease_number IS NULL THEN
        RETURN NULL;
    END IF;
    IF NOT FOUND OR NOT lease.held OR lease.console_id <> NEW.console_id
            OR lease.number IS DISTINCT FROM NEW.lease_number THEN
        RAISE EXCEPTION 'another console holds the session' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER server_entry_fence AFTER INSERT ON server_entry FOR EACH ROW EXECUTE FUNCTION refuse_without_lease();

GRANT SELECT, INSERT, UPDATE ON session_lease TO needling_console;
GRANT SELECT ON lease_act TO needling_console;
