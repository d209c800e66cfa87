CREATE TABLE account (
	person VARCHAR(64) NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	hash VARCHAR, 
	created_us INTEGER NOT NULL, 
	changed_us INTEGER, 
	disabled_us INTEGER, 
	must_change BOOLEAN NOT NULL, 
	failures INTEGER NOT NULL, 
	locked_until_us INTEGER, 
	invitation BLOB, 
	invited_until_us INTEGER, 
	CONSTRAINT pk_account PRIMARY KEY (person), 
	CONSTRAINT uq_account_invitation UNIQUE (invitation)
);

CREATE TABLE clerk_position (
	reader VARCHAR NOT NULL, 
	sequence INTEGER NOT NULL, 
	kept_us INTEGER NOT NULL, 
	CONSTRAINT pk_clerk_position PRIMARY KEY (reader)
);

ALTER TABLE customer ADD COLUMN standstill_per_hour VARCHAR;

ALTER TABLE customer ADD COLUMN currency VARCHAR DEFAULT 'CNY' NOT NULL;

CREATE TABLE login_session (
	id VARCHAR(36) NOT NULL, 
	hash BLOB NOT NULL, 
	person VARCHAR(64) NOT NULL, 
	person_id VARCHAR(36) NOT NULL, 
	created_us INTEGER NOT NULL, 
	seen_us INTEGER NOT NULL, 
	expires_us INTEGER NOT NULL, 
	revoked_us INTEGER, 
	agent VARCHAR NOT NULL, 
	CONSTRAINT pk_login_session PRIMARY KEY (id), 
	CONSTRAINT uq_login_session_hash UNIQUE (hash)
);

CREATE TABLE maintenance (
	id VARCHAR(36) NOT NULL, 
	sort VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	from_us INTEGER NOT NULL, 
	to_us INTEGER, 
	reason VARCHAR NOT NULL, 
	owner VARCHAR NOT NULL, 
	recorded_us INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	reminded_us INTEGER, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_maintenance PRIMARY KEY (id)
);

CREATE TABLE outbox_habit (
	"to" VARCHAR NOT NULL, 
	urls JSON NOT NULL, 
	quiet_from_min INTEGER, 
	quiet_to_min INTEGER, 
	time_zone VARCHAR NOT NULL, 
	plain BOOLEAN, 
	high_waits BOOLEAN NOT NULL, 
	per_hour INTEGER, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_outbox_habit PRIMARY KEY ("to")
);

CREATE TABLE outbox_message (
	id VARCHAR(36) NOT NULL, 
	bundle VARCHAR(36) NOT NULL, 
	person VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	lane VARCHAR NOT NULL, 
	urgency VARCHAR NOT NULL, 
	made_us INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_us INTEGER NOT NULL, 
	lease_us INTEGER, 
	sent_us INTEGER, 
	delivered_us INTEGER, 
	error VARCHAR NOT NULL, 
	provider_id VARCHAR NOT NULL, 
	CONSTRAINT pk_outbox_message PRIMARY KEY (id), 
	CONSTRAINT uq_outbox_message_bundle_lane UNIQUE (bundle, lane)
);

CREATE TABLE outbox_notice (
	sequence INTEGER NOT NULL, 
	"to" VARCHAR NOT NULL, 
	cause VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	params JSON NOT NULL, 
	urgency VARCHAR NOT NULL, 
	until_answered BOOLEAN NOT NULL, 
	made_us INTEGER NOT NULL, 
	resolved_us INTEGER, 
	CONSTRAINT pk_outbox_notice PRIMARY KEY (sequence), 
	CONSTRAINT uq_outbox_notice_to_cause UNIQUE ("to", cause)
);

CREATE TABLE outbox_telling (
	id VARCHAR(36) NOT NULL, 
	sequence INTEGER NOT NULL, 
	person VARCHAR NOT NULL, 
	cause VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	params JSON NOT NULL, 
	urgency VARCHAR NOT NULL, 
	until_answered BOOLEAN NOT NULL, 
	made_us INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	held VARCHAR, 
	next_us INTEGER, 
	rounds INTEGER NOT NULL, 
	told_us INTEGER, 
	ended_us INTEGER, 
	link VARCHAR, 
	CONSTRAINT pk_outbox_telling PRIMARY KEY (id), 
	CONSTRAINT uq_outbox_telling_person_cause UNIQUE (person, cause)
);

CREATE TABLE policy_version (
	id VARCHAR(36) NOT NULL, 
	version VARCHAR(64) NOT NULL, 
	valid_from_us INTEGER NOT NULL, 
	document JSON NOT NULL, 
	reason VARCHAR NOT NULL, 
	principal VARCHAR NOT NULL, 
	created_us INTEGER NOT NULL, 
	CONSTRAINT pk_policy_version PRIMARY KEY (id), 
	CONSTRAINT uq_policy_version_version UNIQUE (version)
);

CREATE TABLE siren (
	gateway VARCHAR NOT NULL, 
	said JSON NOT NULL, 
	time_us INTEGER NOT NULL, 
	CONSTRAINT pk_siren PRIMARY KEY (gateway)
);

CREATE TABLE team (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	customers JSON DEFAULT '[]' NOT NULL, 
	regions JSON DEFAULT '[]' NOT NULL, 
	skills JSON DEFAULT '[]' NOT NULL, 
	calendar VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_team PRIMARY KEY (id), 
	CONSTRAINT uq_team_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_team_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_team_key UNIQUE ("key")
);

ALTER TABLE ticket ADD COLUMN category VARCHAR DEFAULT 'technical' NOT NULL;

ALTER TABLE ticket ADD COLUMN phase VARCHAR DEFAULT 'after_sale' NOT NULL;

ALTER TABLE ticket ADD COLUMN customer VARCHAR;

ALTER TABLE ticket ADD COLUMN hold VARCHAR;

ALTER TABLE ticket ADD COLUMN line VARCHAR DEFAULT 'first' NOT NULL;

ALTER TABLE ticket ADD COLUMN team VARCHAR;

ALTER TABLE ticket ADD COLUMN parent_id VARCHAR(36) CONSTRAINT fk_ticket_parent_id REFERENCES ticket (id);

ALTER TABLE ticket ADD COLUMN breach_p10_us INTEGER;

ALTER TABLE ticket ADD COLUMN travel_us INTEGER DEFAULT '0' NOT NULL;

ALTER TABLE ticket ADD COLUMN repair_us INTEGER DEFAULT '0' NOT NULL;

ALTER TABLE ticket ADD COLUMN act_by_us INTEGER;

ALTER TABLE ticket ADD COLUMN shared BOOLEAN DEFAULT 0 NOT NULL;

CREATE TABLE webhook_position (
	id INTEGER NOT NULL CONSTRAINT ck_webhook_position_one_row CHECK (id = 1), 
	sequence INTEGER NOT NULL, 
	CONSTRAINT pk_webhook_position PRIMARY KEY (id)
);

ALTER TABLE alarm ADD COLUMN calls INTEGER DEFAULT '1' NOT NULL;

ALTER TABLE alarm ADD COLUMN shelf JSON;

ALTER TABLE alarm ADD COLUMN undecided JSON DEFAULT '[]' NOT NULL;

ALTER TABLE alarm ADD COLUMN suppressed_by VARCHAR;

ALTER TABLE alarm ADD COLUMN suppressed_until_us INTEGER;

ALTER TABLE alarm ADD COLUMN out_of_service VARCHAR;

ALTER TABLE alarm ADD COLUMN flapping_until_us INTEGER;

ALTER TABLE alarm ADD COLUMN state VARCHAR DEFAULT 'active_unacked' NOT NULL;

ALTER TABLE alarm ADD COLUMN latched BOOLEAN DEFAULT 0 NOT NULL;

ALTER TABLE alarm ADD COLUMN next_us INTEGER;

CREATE TABLE inbound_hook (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	mapping JSON NOT NULL, 
	kind VARCHAR NOT NULL, 
	customer VARCHAR, 
	zone VARCHAR, 
	resolves VARCHAR NOT NULL, 
	secret VARCHAR NOT NULL, 
	disabled VARCHAR, 
	created_us INTEGER NOT NULL, 
	created_by VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_inbound_hook PRIMARY KEY (id), 
	CONSTRAINT uq_inbound_hook_key UNIQUE ("key"), 
	CONSTRAINT fk_inbound_hook_customer FOREIGN KEY(customer) REFERENCES customer ("key")
);

CREATE TABLE outbox_message_about (
	message_id VARCHAR(36) NOT NULL, 
	telling_id VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_outbox_message_about PRIMARY KEY (message_id, telling_id), 
	CONSTRAINT fk_outbox_message_about_message_id FOREIGN KEY(message_id) REFERENCES outbox_message (id), 
	CONSTRAINT fk_outbox_message_about_telling_id FOREIGN KEY(telling_id) REFERENCES outbox_telling (id)
);

CREATE TABLE survey_answer (
	ticket_id VARCHAR(36) NOT NULL, 
	score INTEGER NOT NULL, 
	text VARCHAR NOT NULL, 
	customer VARCHAR, 
	principal VARCHAR NOT NULL, 
	time_us INTEGER NOT NULL, 
	CONSTRAINT pk_survey_answer PRIMARY KEY (ticket_id), 
	CONSTRAINT fk_survey_answer_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

ALTER TABLE ticket_comment ADD COLUMN public BOOLEAN DEFAULT 0 NOT NULL;

ALTER TABLE ticket_comment ADD COLUMN customer VARCHAR;

ALTER TABLE ticket_comment ADD COLUMN at_us INTEGER;

CREATE TABLE ticket_sheet (
	ticket_id VARCHAR(36) NOT NULL, 
	"plan" VARCHAR NOT NULL, 
	steps JSON NOT NULL, 
	tried VARCHAR NOT NULL, 
	resolution VARCHAR NOT NULL, 
	found VARCHAR NOT NULL, 
	done VARCHAR NOT NULL, 
	improvement VARCHAR NOT NULL, 
	improvement_owner VARCHAR, 
	wished_us INTEGER, 
	promised_us INTEGER, 
	unanswered BOOLEAN NOT NULL, 
	CONSTRAINT pk_ticket_sheet PRIMARY KEY (ticket_id), 
	CONSTRAINT fk_ticket_sheet_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE TABLE ticket_wake (
	ticket_id VARCHAR(36) NOT NULL, 
	wake_us INTEGER NOT NULL, 
	CONSTRAINT pk_ticket_wake PRIMARY KEY (ticket_id), 
	CONSTRAINT fk_ticket_wake_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE TABLE webhook_endpoint (
	id VARCHAR(36) NOT NULL, 
	name VARCHAR NOT NULL, 
	url VARCHAR NOT NULL, 
	types JSON NOT NULL, 
	language VARCHAR(2) NOT NULL, 
	customer VARCHAR, 
	secret VARCHAR NOT NULL, 
	previous_secret VARCHAR, 
	previous_until_us INTEGER, 
	disabled VARCHAR, 
	from_sequence INTEGER NOT NULL, 
	created_us INTEGER NOT NULL, 
	created_by VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_webhook_endpoint PRIMARY KEY (id), 
	CONSTRAINT fk_webhook_endpoint_customer FOREIGN KEY(customer) REFERENCES customer ("key")
);

CREATE TABLE alarm_ack (
	alarm_id VARCHAR(36) NOT NULL, 
	call INTEGER NOT NULL, 
	principal VARCHAR NOT NULL, 
	time_us INTEGER NOT NULL, 
	comment VARCHAR NOT NULL, 
	CONSTRAINT pk_alarm_ack PRIMARY KEY (alarm_id, call, principal), 
	CONSTRAINT fk_alarm_ack_alarm_id FOREIGN KEY(alarm_id) REFERENCES alarm (id)
);

CREATE TABLE alarm_decision (
	id VARCHAR(36) NOT NULL, 
	alarm_id VARCHAR(36) NOT NULL, 
	lot VARCHAR NOT NULL, 
	said VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	principal VARCHAR NOT NULL, 
	time_us INTEGER NOT NULL, 
	excursions JSON NOT NULL, 
	CONSTRAINT pk_alarm_decision PRIMARY KEY (id), 
	CONSTRAINT fk_alarm_decision_alarm_id FOREIGN KEY(alarm_id) REFERENCES alarm (id)
);

ALTER TABLE api_key ADD COLUMN person VARCHAR(64);

CREATE TABLE hook_report (
	hook VARCHAR(36) NOT NULL, 
	dedupe VARCHAR NOT NULL, 
	ticket_id VARCHAR(36) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	time_us INTEGER NOT NULL, 
	CONSTRAINT pk_hook_report PRIMARY KEY (hook, dedupe), 
	CONSTRAINT fk_hook_report_hook FOREIGN KEY(hook) REFERENCES inbound_hook (id), 
	CONSTRAINT fk_hook_report_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE TABLE link (
	id VARCHAR(36) NOT NULL, 
	hash BLOB NOT NULL, 
	purpose VARCHAR NOT NULL, 
	customer VARCHAR, 
	ticket_id VARCHAR(36), 
	alarm_id VARCHAR(36), 
	person VARCHAR, 
	role VARCHAR NOT NULL, 
	created_us INTEGER NOT NULL, 
	created_by VARCHAR NOT NULL, 
	expires_us INTEGER NOT NULL, 
	revoked_us INTEGER, 
	uses INTEGER NOT NULL, 
	last_used_us INTEGER, 
	CONSTRAINT pk_link PRIMARY KEY (id), 
	CONSTRAINT uq_link_hash UNIQUE (hash), 
	CONSTRAINT fk_link_customer FOREIGN KEY(customer) REFERENCES customer ("key"), 
	CONSTRAINT fk_link_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id), 
	CONSTRAINT fk_link_alarm_id FOREIGN KEY(alarm_id) REFERENCES alarm (id)
);

ALTER TABLE person ADD COLUMN level INTEGER DEFAULT '1' NOT NULL;

ALTER TABLE person ADD COLUMN certificates JSON DEFAULT '[]' NOT NULL;

ALTER TABLE person ADD COLUMN languages JSON DEFAULT '[]' NOT NULL;

ALTER TABLE person ADD COLUMN capacity INTEGER;

ALTER TABLE person ADD COLUMN latitude FLOAT;

ALTER TABLE person ADD COLUMN longitude FLOAT;

ALTER TABLE person ADD COLUMN teams JSON DEFAULT '[]' NOT NULL;

ALTER TABLE person ADD COLUMN lead BOOLEAN DEFAULT 0 NOT NULL;

ALTER TABLE person ADD COLUMN head BOOLEAN DEFAULT 0 NOT NULL;

ALTER TABLE person ADD COLUMN time_zone VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE person ADD COLUMN quiet_from VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE person ADD COLUMN quiet_to VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE person ADD COLUMN channels JSON DEFAULT '[]' NOT NULL;

ALTER TABLE person ADD COLUMN register VARCHAR DEFAULT 'data' NOT NULL;

CREATE TABLE rota (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	level VARCHAR NOT NULL, 
	site VARCHAR, 
	team VARCHAR, 
	region VARCHAR NOT NULL, 
	time_zone VARCHAR NOT NULL, 
	people JSON DEFAULT '[]' NOT NULL, 
	starts_us INTEGER NOT NULL, 
	turn_days INTEGER NOT NULL, 
	turns JSON DEFAULT '[]' NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_rota PRIMARY KEY (id), 
	CONSTRAINT uq_rota_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_rota_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_rota_key UNIQUE ("key"), 
	CONSTRAINT fk_rota_site FOREIGN KEY(site) REFERENCES site ("key"), 
	CONSTRAINT fk_rota_team FOREIGN KEY(team) REFERENCES team ("key")
);

CREATE TABLE webhook_delivery (
	number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	id VARCHAR(40) NOT NULL, 
	endpoint VARCHAR(36) NOT NULL, 
	event INTEGER, 
	type VARCHAR NOT NULL, 
	body TEXT NOT NULL, 
	order_key VARCHAR NOT NULL, 
	made_us INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	next_us INTEGER, 
	attempts INTEGER NOT NULL, 
	last_us INTEGER, 
	status INTEGER, 
	reason VARCHAR NOT NULL, 
	settled_us INTEGER, 
	CONSTRAINT uq_webhook_delivery_endpoint_event UNIQUE (endpoint, event), 
	CONSTRAINT uq_webhook_delivery_id UNIQUE (id), 
	CONSTRAINT fk_webhook_delivery_endpoint FOREIGN KEY(endpoint) REFERENCES webhook_endpoint (id)
);

CREATE TABLE absence (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	person VARCHAR NOT NULL, 
	from_us INTEGER NOT NULL, 
	to_us INTEGER NOT NULL, 
	reason VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_absence PRIMARY KEY (id), 
	CONSTRAINT uq_absence_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_absence_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_absence_key UNIQUE ("key"), 
	CONSTRAINT fk_absence_person FOREIGN KEY(person) REFERENCES person ("key")
);

CREATE TABLE shift (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	person VARCHAR NOT NULL, 
	from_us INTEGER NOT NULL, 
	to_us INTEGER, 
	days JSON DEFAULT '[]' NOT NULL, 
	starts VARCHAR NOT NULL, 
	ends VARCHAR NOT NULL, 
	time_zone VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_shift PRIMARY KEY (id), 
	CONSTRAINT uq_shift_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_shift_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_shift_key UNIQUE ("key"), 
	CONSTRAINT fk_shift_person FOREIGN KEY(person) REFERENCES person ("key")
);

CREATE INDEX ix_maintenance_state ON maintenance (state, from_us);

CREATE INDEX ix_maintenance_to ON maintenance (to_us);

CREATE INDEX ix_ticket_parent_id ON ticket (parent_id);

CREATE INDEX ix_ticket_customer ON ticket (customer, number);

CREATE INDEX ix_outbox_notice_unresolved ON outbox_notice (sequence) WHERE resolved_us IS NULL;

CREATE INDEX ix_outbox_notice_subject ON outbox_notice (subject);

CREATE INDEX ix_outbox_telling_next ON outbox_telling (next_us) WHERE next_us IS NOT NULL;

CREATE INDEX ix_outbox_telling_made ON outbox_telling (made_us, id);

CREATE INDEX ix_outbox_telling_subject ON outbox_telling (subject, person);

CREATE INDEX ix_outbox_message_sent ON outbox_message (sent_us, lane);

CREATE INDEX ix_outbox_message_provider ON outbox_message (provider_id);

CREATE INDEX ix_outbox_message_open ON outbox_message (next_us) WHERE state IN ('failed_retrying', 'waiting');

CREATE INDEX ix_outbox_message_person ON outbox_message (person, made_us);

CREATE INDEX ix_team_external_number ON team (external_number);

CREATE INDEX ix_team_name ON team (name);

CREATE INDEX ix_login_session_person ON login_session (person);

CREATE INDEX ix_ticket_wake_wake_us ON ticket_wake (wake_us);

CREATE INDEX ix_alarm_state ON alarm (state, active_since_us);

CREATE INDEX ix_alarm_next ON alarm (next_us);

CREATE INDEX ix_alarm_subject ON alarm (subject);

CREATE INDEX ix_alarm_suppressed_by ON alarm (suppressed_by);

CREATE INDEX ix_alarm_active ON alarm (severity, active_since_us, id) WHERE active = 1;

CREATE INDEX ix_ticket_state_assignee ON ticket (state, assignee);

CREATE INDEX ix_outbox_message_about_telling_id ON outbox_message_about (telling_id);

CREATE INDEX ix_ticket_sheet_unanswered ON ticket_sheet (unanswered);

CREATE INDEX ix_survey_answer_time ON survey_answer (time_us);

CREATE INDEX ix_survey_answer_customer ON survey_answer (customer, time_us);

CREATE INDEX ix_alarm_decision_alarm_id ON alarm_decision (alarm_id);

CREATE INDEX ix_hook_report_ticket ON hook_report (ticket_id);

CREATE INDEX ix_link_ticket_id ON link (ticket_id);

CREATE INDEX ix_rota_site ON rota (site);

CREATE INDEX ix_rota_external_number ON rota (external_number);

CREATE INDEX ix_rota_team ON rota (team);

CREATE INDEX ix_rota_name ON rota (name);

CREATE INDEX ix_webhook_delivery_due ON webhook_delivery (endpoint, state, next_us);

CREATE INDEX ix_webhook_delivery_settled ON webhook_delivery (state, settled_us);

CREATE INDEX ix_webhook_delivery_order ON webhook_delivery (endpoint, order_key, state, number);

CREATE INDEX ix_shift_external_number ON shift (external_number);

CREATE INDEX ix_shift_person ON shift (person);

CREATE INDEX ix_shift_name ON shift (name);

CREATE INDEX ix_absence_external_number ON absence (external_number);

CREATE INDEX ix_absence_name ON absence (name);

CREATE INDEX ix_absence_person ON absence (person);

CREATE TABLE ticket_photo (
	id VARCHAR(36) NOT NULL,
	ticket_id VARCHAR(36) NOT NULL,
	time_us INTEGER NOT NULL,
	at_us INTEGER NOT NULL,
	principal VARCHAR NOT NULL,
	customer VARCHAR,
	public BOOLEAN NOT NULL,
	caption VARCHAR NOT NULL,
	width INTEGER NOT NULL,
	height INTEGER NOT NULL,
	size INTEGER NOT NULL,
	sha256 VARCHAR(64) NOT NULL,
	thumbnail VARCHAR(64) NOT NULL,
	original VARCHAR(64) NOT NULL,
	CONSTRAINT pk_ticket_photo PRIMARY KEY (id),
	CONSTRAINT fk_ticket_photo_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_ticket_photo_ticket ON ticket_photo (ticket_id, time_us, id);

UPDATE alarm SET state = CASE
  WHEN active AND acked THEN 'active_acked' WHEN active THEN 'active_unacked' WHEN acked THEN 'normal' ELSE 'returned_unacked' END;

INSERT INTO clerk_position (reader, sequence, kept_us) SELECT 'clerk', coalesce(max(sequence), 0), 0 FROM event;
