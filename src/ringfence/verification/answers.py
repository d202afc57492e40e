"""What a card holder's answer is taken for: words or keys heard after a question → `Understood`.

A wrong yes lets a fraud through, and a wrong no blocks an honest card; asking again costs some seconds. So a yes counts
only where nothing else was said, a no where nothing speaks against it, and all that is not plain is asked again. The
words are in `lexicon/`; here is how they bear on each other.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ringfence.model.verification import Heard, Step, Understood
from ringfence.verification.lexicon import Meaning, Part, lexicon
from ringfence.verification.spelling import asks, words_of

SURE = 0.6
"""The least confidence, where there is one, that a yes, a no or a choice is taken with. Providers publish no meaning of
the figure and none was measured here: it is somewhat above an even chance, since a question more is the lesser evil.
0.0 is low, too: some recognisers send it for "not told", which can't be told from "not sure at all"; an adapter that
knows it says None."""
_STRANGE_BESIDE_NO = 2
"""Words of no known meaning that a bare no can have beside it; more of them may be talk with somebody else."""
_STRANGE_BESIDE_DENIAL = 12
_KEYS = {
    "1": Understood.YES,
    "2": Understood.NO,
    "9": Understood.PERSON,
    "0": Understood.REPEAT,
    "*": Understood.REPEAT,
}
_KEYS_FOR_CARDS = {**_KEYS, "1": Understood.PHYSICAL, "2": Understood.VIRTUAL}
_KINDS = {Meaning.PHYSICAL: Understood.PHYSICAL, Meaning.VIRTUAL: Understood.VIRTUAL}
_NOTHING_SAID = frozenset((Meaning.PLAIN, Meaning.SORRY, Meaning.PHYSICAL, Meaning.VIRTUAL))
"""Kinds of card mean something at one step alone, which asks for them elsewhere."""
_TOLD_WITH_IT = frozenset(
    (
        Meaning.YES,
        Meaning.DID,
        Meaning.SOMEBODY,
        Meaning.RECIPIENT,
        Meaning.GIVEN,
        Meaning.THINGS,
        Meaning.PLACE,
        Meaning.FIRST,
        Meaning.SECOND,
        Meaning.UNKNOWN,
        *_NOTHING_SAID,
    )
)
"""What a yes may tell of its own accord."""
_IS_ABOUT = {
    Step.SHARED: frozenset((Meaning.DID, Meaning.GIVEN, Meaning.RECIPIENT)),
    Step.OTHERS: frozenset((Meaning.DID, Meaning.GIVEN, Meaning.FIRST, Meaning.SECOND)),
}
"""What shows that it tells of what was asked, at the steps where a yes decides nothing: it tells the desk what to look
for. "Yes, I lost my wallet" is no answer."""
_DECIDED = frozenset((Understood.YES, Understood.NO, Understood.PHYSICAL, Understood.VIRTUAL))
_SETTLES = _DECIDED | {Understood.BOTH, Understood.WRONG_PERSON}
"""Words that speak against a key; a question, a doubt or a call for a person does not."""
_NEEDS_TO_BE_SURE = _DECIDED | {Understood.PERSON}


def understand(heard: Heard, step: Step, language: str, *, digits_only: bool = False) -> Understood:
    """`language` is BCP 47; with `digits_only` keys alone count, and coaching. Never raises; at most 600 characters are
    read, and of more no yes or no is taken."""
    speech = heard.speech or ""
    words, cut = words_of(speech)
    reading = lexicon(language).read(words, step)
    digits = (heard.digits or "").strip()
    if reading.coached:
        return Understood.COACHED
    if not words:
        said = Understood.NOTHING
    elif digits_only:
        said = Understood.UNCLEAR
    else:
        said = _told(reading.parts, step, asked=asks(speech))
        unsure = heard.confidence is not None and not SURE <= heard.confidence <= 1
        if (unsure or cut) and _must_be_sure(said, reading.parts):
            said = Understood.UNCLEAR
    return _with_key(_keys(step).get(digits, Understood.UNCLEAR), said, step) if digits else said


def _with_key(pressed: Understood, said: Understood, step: Step) -> Understood:
    """A key that decides something stands unless clear words decide otherwise; words alone are nothing beside a key."""
    if pressed not in _DECIDED or said not in _SETTLES or pressed is said:
        return pressed
    if step is Step.START and (pressed, said) == (Understood.NO, Understood.WRONG_PERSON):
        return said
    return Understood.BOTH


def _keys(step: Step) -> dict[str, Understood]:
    return _KEYS_FOR_CARDS if step is Step.KIND_OF_CARD else _KEYS


def _must_be_sure(told: Understood, parts: Sequence[Part]) -> bool:
    """A wrong person in so many words is believed as it is, one by a mere "no" is not."""
    if told is Understood.WRONG_PERSON:
        return all(part.meaning is not Meaning.WRONG_PERSON for part in parts)
    return told in _NEEDS_TO_BE_SURE


def _told(heard: Sequence[Part], step: Step, *, asked: bool) -> Understood:
    parts = _finished([replace(part, meaning=_plainly(part.meaning)) for part in heard])
    said: Counter[Meaning] = Counter()
    for part in parts:
        said[part.meaning] += part.words
    if Meaning.MACHINE in said:
        return Understood.UNCLEAR
    if Meaning.WRONG_PERSON in said:
        return Understood.WRONG_PERSON
    if said.keys() == {Meaning.SORRY}:
        return Understood.REPEAT
    if step is Step.KIND_OF_CARD:
        return _kind(parts, said)
    told = _yes_or_no(said, step, asked=asked)
    if told is Understood.UNCLEAR and not asked and _yes_with_a_story(heard, step):
        return Understood.YES
    return told


def _plainly(meaning: Meaning) -> Meaning:
    """What tells only whether a yes with a story stands is an unknown word to all other rules."""
    return Meaning.UNKNOWN if meaning in (Meaning.AGAINST, Meaning.GIVEN) else meaning


def _yes_with_a_story(heard: Sequence[Part], step: Step) -> bool:
    """A yes that begins or ends the answer, "yes to a man who called me", and nothing that may take it back."""
    told = [part.meaning for part in heard if part.meaning not in (Meaning.PLAIN, Meaning.SORRY)]
    return (
        Meaning.YES in (*told[:1], *told[-1:])
        and _TOLD_WITH_IT.issuperset(told)
        and not _IS_ABOUT.get(step, frozenset()).isdisjoint(told)
    )


def _finished(parts: Sequence[Part]) -> list[Part]:
    """Before a strange word "I didn't" and "no" are about something else, and "nahi" behind one; where they end, or
    known words follow, they deny."""
    around = zip((None, *parts), parts, (*parts[1:], None), strict=False)
    return [Part(_finally(before, part, after), part.words) for before, part, after in around]


def _finally(before: Part | None, part: Part, after: Part | None) -> Meaning:
    goes_on = after is not None and after.meaning is Meaning.UNKNOWN
    if part.meaning is Meaning.DENIES:
        return Meaning.NOT if goes_on else Meaning.DENIED
    if part.meaning is Meaning.NO and before is not None:
        goes_on |= before.meaning in (Meaning.UNKNOWN, Meaning.THINGS)
    return Meaning.NOT if part.meaning is Meaning.NO and goes_on else part.meaning


def _yes_or_no(said: Counter[Meaning], step: Step, *, asked: bool) -> Understood:
    yes = bool(said.keys() & {Meaning.YES, Meaning.DID, Meaning.HERE, Meaning.WAITS})
    no = bool(said.keys() & {Meaning.NO, Meaning.DENIED, Meaning.NOT})
    if _denied(said, yes=yes, step=step):
        return Understood.NO
    if beside := _beside(said):
        return beside
    if Meaning.TWISTED in said or (yes and no):
        return Understood.BOTH
    if Meaning.UNSURE in said:
        return Understood.UNSURE
    alone = _choice_alone(said, Understood.YES, Understood.NO)
    if alone is not None:
        return Understood.UNCLEAR if asked else alone
    if yes and not asked and _nothing_else(said, step):
        return Understood.YES
    if no and _no_stands(said):
        return Understood.WRONG_PERSON if step is Step.START else Understood.NO
    return Understood.UNCLEAR


def _denied(said: Counter[Meaning], *, yes: bool, step: Step) -> bool:
    """A sentence that denies stands against questions and calls for a person, not against what takes it back."""
    against = (Meaning.TWISTED, Meaning.MAYBE, Meaning.OTHER)
    return (
        Meaning.DENIED in said
        and step is not Step.START
        and not yes
        and not any(meaning in said for meaning in against)
        and said[Meaning.UNKNOWN] <= _STRANGE_BESIDE_DENIAL
    )


def _beside(said: Counter[Meaning]) -> Understood | None:
    """What goes before a yes or no that was said with it."""
    if Meaning.PERSON in said:
        return Understood.PERSON
    if Meaning.REPEAT in said:
        return Understood.REPEAT
    return Understood.UNSURE if Meaning.MAYBE in said else None


def _choice_alone(said: Counter[Meaning], first: Understood, second: Understood) -> Understood | None:
    """ "One" for the first choice: only where it is all, since it is many other things in a sentence."""
    if len(said) != 1:
        return None
    return first if Meaning.FIRST in said else second if Meaning.SECOND in said else None


def _nothing_else(said: Counter[Meaning], step: Step) -> bool:
    allowed = {Meaning.YES, Meaning.DID, *_NOTHING_SAID}
    if step is Step.START:
        allowed |= {Meaning.HERE, Meaning.NAMED}
    if Meaning.DID in said:
        allowed |= {Meaning.PLACE, Meaning.RECIPIENT}
    if said.keys() & {Meaning.DID, Meaning.HERE, Meaning.NAMED}:
        allowed.add(Meaning.WAITS)
    return said.keys() <= allowed


def _no_stands(said: Counter[Meaning]) -> bool:
    allowed = {
        Meaning.NO,
        Meaning.HESITATES,
        Meaning.UNKNOWN,
        Meaning.NAMED,
        Meaning.UNCOACHED,
        Meaning.THINGS,
        Meaning.PLACE,
        Meaning.RECIPIENT,
        *_NOTHING_SAID,
    }
    return said.keys() <= allowed and said[Meaning.UNKNOWN] <= _STRANGE_BESIDE_NO


def _kind(parts: Sequence[Part], said: Counter[Meaning]) -> Understood:
    if beside := _beside(said):
        return beside
    if Meaning.UNSURE in said:
        return Understood.UNSURE
    if alone := _choice_alone(said, Understood.PHYSICAL, Understood.VIRTUAL):
        return alone
    wanted = {part.meaning for part in _wanted(parts)}
    if len(wanted) != 1 or said.keys() & {Meaning.OTHER, Meaning.TWISTED, Meaning.OPEN, Meaning.SOMEBODY}:
        return Understood.UNCLEAR
    return _KINDS[wanted.pop()]


def _wanted(parts: Sequence[Part]) -> list[Part]:
    """The kinds of card that nothing denies: "not the physical", "physical nahi virtual". A single kind beside a no
    may be meant either way, and both are then left, or none."""
    told = [part for part in parts if part.meaning is not Meaning.PLAIN]
    kinds = [at for at, part in enumerate(told) if part.meaning in _KINDS]
    denied = {at for at in kinds if at and told[at - 1].meaning is Meaning.NOT}
    between = {
        one for one, two in pairwise(kinds)
        if two == one + 2 and told[one + 1].meaning is Meaning.NO
    }  # fmt: skip
    loose = any(part.meaning in (Meaning.NO, Meaning.DENIED) for part in told) and not between
    return [] if loose else [told[at] for at in kinds if at not in denied | between]
