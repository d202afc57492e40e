"""The names of programs by which others see or steer a device."""

import re
from collections.abc import Iterator

_TOOLS = (
    ("anydesk", "AnyDesk", r"any[ \-]?desk|एनी ?डेस्क|ऐनी ?डेस्क|எனிடெஸ்க்|ఎనీడెస్క్"),
    ("teamviewer", "TeamViewer", r"team[ \-]?viewe?r(?: ?quick ?support)?|टीम ?व्यूअर|टीमव्यूवर"),
    ("quicksupport", "TeamViewer QuickSupport", r"quick ?support|क्विक ?सपोर्ट"),
    ("rustdesk", "RustDesk", r"rust[ \-]?desk|रस्ट ?डेस्क"),
    ("airdroid", "AirDroid", r"air ?droid|एयर ?ड्रॉइड"),
    ("airmirror", "AirMirror", r"airmirror"),
    ("ultraviewer", "UltraViewer", r"ultra ?viewer|अल्ट्रा ?व्यूअर"),
    ("zoho assist", "Zoho Assist", r"zoho ?assist"),
    ("chrome remote desktop", "Chrome Remote Desktop", r"chrome remote desktop"),
    ("logmein", "LogMeIn", r"log ?me ?in(?: ?rescue| ?123)?"),
    ("gotoassist", "GoToAssist", r"go ?to ?assist|go ?to ?resolve"),
    ("screenconnect", "ScreenConnect", r"screen ?connect|connectwise(?: control)?"),
    ("ammyy", "Ammyy Admin", r"am+y+(?: ?admin)\b|ammyy"),
    ("supremo", "Supremo", r"supremo"),
    ("hoptodesk", "HopToDesk", r"hop ?to ?desk"),
    ("splashtop", "Splashtop", r"splashtop"),
    ("dwservice", "DWService", r"dwservice|dwagent"),
    ("alpemix", "Alpemix", r"alpemix"),
    ("awesun", "AweSun", r"awe ?sun|ask ?link remote"),
    ("iperius remote", "Iperius Remote", r"iperius"),
    ("remotepc", "RemotePC", r"remote ?pc"),
    ("quick assist", "Quick Assist", r"quick assist"),
    ("vnc", "VNC", r"(?:real|ultra|tight)?vnc(?: viewer)?"),
    ("getscreen", "Getscreen", r"getscreen(?:\.me)?"),
    ("microsoft remote desktop", "Microsoft Remote Desktop", r"(?:microsoft|windows) remote desktop"),
)
_NAMED = re.compile(
    "|".join(rf"(?P<t{at}>{pattern})" for at, (_, _, pattern) in enumerate(_TOOLS)), re.IGNORECASE
)
_SIGNS = (
    "desk", "view", "quick", "droid", "zoho", "remote", "log", "goto", "go to ", "connect", "ammyy", "amyy", "ammy",
    "supremo", "splash", "dwa", "dws", "alpemix", "awe", "iperius", "vnc", "mirror", "getscreen", "ask",
)  # fmt: skip
_OTHER_SIGNS = ("डेस्क", "व्यू", "सपोर्ट", "ड्रॉ", "டெஸ்க்", "డెస్క్")


def tool_names(text: str, lowered: str) -> Iterator[tuple[int, int, str, str]]:
    """Where each name begins and ends, its normal form, and the name as its maker writes it."""
    signs = _SIGNS if lowered.isascii() else _SIGNS + _OTHER_SIGNS
    if not any(sign in lowered for sign in signs):
        return
    for match in _NAMED.finditer(text):
        if _is_word(text, match.start(), match.end()):
            value, name, _ = _TOOLS[int((match.lastgroup or "t0")[1:])]
            yield match.start(), match.end(), value, name


def _is_word(text: str, start: int, end: int) -> bool:
    return not (start and text[start - 1].isalnum()) and not text[end : end + 1].isalnum()
