"""Calls are found by the reference that a card holder quotes; whether a text followed one is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("verification_calls", sa.Column("reference", sa.Text, nullable=False, server_default=""))
    op.add_column("verification_calls", sa.Column("texted_at", sa.BigInteger))
    op.create_index("ix_verification_calls_reference", "verification_calls", ["reference"])
