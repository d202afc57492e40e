"""Typed face of the compiled module. Instants are nanoseconds since 1970 UTC, durations nanoseconds."""

from collections.abc import Sequence
from typing import Literal, final

__all__ = [
    "FEATURES",
    "HYSTERESIS",
    "AlertCall",
    "AlertChange",
    "Batch",
    "Cluster",
    "Decision",
    "Engine",
    "EventBatch",
    "Example",
    "Hit",
    "Metrics",
    "Model",
    "Replay",
    "Shadow",
    "SipSummary",
    "Usual",
    "__version__",
    "parse_sip",
    "read_all_plans",
]

__version__: str
FEATURES: tuple[str, ...]
"""Columns of a row of features, in their order."""
HYSTERESIS: float
"""A group that came to a threshold stays suspect until its probability is this far below."""

@final
class Engine:
    """Windows, calls and metrics of every B-number. Safe to share between threads; batches release the GIL.

    `now` is the time of receipt: the clock's where the traffic is live. Timestamps over 60 s ahead of both it
    and the stream are refused.
    """

    def __new__(
        cls,
        *,
        window: int = 5_000_000_000,
        threshold: int = 5,
        hold: int = 60_000_000_000,
        lateness: int = 2_000_000_000,
        metrics_window: int = 300_000_000_000,
        features: bool = True,
        max_keys: int = 1_048_576,
        max_calls: int = 4_194_304,
        suspect: float = 0.7,
        region: str = "IN",
        trunks: dict[str, tuple[str | None, bool, list[str], bool]] | None = None,
        record: bool = False,
        mobile_cli: bool = False,
    ) -> Engine:
        """`trunks`: name to (region of its national numbers, whether its network's word is believed, peers'
        addresses, whether its calls come from other countries). `suspect`: the probability from which a group of
        calls is taken for one origin. `record`: keep every group that is judged for `take_examples`. `mobile_cli`:
        tell hits of the rule `local_mobile_cli`, which are counted in any case. Raises ValueError(code, detail)."""

    def ingest(self, lines: bytes, now: int) -> Batch:
        """Takes whole NDJSON lines; the last needs no newline. Line numbers in the answer start at 1."""

    def ingest_one(self, body: bytes, now: int) -> Decision:
        """Takes one event as a JSON object, answers at once. Raises ValueError(code, detail) on a bad one."""

    def decode(self, lines: bytes) -> EventBatch:
        """Reads NDJSON lines without judging them."""

    def process(self, batch: EventBatch, now: int) -> Batch:
        """Judges what `decode` has read."""

    def judge(self, a_number: str, b_number: str, *, trunk: str = "", now: int) -> Decision:
        """What a call would meet now; adds none."""

    def advance(self, now: int) -> list[AlertChange]:
        """Closes what the passing of time closes."""

    def metrics(self, b_number: str, now: int) -> Metrics: ...
    def reset(self, b_number: str) -> bool:
        """Forgets the B-number's calls and window; whether there were any."""

    def normalise(self, number: str, trunk: str = "") -> str:
        """The normal form under which a number is kept: E.164, `anonymous`, or the text in lower case."""

    def number_validity(
        self, number: str, trunk: str = ""
    ) -> Literal["valid", "invalid", "unallocated", "not_a_number"]:
        """What numbering plans say of a number."""

    def set_list(self, name: str, value: str) -> None:
        """Adds an entry to one of `allow_b allow_trunk allow_a deny_a watch_a`. ValueError for a bad one."""

    def unset_list(self, name: str, value: str) -> bool: ...
    def set_model(self, model: Model | None) -> None:
        """From now on new alerts are scored by this model; None is the scorecard. Open alerts keep theirs."""

    def set_shadow(self, model: Model | None, *, suspect: float) -> None:
        """From now on new alerts are scored by this model as well, None being the scorecard, in groups of its own that
        are found from `suspect` on. Nothing follows from it. Open alerts go on as they began."""

    def set_thresholds(self, thresholds: list[float]) -> None:
        """Probabilities from which policies act: as a cluster comes to one, its calls of the window are suspect too."""

    def take_examples(self) -> list[Example]:
        """The groups judged since this was last asked, where the engine was made to `record` them."""

    def usual(self, b_number: str) -> Usual | None:
        """What is usual for a called number; None where it never had several callers at once."""

    def memory(self) -> list[bytes]:
        """What the engine has learnt, in pieces which `restore` takes joined: who called before and what calls
        usually show, not its windows and alerts. Calls go on meanwhile. Holds telephone numbers."""

    def restore(self, file: bytes) -> None:
        """Takes over what an earlier engine has learnt; before calls, and before entries of lists. Raises
        ValueError(code, detail), after which the engine is as it was: `memory_foreign`, `memory_version`,
        `memory_corrupt`, `memory_late`."""

    def counters(self) -> dict[str, int]:
        """Running counts since the start: accepted, late, duplicates, keys, calls, shed_keys, …"""

@final
class EventBatch:
    def __len__(self) -> int: ...

@final
class Batch:
    """What became of a batch. `changes` holds each alert once, as the batch left it."""

    accepted: int
    rejected: int
    late: int
    errors: list[tuple[int, str, str]]
    """At most 100 of (line, code, detail)."""
    changes: list[AlertChange]
    hits: list[Hit]

@final
class Decision:
    """What became of one event."""

    status: Literal["accepted", "late"]
    call_id: str | None
    a_number: str
    b_number: str
    trunk: str
    distinct_callers: int
    allowed: bool
    """The allow lists exempt this call."""
    member: bool
    """An open alert names this call."""
    alert_id: str | None
    """The alert that is open on the B-number."""
    probability: float
    """Highest masking probability of that alert."""
    score: float
    """Highest masking probability of any origin cluster the call was in; 0 where no alert names it."""
    level: float
    """The highest threshold at which the call is suspect, as in `AlertCall.steps`."""
    changes: list[AlertChange]
    hits: list[Hit]

@final
class Model:
    """A trained masking model. `rows` are 32-bit floats, little-endian, row after row; NaN where missing."""

    def __new__(cls, data: bytes, features: Sequence[str] | None = None) -> Model:
        """`features`: those that the model must know, in their order; the engine's own where not given. Raises
        ValueError(code, detail) for a file that is no model, is of a kind that is not evaluated, or knows other
        features."""

    @property
    def version(self) -> str: ...
    @property
    def features(self) -> list[str]: ...
    def predict(self, rows: bytes) -> list[float]:
        """Calibrated probabilities. Raises ValueError(code, detail) where the bytes are no whole rows."""

    def margins(self, rows: bytes) -> list[float]:
        """Scores as they were trained, before calibration. Raises as `predict`."""

    def contributions(self, rows: bytes) -> list[list[float]]:
        """By how much each feature moves the calibrated log-odds of a row, then where they start. Raises as
        `predict`."""

@final
class Example:
    """A group of calls as it was judged when one of them began; what a model learns from."""

    alert_id: str
    b_number: str
    at: int
    row: bytes
    """As many little-endian 32-bit floats as there are `FEATURES`; NaN where one is missing."""
    calls: list[str]
    """Call-IDs of the group, in order of begin."""

@final
class AlertChange:
    """An alert as it stands and what is new since its last change."""

    kind: Literal["opened", "updated", "closed"]
    alert_id: str
    b_number: str
    at: int
    """Event time of this change."""
    opened_at: int
    last_seen_at: int
    closed_at: int | None
    distinct_callers: int
    """Peak of the window so far."""
    total_callers: int
    total_calls: int
    """Named so far."""
    probability: float
    """The highest of its origin clusters, its peak so far."""
    method: str
    calls: list[AlertCall]
    """Calls newly named, or whose score rose, since the last change. All are told, however long the alert lasts."""
    left: list[str]
    """Call-IDs told earlier that belong to a later alert instead, as only time could tell."""
    clusters: list[Cluster]
    """Origin clusters of the alert's newest calls, the most suspect first."""
    metrics: Metrics
    allowed: bool
    """The B-number is on the allow list."""
    shadow: Shadow | None
    """What the model of `set_shadow` makes of it; None where there is none."""

@final
class Shadow:
    """An alert as a second model scores it, in groups of its own."""

    method: str
    probability: float
    """The highest of its clusters, its peak so far."""
    scores: list[tuple[str, float]]
    """(Call-ID, level) of the calls whose score has risen since the last change: up to which threshold each is
    suspect, as the last of `AlertCall.steps` says for the live model. What is not told yet has 0."""

@final
class AlertCall:
    call_id: str
    a_number: str
    begun_at: int
    ended_at: int | None
    answered_at: int | None
    named_at: int
    """Event time at which the alert named it; equal to `begun_at` just where that was as it began."""
    trunk: str
    score: float
    """Highest masking probability of any origin cluster it was in."""
    steps: list[tuple[float, int]]
    """(level, event time): since when it is suspect at every threshold up to that level; both rise. The first is that
    of its naming. A cluster's level is its probability, or up to 0.1 more where it stood higher before. At most
    eight: a threshold between two of them may have been reached before the time of the second, never after it."""
    allowed: bool
    """The A-number or the trunk is on an allow list."""

@final
class Cluster:
    """Calls of one alert that share an origin, and what they share now. Empty text: nothing is shared.

    `probability`, `points` and `row` are of when they were judged last. Callers beside the groups who were not judged,
    mostly for being too few, have the probability 0, no points and a row of NaN.
    """

    callers: int
    calls: int
    span: int
    """Nanoseconds from its first call to its last."""
    trunk: str
    source_ip: str
    sdp_origin: str
    user_agent: str
    foreign: bool
    """What its calls share is not what the trunk's other calls show."""
    sequential: int
    """Callers whose number lies within 10 of that of the caller before or after them."""
    neighbours: int
    """Callers that share all but the last four digits with another's."""
    invalid: int
    """Callers whose number no numbering plan holds."""
    anonymous: int
    attested: int
    """Calls with attestation A."""
    unattested: int
    """Calls with attestation C, none or failed."""
    answered: int
    gave_up: int
    """Calls that their callers gave up within three seconds."""
    evenness: float
    """How evenly the callers are spaced in time, 0 (as chance has it) to 1 (like clockwork)."""
    probability: float
    points: list[tuple[str, float]]
    """What the probability is made of: (fact, points), the heaviest first."""
    row: list[float]
    """The cluster as the score was given it, in the order of `FEATURES`; NaN where a fact is missing."""

@final
class Usual:
    """What is usual for a called number."""

    callers: float
    """Mean of distinct callers over those of its windows that held several."""
    windows: int
    """How many windows held several."""
    bursts: float
    """Bursts of true callers; each further one leaves nine tenths of those before."""

@final
class Hit:
    """A call that meets a rule by itself and that no allow list exempts."""

    rule: Literal["deny_a", "watch_a", "local_cli", "local_mobile_cli"]
    """Its A-number is listed, or of the home country on an international trunk: of a fixed line, or of one that may be
    mobile."""
    value: str
    """The entry, where it is listed."""
    call_id: str
    a_number: str
    b_number: str
    trunk: str
    at: int
    ended_at: int | None
    """Where a CDR told the end of the call."""

@final
class Metrics:
    """As ringfence.model.metrics.CallMetrics."""

    b_number: str
    seizures: int
    answered: int
    asr: float
    ner: float
    aloc: float
    overlap_ratio: float
    calls_in_progress: int
    distinct_callers: int
    calls_per_second: float
    short_call_ratio: float
    window_seconds: float

@final
class Replay:
    """A file's bytes in, of any kind that is known by content, put in order of event time, into an engine.

    Kinds: NDJSON events, pcap, pcapng, SIP messages as text.
    """

    def __new__(cls, engine: Engine, *, sort: bool = False, now: int) -> Replay:
        """`now` is the present: what lies over a minute ahead of it and of the stream is refused."""

    def feed(self, data: bytes) -> Batch:
        """The file's next bytes. ValueError("unknown_kind", detail) for a file that can't be read."""

    def close(self) -> Batch:
        """The file has ended; what is left of it is read as far as it goes. The next bytes are another's."""

    def finish(self) -> Batch:
        """No more files: everything held back for its order is judged."""

    def summary(self) -> SipSummary: ...

@final
class SipSummary:
    messages: int
    methods: dict[str, int]
    resends: int
    call_ids: int
    events: int
    calls: int
    late: int
    past_window: int
    """CDRs that fed the statistics but began too long before the newest event for the window."""
    malformed: dict[str, int]

def parse_sip(raw: bytes) -> dict[str, str | None]:
    """Fields of one SIP message for people: method, call_id, from_uri, to_uri, cli, p_asserted_identity and
    error. Never raises."""

def read_all_plans() -> None:
    """Reads the numbering plans of all countries, once in a process, without the GIL: 0.3 s and 130 MB.

    Without it, the first caller of a country in an alert delays that alert by up to 14 ms."""
