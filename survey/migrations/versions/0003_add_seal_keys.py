"""Add the public key that the answers of a wave are sealed to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from survey.errors import SurveyError

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; a wave that is open without a key could neither take answers nor mix those it has."""
    open_names = op.get_bind().execute(sa.text("SELECT name FROM waves WHERE state = 'open'")).scalars().all()
    if open_names:
        names = "、".join(open_names)
        raise SurveyError(f"轮次“{names}”正在进行，没有密封密钥；请先用原来的版本结束它，再升级数据库")
    op.add_column("waves", sa.Column("seal_key", sa.LargeBinary(length=32), nullable=True))


def downgrade() -> None:
    """Take the column away again."""
    op.drop_column("waves", "seal_key")
