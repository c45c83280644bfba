"""Create the tables of the main job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _words(name: str, *codes: str) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=20)


MOMENT = sa.DateTime(timezone=True)
UNIT_KIND = _words("unitkind", "township", "department", "soe", "village")
GROUP = _words("group", "civil_servants", "soe_staff", "village_cadres", "deputies", "residents")
COLLECTOR_KIND = _words("collectorkind", "open", "slip")
WAVE_STATE = _words("wavestate", "draft", "open", "closed", "archived")


def upgrade() -> None:
    """Create every table with its constraints, and the mixer's lock."""
    op.create_table(
        "locks",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_locks"),
    )
    op.bulk_insert(sa.table("locks", sa.column("name")), [{"name": "mixer"}])
    op.create_table(
        "questionnaire_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sheet_length", sa.Integer(), nullable=False),
        sa.CheckConstraint("sheet_length > 0", name=op.f("ck_questionnaire_versions_sheet_length_positive")),
        sa.PrimaryKeyConstraint("id", name="pk_questionnaire_versions"),
        sa.UniqueConstraint("digest", name="uq_questionnaire_versions_digest"),
        sa.UniqueConstraint("id", "sheet_length", name="uq_questionnaire_versions_id_sheet_length"),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", UNIT_KIND, nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("credit_code", sa.String(length=18), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("is_retired", sa.Boolean(), nullable=False),
        sa.CheckConstraint("code <> '' AND name <> ''", name=op.f("ck_units_named")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_units_not_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name="fk_units_parent_id_units"),
        sa.PrimaryKeyConstraint("id", name="pk_units"),
        sa.UniqueConstraint("code", name="uq_units_code"),
        sa.UniqueConstraint("credit_code", name="uq_units_credit_code"),
    )
    op.create_table(
        "waves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("state", WAVE_STATE, nullable=False),
        sa.Column("opens_at", MOMENT, nullable=False),
        sa.Column("closes_at", MOMENT, nullable=False),
        sa.Column("organiser", sa.String(length=100), nullable=False),
        sa.Column("contact", sa.String(length=100), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("minimum_unit", sa.Integer(), nullable=False),
        sa.Column("minimum_crossing", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_waves_named")),
        sa.CheckConstraint(
            "minimum_unit >= 3 AND minimum_crossing >= minimum_unit", name=op.f("ck_waves_minimum")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_waves_opens_before_it_closes")),
        sa.PrimaryKeyConstraint("id", name="pk_waves"),
        sa.UniqueConstraint("id", "state", name="uq_waves_id_state"),
        sa.UniqueConstraint("name", name="uq_waves_name"),
    )
    op.create_table(
        "headcounts",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("group", GROUP, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_headcounts_n_not_negative")),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_headcounts_unit_id_units"),
        sa.PrimaryKeyConstraint("unit_id", "group", name="pk_headcounts"),
    )
    op.create_table(
        "receipts",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name="fk_receipts_wave_id_waves"),
        sa.PrimaryKeyConstraint("digest", name="pk_receipts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "wave_groups",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("group", GROUP, nullable=False),
        sa.Column("collector_kind", COLLECTOR_KIND, nullable=False),
        sa.Column("target_satisfaction", sa.Double(), nullable=False),
        sa.Column("target_awareness", sa.Double(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "target_awareness > 0 AND target_awareness <= 1", name=op.f("ck_wave_groups_target_awareness")
        ),
        sa.CheckConstraint(
            "target_satisfaction > 0 AND target_satisfaction <= 1",
            name=op.f("ck_wave_groups_target_satisfaction"),
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["questionnaire_versions.id"],
            name="fk_wave_groups_version_id_questionnaire_versions",
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name="fk_wave_groups_wave_id_waves"),
        sa.PrimaryKeyConstraint("wave_id", "group", name="pk_wave_groups"),
    )
    op.create_table(
        "wave_units",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", UNIT_KIND, nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["units.id"], name="fk_wave_units_parent_id_units"),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name="fk_wave_units_unit_id_units"),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name="fk_wave_units_wave_id_waves"),
        sa.PrimaryKeyConstraint("wave_id", "unit_id", name="pk_wave_units"),
    )
    op.create_table(
        "collectors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("group", GROUP, nullable=False),
        sa.Column("kind", COLLECTOR_KIND, nullable=False),
        sa.Column("token", sa.String(length=16), nullable=False),
        sa.Column("headcount", sa.Integer(), nullable=True),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("mixed", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= mixed AND mixed <= accepted", name=op.f("ck_collectors_mixed_within_accepted")
        ),
        sa.CheckConstraint("accepted <= headcount", name=op.f("ck_collectors_accepted_within_headcount")),
        sa.CheckConstraint("headcount >= 0", name=op.f("ck_collectors_headcount_not_negative")),
        sa.ForeignKeyConstraint(
            ["wave_id", "group"],
            ["wave_groups.wave_id", "wave_groups.group"],
            name="fk_collectors_wave_id_group_wave_groups",
        ),
        sa.ForeignKeyConstraint(
            ["wave_id", "unit_id"],
            ["wave_units.wave_id", "wave_units.unit_id"],
            name="fk_collectors_wave_id_unit_id_wave_units",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_collectors"),
        sa.UniqueConstraint("id", "wave_id", name="uq_collectors_id_wave_id"),
        sa.UniqueConstraint("token", name="uq_collectors_token"),
        sa.UniqueConstraint("wave_id", "unit_id", "group", name="uq_collectors_wave_id_unit_id_group"),
    )
    op.create_table(
        "cells",
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("option", sa.String(length=40), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.CheckConstraint("n >= 0", name=op.f("ck_cells_n_not_negative")),
        sa.ForeignKeyConstraint(["collector_id"], ["collectors.id"], name="fk_cells_collector_id_collectors"),
        sa.PrimaryKeyConstraint("collector_id", "item", "option", name="pk_cells"),
    )
    op.create_table(
        "comments",
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("item", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_comments_text_not_empty")),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collectors.id"], name="fk_comments_collector_id_collectors"
        ),
        sa.PrimaryKeyConstraint("collector_id", "id", name="pk_comments"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("wave_state", WAVE_STATE, nullable=False),
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("wave_state = 'open'", name=op.f("ck_inbox_wave_is_open")),
        sa.ForeignKeyConstraint(
            ["collector_id", "wave_id"],
            ["collectors.id", "collectors.wave_id"],
            name="fk_inbox_collector_id_wave_id_collectors",
        ),
        sa.ForeignKeyConstraint(
            ["wave_id", "wave_state"], ["waves.id", "waves.state"], name="fk_inbox_wave_id_wave_state_waves"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inbox"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_inbox_collector_id", "inbox", ["collector_id"])
    op.create_table(
        "indicator_cells",
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=40), nullable=False),
        sa.Column("base", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.CheckConstraint("base >= 0 AND total >= 0", name=op.f("ck_indicator_cells_counts_not_negative")),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collectors.id"], name="fk_indicator_cells_collector_id_collectors"
        ),
        sa.PrimaryKeyConstraint("collector_id", "indicator", name="pk_indicator_cells"),
    )
    op.create_table(
        "responses",
        sa.Column("collector_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("sheet_length", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=False),
        sa.CheckConstraint("length(sheet) = sheet_length", name=op.f("ck_responses_sheet_has_its_length")),
        sa.ForeignKeyConstraint(
            ["collector_id"], ["collectors.id"], name="fk_responses_collector_id_collectors"
        ),
        sa.ForeignKeyConstraint(
            ["version_id", "sheet_length"],
            ["questionnaire_versions.id", "questionnaire_versions.sheet_length"],
            name="fk_responses_version_id_sheet_length_questionnaire_versions",
        ),
        sa.PrimaryKeyConstraint("collector_id", "id", name="pk_responses"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Take the tables away again."""
    op.drop_table("responses")
    op.drop_table("indicator_cells")
    op.drop_table("inbox")
    op.drop_table("comments")
    op.drop_table("cells")
    op.drop_table("collectors")
    op.drop_table("wave_units")
    op.drop_table("wave_groups")
    op.drop_table("receipts")
    op.drop_table("headcounts")
    op.drop_table("waves")
    op.drop_table("units")
    op.drop_table("questionnaire_versions")
    op.drop_table("locks")
