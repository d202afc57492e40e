"""Alerts keep the features of their most suspect cluster; what was said of an alert is found fast."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "feature_lists",
        sa.Column("version", sa.Text, primary_key=True),
        sa.Column("names", sa.JSON, nullable=False),
    )
    op.add_column("alerts", sa.Column("features", sa.LargeBinary))
    op.add_column("alerts", sa.Column("features_version", sa.Text))
    op.add_column("alerts", sa.Column("leading", sa.Text))
    op.create_index("ix_audit_target", "audit", ["target"])
