CREATE TABLE equipment_figures (
	equipment VARCHAR NOT NULL,
	day INTEGER NOT NULL,
	inputs VARCHAR NOT NULL,
	figures JSON NOT NULL,
	CONSTRAINT pk_equipment_figures PRIMARY KEY (equipment, day)
)
 WITHOUT ROWID;

CREATE TABLE equipment_inspection (
	id VARCHAR(36) NOT NULL,
	equipment VARCHAR NOT NULL,
	done_us INTEGER NOT NULL,
	result VARCHAR NOT NULL,
	readings JSON NOT NULL,
	note VARCHAR NOT NULL,
	principal VARCHAR NOT NULL,
	recorded_us INTEGER NOT NULL,
	CONSTRAINT pk_equipment_inspection PRIMARY KEY (id)
);

CREATE INDEX ix_equipment_inspection_done ON equipment_inspection (equipment, done_us);

CREATE TABLE forecast (
	id VARCHAR(36) NOT NULL,
	zone VARCHAR(64) NOT NULL,
	band VARCHAR NOT NULL,
	quantity VARCHAR NOT NULL,
	side VARCHAR NOT NULL,
	value FLOAT NOT NULL,
	model VARCHAR NOT NULL,
	announced_us INTEGER NOT NULL,
	first_p10_us INTEGER,
	first_p50_us INTEGER,
	first_p90_us INTEGER,
	issued_us INTEGER NOT NULL,
	expires_us INTEGER NOT NULL,
	p10_us INTEGER,
	p50_us INTEGER,
	p90_us INTEGER,
	probability FLOAT NOT NULL,
	state VARCHAR NOT NULL,
	ended_us INTEGER,
	CONSTRAINT pk_forecast PRIMARY KEY (id)
);

CREATE INDEX ix_forecast_announced ON forecast (announced_us);

CREATE INDEX ix_forecast_zone ON forecast (zone, announced_us);

CREATE TABLE long_job (
	id VARCHAR(36) NOT NULL,
	kind VARCHAR NOT NULL,
	principal VARCHAR NOT NULL,
	created_us INTEGER NOT NULL,
	updated_us INTEGER NOT NULL,
	asked JSON NOT NULL,
	state VARCHAR NOT NULL,
	done INTEGER NOT NULL,
	total INTEGER NOT NULL,
	result JSON,
	why VARCHAR NOT NULL,
	CONSTRAINT pk_long_job PRIMARY KEY (id)
);

CREATE INDEX ix_long_job_kind ON long_job (kind, id);

CREATE INDEX ix_long_job_state ON long_job (state);

CREATE TABLE model (
	id VARCHAR(36) NOT NULL,
	name VARCHAR NOT NULL,
	version INTEGER NOT NULL,
	card JSON NOT NULL,
	digest VARCHAR(64) NOT NULL,
	stage VARCHAR NOT NULL,
	frozen BOOLEAN NOT NULL,
	terms JSON NOT NULL,
	revision INTEGER NOT NULL,
	CONSTRAINT pk_model PRIMARY KEY (id),
	CONSTRAINT uq_model_name_version UNIQUE (name, version)
);

CREATE TABLE proposal (
	id VARCHAR(36) NOT NULL,
	rule VARCHAR NOT NULL,
	state VARCHAR NOT NULL,
	created_us INTEGER NOT NULL,
	body JSON NOT NULL,
	decided_us INTEGER,
	decided_by VARCHAR,
	CONSTRAINT pk_proposal PRIMARY KEY (id)
);

CREATE INDEX ix_proposal_state ON proposal (state, id);

CREATE TABLE shadow_finding (
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
	noted_us INTEGER NOT NULL,
	CONSTRAINT pk_shadow_finding PRIMARY KEY (id)
);

CREATE INDEX ix_shadow_finding_model ON shadow_finding (model, subject, end_us);

CREATE TABLE verdict (
	ticket_id VARCHAR(36) NOT NULL,
	verdict VARCHAR NOT NULL,
	reason VARCHAR NOT NULL,
	began_us INTEGER,
	principal VARCHAR NOT NULL,
	time_us INTEGER NOT NULL,
	CONSTRAINT pk_verdict PRIMARY KEY (ticket_id),
	CONSTRAINT fk_verdict_ticket_id FOREIGN KEY(ticket_id) REFERENCES ticket (id)
);

CREATE INDEX ix_verdict_time ON verdict (time_us);

CREATE TABLE weather_issue (
	id VARCHAR(36) NOT NULL,
	site VARCHAR(64) NOT NULL,
	issued_us INTEGER NOT NULL,
	source VARCHAR NOT NULL,
	hours JSON NOT NULL,
	CONSTRAINT pk_weather_issue PRIMARY KEY (id),
	CONSTRAINT uq_weather_issue_site_issued_us UNIQUE (site, issued_us),
	CONSTRAINT fk_weather_issue_site FOREIGN KEY(site) REFERENCES site ("key")
);

CREATE TABLE zone_schedule (
	id VARCHAR(36) NOT NULL,
	zone VARCHAR(64) NOT NULL,
	version INTEGER NOT NULL,
	events JSON NOT NULL,
	CONSTRAINT pk_zone_schedule PRIMARY KEY (id),
	CONSTRAINT uq_zone_schedule_zone UNIQUE (zone),
	CONSTRAINT fk_zone_schedule_zone FOREIGN KEY(zone) REFERENCES zone ("key")
);

ALTER TABLE equipment ADD COLUMN inspection_us INTEGER;
