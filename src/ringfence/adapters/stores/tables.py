"""The tables of the records, as the newest migration leaves them. Instants are nanoseconds since 1970 UTC."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    text,
)

metadata = MetaData()

feature_lists = Table(
    "feature_lists",
    metadata,
    Column("version", Text, primary_key=True),
    Column("names", JSON, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("alert_id", Text, primary_key=True),
    Column("b_number", Text, nullable=False, index=True),
    Column("label", Text, nullable=False, index=True),
    Column("severity", Text, nullable=False, index=True),
    Column("risk_level", Text, nullable=False),
    Column("opened_at", BigInteger, nullable=False, index=True),
    Column("last_seen_at", BigInteger, nullable=False, index=True),
    Column("closed_at", BigInteger, index=True),
    Column("distinct_callers", Integer, nullable=False),
    Column("trunks", JSON, nullable=False),
    Column("masking_probability", Float, nullable=False),
    Column("method", Text, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("action", Text, nullable=False),
    Column("callers", Integer, nullable=False),
    Column("more_calls", Integer, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("verdict", Text),
    Column("note", Text, nullable=False),
    Column("features", LargeBinary),
    Column("features_version", Text),
    Column("leading", Text),
    Column("shadow_method", Text),
    Column("shadow_label", Text),
    Column("shadow_probability", Float),
)

alert_calls = Table(
    "alert_calls",
    metadata,
    Column("alert_id", Text, ForeignKey("alerts.alert_id"), primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("a_number", Text, nullable=False, index=True),
    Column("begun_at", BigInteger, nullable=False),
    Column("trunk", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("suspect", Boolean(create_constraint=False), nullable=False),
    Column("ended_at", BigInteger),
    Column("shadow_score", Float),
    Column("shadow_suspect", Boolean(create_constraint=False)),
    sqlite_with_rowid=False,
)

actions = Table(
    "actions",
    metadata,
    Column("action_id", Text, primary_key=True),
    Column("alert_id", Text, ForeignKey("alerts.alert_id"), nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("call_id", Text),
    Column("a_number", Text),
    Column("b_number", Text, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    Column("mode", Text),
    Column("outcome", Text),
    Column("detail", Text),
    Column("finished_at", BigInteger),
)

keys = Table(
    "keys",
    metadata,
    Column("key_id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger),
    Index("ix_keys_valid_name", "name", unique=True, sqlite_where=text("revoked_at IS NULL")),
)

policies = Table(
    "policies",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("match", Text, primary_key=True),
    Column("decide", Text, nullable=False),
    Column("deed", Text, nullable=False),
    Column("live", Boolean(create_constraint=False), nullable=False),
    Column("threshold", Float, nullable=False),
    Column("disconnects_per_minute", Integer, nullable=False),
    Column("false_cuts_per_million", Float),
    Column("sure_threshold", Float, nullable=False),
)

list_entries = Table(
    "list_entries",
    metadata,
    Column("list_name", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Column("note", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("expires_at", BigInteger),
)

audit = Table(
    "audit",
    metadata,
    Column("audit_id", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("what", Text, nullable=False),
    Column("target", Text, nullable=False, index=True),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
)

findings = Table(
    "findings",
    metadata,
    Column("finding_id", Text, primary_key=True),
    Column("kind", Text, nullable=False, index=True),
    Column("at", BigInteger, nullable=False, index=True),
    Column("confidence", Float, nullable=False),
    Column("scam_type", Text, index=True),
    Column("identifiers", Text, nullable=False),
    Column("fingerprint", Text),
    Column("summary", Text, nullable=False),
    Column("evidence", Text, nullable=False),
)

transactions = Table(
    "transactions",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("transaction_id", Text, nullable=False, unique=True),
    Column("client_name", Text, nullable=False),
    Column("card_last_four", Text, nullable=False),
    Column("card_hash", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("amount", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("bank_name", Text, nullable=False),
    Column("merchant_name", Text, nullable=False),
    Column("made_on", Text, nullable=False),
    Column("zone", Text),
    Column("language", Text, nullable=False),
    Column("status", Text, nullable=False, index=True),
    Column("attempts", Integer, nullable=False),
    Column("imported_at", BigInteger, nullable=False),
    Column("searched", Text, nullable=False),
)

phone_changes = Table(
    "phone_changes",
    metadata,
    Column("change_id", Integer, primary_key=True),
    Column("transaction_id", Text, ForeignKey("transactions.transaction_id"), nullable=False, index=True),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", BigInteger, nullable=False),
    Column("state", Text, nullable=False),
    Column("decided_by", Text),
    Column("decided_at", BigInteger),
    Index("ix_phone_changes_open", "transaction_id", unique=True, sqlite_where=text("state = 'proposed'")),
)

verification_calls = Table(
    "verification_calls",
    metadata,
    Column("call_id", Text, primary_key=True),
    Column("transaction_id", Text, ForeignKey("transactions.transaction_id"), nullable=False, index=True),
    Column("phone", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("token_digest", LargeBinary(32), nullable=False, unique=True),
    Column("ordered_by", Text, nullable=False),
    Column("ordered_at", BigInteger, nullable=False),
    Column("status_before", Text, nullable=False),
    Column("provider_id", Text),
    Column("status", Text),
    Column("answered_by", Text),
    Column("turn", Integer, nullable=False),
    Column("dialogue", Text, nullable=False),
    Column("ended_at", BigInteger),
    Column("outcome", Text),
    Column("made", Boolean(create_constraint=False), nullable=False),
    Column("reference", Text, nullable=False, server_default="", index=True),
    Column("texted_at", BigInteger),
    Index("ix_verification_calls_running", "phone", unique=True, sqlite_where=text("ended_at IS NULL")),
)

call_timeline = Table(
    "call_timeline",
    metadata,
    Column("call_id", Text, ForeignKey("verification_calls.call_id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("entry", Text, nullable=False),
    sqlite_with_rowid=False,
)
