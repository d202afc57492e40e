"""What every store does with findings, whatever holds it."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from ringfence.adapters.stores.records import SqlRecords
from ringfence.model.finding import Evidence, Finding, FindingKind
from ringfence.model.finding_row import row_of
from ringfence.model.fingerprint import Authority, Fingerprint, Tactic
from ringfence.model.identifier import (
    BankBranch,
    Identifier,
    IdentifierKind,
    IdentifierRole,
    Link,
    Money,
    Routing,
    Tool,
)
from ringfence.model.scam import ScamType
from ringfence.ports import FindingFilter, FindingRecords

NOON = 1_768_478_400_000_000_000
MINUTE = 60_000_000_000
GIVEN, ASKED = IdentifierRole.GIVEN, IdentifierRole.ASKED
LINK = Link("sbi-kyc.top", "sbi-kyc.top", imitates="State Bank of India")
IDENTIFIERS = (
    Identifier(IdentifierKind.URL, "http://sbi-kyc.top/x", "sbi-kyc[.]top/x", None, True, GIVEN, LINK),
    Identifier(
        IdentifierKind.AMOUNT, "INR 49999.50", "Rs 49,999.50", None, None, ASKED, Money("INR", Decimal("49999.50"))
    ),
    Identifier(
        IdentifierKind.BANK_ACCOUNT, "123456789012", "1234 5678 9012", (4, 18), None, GIVEN, Routing("021000021")
    ),
    Identifier(
        IdentifierKind.IFSC, "SBIN0001234", "SBIN0001234", None, True, GIVEN,
        BankBranch("SBIN", "State Bank of India", "001234"),
    ),
    Identifier(IdentifierKind.REMOTE_TOOL, "anydesk", "AnyDesk", None, None, GIVEN, Tool("AnyDesk")),
    Identifier(IdentifierKind.UPI, "kyc@ybl", "KYC@ybl", None, False, GIVEN),
)  # fmt: skip
FINGERPRINT = Fingerprint(
    version="1",
    urgency=0.64,
    urgency_phrases=("तुरंत", "immediately"),
    authorities=(Authority.BANK,),
    tactics=(Tactic.URGENCY, Tactic.PAYMENT_DEMAND),
    payment_escalation=True,
    channel_switch="whatsapp",
    credentials=("otp",),
    vector=(0.0, 0.487, 1.0),
    summary="The sender claims to be a bank.",
)


@pytest.fixture
def records(tmp_path: Path) -> Iterator[FindingRecords]:
    store = SqlRecords(f"sqlite:///{tmp_path}/ringfence.db")
    yield store
    store.close()


def finding(finding_id: str = "f1", at: int = NOON, scam_type: ScamType | None = ScamType.KYC) -> Finding:
    return Finding(
        finding_id=finding_id,
        kind=FindingKind.SCAM_MESSAGE,
        at=at,
        confidence=0.97,
        scam_type=scam_type,
        identifiers=IDENTIFIERS,
        fingerprint=FINGERPRINT,
        summary="Scam, a pretended KYC update.",
        evidence=(Evidence("message", "9f86", "9f86d081"),),
    )


def test_a_finding_comes_back_as_it_was(records: FindingRecords) -> None:
    bare = replace(finding("f2", scam_type=None), identifiers=(), fingerprint=None, evidence=())
    for told in (finding(), bare):
        records.write_finding(row_of(told)).result()
        assert records.finding(told.finding_id) == told
    assert records.finding("f3") is None


def test_what_is_found_again_stays_as_it_was_found_first(records: FindingRecords) -> None:
    records.write_finding(row_of(finding())).result()
    records.write_finding(row_of(replace(finding(at=NOON + MINUTE), confidence=0.5))).result()
    assert records.findings(FindingFilter(), 10, 0).findings == (finding(),)


def test_findings_are_listed_newest_first_and_by_page(records: FindingRecords) -> None:
    for number in range(5):
        records.write_finding(row_of(finding(f"f{number}", NOON + number * MINUTE))).result()
    page = records.findings(FindingFilter(), 2, 1)
    assert ([one.finding_id for one in page.findings], page.total) == (["f3", "f2"], 5)


def test_findings_are_looked_for_by_kind_type_and_time(records: FindingRecords) -> None:
    records.write_finding(row_of(finding("kyc"))).result()
    records.write_finding(row_of(finding("job", NOON + MINUTE, ScamType.JOB))).result()
    call = replace(finding("call", NOON + 2 * MINUTE, ScamType.JOB), kind=FindingKind.SCAM_RECORDING)
    records.write_finding(row_of(call)).result()

    def found(wanted: FindingFilter) -> list[str]:
        return [one.finding_id for one in records.findings(wanted, 10, 0).findings]

    assert found(FindingFilter(scam_type=ScamType.JOB)) == ["call", "job"]
    assert found(FindingFilter(kind=FindingKind.SCAM_MESSAGE)) == ["job", "kyc"]
    assert found(FindingFilter(since=NOON + MINUTE, until=NOON + 2 * MINUTE)) == ["job"]
