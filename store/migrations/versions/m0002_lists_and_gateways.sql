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

CREATE TABLE gateway_credential (
	gateway VARCHAR(64) NOT NULL,
	bcrypt VARCHAR NOT NULL,
	pbkdf2 VARCHAR NOT NULL,
	issued_us INTEGER NOT NULL,
	issued_by VARCHAR NOT NULL,
	revoked_us INTEGER,
	CONSTRAINT pk_gateway_credential PRIMARY KEY (gateway)
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

ALTER TABLE product ADD COLUMN gtin VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE site ADD COLUMN geofence_m FLOAT;

ALTER TABLE site ADD COLUMN climate VARCHAR;

ALTER TABLE site ADD COLUMN coastal BOOLEAN;

ALTER TABLE lot ADD COLUMN "order" VARCHAR CONSTRAINT fk_lot_order REFERENCES "order" ("key");

CREATE INDEX ix_lot_order ON lot ("order");

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

ALTER TABLE shipment ADD COLUMN "order" VARCHAR CONSTRAINT fk_shipment_order REFERENCES "order" ("key");

CREATE INDEX ix_shipment_order ON shipment ("order");

ALTER TABLE shipment ADD COLUMN amount VARCHAR;

ALTER TABLE shipment ADD COLUMN currency VARCHAR DEFAULT 'CNY' NOT NULL;

ALTER TABLE shipment ADD COLUMN carrier VARCHAR CONSTRAINT fk_shipment_carrier REFERENCES carrier ("key");

CREATE INDEX ix_shipment_carrier ON shipment (carrier);

ALTER TABLE shipment ADD COLUMN vehicle VARCHAR DEFAULT '' NOT NULL;

ALTER TABLE shipment ADD COLUMN driver VARCHAR CONSTRAINT fk_shipment_driver REFERENCES person ("key");

CREATE INDEX ix_shipment_driver ON shipment (driver);

ALTER TABLE shipment ADD COLUMN expected_departure_us INTEGER;

ALTER TABLE shipment ADD COLUMN expected_arrival_us INTEGER;

ALTER TABLE shipment ADD COLUMN packaging_moisture FLOAT;

ALTER TABLE shipment ADD COLUMN stage VARCHAR DEFAULT 'planned' NOT NULL;

ALTER TABLE shipment ADD COLUMN codes JSON DEFAULT '[]' NOT NULL;

ALTER TABLE shipment ADD COLUMN legs JSON DEFAULT '[]' NOT NULL;
