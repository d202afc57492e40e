"""Policies say from which probability on every suspect is cut."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("policies", sa.Column("sure_threshold", sa.Float, nullable=False, server_default="0.998"))
