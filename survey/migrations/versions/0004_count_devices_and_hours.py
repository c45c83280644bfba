"""Add the counts of devices and of hours of arrival, by unit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables; of a wave that is open already no devices are counted, because it has no key."""
    op.create_table(
        "device_keys",
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name="fk_device_keys_wave_id_waves"),
        sa.PrimaryKeyConstraint("wave_id", name="pk_device_keys"),
    )
    _create_counts(
        "device_uses",
        [sa.Column("device", sa.LargeBinary(length=16), nullable=False)],
        [sa.Column("n", sa.Integer(), nullable=False)],
        sa.CheckConstraint("n > 0", name=op.f("ck_device_uses_n_positive")),
    )
    _create_counts(
        "device_shares",
        [],
        [
            sa.Column("answers", sa.Integer(), nullable=False),
            sa.Column("repeated", sa.Integer(), nullable=False),
        ],
        sa.CheckConstraint(
            "repeated >= 0 AND repeated <= answers", name=op.f("ck_device_shares_repeated_within_answers")
        ),
    )
    _create_counts(
        "arrivals",
        [sa.Column("hour", sa.Integer(), nullable=False)],
        [sa.Column("n", sa.Integer(), nullable=False)],
        sa.CheckConstraint("n > 0", name=op.f("ck_arrivals_n_positive")),
    )


def downgrade() -> None:
    """Drop the tables with all that was counted."""
    for name in ("arrivals", "device_shares", "device_uses", "device_keys"):
        op.drop_table(name)


def _create_counts(
    name: str,
    keys: list[sa.Column[object]],
    counts: list[sa.Column[object]],
    check: sa.CheckConstraint,
) -> None:
    key_names = ["wave_id", "unit_id", *(key.name for key in keys)]
    op.create_table(
        name,
        sa.Column("wave_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        *keys,
        *counts,
        check,
        sa.ForeignKeyConstraint(
            ["wave_id", "unit_id"],
            ["wave_units.wave_id", "wave_units.unit_id"],
            name=f"fk_{name}_wave_id_unit_id_wave_units",
        ),
        sa.PrimaryKeyConstraint(*key_names, name=f"pk_{name}"),
        sqlite_with_rowid=False,
    )
