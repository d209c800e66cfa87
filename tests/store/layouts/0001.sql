CREATE TABLE answered_request (
	principal VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	answer JSON, 
	time_us INTEGER NOT NULL, 
	CONSTRAINT pk_answered_request PRIMARY KEY (principal, "key")
);

CREATE INDEX ix_answered_request_time_us ON answered_request (time_us);

CREATE TABLE checkpoint (
	stage VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	kept_us INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_checkpoint PRIMARY KEY (stage)
);

CREATE TABLE customer (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	grade VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_customer PRIMARY KEY (id), 
	CONSTRAINT uq_customer_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_customer_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_customer_key UNIQUE ("key")
);

CREATE TABLE event (
	sequence INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	time_us INTEGER NOT NULL, 
	principal VARCHAR NOT NULL, 
	act VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	old JSON, 
	new JSON, 
	hash BLOB
);

CREATE INDEX ix_event_subject ON event (subject);

CREATE TABLE event_head (
	id INTEGER NOT NULL CONSTRAINT ck_event_head_one_row CHECK (id = 1), 
	sequence INTEGER NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_event_head PRIMARY KEY (id)
);

CREATE TABLE finding (
	id VARCHAR(36) NOT NULL, 
	detector VARCHAR NOT NULL, 
	detector_version VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	band VARCHAR NOT NULL, 
	zone VARCHAR, 
	cause VARCHAR NOT NULL, 
	severity VARCHAR NOT NULL, 
	start_us INTEGER NOT NULL, 
	end_us INTEGER, 
	peak FLOAT, 
	area FLOAT, 
	coverage FLOAT NOT NULL, 
	samples INTEGER NOT NULL, 
	received_us INTEGER NOT NULL, 
	evidence JSON NOT NULL, 
	retracted VARCHAR, 
	model VARCHAR, 
	CONSTRAINT pk_finding PRIMARY KEY (id)
);

CREATE INDEX ix_finding_going_on ON finding (cause) WHERE end_us IS NULL AND retracted IS NULL;

CREATE INDEX ix_finding_start ON finding (start_us, id);

CREATE INDEX ix_finding_subject_end ON finding (subject, end_us);

CREATE INDEX ix_finding_zone_start ON finding (zone, start_us);

CREATE TABLE organisation (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_organisation PRIMARY KEY (id), 
	CONSTRAINT uq_organisation_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_organisation_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_organisation_key UNIQUE ("key")
);

CREATE TABLE placement (
	id VARCHAR(36) NOT NULL, 
	subject_kind VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	place_kind VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	valid_from_us INTEGER NOT NULL, 
	valid_to_us INTEGER, 
	set_by VARCHAR NOT NULL, 
	how VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_placement PRIMARY KEY (id), 
	CONSTRAINT uq_placement_subject_kind_subject_place_valid_from_us UNIQUE (subject_kind, subject, place, valid_from_us), 
	CONSTRAINT ck_placement_forward CHECK (valid_to_us > valid_from_us)
);

CREATE INDEX ix_placement_place ON placement (place, valid_from_us);

CREATE TABLE profile (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	name_zh VARCHAR NOT NULL, 
	form VARCHAR NOT NULL, 
	note VARCHAR NOT NULL, 
	versions JSON NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_profile PRIMARY KEY (id), 
	CONSTRAINT uq_profile_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_profile_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_profile_key UNIQUE ("key")
);

CREATE TABLE ticket (
	id VARCHAR(36) NOT NULL, 
	number INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	cause VARCHAR, 
	title JSON NOT NULL, 
	why JSON NOT NULL, 
	subject VARCHAR NOT NULL, 
	zone VARCHAR, 
	site VARCHAR, 
	lots JSON NOT NULL, 
	time_zone VARCHAR NOT NULL, 
	grade VARCHAR NOT NULL, 
	priority INTEGER NOT NULL, 
	state VARCHAR NOT NULL, 
	deadline_us INTEGER NOT NULL, 
	deadline JSON NOT NULL, 
	clock_from_us INTEGER NOT NULL, 
	opened_at_us INTEGER NOT NULL, 
	opened_by VARCHAR NOT NULL, 
	since_us INTEGER NOT NULL, 
	decided_received_us INTEGER, 
	taken_up_by VARCHAR, 
	assignee VARCHAR, 
	reason VARCHAR NOT NULL, 
	held_from VARCHAR, 
	ended_us INTEGER, 
	merged_into VARCHAR(36), 
	findings_retracted BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_ticket PRIMARY KEY (id), 
	CONSTRAINT uq_ticket_number UNIQUE (number), 
	CONSTRAINT fk_ticket_merged_into FOREIGN KEY(merged_into) REFERENCES ticket (id)
);

CREATE INDEX ix_ticket_opened_at ON ticket (opened_at_us);

CREATE INDEX ix_ticket_site ON ticket (site, number);

CREATE INDEX ix_ticket_state ON ticket (state, number);

CREATE INDEX ix_ticket_zone ON ticket (zone, number);

CREATE UNIQUE INDEX uq_ticket_live_cause ON ticket (cause) WHERE state IN ('assessed', 'in_progress', 'new', 'pending', 'planned', 'reopened', 'reported');

CREATE TABLE alarm (
	id VARCHAR(36) NOT NULL, 
	cause VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	zone VARCHAR, 
	severity VARCHAR NOT NULL, 
	active BOOLEAN NOT NULL, 
	acked BOOLEAN NOT NULL, 
	acked_by VARCHAR, 
	active_since_us INTEGER NOT NULL, 
	returned_us INTEGER, 
	ticket_id VARCHAR(36), 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_alarm PRIMARY KEY (id), 
	CONSTRAINT uq_alarm_cause UNIQUE (cause), 
	CONSTRAINT fk_alarm_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_alarm_active_since ON alarm (active_since_us, id);

CREATE INDEX ix_alarm_ticket_id ON alarm (ticket_id);

CREATE TABLE api_key (
	id VARCHAR(36) NOT NULL, 
	hash BLOB NOT NULL, 
	hint VARCHAR(8) NOT NULL, 
	name VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	customer VARCHAR, 
	gateway VARCHAR, 
	created_us INTEGER NOT NULL, 
	expires_us INTEGER, 
	last_used_us INTEGER, 
	revoked_us INTEGER, 
	CONSTRAINT pk_api_key PRIMARY KEY (id), 
	CONSTRAINT uq_api_key_hash UNIQUE (hash), 
	CONSTRAINT fk_api_key_customer FOREIGN KEY(customer) REFERENCES customer ("key")
);

CREATE TABLE finding_link (
	finding_id VARCHAR(36) NOT NULL, 
	other_id VARCHAR(36) NOT NULL, 
	change VARCHAR NOT NULL, 
	time_us INTEGER NOT NULL, 
	CONSTRAINT pk_finding_link PRIMARY KEY (finding_id, other_id, change), 
	CONSTRAINT fk_finding_link_finding_id FOREIGN KEY(finding_id) REFERENCES finding (id)
);

CREATE TABLE product (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	profile VARCHAR, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_product PRIMARY KEY (id), 
	CONSTRAINT uq_product_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_product_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_product_key UNIQUE ("key"), 
	CONSTRAINT fk_product_profile FOREIGN KEY(profile) REFERENCES profile ("key")
);

CREATE INDEX ix_product_profile ON product (profile);

CREATE TABLE site (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	time_zone VARCHAR NOT NULL, 
	region VARCHAR NOT NULL, 
	latitude FLOAT, 
	longitude FLOAT, 
	customer VARCHAR, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_site PRIMARY KEY (id), 
	CONSTRAINT uq_site_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_site_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_site_key UNIQUE ("key"), 
	CONSTRAINT fk_site_customer FOREIGN KEY(customer) REFERENCES customer ("key")
);

CREATE INDEX ix_site_customer ON site (customer);

CREATE TABLE ticket_comment (
	id VARCHAR(36) NOT NULL, 
	ticket_id VARCHAR(36) NOT NULL, 
	time_us INTEGER NOT NULL, 
	principal VARCHAR NOT NULL, 
	body VARCHAR NOT NULL, 
	note JSON, 
	CONSTRAINT pk_ticket_comment PRIMARY KEY (id), 
	CONSTRAINT fk_ticket_comment_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_ticket_comment_ticket ON ticket_comment (ticket_id, time_us, id);

CREATE TABLE ticket_finding (
	finding_id VARCHAR(36) NOT NULL, 
	ticket_id VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_ticket_finding PRIMARY KEY (finding_id), 
	CONSTRAINT fk_ticket_finding_finding_id FOREIGN KEY(finding_id) REFERENCES finding (id), 
	CONSTRAINT fk_ticket_finding_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_ticket_finding_ticket_id ON ticket_finding (ticket_id);

CREATE TABLE gateway (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	site VARCHAR, 
	model VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_gateway PRIMARY KEY (id), 
	CONSTRAINT uq_gateway_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_gateway_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_gateway_key UNIQUE ("key"), 
	CONSTRAINT fk_gateway_site FOREIGN KEY(site) REFERENCES site ("key")
);

CREATE INDEX ix_gateway_site ON gateway (site);

CREATE TABLE lot (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	customer VARCHAR NOT NULL, 
	product VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_lot PRIMARY KEY (id), 
	CONSTRAINT uq_lot_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_lot_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_lot_key UNIQUE ("key"), 
	CONSTRAINT fk_lot_customer FOREIGN KEY(customer) REFERENCES customer ("key"), 
	CONSTRAINT fk_lot_product FOREIGN KEY(product) REFERENCES product ("key")
);

CREATE INDEX ix_lot_customer ON lot (customer);

CREATE INDEX ix_lot_product ON lot (product);

CREATE TABLE zone (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	site VARCHAR, 
	kind VARCHAR NOT NULL, 
	profile VARCHAR, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_zone PRIMARY KEY (id), 
	CONSTRAINT uq_zone_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_zone_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_zone_key UNIQUE ("key"), 
	CONSTRAINT fk_zone_site FOREIGN KEY(site) REFERENCES site ("key"), 
	CONSTRAINT fk_zone_profile FOREIGN KEY(profile) REFERENCES profile ("key")
);

CREATE INDEX ix_zone_profile ON zone (profile);

CREATE INDEX ix_zone_site ON zone (site);

CREATE TABLE device (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	gateway VARCHAR NOT NULL, 
	device VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	interval_us INTEGER, 
	quantities JSON NOT NULL, 
	shared BOOLEAN NOT NULL, 
	known_as VARCHAR, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_device PRIMARY KEY (id), 
	CONSTRAINT uq_device_gateway_device UNIQUE (gateway, device), 
	CONSTRAINT uq_device_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_device_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_device_key UNIQUE ("key"), 
	CONSTRAINT fk_device_gateway FOREIGN KEY(gateway) REFERENCES gateway ("key"), 
	CONSTRAINT uq_device_known_as UNIQUE (known_as)
);

CREATE INDEX ix_device_gateway ON device (gateway);

CREATE TABLE equipment (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	zone VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	model VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_equipment PRIMARY KEY (id), 
	CONSTRAINT uq_equipment_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_equipment_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_equipment_key UNIQUE ("key"), 
	CONSTRAINT fk_equipment_zone FOREIGN KEY(zone) REFERENCES zone ("key")
);

CREATE INDEX ix_equipment_zone ON equipment (zone);

CREATE TABLE shipment (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	zone VARCHAR, 
	origin VARCHAR, 
	destination VARCHAR, 
	departed_us INTEGER, 
	arrived_us INTEGER, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_shipment PRIMARY KEY (id), 
	CONSTRAINT uq_shipment_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_shipment_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_shipment_key UNIQUE ("key"), 
	CONSTRAINT fk_shipment_zone FOREIGN KEY(zone) REFERENCES zone ("key"), 
	CONSTRAINT fk_shipment_origin FOREIGN KEY(origin) REFERENCES site ("key"), 
	CONSTRAINT fk_shipment_destination FOREIGN KEY(destination) REFERENCES site ("key")
);

CREATE INDEX ix_shipment_destination ON shipment (destination);

CREATE INDEX ix_shipment_origin ON shipment (origin);

CREATE INDEX ix_shipment_zone ON shipment (zone);
