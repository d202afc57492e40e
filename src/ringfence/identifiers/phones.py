"""What makes a run of digits a telephone number: its shape, the words beside it, a numbering plan."""

import re
from dataclasses import dataclass

from ringfence.identifiers.plans import international, national, possible
from ringfence.identifiers.reading import Reading
from ringfence.identifiers.runs import Candidate, Run
from ringfence.identifiers.vocabulary import Cue
from ringfence.identifiers.words import Hint

SHORT_CODES = frozenset(
    "100 101 102 103 104 108 112 121 139 155260 155261 198 199 181 182 1033 1073 1075 1091 1096 1098 1099"
    " 1100 1902 1903 1905 1906 1908 1909"
    "1912 1913 1914 1915 1916 1920 1921 1930 1945 1947 1950 1962 14400 14404 14408 14410 14411 14416"
    " 14420 14422 14431 14433 14434 14440"
    "14445 14446 14447 14448 14449 14454 14461 14464 14470 14477 14490 14546 14555 14566 14567 14569"
    " 15100 911 999 101 119 995".split()
)
"""Helplines of India, and emergency numbers."""

_SPOKEN_OF = (Cue.PHONE, Cue.CALL, Cue.TELEGRAM)
_MOBILE = re.compile(r"[6-9]\d{9}")
_TOLL_FREE = re.compile(r"18(?:00|60)\d{4,9}")
_NANP = re.compile(r"[2-9]\d\d[2-9]\d{6}")
_NANP_TOLL_FREE = re.compile(r"8(?:00|33|44|55|66|77|88)\d{7}")
_LEADING_ZERO = re.compile(r"0[1-9]\d{7,10}")

_FORMS = {"GB": re.compile(r"0[1-9]\d{9}"), "US": re.compile(r"1?[2-9]\d\d[2-9]\d{6}")}
_LAYOUTS = (
    (re.compile(r"5-6|5-3-3|5-2-2-2"), re.compile(r"07[3-9]\d{8}"), "GB"),
    (re.compile(r"4-3-4"), re.compile(r"0(?:11[3-8]|800|84[345]|87[0-3]|3[0347]\d)\d{7}"), "GB"),
    (re.compile(r"4-3-4"), re.compile(r"0[789][01]\d{8}"), "NG"),
    (re.compile(r"4-3-3|4-6"), re.compile(r"0[17]\d{8}"), "KE"),
)  # fmt: skip
"""How a region groups its numbers, where India groups them otherwise."""


@dataclass(frozen=True, slots=True)
class Phone:
    value: str
    valid: bool | None


def as_phone(c: Candidate, reading: Reading) -> Phone | None:
    """The number that the run is; None where it is none."""
    run = c.run
    digits = run.digits
    if "+" in run.lead:
        return _with_country(digits) if 7 <= len(digits) <= 15 else None
    told = _is_told(c.before, c.after)
    if len(digits) <= 6:
        return _short(run, c.before, told, reading)
    if len(digits) > 14:
        return None
    if _is_shaped(run) or (told and _is_groupable(run)):
        return _read(run, told, reading)
    return None


def _with_country(digits: str) -> Phone | None:
    if digits.startswith("910") and len(digits) == 13:
        digits = "91" + digits[3:]
    value, valid = international(digits)
    return Phone(value, valid)


def _is_told(before: Hint | None, after: Hint | None) -> bool:
    """Whether a word says that it is a telephone number."""
    if before is not None and before.cue in _SPOKEN_OF:
        return True
    return after is not None and after.cue in (Cue.PHONE, Cue.CALL) and (before is None or not before.tight)


def _short(run: Run, before: Hint | None, told: bool, reading: Reading) -> Phone | None:
    """A short code, which only a word like `call` makes a number to dial."""
    digits = run.digits
    if len(run.groups) > 1:
        return None
    if digits in SHORT_CODES:
        told = told or (len(digits) > 3 and reading.of_complaints)
        return Phone(digits, True) if told and (len(digits) > 3 or _calls(before)) else None
    if 4 <= len(digits) <= 6 and digits[0] == "1" and _calls(before):
        return Phone(digits, None)
    return None


def _calls(before: Hint | None) -> bool:
    return before is not None and before.cue is Cue.CALL and before.tight


def _is_shaped(run: Run) -> bool:
    """Whether digits and groups are those of a telephone number, so that no word is needed."""
    digits, groups = run.digits, run.groups
    if len(groups) > 6 or (len(groups) > 1 and min(map(len, groups[1:])) == 1):
        return False
    if _MOBILE.fullmatch(digits) or (_TOLL_FREE.fullmatch(digits) and len(digits) in (10, 11)):
        return groups[0] != "1" or len(digits) == 11
    if len(digits) == 12 and digits.startswith("91") and _MOBILE.fullmatch(digits[2:]):
        return run.layout != "4-4-4"
    if len(digits) in (13, 14) and digits.startswith(("0091", "910")):
        return bool(_MOBILE.fullmatch(digits[-10:]))
    if _LEADING_ZERO.fullmatch(digits):
        return len(digits) >= 10
    if run.layout in ("3-3-4", "1-3-3-4"):
        return bool(_NANP.fullmatch(digits[-10:])) and (len(digits) == 10 or digits[0] == "1")
    return False


def _is_groupable(run: Run) -> bool:
    return len(run.groups) <= 6 and len(run.digits) <= 14


def _read(run: Run, told: bool, reading: Reading) -> Phone | None:
    digits = run.digits
    mobile = digits[-10:]
    if _MOBILE.fullmatch(mobile) and digits[:-10] in ("91", "0091", "910"):
        value, valid = international("91" + mobile)
        return Phone(value, valid)
    if digits.startswith("00") and len(digits) > 10:
        value, valid = international(digits[2:])
        return Phone(value, True) if valid else None
    abroad = _abroad(run, reading)
    order = reading.regions.order
    if abroad is not None:
        found = national(digits, (abroad,))
        if found is not None:
            return Phone(found, True)
        unused = _unused(digits, abroad) if reading.abroad else None
        if unused is not None:
            return Phone(unused, False)
    found = national(digits, order)
    if found is not None:
        return Phone(found, True)
    if told or _MOBILE.fullmatch(digits) or _TOLL_FREE.fullmatch(digits):
        return Phone(digits, None)
    return None


def _unused(digits: str, region: str) -> str | None:
    """A number of the region's form that is in no use: tests and warnings have such ones."""
    form = _FORMS.get(region)
    return possible(digits, region) if form and form.fullmatch(digits) else None


def _abroad(run: Run, reading: Reading) -> str | None:
    """The region whose way of writing this is, or of which the text speaks, where it is one of those set."""
    region = reading.abroad or _layout_of(run)
    return region if region in reading.regions.order else None


def _layout_of(run: Run) -> str | None:
    digits, layout = run.digits, run.layout
    if layout in ("3-3-4", "1-3-3-4"):
        toll_free = _NANP_TOLL_FREE.fullmatch(digits[-10:]) and "-" in run.separators
        if run.lead == "(" or toll_free or len(digits) == 11:
            return "US"
    for layouts, plan, region in _LAYOUTS:
        if layouts.fullmatch(layout) and plan.fullmatch(digits):
            return region
    return None
