"""Characters that look like others: what a reader takes for one letter and a machine for another.

A choice of Unicode's confusables (UTS 39) that occur in real messages: Cyrillic, Greek, Armenian and phonetic
letters in place of Latin ones. All pairs are one character to one.
"""

_PAIRS = (
    ("авгеёзікмнорстухһѕјԁԛԝѵҽӏӀь", "abreesikmhopctyxhsjdqwvellb"),
    ("АВСЕНІЈКМОРЅТХУԌҐԜѴ", "ABCEHIJKMOPSTXYGTWV"),
    ("αβγεικνορςτυχωϲϳ", "abyeikvopctuxwcj"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹ", "ABEZHIKMNOPTYXC"),
    ("օոսհցզքԱՍՕ", "onuhgqpUUO"),
    ("ɑɡıɩʟᴀʙᴄᴅᴇɢʜɪᴊᴋᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢƖǀ", "agiilabcdeghijkmnoprtuvwyzll"),
)

LATIN: dict[int, str] = {
    ord(odd): plain for odds, plains in _PAIRS for odd, plain in zip(odds, plains, strict=True)
}
"""Code point to the Latin letter that it looks like."""

SIGNS: dict[int, str] = (
    dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
    | dict.fromkeys(map(ord, "‘’‚‛′`´"), "'")
    | dict.fromkeys(map(ord, "“”„‟″"), '"')
    | dict.fromkeys(map(ord, "․。．｡﹒"), ".")
    | dict.fromkeys(map(ord, "⁄∕⧸"), "/")
    | {ord("∶"): ":", ord("։"): ":", ord("₨"): "₹"}
)
"""Punctuation that is written in many ways, as ASCII has it."""

UNSEEN = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0\u0334-\u0338\u0489\u20d0-\u20ff\U000e0000-\U000e007f"
)
"""Inside of a character class: what takes no room on a screen, or lies over the letter before."""
