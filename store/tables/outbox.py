"""The tables of the outbox: what is to be told, whom it is told, in which messages, and how people want to be told."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, UniqueConstraint

from store.tables.metadata import Document, Number, metadata, one_of

notices = Table(
    "outbox_notice",
    metadata,
    Column("sequence", Number, primary_key=True, autoincrement=True),
    Column("to", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("code", String, nullable=False),
    Column("params", Document, nullable=False),
    Column("urgency", String, nullable=False),
    Column("until_answered", Boolean, nullable=False),
    Column("made_us", Number, nullable=False),
    Column("resolved_us", Number),
    UniqueConstraint("to", "cause"),
    comment="written in the transaction that causes it; resolved_us: when it became tellings",
)
UNRESOLVED = notices.c.resolved_us.is_(None)
Index("ix_outbox_notice_unresolved", notices.c.sequence, sqlite_where=UNRESOLVED, postgresql_where=UNRESOLVED)

tellings = Table(
    "outbox_telling",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("sequence", Number, nullable=False),
    Column("person", String, nullable=False),
    Column("cause", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("code", String, nullable=False),
    Column("params", Document, nullable=False),
    Column("urgency", String, nullable=False),
    Column("until_answered", Boolean, nullable=False),
    Column("made_us", Number, nullable=False),
    Column("state", String, nullable=False),
    Column("held", String),
    Column("next_us", Number),
    Column("rounds", Number, nullable=False),
    Column("told_us", Number),
    Column("ended_us", Number),
    Column("link", String),
    UniqueConstraint("person", "cause"),
    Index("ix_outbox_telling_subject", "subject", "person"),
    Index("ix_outbox_telling_made", "made_us", "id"),
)
DUE_ONE_DAY = tellings.c.next_us.is_not(None)
Index("ix_outbox_telling_next", tellings.c.next_us, sqlite_where=DUE_ONE_DAY, postgresql_where=DUE_ONE_DAY)

messages = Table(
    "outbox_message",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("bundle", String(36), nullable=False),
    Column("person", String, nullable=False),
    Column("subject", String, nullable=False),
    Column("code", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("lane", String, nullable=False),
    Column("urgency", String, nullable=False),
    Column("made_us", Number, nullable=False),
    Column("state", String, nullable=False),
    Column("attempts", Number, nullable=False),
    Column("next_us", Number, nullable=False),
    Column("lease_us", Number),
    Column("sent_us", Number),
    Column("delivered_us", Number),
    Column("error", String, nullable=False),
    Column("provider_id", String, nullable=False),
    UniqueConstraint("bundle", "lane"),
    Index("ix_outbox_message_person", "person", "made_us"),
    Index("ix_outbox_message_sent", "sent_us", "lane"),
    Index("ix_outbox_message_provider", "provider_id"),
)
OPEN = one_of(messages.c.state, ["failed_retrying", "waiting"])
Index("ix_outbox_message_open", messages.c.next_us, sqlite_where=OPEN, postgresql_where=OPEN)

about = Table(
    "outbox_message_about",
    metadata,
    Column("message_id", String(36), ForeignKey("outbox_message.id"), primary_key=True),
    Column("telling_id", String(36), ForeignKey("outbox_telling.id"), primary_key=True, index=True),
)

habits = Table(
    "outbox_habit",
    metadata,
    Column("to", String, primary_key=True),
    Column("urls", Document, nullable=False),
    Column("quiet_from_min", Number),
    Column("quiet_to_min", Number),
    Column("time_zone", String, nullable=False),
    Column("plain", Boolean),
    Column("high_waits", Boolean, nullable=False),
    Column("per_hour", Number),
    Column("version", Number, nullable=False),
)

sirens = Table(
    "siren",
    metadata,
    Column("gateway", String, primary_key=True),
    Column("said", Document, nullable=False),
    Column("time_us", Number, nullable=False),
    comment="what was last published on the alarm topic of a gateway",
)
