CREATE TABLE gateway_credential (
	gateway VARCHAR(64) NOT NULL, 
	bcrypt VARCHAR NOT NULL, 
	pbkdf2 VARCHAR NOT NULL, 
	issued_us INTEGER NOT NULL, 
	issued_by VARCHAR NOT NULL, 
	revoked_us INTEGER, 
	CONSTRAINT pk_gateway_credential PRIMARY KEY (gateway)
);

CREATE TABLE checkpoint (
	stage VARCHAR NOT NULL, 
	position INTEGER NOT NULL, 
	kept_us INTEGER NOT NULL, 
	body BLOB NOT NULL, 
	CONSTRAINT pk_checkpoint PRIMARY KEY (stage)
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

CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event WHEN NOT (OLD.hash IS NULL AND NEW.hash IS NOT NULL AND NEW.sequence IS OLD.sequence AND NEW.time_us IS OLD.time_us AND NEW.principal IS OLD.principal AND NEW.act IS OLD.act AND NEW.subject IS OLD.subject AND NEW.reason IS OLD.reason AND NEW.old IS OLD.old AND NEW.new IS OLD.new) BEGIN SELECT RAISE(ABORT, 'events are never changed, only sealed once'); END;

CREATE TABLE event_head (
	id INTEGER NOT NULL CONSTRAINT ck_event_head_one_row CHECK (id = 1), 
	sequence INTEGER NOT NULL, 
	hash BLOB NOT NULL, 
	CONSTRAINT pk_event_head PRIMARY KEY (id)
);

CREATE TABLE code (
	code VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	CONSTRAINT pk_code PRIMARY KEY (code)
);

CREATE INDEX ix_code_object ON code (kind, "key");

CREATE TABLE scan (
	id VARCHAR(36) NOT NULL, 
	principal VARCHAR NOT NULL, 
	client_id VARCHAR NOT NULL, 
	first VARCHAR NOT NULL, 
	second VARCHAR NOT NULL, 
	time_us INTEGER NOT NULL, 
	received_us INTEGER NOT NULL, 
	note VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	placement VARCHAR(36), 
	ended JSON NOT NULL, 
	undone_us INTEGER, 
	CONSTRAINT pk_scan PRIMARY KEY (id), 
	CONSTRAINT uq_scan_principal_client_id UNIQUE (principal, client_id)
);

CREATE INDEX ix_scan_place ON scan (place);

CREATE INDEX ix_scan_subject ON scan (subject);

CREATE TABLE journey (
	shipment VARCHAR NOT NULL, 
	told JSON NOT NULL, 
	CONSTRAINT pk_journey PRIMARY KEY (shipment)
);

CREATE TABLE import (
	id VARCHAR(36) NOT NULL, 
	principal VARCHAR NOT NULL, 
	created_us INTEGER NOT NULL, 
	updated_us INTEGER NOT NULL, 
	files JSON NOT NULL, 
	settings JSON NOT NULL, 
	state VARCHAR NOT NULL, 
	rows_read INTEGER NOT NULL, 
	rows_total INTEGER NOT NULL, 
	sheets JSON NOT NULL, 
	faults INTEGER NOT NULL, 
	digest VARCHAR NOT NULL, 
	sequence INTEGER NOT NULL, 
	why VARCHAR NOT NULL, 
	CONSTRAINT pk_import PRIMARY KEY (id)
);

CREATE INDEX ix_import_state ON import (state);

CREATE TABLE logger_file (
	id VARCHAR(36) NOT NULL, 
	name VARCHAR NOT NULL, 
	size INTEGER NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	how JSON NOT NULL, 
	uploaded_us INTEGER NOT NULL, 
	uploaded_by VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	sent INTEGER NOT NULL, 
	became JSON, 
	"before" BLOB, 
	content BLOB NOT NULL, 
	CONSTRAINT pk_logger_file PRIMARY KEY (id)
);

CREATE INDEX ix_logger_file_state ON logger_file (state);

CREATE TABLE mapping (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	state VARCHAR NOT NULL, 
	active INTEGER, 
	latest INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_mapping PRIMARY KEY (id), 
	CONSTRAINT uq_mapping_key UNIQUE ("key")
);

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

CREATE INDEX ix_organisation_external_number ON organisation (external_number);

CREATE INDEX ix_organisation_name ON organisation (name);

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

CREATE INDEX ix_customer_external_number ON customer (external_number);

CREATE INDEX ix_customer_name ON customer (name);

CREATE TABLE carrier (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	phone VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_carrier PRIMARY KEY (id), 
	CONSTRAINT uq_carrier_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_carrier_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_carrier_key UNIQUE ("key")
);

CREATE INDEX ix_carrier_name ON carrier (name);

CREATE INDEX ix_carrier_external_number ON carrier (external_number);

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

CREATE INDEX ix_profile_name ON profile (name);

CREATE INDEX ix_profile_external_number ON profile (external_number);

CREATE TABLE device_model (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	manufacturer VARCHAR NOT NULL, 
	interval_us INTEGER, 
	quantities JSON NOT NULL, 
	battery JSON NOT NULL, 
	note VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_device_model PRIMARY KEY (id), 
	CONSTRAINT uq_device_model_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_device_model_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_device_model_key UNIQUE ("key")
);

CREATE INDEX ix_device_model_external_number ON device_model (external_number);

CREATE INDEX ix_device_model_name ON device_model (name);

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

CREATE INDEX ix_finding_zone_start ON finding (zone, start_us);

CREATE INDEX ix_finding_start ON finding (start_us, id);

CREATE INDEX ix_finding_going_on ON finding (cause) WHERE end_us IS NULL AND retracted IS NULL;

CREATE INDEX ix_finding_subject_end ON finding (subject, end_us);

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

CREATE INDEX ix_ticket_site ON ticket (site, number);

CREATE INDEX ix_ticket_state ON ticket (state, number);

CREATE INDEX ix_ticket_opened_at ON ticket (opened_at_us);

CREATE UNIQUE INDEX uq_ticket_live_cause ON ticket (cause) WHERE state IN ('assessed', 'in_progress', 'new', 'pending', 'planned', 'reopened', 'reported');

CREATE INDEX ix_ticket_zone ON ticket (zone, number);

CREATE TABLE answered_request (
	principal VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	answer JSON, 
	time_us INTEGER NOT NULL, 
	CONSTRAINT pk_answered_request PRIMARY KEY (principal, "key")
);

CREATE INDEX ix_answered_request_time_us ON answered_request (time_us);

CREATE TABLE mapping_version (
	id VARCHAR(36) NOT NULL, 
	mapping VARCHAR(64) NOT NULL, 
	number INTEGER NOT NULL, 
	document JSON NOT NULL, 
	settings JSON NOT NULL, 
	ready VARCHAR NOT NULL, 
	made_us INTEGER NOT NULL, 
	made_by VARCHAR NOT NULL, 
	reason VARCHAR NOT NULL, 
	CONSTRAINT pk_mapping_version PRIMARY KEY (id), 
	CONSTRAINT uq_mapping_version_mapping_number UNIQUE (mapping, number), 
	CONSTRAINT fk_mapping_version_mapping FOREIGN KEY(mapping) REFERENCES mapping ("key")
);

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
	geofence_m FLOAT, 
	climate VARCHAR, 
	coastal BOOLEAN, 
	customer VARCHAR, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_site PRIMARY KEY (id), 
	CONSTRAINT uq_site_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_site_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_site_key UNIQUE ("key"), 
	CONSTRAINT fk_site_customer FOREIGN KEY(customer) REFERENCES customer ("key")
);

CREATE INDEX ix_site_customer ON site (customer);

CREATE INDEX ix_site_name ON site (name);

CREATE INDEX ix_site_external_number ON site (external_number);

CREATE TABLE product (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	profile VARCHAR, 
	gtin VARCHAR NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_product PRIMARY KEY (id), 
	CONSTRAINT uq_product_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_product_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_product_key UNIQUE ("key"), 
	CONSTRAINT fk_product_profile FOREIGN KEY(profile) REFERENCES profile ("key")
);

CREATE INDEX ix_product_name ON product (name);

CREATE INDEX ix_product_external_number ON product (external_number);

CREATE INDEX ix_product_profile ON product (profile);

CREATE TABLE "order" (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	customer VARCHAR NOT NULL, 
	amount VARCHAR, 
	currency VARCHAR NOT NULL, 
	ordered_us INTEGER, 
	due_us INTEGER, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_order PRIMARY KEY (id), 
	CONSTRAINT uq_order_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_order_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_order_key UNIQUE ("key"), 
	CONSTRAINT fk_order_customer FOREIGN KEY(customer) REFERENCES customer ("key")
);

CREATE INDEX ix_order_external_number ON "order" (external_number);

CREATE INDEX ix_order_customer ON "order" (customer);

CREATE INDEX ix_order_name ON "order" (name);

CREATE TABLE finding_link (
	finding_id VARCHAR(36) NOT NULL, 
	other_id VARCHAR(36) NOT NULL, 
	change VARCHAR NOT NULL, 
	time_us INTEGER NOT NULL, 
	CONSTRAINT pk_finding_link PRIMARY KEY (finding_id, other_id, change), 
	CONSTRAINT fk_finding_link_finding_id FOREIGN KEY(finding_id) REFERENCES finding (id)
);

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

CREATE INDEX ix_alarm_ticket_id ON alarm (ticket_id);

CREATE INDEX ix_alarm_active_since ON alarm (active_since_us, id);

CREATE TABLE ticket_finding (
	finding_id VARCHAR(36) NOT NULL, 
	ticket_id VARCHAR(36) NOT NULL, 
	CONSTRAINT pk_ticket_finding PRIMARY KEY (finding_id), 
	CONSTRAINT fk_ticket_finding_finding_id FOREIGN KEY(finding_id) REFERENCES finding (id), 
	CONSTRAINT fk_ticket_finding_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_ticket_finding_ticket_id ON ticket_finding (ticket_id);

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

CREATE TABLE api_key (
	id VARCHAR(36) NOT NULL, 
	hash BLOB NOT NULL, 
	hint VARCHAR(8) NOT NULL, 
	name VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	customer VARCHAR, 
	gateway VARCHAR, 
	site VARCHAR, 
	carrier VARCHAR, 
	created_us INTEGER NOT NULL, 
	expires_us INTEGER, 
	last_used_us INTEGER, 
	revoked_us INTEGER, 
	CONSTRAINT pk_api_key PRIMARY KEY (id), 
	CONSTRAINT uq_api_key_hash UNIQUE (hash), 
	CONSTRAINT fk_api_key_customer FOREIGN KEY(customer) REFERENCES customer ("key"), 
	CONSTRAINT fk_api_key_site FOREIGN KEY(site) REFERENCES site ("key"), 
	CONSTRAINT fk_api_key_carrier FOREIGN KEY(carrier) REFERENCES carrier ("key")
);

CREATE TABLE contact (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	role VARCHAR NOT NULL, 
	phone VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	customer VARCHAR, 
	site VARCHAR, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_contact PRIMARY KEY (id), 
	CONSTRAINT uq_contact_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_contact_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_contact_key UNIQUE ("key"), 
	CONSTRAINT fk_contact_customer FOREIGN KEY(customer) REFERENCES customer ("key"), 
	CONSTRAINT fk_contact_site FOREIGN KEY(site) REFERENCES site ("key")
);

CREATE INDEX ix_contact_name ON contact (name);

CREATE INDEX ix_contact_external_number ON contact (external_number);

CREATE INDEX ix_contact_customer ON contact (customer);

CREATE INDEX ix_contact_site ON contact (site);

CREATE TABLE person (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	role VARCHAR NOT NULL, 
	phone VARCHAR NOT NULL, 
	email VARCHAR NOT NULL, 
	language VARCHAR NOT NULL, 
	site VARCHAR, 
	carrier VARCHAR, 
	customer VARCHAR, 
	region VARCHAR NOT NULL, 
	skills JSON NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT uq_person_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_person_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_person_key UNIQUE ("key"), 
	CONSTRAINT fk_person_site FOREIGN KEY(site) REFERENCES site ("key"), 
	CONSTRAINT fk_person_carrier FOREIGN KEY(carrier) REFERENCES carrier ("key"), 
	CONSTRAINT fk_person_customer FOREIGN KEY(customer) REFERENCES customer ("key")
);

CREATE INDEX ix_person_customer ON person (customer);

CREATE INDEX ix_person_external_number ON person (external_number);

CREATE INDEX ix_person_carrier ON person (carrier);

CREATE INDEX ix_person_name ON person (name);

CREATE INDEX ix_person_site ON person (site);

CREATE TABLE zone (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	site VARCHAR, 
	kind VARCHAR NOT NULL, 
	profile VARCHAR, 
	climate_control VARCHAR NOT NULL, 
	area_m2 FLOAT, 
	volume_m3 FLOAT, 
	codes JSON NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_zone PRIMARY KEY (id), 
	CONSTRAINT uq_zone_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_zone_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_zone_key UNIQUE ("key"), 
	CONSTRAINT fk_zone_site FOREIGN KEY(site) REFERENCES site ("key"), 
	CONSTRAINT fk_zone_profile FOREIGN KEY(profile) REFERENCES profile ("key")
);

CREATE INDEX ix_zone_profile ON zone (profile);

CREATE INDEX ix_zone_external_number ON zone (external_number);

CREATE INDEX ix_zone_site ON zone (site);

CREATE INDEX ix_zone_name ON zone (name);

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

CREATE INDEX ix_gateway_external_number ON gateway (external_number);

CREATE INDEX ix_gateway_site ON gateway (site);

CREATE INDEX ix_gateway_name ON gateway (name);

CREATE TABLE lot (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	customer VARCHAR NOT NULL, 
	product VARCHAR NOT NULL, 
	status VARCHAR NOT NULL, 
	"order" VARCHAR, 
	quantity VARCHAR, 
	unit VARCHAR NOT NULL, 
	amount VARCHAR, 
	currency VARCHAR NOT NULL, 
	form VARCHAR NOT NULL, 
	produced_us INTEGER, 
	expires_us INTEGER, 
	codes JSON NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_lot PRIMARY KEY (id), 
	CONSTRAINT uq_lot_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_lot_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_lot_key UNIQUE ("key"), 
	CONSTRAINT fk_lot_customer FOREIGN KEY(customer) REFERENCES customer ("key"), 
	CONSTRAINT fk_lot_product FOREIGN KEY(product) REFERENCES product ("key"), 
	CONSTRAINT fk_lot_order FOREIGN KEY("order") REFERENCES "order" ("key")
);

CREATE INDEX ix_lot_product ON lot (product);

CREATE INDEX ix_lot_customer ON lot (customer);

CREATE INDEX ix_lot_name ON lot (name);

CREATE INDEX ix_lot_order ON lot ("order");

CREATE INDEX ix_lot_external_number ON lot (external_number);

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
	serial VARCHAR NOT NULL, 
	codes JSON NOT NULL, 
	read_out BOOLEAN NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_device PRIMARY KEY (id), 
	CONSTRAINT uq_device_gateway_device UNIQUE (gateway, device), 
	CONSTRAINT uq_device_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_device_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_device_key UNIQUE ("key"), 
	CONSTRAINT fk_device_gateway FOREIGN KEY(gateway) REFERENCES gateway ("key"), 
	CONSTRAINT uq_device_known_as UNIQUE (known_as)
);

CREATE INDEX ix_device_name ON device (name);

CREATE INDEX ix_device_gateway ON device (gateway);

CREATE INDEX ix_device_external_number ON device (external_number);

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

CREATE INDEX ix_equipment_external_number ON equipment (external_number);

CREATE INDEX ix_equipment_name ON equipment (name);

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
	"order" VARCHAR, 
	amount VARCHAR, 
	currency VARCHAR NOT NULL, 
	carrier VARCHAR, 
	vehicle VARCHAR NOT NULL, 
	driver VARCHAR, 
	expected_departure_us INTEGER, 
	expected_arrival_us INTEGER, 
	packaging_moisture FLOAT, 
	stage VARCHAR NOT NULL, 
	codes JSON NOT NULL, 
	legs JSON NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_shipment PRIMARY KEY (id), 
	CONSTRAINT uq_shipment_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_shipment_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_shipment_key UNIQUE ("key"), 
	CONSTRAINT fk_shipment_zone FOREIGN KEY(zone) REFERENCES zone ("key"), 
	CONSTRAINT fk_shipment_origin FOREIGN KEY(origin) REFERENCES site ("key"), 
	CONSTRAINT fk_shipment_destination FOREIGN KEY(destination) REFERENCES site ("key"), 
	CONSTRAINT fk_shipment_order FOREIGN KEY("order") REFERENCES "order" ("key"), 
	CONSTRAINT fk_shipment_carrier FOREIGN KEY(carrier) REFERENCES carrier ("key"), 
	CONSTRAINT fk_shipment_driver FOREIGN KEY(driver) REFERENCES person ("key")
);

CREATE INDEX ix_shipment_carrier ON shipment (carrier);

CREATE INDEX ix_shipment_order ON shipment ("order");

CREATE INDEX ix_shipment_zone ON shipment (zone);

CREATE INDEX ix_shipment_destination ON shipment (destination);

CREATE INDEX ix_shipment_driver ON shipment (driver);

CREATE INDEX ix_shipment_name ON shipment (name);

CREATE INDEX ix_shipment_external_number ON shipment (external_number);

CREATE INDEX ix_shipment_origin ON shipment (origin);

CREATE TABLE calibration (
	id VARCHAR(36) NOT NULL, 
	"key" VARCHAR(64) NOT NULL, 
	name VARCHAR NOT NULL, 
	external_system VARCHAR, 
	external_number VARCHAR, 
	device VARCHAR NOT NULL, 
	quantity VARCHAR NOT NULL, 
	certificate VARCHAR NOT NULL, 
	laboratory VARCHAR NOT NULL, 
	done_us INTEGER NOT NULL, 
	due_us INTEGER, 
	deviation FLOAT, 
	uncertainty FLOAT, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_calibration PRIMARY KEY (id), 
	CONSTRAINT uq_calibration_external_system_external_number UNIQUE (external_system, external_number), 
	CONSTRAINT ck_calibration_whole_external CHECK ((external_system IS NULL) = (external_number IS NULL)), 
	CONSTRAINT uq_calibration_key UNIQUE ("key"), 
	CONSTRAINT fk_calibration_device FOREIGN KEY(device) REFERENCES device ("key")
);

CREATE INDEX ix_calibration_external_number ON calibration (external_number);

CREATE INDEX ix_calibration_device ON calibration (device);

CREATE INDEX ix_calibration_name ON calibration (name);
