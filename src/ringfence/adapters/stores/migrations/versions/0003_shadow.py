"""Alerts and their calls keep what a second judge beside the live one makes of them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("alerts", sa.Column("shadow_method", sa.Text))
    op.add_column("alerts", sa.Column("shadow_label", sa.Text))
    op.add_column("alerts", sa.Column("shadow_probability", sa.Float))
    op.add_column("alert_calls", sa.Column("shadow_score", sa.Float))
    op.add_column("alert_calls", sa.Column("shadow_suspect", sa.Boolean(create_constraint=False)))
