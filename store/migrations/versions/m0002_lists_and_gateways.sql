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

CREATE INDEX ix_carrier_external_number ON carrier (external_number);

CREATE INDEX ix_carrier_name ON carrier (name);

CREATE TABLE code (
	code VARCHAR NOT NULL,
	kind VARCHAR NOT NULL,
	"key" VARCHAR NOT NULL,
	CONSTRAINT pk_code PRIMARY KEY (code)
);

CREATE INDEX ix_code_object ON code (kind, "key");

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

CREATE TABLE gateway_credential (
	gateway VARCHAR(64) NOT NULL,
	bcrypt VARCHAR NOT NULL,
	pbkdf2 VARCHAR NOT NULL,
	issued_us INTEGER NOT NULL,
	issued_by VARCHAR NOT NULL,
	revoked_us INTEGER,
	CONSTRAINT pk_gateway_credential PRIMARY KEY (gateway)
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

CREATE TABLE journey (
	shipment VARCHAR NOT NULL,
	told JSON NOT NULL,
	CONSTRAINT pk_journey PRIMARY KEY (shipment)
);

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

CREATE INDEX ix_order_customer ON "order" (customer);

CREATE INDEX ix_order_external_number ON "order" (external_number);

CREATE INDEX ix_order_name ON "order" (name);

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

CREATE INDEX ix_contact_customer ON contact (customer);

CREATE INDEX ix_contact_external_number ON contact (external_number);

CREATE INDEX ix_contact_name ON contact (name);

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

CREATE INDEX ix_person_carrier ON person (carrier);

CREATE INDEX ix_person_customer ON person (customer);

CREATE INDEX ix_person_external_number ON person (external_number);

CREATE INDEX ix_person_name ON person (name);

CREATE INDEX ix_person_site ON person (site);

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

CREATE INDEX ix_calibration_device ON calibration (device);

CREATE INDEX ix_calibration_external_number ON calibration (external_number);

CREATE INDEX ix_calibration_name ON calibration (name);

ALTER TABLE product ADD COLUMN gtin VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE site ADD COLUMN geofence_m FLOAT;

ALTER TABLE site ADD COLUMN climate VARCHAR;

ALTER TABLE site ADD COLUMN coastal BOOLEAN;

ALTER TABLE api_key ADD COLUMN site VARCHAR CONSTRAINT fk_api_key_site REFERENCES site ("key");

ALTER TABLE api_key ADD COLUMN carrier VARCHAR CONSTRAINT fk_api_key_carrier REFERENCES carrier ("key");

ALTER TABLE lot ADD COLUMN "order" VARCHAR CONSTRAINT fk_lot_order REFERENCES "order" ("key");

ALTER TABLE lot ADD COLUMN quantity VARCHAR;

ALTER TABLE lot ADD COLUMN unit VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE lot ADD COLUMN amount VARCHAR;

ALTER TABLE lot ADD COLUMN currency VARCHAR DEFAULT 'CNY' NOT NULL;

ALTER TABLE lot ADD COLUMN form VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE lot ADD COLUMN produced_us INTEGER;

ALTER TABLE lot ADD COLUMN expires_us INTEGER;

ALTER TABLE lot ADD COLUMN codes JSON DEFAULT '[]' NOT NULL;

ALTER TABLE zone ADD COLUMN climate_control VARCHAR DEFAULT 'none' NOT NULL;

ALTER TABLE zone ADD COLUMN area_m2 FLOAT;

ALTER TABLE zone ADD COLUMN volume_m3 FLOAT;

ALTER TABLE zone ADD COLUMN codes JSON DEFAULT '[]' NOT NULL;

ALTER TABLE device ADD COLUMN serial VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE device ADD COLUMN codes JSON DEFAULT '[]' NOT NULL;

ALTER TABLE device ADD COLUMN read_out BOOLEAN DEFAULT 0 NOT NULL;

ALTER TABLE shipment ADD COLUMN "order" VARCHAR CONSTRAINT fk_shipment_order REFERENCES "order" ("key");

ALTER TABLE shipment ADD COLUMN amount VARCHAR;

ALTER TABLE shipment ADD COLUMN currency VARCHAR DEFAULT 'CNY' NOT NULL;

ALTER TABLE shipment ADD COLUMN carrier VARCHAR CONSTRAINT fk_shipment_carrier REFERENCES carrier ("key");

ALTER TABLE shipment ADD COLUMN vehicle VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE shipment ADD COLUMN driver VARCHAR CONSTRAINT fk_shipment_driver REFERENCES person ("key");

ALTER TABLE shipment ADD COLUMN expected_departure_us INTEGER;

ALTER TABLE shipment ADD COLUMN expected_arrival_us INTEGER;

ALTER TABLE shipment ADD COLUMN packaging_moisture FLOAT;

ALTER TABLE shipment ADD COLUMN stage VARCHAR DEFAULT 'planned' NOT NULL;

ALTER TABLE shipment ADD COLUMN codes JSON DEFAULT '[]' NOT NULL;

ALTER TABLE shipment ADD COLUMN legs JSON DEFAULT '[]' NOT NULL;

CREATE INDEX ix_customer_external_number ON customer (external_number);

CREATE INDEX ix_customer_name ON customer (name);

CREATE INDEX ix_organisation_external_number ON organisation (external_number);

CREATE INDEX ix_organisation_name ON organisation (name);

CREATE INDEX ix_profile_external_number ON profile (external_number);

CREATE INDEX ix_profile_name ON profile (name);

CREATE INDEX ix_product_external_number ON product (external_number);

CREATE INDEX ix_product_name ON product (name);

CREATE INDEX ix_site_external_number ON site (external_number);

CREATE INDEX ix_site_name ON site (name);

CREATE INDEX ix_gateway_external_number ON gateway (external_number);

CREATE INDEX ix_gateway_name ON gateway (name);

CREATE INDEX ix_lot_external_number ON lot (external_number);

CREATE INDEX ix_lot_name ON lot (name);

CREATE INDEX ix_lot_order ON lot ("order");

CREATE INDEX ix_zone_external_number ON zone (external_number);

CREATE INDEX ix_zone_name ON zone (name);

CREATE INDEX ix_device_external_number ON device (external_number);

CREATE INDEX ix_device_name ON device (name);

CREATE INDEX ix_equipment_external_number ON equipment (external_number);

CREATE INDEX ix_equipment_name ON equipment (name);

CREATE INDEX ix_shipment_carrier ON shipment (carrier);

CREATE INDEX ix_shipment_driver ON shipment (driver);

CREATE INDEX ix_shipment_external_number ON shipment (external_number);

CREATE INDEX ix_shipment_name ON shipment (name);

CREATE INDEX ix_shipment_order ON shipment ("order");
