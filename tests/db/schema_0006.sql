CREATE INDEX ix_alarm_summary_rule ON alarm_summary (rule_id, arose_at_us);
CREATE INDEX ix_appointment_starts ON appointment (starts_us);
CREATE INDEX ix_audit_entry_actor ON audit_entry (actor, seq);
CREATE INDEX ix_audit_entry_subject ON audit_entry (subject, seq);
CREATE INDEX ix_clinic_record_due ON clinic_record (kind, due);
CREATE INDEX ix_clinic_record_patient ON clinic_record (patient_id, kind);
CREATE INDEX ix_clinic_record_session ON clinic_record (session_id, kind);
CREATE INDEX ix_course_patient ON course (patient_id);
CREATE INDEX ix_erasure_patient ON erasure (patient_id);
CREATE INDEX ix_facet_kind ON facet (kind, sessions);
CREATE INDEX ix_photo_patient ON photo (patient_id, taken_us);
CREATE INDEX ix_photo_session ON photo (session_id);
CREATE INDEX ix_product_use_lot ON product_use (lot, product_id);
CREATE INDEX ix_product_use_serial ON product_use (serial, product_id);
CREATE INDEX ix_sealed_session_patient ON sealed_session (patient_id);
CREATE INDEX ix_session_event_first ON session_event (at_us, session_id) WHERE seq = 1;
CREATE INDEX ix_session_summary_patient ON session_summary (patient_id, place);
CREATE UNIQUE INDEX ix_session_summary_session ON session_summary (session_id);
CREATE INDEX ix_session_summary_state ON session_summary (state, place);
CREATE TABLE alarm_summary (
	session_id CHAR(32) NOT NULL, 
	alarm_id VARCHAR(64) NOT NULL, 
	rule_id VARCHAR(64) NOT NULL, 
	priority VARCHAR(16) NOT NULL, 
	text TEXT NOT NULL, 
	area_id VARCHAR(64) NOT NULL, 
	arose_at_us BIGINT NOT NULL, 
	ended_at_us BIGINT, 
	acknowledged_at_us BIGINT, 
	CONSTRAINT pk_alarm_summary PRIMARY KEY (session_id, alarm_id)
);
CREATE TABLE appointment (
	appointment_id VARCHAR(64) NOT NULL, 
	patient_id VARCHAR(64) NOT NULL, 
	plan_id VARCHAR(64) NOT NULL, 
	course_id VARCHAR(64) NOT NULL, 
	starts_us BIGINT NOT NULL, 
	room TEXT NOT NULL, 
	arrived_us BIGINT, 
	session_id VARCHAR(36) NOT NULL, 
	rev INTEGER NOT NULL, 
	changed_us BIGINT NOT NULL, 
	changed_by VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_appointment PRIMARY KEY (appointment_id, rev)
);
CREATE TABLE area_summary (
	session_id CHAR(32) NOT NULL, 
	place INTEGER NOT NULL, 
	area_id VARCHAR(64) NOT NULL, 
	label TEXT NOT NULL, 
	planned_low_um INTEGER NOT NULL, 
	planned_high_um INTEGER NOT NULL, 
	passes_planned INTEGER NOT NULL, 
	passes_done INTEGER NOT NULL, 
	area_time_s INTEGER NOT NULL, 
	contact_s FLOAT, 
	median_depth_um INTEGER, 
	p5_depth_um INTEGER, 
	p95_depth_um INTEGER, 
	median_rate_chz INTEGER, 
	over_band_s FLOAT NOT NULL, 
	strokes BIGINT, 
	punctures_per_cm2 INTEGER, 
	endpoint TEXT NOT NULL, 
	provenance VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_area_summary PRIMARY KEY (session_id, area_id)
);
CREATE TABLE audit_entry (
	seq BIGINT NOT NULL, 
	at_us BIGINT NOT NULL, 
	actor TEXT NOT NULL, 
	action TEXT NOT NULL, 
	subject TEXT NOT NULL, 
	detail TEXT NOT NULL, 
	prev_hash BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_audit_entry PRIMARY KEY (seq)
);
CREATE TABLE clinic_record (
	kind VARCHAR(32) NOT NULL, 
	record_id VARCHAR(64) NOT NULL, 
	state VARCHAR(32) NOT NULL, 
	subject_id VARCHAR(128) NOT NULL, 
	patient_id VARCHAR(64) NOT NULL, 
	session_id VARCHAR(36) NOT NULL, 
	due VARCHAR(10) NOT NULL, 
	body TEXT NOT NULL, 
	rev INTEGER NOT NULL, 
	changed_us BIGINT NOT NULL, 
	changed_by VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_clinic_record PRIMARY KEY (kind, record_id, rev)
);
CREATE TABLE course (
	course_id VARCHAR(64) NOT NULL, 
	patient_id VARCHAR(64) NOT NULL, 
	plan_id VARCHAR(64) NOT NULL, 
	length INTEGER NOT NULL, 
	done INTEGER NOT NULL, 
	interval_min_days INTEGER NOT NULL, 
	interval_max_days INTEGER NOT NULL, 
	rev INTEGER NOT NULL, 
	changed_us BIGINT NOT NULL, 
	changed_by VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_course PRIMARY KEY (course_id, rev)
);
CREATE TABLE erasure (
	number INTEGER NOT NULL, 
	patient_id VARCHAR(64) NOT NULL, 
	erased_us BIGINT NOT NULL, 
	actor_id VARCHAR(64) NOT NULL, 
	ground VARCHAR(32) NOT NULL, 
	reason TEXT NOT NULL, 
	CONSTRAINT pk_erasure PRIMARY KEY (number)
);
CREATE TABLE facet (
	facet_id INTEGER NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	value TEXT NOT NULL, 
	sessions BIGINT NOT NULL, 
	CONSTRAINT pk_facet PRIMARY KEY (facet_id)
);
CREATE TABLE folder_fact (
	name VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_folder_fact PRIMARY KEY (name)
);
CREATE TABLE month_figure (
	facet_id BIGINT NOT NULL, 
	month INTEGER NOT NULL, 
	sessions BIGINT NOT NULL, 
	treated BIGINT NOT NULL, 
	needling_s BIGINT NOT NULL, 
	alarms BIGINT NOT NULL, 
	overrides BIGINT NOT NULL, 
	off_label BIGINT NOT NULL, 
	deviations BIGINT NOT NULL, 
	reactions BIGINT NOT NULL, 
	gaps BIGINT NOT NULL, 
	CONSTRAINT pk_month_figure PRIMARY KEY (facet_id, month)
)
 WITHOUT ROWID

;
CREATE TABLE patient (
	patient_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	birth_date VARCHAR(10) NOT NULL, 
	fitzpatrick VARCHAR(4) NOT NULL, 
	phone TEXT NOT NULL, 
	language VARCHAR(16) NOT NULL, 
	note TEXT NOT NULL, 
	colour VARCHAR(16) NOT NULL, 
	search_text TEXT NOT NULL, 
	rev INTEGER NOT NULL, 
	changed_us BIGINT NOT NULL, 
	changed_by VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_patient PRIMARY KEY (patient_id, rev)
);
CREATE TABLE patient_key (
	patient_id VARCHAR(64) NOT NULL, 
	"key" BLOB NOT NULL, 
	made_us BIGINT NOT NULL, 
	CONSTRAINT pk_patient_key PRIMARY KEY (patient_id)
);
CREATE TABLE photo (
	photo_id VARCHAR(36) NOT NULL, 
	session_id VARCHAR(36) NOT NULL, 
	patient_id VARCHAR(64) NOT NULL, 
	moment VARCHAR(16) NOT NULL, 
	"view" VARCHAR(32) NOT NULL, 
	taken_us BIGINT NOT NULL, 
	form VARCHAR(16) NOT NULL, 
	width_px INTEGER NOT NULL, 
	height_px INTEGER NOT NULL, 
	sha256 BLOB NOT NULL, 
	thumb BLOB NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_photo PRIMARY KEY (photo_id)
);
CREATE TABLE product (
	product_id VARCHAR(64) NOT NULL, 
	gtin VARCHAR(14) NOT NULL, 
	name TEXT NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	clinical_id VARCHAR(64) NOT NULL, 
	needles INTEGER NOT NULL, 
	rev INTEGER NOT NULL, 
	changed_us BIGINT NOT NULL, 
	changed_by VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_product PRIMARY KEY (product_id, rev)
);
CREATE TABLE product_use (
	session_id CHAR(32) NOT NULL, 
	place INTEGER NOT NULL, 
	at_us BIGINT NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	product_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	lot VARCHAR(64) NOT NULL, 
	serial VARCHAR(64) NOT NULL, 
	expiry VARCHAR(16) NOT NULL, 
	CONSTRAINT pk_product_use PRIMARY KEY (session_id, place)
);
CREATE TABLE recalled_lot (
	product_id VARCHAR(64) NOT NULL, 
	lot VARCHAR(64) NOT NULL, 
	recalled BOOLEAN NOT NULL, 
	rev INTEGER NOT NULL, 
	changed_us BIGINT NOT NULL, 
	changed_by VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_recalled_lot PRIMARY KEY (product_id, lot, rev)
);
CREATE TABLE sealed_session (
	session_id CHAR(32) NOT NULL, 
	patient_id VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_sealed_session PRIMARY KEY (session_id)
);
CREATE TABLE session_event (
	session_id CHAR(32) NOT NULL, 
	seq BIGINT NOT NULL, 
	at_us BIGINT NOT NULL, 
	kind VARCHAR(64) NOT NULL, 
	version INTEGER NOT NULL, 
	actor_id TEXT NOT NULL, 
	payload TEXT NOT NULL, 
	prev_hash BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_session_event PRIMARY KEY (session_id, seq)
);
CREATE TABLE session_facet (
	facet_id BIGINT NOT NULL, 
	place BIGINT NOT NULL, 
	CONSTRAINT pk_session_facet PRIMARY KEY (facet_id, place)
)
 WITHOUT ROWID

;
CREATE TABLE session_summary (
	place INTEGER NOT NULL, 
	session_id CHAR(32) NOT NULL, 
	kind VARCHAR(16) NOT NULL, 
	state VARCHAR(16) NOT NULL, 
	outcome VARCHAR(32) NOT NULL, 
	phase VARCHAR(32) NOT NULL, 
	opened_us BIGINT NOT NULL, 
	closed_us BIGINT, 
	patient_id VARCHAR(64) NOT NULL, 
	practitioner_id VARCHAR(64) NOT NULL, 
	room TEXT NOT NULL, 
	map_id VARCHAR(32) NOT NULL, 
	plan_name TEXT NOT NULL, 
	indication TEXT NOT NULL, 
	course_number INTEGER NOT NULL, 
	course_length INTEGER NOT NULL, 
	areas_planned INTEGER NOT NULL, 
	areas_done INTEGER NOT NULL, 
	needling_s INTEGER NOT NULL, 
	median_depth_um INTEGER, 
	alarms INTEGER NOT NULL, 
	gaps INTEGER NOT NULL, 
	samples BIGINT NOT NULL, 
	amendments INTEGER NOT NULL, 
	pen_serial TEXT NOT NULL, 
	lots TEXT NOT NULL, 
	marked_as VARCHAR(16) NOT NULL, 
	head BLOB NOT NULL, 
	standing VARCHAR(16) NOT NULL, 
	reason TEXT NOT NULL, 
	clinic TEXT NOT NULL, 
	plan_id VARCHAR(64) NOT NULL, 
	area_ids TEXT NOT NULL, 
	marks TEXT NOT NULL, 
	missing TEXT NOT NULL, 
	alarm_kinds TEXT NOT NULL, 
	over_band_ms BIGINT, 
	facets TEXT NOT NULL, 
	CONSTRAINT pk_session_summary PRIMARY KEY (place)
);
CREATE TABLE setting (
	name VARCHAR(64) NOT NULL, 
	value TEXT NOT NULL, 
	rev INTEGER NOT NULL, 
	changed_us BIGINT NOT NULL, 
	changed_by VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_setting PRIMARY KEY (name, rev)
);
CREATE TABLE spill_fold (
	spill_id CHAR(32) NOT NULL, 
	folded_upto BIGINT NOT NULL, 
	CONSTRAINT pk_spill_fold PRIMARY KEY (spill_id)
);
CREATE TABLE staff (
	staff_id VARCHAR(64) NOT NULL, 
	name TEXT NOT NULL, 
	role VARCHAR(16) NOT NULL, 
	active BOOLEAN NOT NULL, 
	pin_hash TEXT NOT NULL, 
	rev INTEGER NOT NULL, 
	changed_us BIGINT NOT NULL, 
	changed_by VARCHAR(64) NOT NULL, more_roles TEXT DEFAULT '' NOT NULL, password_hash TEXT DEFAULT '' NOT NULL, 
	CONSTRAINT pk_staff PRIMARY KEY (staff_id, rev)
);
CREATE TABLE station_key (
	key_id VARCHAR(16) NOT NULL, 
	public_key BLOB NOT NULL, 
	made_us BIGINT NOT NULL, 
	statement TEXT NOT NULL, 
	signature BLOB, 
	former_signature BLOB, 
	CONSTRAINT pk_station_key PRIMARY KEY (key_id)
);
CREATE TABLE station_signature (
	session_id CHAR(32) NOT NULL, 
	seq BIGINT NOT NULL, 
	key_id VARCHAR(16) NOT NULL, 
	statement TEXT NOT NULL, 
	signature BLOB NOT NULL, 
	CONSTRAINT pk_station_signature PRIMARY KEY (session_id, seq)
);
CREATE TABLE telemetry_body (
	session_id CHAR(32) NOT NULL, 
	first_seq BIGINT NOT NULL, 
	last_seq BIGINT NOT NULL, 
	codec INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_telemetry_body PRIMARY KEY (session_id, first_seq, last_seq)
);
CREATE TABLE telemetry_chunk (
	session_id CHAR(32) NOT NULL, 
	seq BIGINT NOT NULL, 
	pen_serial TEXT NOT NULL, 
	boot_id BIGINT NOT NULL, 
	first_index BIGINT NOT NULL, 
	count INTEGER NOT NULL, 
	period_us BIGINT NOT NULL, 
	pen_time_marks TEXT NOT NULL, 
	t0_utc_us BIGINT NOT NULL, 
	resent BOOLEAN NOT NULL, 
	samples_sha256 BLOB NOT NULL, 
	prev_hash BLOB NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_telemetry_chunk PRIMARY KEY (session_id, seq)
);
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry BEGIN SELECT RAISE(ABORT, 'audit_entry is append-only'); END;
CREATE TRIGGER erasure_no_delete BEFORE DELETE ON erasure BEGIN SELECT RAISE(ABORT, 'erasure is append-only'); END;
CREATE TRIGGER erasure_no_update BEFORE UPDATE ON erasure BEGIN SELECT RAISE(ABORT, 'erasure is append-only'); END;
CREATE TRIGGER folder_fact_no_delete BEFORE DELETE ON folder_fact BEGIN SELECT RAISE(ABORT, 'folder_fact is append-only'); END;
CREATE TRIGGER folder_fact_no_update BEFORE UPDATE ON folder_fact BEGIN SELECT RAISE(ABORT, 'folder_fact is append-only'); END;
CREATE TRIGGER sealed_session_no_delete BEFORE DELETE ON sealed_session BEGIN SELECT RAISE(ABORT, 'sealed_session is append-only'); END;
CREATE TRIGGER sealed_session_no_update BEFORE UPDATE ON sealed_session BEGIN SELECT RAISE(ABORT, 'sealed_session is append-only'); END;
CREATE TRIGGER session_event_no_delete BEFORE DELETE ON session_event BEGIN SELECT RAISE(ABORT, 'session_event is append-only'); END;
CREATE TRIGGER session_event_no_update BEFORE UPDATE ON session_event BEGIN SELECT RAISE(ABORT, 'session_event is append-only'); END;
CREATE TRIGGER station_key_no_delete BEFORE DELETE ON station_key BEGIN SELECT RAISE(ABORT, 'station_key is append-only'); END;
CREATE TRIGGER station_key_no_update BEFORE UPDATE ON station_key BEGIN SELECT RAISE(ABORT, 'station_key is append-only'); END;
CREATE TRIGGER station_signature_no_delete BEFORE DELETE ON station_signature BEGIN SELECT RAISE(ABORT, 'station_signature is append-only'); END;
CREATE TRIGGER station_signature_no_update BEFORE UPDATE ON station_signature BEGIN SELECT RAISE(ABORT, 'station_signature is append-only'); END;
CREATE TRIGGER telemetry_body_no_update BEFORE UPDATE ON telemetry_body BEGIN SELECT RAISE(ABORT, 'telemetry_body is only merged'); END;
CREATE TRIGGER telemetry_body_only_merged BEFORE DELETE ON telemetry_body WHEN NOT EXISTS (SELECT 1 FROM telemetry_body AS wider WHERE wider.session_id = OLD.session_id AND wider.first_seq <= OLD.first_seq AND wider.last_seq >= OLD.last_seq AND (wider.first_seq < OLD.first_seq OR wider.last_seq > OLD.last_seq)) BEGIN SELECT RAISE(ABORT, 'telemetry_body is only merged'); END;
CREATE TRIGGER telemetry_chunk_no_delete BEFORE DELETE ON telemetry_chunk BEGIN SELECT RAISE(ABORT, 'telemetry_chunk is append-only'); END;
CREATE TRIGGER telemetry_chunk_no_update BEFORE UPDATE ON telemetry_chunk BEGIN SELECT RAISE(ABORT, 'telemetry_chunk is append-only'); END;
