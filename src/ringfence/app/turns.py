"""A message on its way: what its session said before → analysis → second opinion → its session → finding.

Plain and synchronous: the server's own process for messages runs it (`worker_main`), and so does the command line.
"""

from dataclasses import dataclass, field, replace

from ringfence.content.analysis import Analyser, Analysis
from ringfence.content.finding import finding
from ringfence.content.sessions import Sessions
from ringfence.model.finding import Finding
from ringfence.model.opinion import SecondOpinion
from ringfence.model.verdict import Verdict

MOST_CHARACTERS = 10_000
"""Of a message."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A message before it is analysed. Sessions of the same name belong together only for one `owner`.

    `session_id` None is a message by itself; `fresh` says that the name is new and the sender has not chosen it.
    """

    text: str
    owner: str = ""
    session_id: str | None = None
    fresh: bool = False

    @property
    def session(self) -> str:
        return f"{self.owner}\0{self.session_id}"


@dataclass(frozen=True, slots=True)
class Concluded:
    """What became of a message, at nanoseconds since 1970 UTC. `second` is None where no opinion was wanted."""

    turn: Turn
    verdict: Verdict
    second: SecondOpinion | None
    finding: Finding | None
    at: int


@dataclass(slots=True)
class Turns:
    """Who judges, and the sessions. Instants in nanoseconds since 1970 UTC."""

    analyser: Analyser
    sessions: Sessions = field(default_factory=Sessions)

    def judge(self, turn: Turn, now: int) -> Analysis:
        before = () if turn.session_id is None else self.sessions.said(turn.session, now)
        return self.analyser.analyse(turn.text, before)

    def conclude(self, turn: Turn, analysis: Analysis, second: SecondOpinion | None, now: int) -> Concluded:
        """Adds the turn to its session, and makes the finding."""
        verdict = analysis.verdict
        if turn.session_id is not None:
            _, escalates = self.sessions.turn(turn.session, turn.text, analysis.demand, now)
            verdict = replace(verdict, fingerprint=replace(verdict.fingerprint, payment_escalation=escalates))
        chosen = "" if turn.fresh or turn.session_id is None else turn.session_id
        return Concluded(turn, verdict, second, finding(turn.text, verdict, chosen, now), now)
