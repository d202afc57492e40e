"""Alerts with their calls, actions, keys, policies, lists and the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    _alerts()
    _site()
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
            "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
        )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.Text, primary_key=True),
        sa.Column("b_number", sa.Text, nullable=False, index=True),
        sa.Column("label", sa.Text, nullable=False, index=True),
        sa.Column("severity", sa.Text, nullable=False, index=True),
        sa.Column("risk_level", sa.Text, nullable=False),
        sa.Column("opened_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("last_seen_at", sa.BigInteger, nullable=False, index=True),
        sa.Column("closed_at", sa.BigInteger, index=True),
        sa.Column("distinct_callers", sa.Integer, nullable=False),
        sa.Column("trunks", sa.JSON, nullable=False),
        sa.Column("masking_probability", sa.Float, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("reasons", sa.JSON, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("callers", sa.Integer, nullable=False),
        sa.Column("more_calls", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False, index=True),
        sa.Column("verdict", sa.Text),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "alert_calls",
        sa.Column("alert_id", sa.Text, sa.ForeignKey("alerts.alert_id"), primary_key=True),
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("a_number", sa.Text, nullable=False, index=True),
        sa.Column("begun_at", sa.BigInteger, nullable=False),
        sa.Column("trunk", sa.Text, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("suspect", sa.Boolean, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "actions",
        sa.Column("action_id", sa.Text, primary_key=True),
        sa.Column("alert_id", sa.Text, sa.ForeignKey("alerts.alert_id"), nullable=False, index=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("call_id", sa.Text),
        sa.Column("a_number", sa.Text),
        sa.Column("b_number", sa.Text, nullable=False),
        sa.Column("decided_at", sa.BigInteger, nullable=False),
        sa.Column("mode", sa.Text),
        sa.Column("outcome", sa.Text),
        sa.Column("detail", sa.Text),
        sa.Column("finished_at", sa.BigInteger),
    )


def _site() -> None:
    op.create_table(
        "keys",
        sa.Column("key_id", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("revoked_at", sa.BigInteger),
    )
    op.create_index(
        "ix_keys_valid_name", "keys", ["name"], unique=True, sqlite_where=sa.text("revoked_at IS NULL")
    )
    op.create_table(
        "policies",
        sa.Column("scope", sa.Text, primary_key=True),
        sa.Column("match", sa.Text, primary_key=True),
        sa.Column("decide", sa.Text, nullable=False),
        sa.Column("deed", sa.Text, nullable=False),
        sa.Column("live", sa.Boolean, nullable=False),
        sa.Column("threshold", sa.Float, nullable=False),
        sa.Column("disconnects_per_minute", sa.Integer, nullable=False),
    )
    op.create_table(
        "list_entries",
        sa.Column("list_name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, primary_key=True),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
    )
    op.create_table(
        "audit",
        sa.Column("audit_id", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
    )
