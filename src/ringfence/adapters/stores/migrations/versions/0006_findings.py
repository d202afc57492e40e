"""What the pillars have learnt is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "findings",
        sa.Column("finding_id", sa.Text, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.Column("scam_type", sa.Text),
        sa.Column("identifiers", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.Text),
        sa.Column("summary", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )
    for column in ("kind", "at", "scam_type"):
        op.create_index(f"ix_findings_{column}", "findings", [column])
