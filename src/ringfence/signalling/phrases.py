"""What each feature of a group of calls says, in words that a fraud analyst accepts.

A phrase tells a fact and its value, whichever way the model takes it. Features that say nearly the same share a
subject: of these one is told, with what all of them weigh. No telephone number stands in a phrase.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ringfence.signalling.wording import percent

Row = Mapping[str, float]
"""A group's features by name; NaN where a fact is missing."""

_MILLION = math.log(1e6)
_NOTICED = math.log(10)
_AS_OFTEN = math.log(1.2)
_FOREIGN = 0.9
_AT_ONCE = 1_000
_LONGEST_WATCHED = 24
_GROUPS = (
    "their numbers, alike but for the last four digits",
    "numbers of one trunk that no numbering plan holds",
    "numbers on one trunk that usually come over another",
    "numbers on one trunk that never called before",
    "one SDP origin",
    "one source address and agent",
    "one source address",
    "numbers that no numbering plan holds",
    "one trunk",
    "nothing but the called number",
)
_RHYTHMS = (
    (0.25, "like clockwork"),
    (0.75, "more evenly than by chance"),
    (1.25, "as irregularly as by chance"),
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """`words` takes the feature's value, which is known, and the row that it stands in."""

    subject: str
    words: Callable[[float, Row], str]


def _figure(value: float) -> str:
    """Three digits that count, never in powers of ten."""
    if 0 < value < 0.01:
        return "under 0.01"
    return f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def _callers(row: Row) -> int:
    return round(row["callers"])


def _calls(row: Row) -> int:
    return round(row["callers"] * row["calls_per_caller"])


def _part(share: float, whole: int, noun: str, verb: tuple[str, str]) -> str:
    """`8 of 9 callers have`, `1 of 9 callers has`, `no caller has`; a percentage of those that are not all known."""
    one, many = verb
    if share <= 0:
        return f"no {noun} {one}"
    count = share * whole
    if not whole or abs(count - round(count)) > 0.01:
        return f"{percent(100 * share)} of the {noun}s {many}"
    if round(count) >= whole:
        return f"all {whole:,} {noun}s {many}"
    return f"{round(count):,} of {whole:,} {noun}s {one if round(count) == 1 else many}"


def _of_callers(subject: str, what: str, none: str, excess: str = "") -> Phrase:
    """Of callers that have something; with `excess`, also how many usually do."""

    def words(value: float, row: Row) -> str:
        some = _part(value, _callers(row), "caller", ("has", "have")) + f" {what}"
        return (some if value > 0 else none) + _usually(value, row, excess)

    return Phrase(subject, words)


def _usually(share: float, row: Row, excess: str) -> str:
    """The usual share is what the excess goes beyond; both are told with some seven digits."""
    usual = round(share - row.get(excess, math.nan), 4)
    return "" if math.isnan(usual) else f" (usually {percent(100 * usual)})"


def _told_by(share: str, told: Phrase) -> Phrase:
    """What is told together with a share, which is known wherever it is known itself."""
    return Phrase(told.subject, lambda value, row: told.words(row[share], row))


def _of_calls(subject: str, verb: tuple[str, str], what: str) -> Phrase:
    return Phrase(subject, lambda value, row: f"{_part(value, _calls(row), 'call', verb)} {what}")


def _shared(subject: str, verb: tuple[str, str], thing: str) -> Phrase:
    """Of calls that show what the first one shows."""

    def words(value: float, row: Row) -> str:
        if round(value * _calls(row)) <= 1:
            return f"no other call {verb[0]} the first call's {thing}"
        return f"{_part(value, _calls(row), 'call', verb)} the same {thing}"

    return Phrase(subject, words)


def _various(subject: str, thing: str, things: str) -> Phrase:
    def words(value: float, row: Row) -> str:
        callers = _callers(row)
        distinct = round(value * (callers - 1)) + 1
        if distinct >= callers:
            return f"at least as many {things} as callers"
        return f"{distinct:,} {thing if distinct == 1 else things} for {callers:,} callers"

    return Phrase(subject, words)


def _share_of(subject: str, what: str) -> Phrase:
    """`what` follows a percentage, or `none` or `all`."""

    def words(value: float, row: Row) -> str:
        part = "none" if value <= 0 else "all" if value >= 1 else percent(100 * value)
        return f"{part} of {what}"

    return Phrase(subject, words)


def _more(subject: str, what: str) -> Phrase:
    """Of an excess whose share is not known beside it."""

    def words(value: float, row: Row) -> str:
        points = round(100 * abs(value))
        if not points:
            return f"about as many {what} as usual"
        difference = (
            f"{points} percentage {'point' if points == 1 else 'points'} {'more' if value > 0 else 'fewer'}"
        )
        return f"{difference} {what} than usual"

    return Phrase(subject, words)


def _chance(subject: str, what: str) -> Phrase:
    """Of nats: e to minus so many bounds how likely chance brings what is there."""

    def words(value: float, row: Row) -> str:
        if value <= 0:
            return f"no more {what} than usual"
        if value < _NOTICED:
            return f"a few more {what} than usual, as chance may bring"
        return f"chance brings so many {what} at most once in {_times(value)} times"

    return Phrase(subject, words)


def _times(nats: float) -> str:
    """e to that, rounded down to two digits that count."""
    if nats >= _MILLION:
        return "a million"
    times = math.exp(nats)
    if times < 10:
        return f"{math.floor(10 * times) / 10:g}"
    unit = 10 ** (math.floor(math.log10(times)) - 1)
    return f"{math.floor(times / unit) * unit:,}"


def _ratio(subject: str, less: str, more: str, alike: str) -> Phrase:
    """Of nats: e to so many is how many times less, or more, which stands where `{}` is."""

    def words(value: float, row: Row) -> str:
        if abs(value) < _AS_OFTEN:
            return alike
        return (less if value > 0 else more).format(_times(abs(value)))

    return Phrase(subject, words)


def _either(subject: str, nothing: str, something: str) -> Phrase:
    """`something` for a value over 0, which stands in it where it says `{}`."""
    return Phrase(subject, lambda value, row: something.format(_figure(value)) if value > 0 else nothing)


def _whole(subject: str, one: str, many: str) -> Phrase:
    def words(value: float, row: Row) -> str:
        count = round(value)
        return f"{count:,} {many}" if count > 1 else f"{'1' if count else 'no'} {one}"

    return Phrase(subject, words)


def _rate(value: float, row: Row) -> str:
    per, unit = (value, "second") if value >= 1 else (60 * value, "minute")
    return f"calls to the number come at {_figure(per)} a {unit}"


def _talk(value: float, row: Row) -> str:
    length = f"{_figure(value / 60)} minutes" if value >= 120 else f"{_figure(value)} s"
    return f"answered calls to the number last {length} on average"


def _overlap(value: float, row: Row) -> str:
    if value >= 1:
        return "no caller had two calls to the number in progress at once"
    return f"some had several calls to the number in progress at once ({percent(100 * value)} as many callers as calls)"


def _times_usual(value: float, row: Row) -> str:
    if value <= 1:
        return "no more callers at once than usual for the number"
    return f"{_figure(value)} times as many callers at once as usual for the number"


def _redials(value: float, row: Row) -> str:
    if _calls(row) <= _callers(row):
        return "no caller called twice"
    return f"{_callers(row):,} callers made {_calls(row):,} calls"


def _pace(value: float, row: Row) -> str:
    if value >= _AT_ONCE:
        return "the callers come all at once"
    per, unit = (value, "second") if value >= 0.1 else (60 * value, "minute")
    return f"{_figure(per)} new callers a {unit}"


def _rhythm(value: float, row: Row) -> str:
    how = next((words for bound, words in _RHYTHMS if value < bound), "more irregularly than by chance")
    differ = percent(100 * value) if value < 1 else f"{100 * value:,.0f} %"
    return f"the callers follow each other {how} (gaps differ by {differ} of their mean)"


def _crowd(value: float, row: Row) -> str:
    if value >= 1:
        return "every caller of the alert is in the group"
    return f"the group is {percent(100 * value)} of the alert's callers"


def _strange(value: float, row: Row) -> str:
    if value >= _FOREIGN:
        return "the trunk's other calls come from elsewhere"
    if value > 0:
        expected = f"{percent(100 * (1 - value))} of what is expected"
        return f"fewer of the trunk's other calls come from the same endpoint ({expected})"
    return "the trunk's other calls come from the same endpoint"


def _trunk_share(value: float, row: Row) -> str:
    carries = f"{percent(100 * value)} of all calls" if value > 0 else "hardly any other call"
    return f"the callers come over one trunk that carries {carries}"


def _in_a_row(value: float, row: Row) -> str:
    if value <= 0:
        return "the numbers go neither up nor down in a row"
    how = "go" if value >= 0.5 else "partly go"
    return f"the numbers {how} up or down in a row ({_figure(value)} of 1)"


def _alike(share: float, row: Row) -> str:
    if share <= 0:
        return "no numbers are alike but for the last four digits"
    some = _part(share, _callers(row), "caller", ("has", "have"))
    span = row["neighbour_span"]
    apart = "" if math.isnan(span) else f", within {_figure(max(round(10**span) - 1, 1))} of each other"
    return f"{some} a number alike with others but for the last four digits{apart}"


def _group(value: float, row: Row) -> str:
    return f"what the calls have in common is {_GROUPS[min(max(round(value), 0), len(_GROUPS) - 1)]}"


def _identity(value: float, row: Row) -> str:
    if value >= 1:
        return "the network asserts one and the same identity for all calls of which it asserts one"
    return f"{percent(100 * value)} of the asserted identities are one and the same"


def _watched(value: float, row: Row) -> str:
    if value >= _LONGEST_WATCHED:
        return "the traffic has been watched for a day or longer"
    length = f"{_figure(value)} hours" if value >= 2 else f"{_figure(60 * value)} minutes"
    return f"the traffic has been watched for {length}"


def _same_range(share: float, row: Row) -> str:
    if share <= 0:
        return "hardly two callers have numbers of one range"
    return f"a caller's number is of the same range as {percent(100 * share)} of the others"


_NEIGHBOURS = Phrase("neighbours", _alike)
_NEW = _of_callers("new", "never called before", "no caller is a new one", "new_callers_excess")
_IMPOSSIBLE = _of_callers(
    "impossible",
    "a number that no numbering plan holds",
    "no caller has an impossible number",
    "impossible_excess",
)

PHRASES: Mapping[str, Phrase] = {
    "asr": Phrase("answers", lambda value, row: f"ASR of the number {percent(value)}"),
    "aloc": Phrase("talk", _talk),
    "overlap_ratio": Phrase("overlap", _overlap),
    "cli_mismatch": _share_of("mismatch", "the asserted identities are another number than the one shown"),
    "distinct_a_count": _whole("size", "caller in the window by then", "callers in the window by then"),
    "call_rate": Phrase("rate", _rate),
    "short_call_ratio": _share_of("short", "the ended calls to the number lasted under 10 s"),
    "high_volume_flag": _either(
        "size", "under 10 callers in the window by then", "10 callers or more in the window by then"
    ),
    "b_answered_share": _share_of("answers", "the calls to the number whose outcome is known were answered"),
    "b_calls_before": _whole(
        "before", "call to the number lately besides these", "calls to the number lately besides these"
    ),
    "b_usual_callers": _either(
        "usual",
        "the number is not known to be rung by several callers at once",
        "the number is known to be rung by several callers at once (usually {})",
    ),
    "b_bursts": _either(
        "bursts",
        "the number is not known to have had a burst of true callers",
        "the number has had bursts of true callers before (counted {}, older ones less)",
    ),
    "b_times_usual": Phrase("usual", _times_usual),
    "grouping": Phrase("grouping", _group),
    "callers": _whole("size", "caller in the group", "callers in the group"),
    "calls_per_caller": Phrase("redials", _redials),
    "callers_per_second": Phrase("pace", _pace),
    "gap_deviation": Phrase("rhythm", _rhythm),
    "share_of_crowd": Phrase("crowd", _crowd),
    "shared_trunk": _shared("one trunk", ("shows", "show"), "trunk"),
    "shared_source": _shared("source", ("shows", "show"), "source address"),
    "shared_sdp_origin": _shared("sdp", ("shows", "show"), "SDP origin"),
    "shared_agent": _shared("agent", ("shows", "show"), "agent"),
    "trunks_per_caller": _various("one trunk", "trunk", "trunks"),
    "sources_per_caller": _various("source", "source address", "source addresses"),
    "origins_per_caller": _various("sdp", "SDP origin", "SDP origins"),
    "strange_endpoint": Phrase("endpoint", _strange),
    "trunk_usual_share": Phrase("trunk", _trunk_share),
    "trunk_surprise": _chance("trunk", "callers over one trunk"),
    "trunk_rarity": _ratio(
        "trunk",
        "the trunks of these calls are {} times rarer than those of other calls",
        "the trunks of these calls are {} times more common than those of other calls",
        "the trunks of these calls are about as common as those of other calls",
    ),
    "sequential": _of_callers(
        "sequence",
        "a number within 10 of that of the caller before or after",
        "no number is within 10 of that of the caller before or after",
    ),
    "in_a_row": Phrase("sequence", _in_a_row),
    "neighbours": _NEIGHBOURS,
    "neighbour_span": _told_by("neighbours", _NEIGHBOURS),
    "impossible": _IMPOSSIBLE,
    "impossible_excess": _told_by("impossible", _IMPOSSIBLE),
    "withheld_excess": _more("withheld", "callers who withhold their number"),
    "new_callers": _NEW,
    "new_callers_excess": _told_by("new_callers", _NEW),
    "elsewhere_excess": _more("elsewhere", "callers who mostly call over another trunk"),
    "national_excess": _more("national", "callers with a number of the home country"),
    "attested": _share_of("attestation", "the calls with a STIR verdict have attestation A"),
    "attested_excess": _more("attestation", "calls with attestation A"),
    "unattested": _share_of(
        "attestation", "the calls with a STIR verdict have attestation C, none or a failed one"
    ),
    "unattested_excess": _more("attestation", "calls with attestation C, none or a failed one"),
    "shared_identity": Phrase("identity", _identity),
    "answered": _share_of("answered", "the group's calls whose outcome is known were answered"),
    "given_up_at_once": _of_calls("given up", ("was", "were"), "given up by the caller within 3 s"),
    "short_talks": _share_of("short talks", "the group's answered calls were over within 10 s"),
    "decided": _of_calls("decided", ("has", "have"), "an outcome that is known"),
    "endpoint_surprise": _chance("endpoint", "of the trunk's callers from one endpoint"),
    "new_callers_surprise": _chance("new", "callers who never called before"),
    "elsewhere_surprise": _chance("elsewhere", "callers who mostly call over another trunk"),
    "national_surprise": _chance("national", "callers with a number of the home country"),
    "unattested_surprise": _chance("attestation", "calls with attestation C, none or a failed one"),
    "impossible_surprise": _chance("impossible", "callers with a number that no numbering plan holds"),
    "range_oddness": _ratio(
        "ranges",
        "numbers of these ranges come over these trunks {} times less often than others",
        "numbers of these ranges come over these trunks {} times more often than others",
        "numbers of these ranges come over these trunks about as often as others",
    ),
    "range_surprise": _ratio(
        "ranges",
        "taken together, numbers of these ranges are {} times less likely over these trunks than others",
        "taken together, numbers of these ranges are {} times more likely over these trunks than others",
        "taken together, numbers of these ranges are about as likely over these trunks as others",
    ),
    "b_calls_per_hour": _either(
        "hourly", "the number gets no other calls", "other calls to the number come at {} an hour"
    ),
    "b_calls_out": _either(
        "calls out", "the number is not known to call anybody", "the number calls others, too"
    ),
    "watched_hours": Phrase("watched", _watched),
    "made_up_odds": _ratio(
        "new",
        "known and new callers together are {} times likelier of made-up numbers than of this network's callers",
        "known and new callers together are {} times likelier of this network's callers than of made-up numbers",
        "known and new callers together are as likely of made-up numbers as of this network's callers",
    ),
    "unfamiliar_odds": _ratio(
        "elsewhere",
        "so many callers not known on this trunk are {} times likelier of stolen numbers than of its own callers",
        "so few callers not known on this trunk are {} times likelier of its own callers than of stolen numbers",
        "so many callers not known on this trunk are as likely of stolen numbers as of its own callers",
    ),
    "same_range": Phrase("same range", _same_range),
    "same_range_surprise": _chance("same range", "callers with numbers of one range"),
    "range_rarity": _ratio(
        "rare ranges",
        "numbers of the callers' ranges call {} times less often than others",
        "numbers of the callers' ranges call {} times more often than others",
        "numbers of the callers' ranges call about as often as others",
    ),
    "range_rarity_sum": _ratio(
        "rare ranges",
        "taken together, calls from these ranges are {} times less likely than from others",
        "taken together, calls from these ranges are {} times more likely than from others",
        "taken together, calls from these ranges are about as likely as from others",
    ),
}
"""By feature; one for each that the engine has."""
