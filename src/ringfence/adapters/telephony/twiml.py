"""What is said and how an answer is taken, as TwiML: Prompt → the document that answers a webhook."""

import re

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Dial, Gather, Say, Start, VoiceResponse

from ringfence.errors import BadInput
from ringfence.model.verification import Listen, Prompt

LONGEST = 4_000
"""Characters: what Twilio takes of a document within a request, and far less than what it fetches."""

_VOICES = {"en-IN": "Polly.Aditi", "hi-IN": "Polly.Aditi"}
"""One who reads both languages, so that an English name within a Hindi sentence is no riddle. Other languages get the
voice that the account has set for them: one that doesn't speak the language would fail the whole call."""

_ANSWER_SECONDS = 5
"""Until a first word or key."""
_PAUSE_SECONDS = 1
"""After the last word."""
_RING_SECONDS = 25
"""At a colleague's, with the card holder waiting."""

_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]+")
"""What an XML document can't hold, however it is written. The SDK lets it through."""


def spoken(prompt: Prompt, answer_to: str, go_on_at: str) -> bytes:
    """UTF-8. Raises BadInput with code `prompt_too_long`."""
    response = VoiceResponse()
    if prompt.records:
        start = Start()
        start.recording()
        response.append(start)
    if prompt.listen is not None:
        response.append(_say(_gather(prompt.listen, prompt.language, answer_to), prompt))
        if prompt.listen.ends:
            response.hangup()
    else:
        _then(_say(response, prompt), prompt, answer_to, go_on_at)
    document = str(response)
    if len(document) > LONGEST:
        raise BadInput(
            f"What is to be said makes {len(document):,} characters of TwiML, and {LONGEST:,} is the most: shorten the "
            "names, the sentences or the addresses.",
            code="prompt_too_long",
        )
    return document.encode()


def _then(response: TwiML, prompt: Prompt, answer_to: str, go_on_at: str) -> None:
    """What a colleague hears who picks up ends without a word more where the two are to be joined: that joins them."""
    if prompt.go_on is not None:
        response.redirect(go_on_at, method="POST")
    elif prompt.transfer_to is not None:
        dial = Dial(action=go_on_at, method="POST", timeout=_RING_SECONDS)
        dial.number(prompt.transfer_to, url=answer_to, method="POST")
        response.append(dial)
    elif not prompt.joins:
        response.hangup()


def _gather(listen: Listen, language: str, answer_to: str) -> Gather:
    """Without `actionOnEmptyResult` silence is no answer: the call falls through to what stands behind."""
    keys = {
        "action": answer_to,
        "method": "POST",
        "action_on_empty_result": None if listen.ends else True,
        "timeout": _ANSWER_SECONDS,
        "num_digits": listen.digits,
    }
    if not listen.speech:
        return Gather(input="dtmf", **keys)
    # The separator of hints can't be part of one.
    hints = ", ".join(_plain(hint).replace(",", " ") for hint in listen.hints)
    return Gather(
        input="speech dtmf",
        speech_timeout=_PAUSE_SECONDS,
        language=language,
        hints=hints or None,
        **keys,
    )


def _say(where: TwiML, prompt: Prompt) -> TwiML:
    """A sentence by itself is followed by a breath."""
    for sentence in prompt.sentences:
        words = _plain(sentence)
        if words:
            where.append(Say(words, language=prompt.language, voice=_VOICES.get(prompt.language)))
    return where


def _plain(text: str) -> str:
    return " ".join(_NO_XML.sub(" ", text).split())
