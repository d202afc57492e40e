"""What becomes of a call once it is dialled: answered or not, how long it rings and lasts.

Distributions and where they come from:

- Talk time: lognormal, which fits holding times better than the exponential (Bolotin, "Modeling call holding
  time distributions for CCS network design and performance analysis", IEEE JSAC 12(3), 1994; Pattavina and
  Parini, "Modelling voice call interarrival and holding time distributions in mobile networks", ITC 19,
  2005), mixed with a share of very short calls, exponential with a mean of 5 s (wrong number, voicemail,
  "call you back"). The parameters are chosen so that the mean over answered calls (ACD) lies between 120 and
  180 s.
- Answer: parameters chosen for an answer-seizure ratio (ITU-T E.425) between 0.55 and 0.70; what is not
  answered is given up while ringing, rings out, is busy, declined, a dead number or congestion, as RFC 3398
  names them.
- Post-dial delay and ring to answer: lognormal, medians 1.6 s and 7 s for people; given up after an
  exponential time with a mean of 18 s; the network ends ringing after 45 to 60 s.

A call centre's service times are lognormal too (Brown et al., "Statistical analysis of a telephone call
center", JASA 100(469), 2005). Where many call one number at once, most attempts fail, by busy or by the call
gapping with which networks protect themselves (ITU-T E.412), and come again.
"""

from dataclasses import dataclass, replace
from itertools import accumulate
from math import log
from random import Random

from ringfence.lab.simulate.call import Call, Leg, Step, new_call_id
from ringfence.lab.simulate.chance import log_uniform, whole_us

_LONGEST_TALK = 7200.0
_RESENT_SHARE = 0.01
_VARIETY = (0.3, 3.0)
_T1 = 500_000_000
"""Nanoseconds until a SIP client sends its request again (RFC 3261, section 17.1.1.1)."""


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Shares of outcomes, in the order answered, given up, rings out, busy, declined, dead number,
    congestion; they add up to 1. Times in seconds."""

    shares: tuple[float, float, float, float, float, float, float]
    talk_mean: float
    talk_sigma: float
    short_share: float = 0.08
    delay_median: float = 1.6
    ring_median: float = 7.0
    patience: float = 18.0

    def call(self, rng: Random, at: int, leg: Leg, b_number: str, attack: int = 0, burst: int = 0) -> Call:
        """A call that begins at `at` and goes as this behaviour has it."""
        trunk = leg.trunk
        resendable = trunk.transport == "udp" and trunk.reports.call_id
        steps = self._steps(rng, at, resendable=resendable)
        return Call(new_call_id(rng, leg), at, leg, b_number, steps, attack, burst)

    def slowed(self, factor: float) -> "Behaviour":
        """The same in a network whose calls take so many times as long to be set up."""
        return replace(
            self, delay_median=self.delay_median * factor, ring_median=self.ring_median * factor**0.5
        )

    def varied(self, rng: Random) -> "Behaviour":
        """Much the same on another day: each outcome that occurs more or less often, talks shorter or longer."""
        drawn = [share * log_uniform(rng, _VARIETY) for share in self.shares]
        answered, given_up, out, busy, declined, dead, congestion = (share / sum(drawn) for share in drawn)
        return replace(
            self,
            shares=(answered, given_up, out, busy, declined, dead, congestion),
            talk_mean=self.talk_mean * log_uniform(rng, _VARIETY),
            patience=self.patience * log_uniform(rng, _VARIETY),
        )

    def _steps(self, rng: Random, at: int, *, resendable: bool) -> tuple[Step, ...]:
        delay = min(12.0, max(0.25, self.delay_median * rng.lognormvariate(0.0, 0.45)))
        steps = [Step("INVITE", at)]
        if resendable and rng.random() < _RESENT_SHARE:
            steps.append(Step("INVITE", at + _T1))
            delay += 0.6
        outcome = self._outcome(rng.random())
        at += whole_us(delay)
        if outcome >= _BUSY and outcome != _DECLINED:
            steps.append(Step("FAIL", at, _CAUSES[outcome]))
            return tuple(steps)
        steps.append(Step("RINGING", at))
        if outcome == _ANSWERED:
            at += whole_us(max(0.3, self.ring_median * rng.lognormvariate(0.0, 0.55)))
            steps.append(Step("ANSWER", at))
            steps.append(Step("BYE", at + whole_us(self._talk(rng)), 16))
        elif outcome == _GIVEN_UP:
            steps.append(Step("CANCEL", at + whole_us(0.5 + rng.expovariate(1 / self.patience)), 487))
        elif outcome == _RINGS_OUT:
            steps.append(Step("FAIL", at + whole_us(rng.uniform(45.0, 60.0)), 480))
        else:
            steps.append(Step("FAIL", at + whole_us(rng.uniform(2.0, 12.0)), _CAUSES[outcome]))
        return tuple(steps)

    def _outcome(self, drawn: float) -> int:
        for outcome, bound in enumerate(accumulate(self.shares)):
            if drawn < bound:
                return outcome
        return len(self.shares) - 1

    def _talk(self, rng: Random) -> float:
        if rng.random() < self.short_share:
            return 0.5 + rng.expovariate(1 / 5.0)
        mu = log(self.talk_mean) - self.talk_sigma**2 / 2
        return min(_LONGEST_TALK, max(0.5, rng.lognormvariate(mu, self.talk_sigma)))


_ANSWERED, _GIVEN_UP, _RINGS_OUT, _BUSY, _DECLINED, _DEAD, _CONGESTION = range(7)
_CAUSES = {_BUSY: 486, _DECLINED: 603, _DEAD: 404, _CONGESTION: 503}

PEOPLE = Behaviour((0.61, 0.15, 0.08, 0.10, 0.02, 0.025, 0.015), 165.0, 1.15)
OFFICE = Behaviour((0.67, 0.12, 0.06, 0.11, 0.01, 0.02, 0.01), 160.0, 1.05, ring_median=5.0)
HOTLINE = Behaviour((0.70, 0.10, 0.0, 0.17, 0.0, 0.0, 0.03), 150.0, 0.9, ring_median=2.0, patience=8.0)
BRIDGE = Behaviour((0.97, 0.02, 0.0, 0.0, 0.0, 0.0, 0.01), 1500.0, 0.5, short_share=0.02, ring_median=1.0)
VOTE = Behaviour((0.78, 0.05, 0.0, 0.12, 0.0, 0.0, 0.05), 14.0, 0.4, short_share=0.1, ring_median=0.8)
"""An announcement answers and thanks."""
SOLD_OUT = Behaviour((0.12, 0.10, 0.0, 0.53, 0.0, 0.0, 0.25), 200.0, 0.7, ring_median=2.0, patience=6.0)
QUIZ = Behaviour((0.06, 0.10, 0.02, 0.72, 0.0, 0.0, 0.10), 60.0, 0.8, ring_median=3.0, patience=6.0)
ONE_LINE = Behaviour((0.28, 0.14, 0.05, 0.50, 0.0, 0.0, 0.03), 70.0, 0.9, ring_median=5.0, patience=9.0)
"""Somebody's own telephone, at which many ring."""
CONGESTED = Behaviour((0.0, 0.22, 0.03, 0.35, 0.0, 0.0, 0.40), 1.0, 0.5, delay_median=1.1, patience=6.0)
EMERGENCY = Behaviour(
    (0.74, 0.14, 0.0, 0.09, 0.0, 0.0, 0.03), 75.0, 0.8, delay_median=0.5, ring_median=3.5, patience=8.0
)
REMINDED = Behaviour((0.62, 0.10, 0.18, 0.07, 0.02, 0.01, 0.0), 22.0, 0.5, ring_median=8.0)
"""A machine calls people about their appointment or their children's school."""
ALARM = Behaviour((0.80, 0.0, 0.0, 0.15, 0.0, 0.0, 0.05), 25.0, 0.5, short_share=0.05, ring_median=0.8)
"""A machine reports to a machine."""
BUSY = Behaviour((0.30, 0.15, 0.02, 0.48, 0.0, 0.0, 0.05), 180.0, 0.8, ring_median=3.0, patience=10.0)
"""A few desks for many callers."""
SHIFT = Behaviour((0.93, 0.03, 0.0, 0.02, 0.0, 0.0, 0.02), 18.0, 0.5, short_share=0.05, ring_median=0.9)
"""A machine takes down that somebody is at work."""
DIALLER = Behaviour((0.38, 0.22, 0.18, 0.10, 0.06, 0.05, 0.01), 45.0, 1.1, short_share=0.3, patience=9.0)
"""An outbound call centre's machine dials, and most people do not care."""
