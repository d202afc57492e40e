"""The audit trail: who changed what, when, and how."""

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What a person can change or carry away, and what the trail calls it."""

    KEY_CREATE = "key.create"
    KEY_REVOKE = "key.revoke"
    POLICIES_REPLACE = "policies.replace"
    LIST_PUT = "list.put"
    LIST_DROP = "list.drop"
    ALERT_ANNOTATE = "alert.annotate"
    METRICS_RESET = "metrics.reset"
    MODEL_RELOAD = "model.reload"
    TRANSACTIONS_IMPORT = "transactions.import"
    TRANSACTIONS_EXPORT = "transactions.export"
    TRANSACTION_STATUS = "transaction.status"
    PHONE_CHANGE = "phone.change"
    PHONE_PROPOSE = "phone.propose"
    PHONE_APPROVE = "phone.approve"
    PHONE_REFUSE = "phone.refuse"
    CALL_ORDER = "call.order"
    CALL_END = "call.end"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """`before` and `after` are JSON texts, empty where there was nothing."""

    at: int
    who: str
    what: ChangeKind
    target: str
    before: str = ""
    after: str = ""
