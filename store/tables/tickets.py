"""The tables of findings, alarms and tickets: one alarm per cause, one live ticket per cause."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, String, Table, false, true

from store.tables.metadata import Document, Number, metadata, one_of
from tickets.nouns import LIVE

findings = Table(
    "finding",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("detector", String, nullable=False),
    Column("detector_version", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("band", String, nullable=False),
    Column("zone", String),
    Column("cause", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("start_us", Number, nullable=False),
    Column("end_us", Number),
    Column("peak", Float),
    Column("area", Float),
    Column("coverage", Float, nullable=False),
    Column("samples", Number, nullable=False),
    Column("received_us", Number, nullable=False),
    Column("evidence", Document, nullable=False),
    Column("retracted", String),
    Column("model", String),
    Index("ix_finding_subject_end", "subject", "end_us"),
    Index("ix_finding_zone_start", "zone", "start_us"),
    Index("ix_finding_start", "start_us", "id"),
)

GOES_ON = findings.c.end_us.is_(None) & findings.c.retracted.is_(None)
Index("ix_finding_going_on", findings.c.cause, sqlite_where=GOES_ON, postgresql_where=GOES_ON)

finding_links = Table(
    "finding_link",
    metadata,
    Column("finding_id", String(36), ForeignKey("finding.id"), primary_key=True),
    Column("other_id", String(36), primary_key=True),
    Column("change", String, primary_key=True),
    Column("time_us", Number, nullable=False),
    comment="merged: finding became part of other; split: finding came off other",
)

tickets = Table(
    "ticket",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", Number, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("cause", String),
    Column("title", Document, nullable=False),
    Column("why", Document, nullable=False),
    Column("subject", String, nullable=False),
    Column("zone", String),
    Column("site", String),
    Column("lots", Document, nullable=False),
    Column("time_zone", String, nullable=False),
    Column("grade", String, nullable=False),
    Column("priority", Number, nullable=False),
    Column("state", String, nullable=False),
    Column("deadline_us", Number, nullable=False),
    Column("deadline", Document, nullable=False),
    Column("clock_from_us", Number, nullable=False),
    Column("opened_at_us", Number, nullable=False),
    Column("opened_by", String, nullable=False),
    Column("since_us", Number, nullable=False),
    Column("decided_received_us", Number),
    Column("taken_up_by", String),
    Column("assignee", String),
    Column("reason", String, nullable=False),
    Column("held_from", String),
    Column("ended_us", Number),
    Column("merged_into", String(36), ForeignKey("ticket.id")),
    Column("findings_retracted", Boolean, nullable=False),
    Column("version", Number, nullable=False),
    Column("category", String, nullable=False, server_default="technical"),
    Column("phase", String, nullable=False, server_default="after_sale"),
    Column("customer", String),
    Column("hold", String),
    Column("line", String, nullable=False, server_default="first"),
    Column("team", String),
    Column("parent_id", String(36), ForeignKey("ticket.id")),
    Column("breach_p10_us", Number),
    Column("travel_us", Number, nullable=False, server_default="0"),
    Column("repair_us", Number, nullable=False, server_default="0"),
    Column("act_by_us", Number),
    Column("shared", Boolean, nullable=False, server_default=false()),
    Index("ix_ticket_parent_id", "parent_id"),
    Index("ix_ticket_customer", "customer", "number"),
    Index("ix_ticket_state", "state", "number"),
    Index("ix_ticket_state_assignee", "state", "assignee"),
    Index("ix_ticket_zone", "zone", "number"),
    Index("ix_ticket_site", "site", "number"),
    Index("ix_ticket_opened_at", "opened_at_us"),
)

IS_LIVE = one_of(tickets.c.state, LIVE)
Index("uq_ticket_live_cause", tickets.c.cause, unique=True, sqlite_where=IS_LIVE, postgresql_where=IS_LIVE)

alarms = Table(
    "alarm",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("cause", String, nullable=False, unique=True),
    Column("kind", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("zone", String),
    Column("severity", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("acked", Boolean, nullable=False),
    Column("acked_by", String),
    Column("active_since_us", Number, nullable=False),
    Column("returned_us", Number),
    Column("ticket_id", String(36), ForeignKey("ticket.id"), index=True),
    Column("version", Number, nullable=False),
    Column("calls", Number, nullable=False, server_default="1"),
    Column("shelf", Document),
    Column("undecided", Document, nullable=False, server_default="[]"),
    Column("suppressed_by", String),
    Column("suppressed_until_us", Number),
    Column("out_of_service", String),
    Column("flapping_until_us", Number),
    Column("state", String, nullable=False, server_default="active_unacked"),
    Column("latched", Boolean, nullable=False, server_default=false()),
    Column("next_us", Number),
    Index("ix_alarm_active_since", "active_since_us", "id"),
    Index("ix_alarm_state", "state", "active_since_us"),
    Index("ix_alarm_next", "next_us"),
    Index("ix_alarm_subject", "subject"),
    Index("ix_alarm_suppressed_by", "suppressed_by"),
)
"""`state`, `latched` and `next_us` follow from the others; they are kept to be asked for."""

_IS_ACTIVE = alarms.c.active == true()
Index(
    "ix_alarm_active", alarms.c.severity, alarms.c.active_since_us, alarms.c.id,
    sqlite_where=_IS_ACTIVE, postgresql_where=_IS_ACTIVE,
)  # fmt: skip

ticket_findings = Table(
    "ticket_finding",
    metadata,
    Column("finding_id", String(36), ForeignKey("finding.id"), primary_key=True),
    Column("ticket_id", String(36), ForeignKey("ticket.id"), nullable=False, index=True),
)

comments = Table(
    "ticket_comment",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("ticket_id", String(36), ForeignKey("ticket.id"), nullable=False),
    Column("time_us", Number, nullable=False),
    Column("principal", String, nullable=False),
    Column("body", String, nullable=False),
    Column("note", Document),
    Column("public", Boolean, nullable=False, server_default=false()),
    Column("customer", String),
    Column("at_us", Number),
    Index("ix_ticket_comment_ticket", "ticket_id", "time_us", "id"),
)

answered_requests = Table(
    "answered_request",
    metadata,
    Column("principal", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("answer", Document),
    Column("time_us", Number, nullable=False, index=True),
)
"""What was answered to a request with an Idempotency-Key, so that its repetition does nothing again."""
