"""Card transactions as routes take and show them; of a card never more than the last four digits."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from ringfence.api.views import PlaceQuery
from ringfence.app.shown import rfc3339, shown_number, shown_text
from ringfence.app.transactions import RowReport, RowResult
from ringfence.app.transactions.export import exported
from ringfence.app.transactions.rows import read_status
from ringfence.errors import BadInput
from ringfence.model.key import Role
from ringfence.model.transaction import PhoneChange, PhoneChangeState, Transaction, TransactionStatus
from ringfence.ports import TransactionFilter

_OLDER = (
    "id", "client_name", "card_number", "client_phone", "amount", "bank_name", "merchant_name",
    "transaction_date", "action",
)  # fmt: skip


def _status(written: object) -> TransactionStatus:
    if not isinstance(written, str):
        raise ValueError("write a status as text, empty for not called yet")
    try:
        return read_status(written)
    except BadInput as error:
        raise ValueError(error.detail) from None


def _by_hand(status: TransactionStatus) -> TransactionStatus:
    if status is TransactionStatus.CONNECTING:
        raise ValueError("Connecting is set by the order of a call, and by nobody else")
    return status


Status = Annotated[TransactionStatus, BeforeValidator(_status)]
StatusByHand = Annotated[Status, AfterValidator(_by_hand)]
"""Else a person could show a call that nobody made, or undo what another has set while one runs."""


class TransactionQuery(PlaceQuery):
    """`status` as the records have it, in capitals or not; empty for not called yet."""

    search: str | None = Field(
        default=None, max_length=200, description="Every word is in some field; viewers find no whole numbers"
    )
    status: Status | None = None

    def wanted(self, role: Role) -> TransactionFilter:
        return TransactionFilter(self.search, self.status, whole_phones=role is not Role.VIEWER)


class WaitingQuery(PlaceQuery):
    state: Literal["waiting"] = Field(
        default="waiting", description="Those that a second person has to decide on"
    )


class OlderTransactionView(BaseModel):
    """`card_number` is masked: `**** 1111`. `action` is the status."""

    id: str
    client_name: str
    card_number: str
    client_phone: str
    amount: float
    bank_name: str
    merchant_name: str
    transaction_date: str
    action: TransactionStatus


class TransactionView(OlderTransactionView):
    """`zone` is null where it is that of the number. `attempts` counts the calls that were made."""

    currency: str
    zone: str | None
    language: str
    attempts: int


class TransactionPageView(BaseModel):
    """`total` counts what the filter takes; `next` is the offset of the next page, null on the last."""

    transactions: list[TransactionView]
    total: int
    limit: int
    offset: int
    next: int | None


class RowView(BaseModel):
    """`line` is that of the file, of a JSON list the place, from 1. `id` is null where it can't be told. `code` and
    `reason` are empty where the row came in and nothing about it is doubtful."""

    line: int
    id: str | None
    result: RowResult
    code: str
    reason: str


class ImportView(BaseModel):
    imported: int
    duplicates: int
    refused: int
    rows: list[RowView]


class OkView(BaseModel):
    ok: bool


class WaitingView(OkView):
    """`ok` is false, since the number is not changed yet: a second person has to approve `change_id`."""

    change_id: int
    detail: str


class PhoneRequest(BaseModel):
    client_phone: str = Field(
        max_length=64, description="With its country code, or as dialled in the default region"
    )


class ActionRequest(BaseModel):
    action: StatusByHand


class TransactionChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: StatusByHand = Field(description="Empty for not called yet; Connecting is for calls alone")


class PhoneDecision(BaseModel):
    model_config = ConfigDict(extra="forbid")

    approve: bool = Field(strict=True, description="false refuses")


class PhoneChangeView(BaseModel):
    """`decided_by` is the second person, null where one was enough or none has come yet."""

    change_id: int
    transaction_id: str
    before: str
    after: str
    state: PhoneChangeState
    proposed_by: str
    proposed_at: str
    decided_by: str | None
    decided_at: str | None


class PhoneHistoryView(BaseModel):
    """Oldest first."""

    changes: list[PhoneChangeView]


class PhoneChangePageView(BaseModel):
    """Oldest first. `total` counts all that wait; `next` is the offset of the next page, null on the last."""

    changes: list[PhoneChangeView]
    total: int
    limit: int
    offset: int
    next: int | None


class PhoneAnswerView(BaseModel):
    """`change` is what waits for a second person, null where one was enough."""

    transaction: TransactionView
    change: PhoneChangeView | None


def transaction_view(one: Transaction, role: Role) -> dict[str, Any]:
    shown = replace(
        one,
        client_name=shown_text(one.client_name, role),
        phone=shown_number(one.phone, role),
        bank_name=shown_text(one.bank_name, role),
        merchant_name=shown_text(one.merchant_name, role),
    )
    return exported(shown)


def older_view(one: Transaction, role: Role) -> dict[str, Any]:
    told = transaction_view(one, role)
    return {name: told[name] for name in _OLDER}


def change_view(change: PhoneChange, role: Role) -> dict[str, Any]:
    return {
        "change_id": change.change_id,
        "transaction_id": change.transaction_id,
        "before": shown_number(change.before, role),
        "after": shown_number(change.after, role),
        "state": change.state,
        "proposed_by": change.proposed_by,
        "proposed_at": rfc3339(change.proposed_at),
        "decided_by": change.decided_by,
        "decided_at": None if change.decided_at is None else rfc3339(change.decided_at),
    }


def import_view(reports: Sequence[RowReport]) -> dict[str, Any]:
    results = [report.result for report in reports]
    return {
        "imported": results.count(RowResult.IMPORTED),
        "duplicates": results.count(RowResult.DUPLICATE),
        "refused": results.count(RowResult.REFUSED),
        "rows": [
            {
                "line": report.line,
                "id": report.transaction_id,
                "result": report.result.value,
                "code": report.code,
                "reason": report.reason,
            }
            for report in reports
        ],
    }
