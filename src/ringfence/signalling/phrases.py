"""What each feature of a group of calls says, in words that a fraud analyst accepts.

A phrase tells a fact and its value, whichever way the model takes it. Features that say nearly the same share a
subject: of these one is told, with what all of them weigh. No telephone number stands in a phrase.
"""

import math
from collections.abc import Mapping

from ringfence.signalling.phrase import (
    Phrase,
    Row,
    callers_of,
    calls_of,
    chance,
    either,
    figure,
    more,
    of_callers,
    of_calls,
    part,
    ratio,
    share_of,
    shared,
    told_by,
    various,
    whole,
)
from ringfence.signalling.wording import percent

_FOREIGN = 0.9
_ALL_THE_WAY = 0.995
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


def _rate(value: float, row: Row) -> str:
    per, unit = (value, "second") if value >= 1 else (60 * value, "minute")
    return f"calls to the number come at {figure(per)} a {unit}"


def _talk(value: float, row: Row) -> str:
    length = f"{figure(value / 60)} minutes" if value >= 120 else f"{figure(value)} s"
    return f"answered calls to the number last {length} on average"


def _overlap(value: float, row: Row) -> str:
    if value >= 1:
        return "no caller had two calls to the number in progress at once"
    return f"some had several calls to the number in progress at once ({percent(100 * value)} as many callers as calls)"


def _times_usual(value: float, row: Row) -> str:
    if value <= 1:
        return "no more callers at once than usual for the number"
    return f"{figure(value)} times as many callers at once as usual for the number"


def _redials(value: float, row: Row) -> str:
    if calls_of(row) <= callers_of(row):
        return "no caller called twice"
    return f"{callers_of(row):,} callers made {calls_of(row):,} calls"


def _pace(value: float, row: Row) -> str:
    if value >= _AT_ONCE:
        return "the callers come all at once"
    per, unit = (value, "second") if value >= 0.1 else (60 * value, "minute")
    return f"{figure(per)} new callers a {unit}"


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
    if value >= _ALL_THE_WAY:
        return "the numbers go up or down one after the other, all the way"
    how = "mostly" if value >= 0.5 else "partly"
    return f"the numbers {how} go up or down one after the other ({percent(100 * value)} of a perfect row)"


def _alike(share: float, row: Row) -> str:
    if share <= 0:
        return "no numbers are alike but for the last four digits"
    some = part(share, callers_of(row), "caller", ("has", "have"))
    span = row["neighbour_span"]
    apart = "" if math.isnan(span) else f", within {figure(max(round(10**span) - 1, 1))} of each other"
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
    length = f"{figure(value)} hours" if value >= 2 else f"{figure(60 * value)} minutes"
    return f"the traffic has been watched for {length}"


def _same_range(share: float, row: Row) -> str:
    if share <= 0:
        return "hardly two callers have numbers of one range"
    return f"a caller's number is of the same range as {percent(100 * share)} of the others"


_NEIGHBOURS = Phrase("neighbours", _alike)
_NEW = of_callers("new", "never called before", "no caller is a new one", "new_callers_excess")
_IMPOSSIBLE = of_callers(
    "impossible",
    "a number that no numbering plan holds",
    "no caller has an impossible number",
    "impossible_excess",
)

PHRASES: Mapping[str, Phrase] = {
    "asr": Phrase("answers", lambda value, row: f"ASR of the number {percent(value)}"),
    "aloc": Phrase("talk", _talk),
    "overlap_ratio": Phrase("overlap", _overlap),
    "cli_mismatch": share_of("mismatch", "the asserted identities are another number than the one shown"),
    "distinct_a_count": whole("size", "caller in the window by then", "callers in the window by then"),
    "call_rate": Phrase("rate", _rate),
    "short_call_ratio": share_of("short", "the ended calls to the number lasted under 10 s"),
    "high_volume_flag": either(
        "size", "under 10 callers in the window by then", "10 callers or more in the window by then"
    ),
    "b_answered_share": share_of("answers", "the calls to the number whose outcome is known were answered"),
    "b_calls_before": whole(
        "before", "call to the number lately besides these", "calls to the number lately besides these"
    ),
    "b_usual_callers": either(
        "usual",
        "the number is not known to be rung by several callers at once",
        "the number is known to be rung by several callers at once (usually {})",
    ),
    "b_bursts": either(
        "bursts",
        "the number is not known to have had a burst of true callers",
        "the number has had bursts of true callers before (counted {}, older ones less)",
    ),
    "b_times_usual": Phrase("usual", _times_usual),
    "grouping": Phrase("grouping", _group),
    "callers": whole("size", "caller in the group", "callers in the group"),
    "calls_per_caller": Phrase("redials", _redials),
    "callers_per_second": Phrase("pace", _pace),
    "gap_deviation": Phrase("rhythm", _rhythm),
    "share_of_crowd": Phrase("crowd", _crowd),
    "shared_trunk": shared("one trunk", ("shows", "show"), "trunk"),
    "shared_source": shared("source", ("shows", "show"), "source address"),
    "shared_sdp_origin": shared("sdp", ("shows", "show"), "SDP origin"),
    "shared_agent": shared("agent", ("shows", "show"), "agent"),
    "trunks_per_caller": various("one trunk", "trunk", "trunks"),
    "sources_per_caller": various("source", "source address", "source addresses"),
    "origins_per_caller": various("sdp", "SDP origin", "SDP origins"),
    "strange_endpoint": Phrase("endpoint", _strange),
    "trunk_usual_share": Phrase("trunk", _trunk_share),
    "trunk_surprise": chance("trunk", "callers over one trunk"),
    "trunk_rarity": ratio(
        "trunk",
        "the trunks of these calls are {} times rarer than those of other calls",
        "the trunks of these calls are {} times more common than those of other calls",
        "the trunks of these calls are about as common as those of other calls",
    ),
    "sequential": of_callers(
        "sequence",
        "a number within 10 of that of the caller before or after",
        "no number is within 10 of that of the caller before or after",
    ),
    "in_a_row": Phrase("sequence", _in_a_row),
    "neighbours": _NEIGHBOURS,
    "neighbour_span": told_by("neighbours", _NEIGHBOURS),
    "impossible": _IMPOSSIBLE,
    "impossible_excess": told_by("impossible", _IMPOSSIBLE),
    "withheld_excess": more("withheld", "callers who withhold their number"),
    "new_callers": _NEW,
    "new_callers_excess": told_by("new_callers", _NEW),
    "elsewhere_excess": more("elsewhere", "callers who mostly call over another trunk"),
    "national_excess": more("national", "callers with a number of the home country"),
    "attested": share_of("attestation", "the calls with a STIR verdict have attestation A"),
    "attested_excess": more("attestation", "calls with attestation A"),
    "unattested": share_of(
        "attestation", "the calls with a STIR verdict have attestation C, none or a failed one"
    ),
    "unattested_excess": more("attestation", "calls with attestation C, none or a failed one"),
    "shared_identity": Phrase("identity", _identity),
    "answered": share_of("answered", "the group's calls whose outcome is known were answered"),
    "given_up_at_once": of_calls("given up", ("was", "were"), "given up by the caller within 3 s"),
    "short_talks": share_of("short talks", "the group's answered calls were over within 10 s"),
    "decided": of_calls("decided", ("has", "have"), "an outcome that is known"),
    "endpoint_surprise": chance("endpoint", "of the trunk's callers from one endpoint"),
    "new_callers_surprise": chance("new", "callers who never called before"),
    "elsewhere_surprise": chance("elsewhere", "callers who mostly call over another trunk"),
    "national_surprise": chance("national", "callers with a number of the home country"),
    "unattested_surprise": chance("attestation", "calls with attestation C, none or a failed one"),
    "impossible_surprise": chance("impossible", "callers with a number that no numbering plan holds"),
    "range_oddness": ratio(
        "ranges",
        "numbers of these ranges come over these trunks {} times less often than others",
        "numbers of these ranges come over these trunks {} times more often than others",
        "numbers of these ranges come over these trunks about as often as others",
    ),
    "range_surprise": ratio(
        "ranges",
        "taken together, numbers of these ranges are {} times less likely over these trunks than others",
        "taken together, numbers of these ranges are {} times more likely over these trunks than others",
        "taken together, numbers of these ranges are about as likely over these trunks as others",
    ),
    "b_calls_per_hour": either(
        "hourly", "the number gets no other calls", "other calls to the number come at {} an hour"
    ),
    "b_calls_out": either(
        "calls out", "the number is not known to call anybody", "the number calls others, too"
    ),
    "watched_hours": Phrase("watched", _watched),
    "made_up_odds": ratio(
        "new",
        "known and new callers together are {} times likelier of made-up numbers than of this network's callers",
        "known and new callers together are {} times likelier of this network's callers than of made-up numbers",
        "known and new callers together are as likely of made-up numbers as of this network's callers",
    ),
    "unfamiliar_odds": ratio(
        "elsewhere",
        "so many callers not known on this trunk are {} times likelier of stolen numbers than of its own callers",
        "so few callers not known on this trunk are {} times likelier of its own callers than of stolen numbers",
        "so many callers not known on this trunk are as likely of stolen numbers as of its own callers",
    ),
    "same_range": Phrase("same range", _same_range),
    "same_range_surprise": chance("same range", "callers with numbers of one range"),
    "range_rarity": ratio(
        "rare ranges",
        "numbers of the callers' ranges call {} times less often than others",
        "numbers of the callers' ranges call {} times more often than others",
        "numbers of the callers' ranges call about as often as others",
    ),
    "range_rarity_sum": ratio(
        "rare ranges",
        "taken together, calls from these ranges are {} times less likely than from others",
        "taken together, calls from these ranges are {} times more likely than from others",
        "taken together, calls from these ranges are about as likely as from others",
    ),
}
"""By feature; one for each that the engine has."""
