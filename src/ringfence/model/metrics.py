"""Call statistics of one B-number over one window."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CallMetrics:
    """Counts the calls begun in the last `window_seconds`; numerators and denominators over the same calls.

    ASR and NER are percentages, `aloc` seconds from answer to release over answered calls that ended,
    `overlap_ratio` our own: distinct A-numbers with a call in progress / calls in progress, at the instant
    of the window with the most calls in progress. `short_call_ratio` is the share of ended calls under 10 s.
    """

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
