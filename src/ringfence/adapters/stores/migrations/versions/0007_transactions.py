"""Card transactions, the calls that ask about them, and what was said there are kept."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    _transactions()
    _phone_changes()
    _calls()
    _timeline()


def _transactions() -> None:
    op.create_table(
        "transactions",
        sa.Column("place", sa.Integer, primary_key=True),
        sa.Column("transaction_id", sa.Text, nullable=False, unique=True),
        sa.Column("client_name", sa.Text, nullable=False),
        sa.Column("card_last_four", sa.Text, nullable=False),
        sa.Column("card_hash", sa.Text, nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("amount", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("bank_name", sa.Text, nullable=False),
        sa.Column("merchant_name", sa.Text, nullable=False),
        sa.Column("made_on", sa.Text, nullable=False),
        sa.Column("zone", sa.Text),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("imported_at", sa.BigInteger, nullable=False),
        sa.Column("searched", sa.Text, nullable=False),
    )
    op.create_index("ix_transactions_status", "transactions", ["status"])


def _phone_changes() -> None:
    op.create_table(
        "phone_changes",
        sa.Column("change_id", sa.Integer, primary_key=True),
        sa.Column("transaction_id", sa.Text, sa.ForeignKey("transactions.transaction_id"), nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("proposed_by", sa.Text, nullable=False),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("decided_by", sa.Text),
        sa.Column("decided_at", sa.BigInteger),
    )
    op.create_index("ix_phone_changes_transaction_id", "phone_changes", ["transaction_id"])
    op.create_index(
        "ix_phone_changes_open",
        "phone_changes",
        ["transaction_id"],
        unique=True,
        sqlite_where=sa.text("state = 'proposed'"),
    )


def _calls() -> None:
    op.create_table(
        "verification_calls",
        sa.Column("call_id", sa.Text, primary_key=True),
        sa.Column("transaction_id", sa.Text, sa.ForeignKey("transactions.transaction_id"), nullable=False),
        sa.Column("phone", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("token_digest", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("ordered_by", sa.Text, nullable=False),
        sa.Column("ordered_at", sa.BigInteger, nullable=False),
        sa.Column("status_before", sa.Text, nullable=False),
        sa.Column("provider_id", sa.Text),
        sa.Column("status", sa.Text),
        sa.Column("answered_by", sa.Text),
        sa.Column("turn", sa.Integer, nullable=False),
        sa.Column("dialogue", sa.Text, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("outcome", sa.Text),
        sa.Column("made", sa.Boolean(create_constraint=False), nullable=False),
    )
    op.create_index("ix_verification_calls_transaction_id", "verification_calls", ["transaction_id"])
    op.create_index(
        "ix_verification_calls_running",
        "verification_calls",
        ["phone"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
    )


def _timeline() -> None:
    op.create_table(
        "call_timeline",
        sa.Column("call_id", sa.Text, sa.ForeignKey("verification_calls.call_id"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("entry", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
