"""Policies may state a cost in the place of a threshold."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("policies", sa.Column("false_cuts_per_million", sa.Float))
