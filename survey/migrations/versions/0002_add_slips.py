"""Add slips, the administration log, and what holds back wrong codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _words(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=20)


UNIT_KIND = _words("unitkind", "township", "department", "soe", "village")
GROUP = _words("group", "civil_servants", "soe_staff", "village_cadres", "deputies", "residents")
COLLECTOR_KIND = _words("collectorkind", "open", "slip")
SLIP_STATE = _words("slipstate", "unused", "used", "void")


def upgrade() -> None:
    """Create the tables, and the index that slips refer to."""
    op.create_index("ix_collectors_id_headcount", "collectors", ["id", "headcount"], unique=True)
    op.create_table(
        "collector_choices",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("group", GROUP, nullable=False),
        sa.Column("unit_kind", UNIT_KIND, nullable=False),
        sa.Column("collector_kind", COLLECTOR_KIND, nullable=False),
        sa.ForeignKeyConstraint(
            ["wave_id", "group"],
            ["wave_groups.wave_id", "wave_groups.group"],
            name="fk_collector_choices_wave_id_group_wave_groups",
        ),
        sa.PrimaryKeyConstraint("wave_id", "group", "unit_kind", name="pk_collector_choices"),
    )
    op.create_table(
        "slips",
        sa.Column("scan_digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("selector", sa.String(length=5), nullable=False),
        sa.Column("verifier", sa.String(length=120), nullable=False),
        sa.Column("state", SLIP_STATE, nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.CheckConstraint("place >= 1 AND place <= headcount", name=op.f("ck_slips_place_within_headcount")),
        sa.CheckConstraint("(state = 'void') = (place IS NULL)", name=op.f("ck_slips_place_unless_void")),
        sa.CheckConstraint("run >= 1", name=op.f("ck_slips_run_positive")),
        sa.ForeignKeyConstraint(
            ["collector_id", "headcount"],
            ["collectors.id", "collectors.headcount"],
            name="fk_slips_collector_id_headcount_collectors",
            onupdate="CASCADE",
        ),
        sa.PrimaryKeyConstraint("scan_digest", name="pk_slips"),
        sa.UniqueConstraint("selector", name="uq_slips_selector"),
        sa.UniqueConstraint("collector_id", "place", name="uq_slips_collector_id_place"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("moment", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.CheckConstraint("actor <> '' AND action <> ''", name=op.f("ck_events_named")),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
    )
    op.create_table(
        "wrong_codes",
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("window", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_wrong_codes_n_not_negative")),
        sa.PrimaryKeyConstraint("scope", "key", "window", name="pk_wrong_codes"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spent_puzzles",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("expires", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_spent_puzzles"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take the tables and the index away again."""
    op.drop_table("spent_puzzles")
    op.drop_table("wrong_codes")
    op.drop_table("events")
    op.drop_table("slips")
    op.drop_table("collector_choices")
    op.drop_index("ix_collectors_id_headcount", "collectors")
