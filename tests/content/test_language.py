"""The language of a message, told from its script and its small words."""

from collections import Counter

import pytest

from ringfence.content.language import language_of
from ringfence.content.reading import read
from ringfence.lab.messages.generator import messages
from ringfence.lab.messages.script import families


def told(text: str) -> str:
    reading = read(text)
    return language_of(reading.folded.text, [word.text for word in reading.words])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Your account will be blocked today, call the bank", "en"),
        ("Aapka khata band ho jayega, abhi call karo", "hi-Latn"),
        ("आपका खाता बंद हो जाएगा", "hi"),
        ("तुमचे खाते बंद होईल, आत्ताच फोन करा", "mr"),
        ("உங்கள் கணக்கு முடக்கப்படும்", "ta"),
        ("మీ ఖాతా నిలిపివేయబడుతుంది", "te"),
        ("আপনার অ্যাকাউন্ট বন্ধ হয়ে যাবে", "bn"),
        ("Umepokea pesa kutoka kwa wewe, tafadhali tuma leo", "sw"),
        ("HDFC: ₹2,999 உங்கள் கணக்கில் இருந்து டெபிட்", "ta"),
        ("", "en"),
        ("445566", "en"),
    ],
)
def test_plain_cases(text: str, language: str) -> None:
    assert told(text) == language


def test_most_made_up_messages_are_told_right() -> None:
    right: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for family in families()[::4]:
        for message in messages(family, 3, 5):
            if len(message.text.split()) >= 8:
                asked[family.language] += 1
                right[family.language] += told(message.text) == family.language
    for language, count in asked.items():
        assert right[language] >= 0.75 * count, (language, right[language], count)
    assert sum(right.values()) >= 0.93 * sum(asked.values())
