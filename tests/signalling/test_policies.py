"""Which of the site's policies a call falls under."""

import pytest

from ringfence.errors import BadInput
from ringfence.model.action import ActionMode
from ringfence.model.policy import Decide, Deed, Policy, PolicyScope
from ringfence.signalling import PolicyBook, mode_of

HOTLINE = Policy(PolicyScope.B_NUMBER, "+912222445566", deed=Deed.FLAG)
MUMBAI = Policy(PolicyScope.B_PREFIX, "+9122", deed=Deed.BLOCK)
MUMBAI_BANKS = Policy(PolicyScope.B_PREFIX, "+91222244", deed=Deed.MONITOR)
CARRIER = Policy(PolicyScope.TRUNK, "carrier-7", decide=Decide.RULE, live=True)


def test_without_policies_suspects_are_disconnected_by_score_as_a_dry_run() -> None:
    policy = PolicyBook().policy_for("+912222445566", "carrier-7")
    assert (policy.decide, policy.deed, policy.threshold) == (Decide.SCORE, Deed.DISCONNECT, 0.7)
    assert policy.disconnects_per_minute == 60
    assert mode_of(policy) is ActionMode.DRY_RUN


def test_the_most_special_policy_decides() -> None:
    book = PolicyBook([CARRIER, MUMBAI, HOTLINE, MUMBAI_BANKS])
    assert book.policy_for("+912222445566", "carrier-7") is HOTLINE
    assert book.policy_for("+912222440000", "carrier-7") is MUMBAI_BANKS
    assert book.policy_for("+912255550000", "carrier-7") is MUMBAI
    assert book.policy_for("+914422334455", "carrier-7") is CARRIER
    assert book.policy_for("+914422334455", "carrier-8") == Policy()
    assert set(book) == {Policy(), CARRIER, MUMBAI, HOTLINE, MUMBAI_BANKS}
    assert mode_of(CARRIER) is ActionMode.LIVE


def test_the_site_can_replace_the_default() -> None:
    book = PolicyBook([Policy(deed=Deed.MONITOR)])
    assert book.policy_for("+914422334455").deed is Deed.MONITOR


@pytest.mark.parametrize(
    "policies",
    [
        [HOTLINE, HOTLINE],
        [Policy(PolicyScope.TRUNK, "")],
        [Policy(PolicyScope.DEFAULT, "+91")],
        [Policy(threshold=1.5)],
        [Policy(threshold=float("nan"))],
        [Policy(disconnects_per_minute=-1)],
    ],
)
def test_a_book_that_contradicts_itself_is_refused(policies: list[Policy]) -> None:
    with pytest.raises(BadInput):
        PolicyBook(policies)
