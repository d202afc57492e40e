"""Links that lead into a chat: to a Telegram user or group, to a WhatsApp number or group."""

import re

from ringfence.model.identifier import IdentifierKind

Chat = tuple[IdentifierKind, str, bool | None]
"""Kind, normal form, validity."""

_TELEGRAM = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/(?:s/)?(?P<rest>[^\s?]+)|tg://resolve\?domain=(?P<name>\w+)"
    r"|(?:https?://)?(?P<own>\w{4,32})\.t\.me/?",
    re.IGNORECASE,
)
_WHATSAPP = re.compile(
    r"(?:https?://)?(?:www\.)?(?:(?:api|web|chat)\.)?(?:wa\.(?:me|link)|whatsapp\.com)/(?P<rest>\S+)|whatsapp://send/?\?(?P<query>\S+)",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"(?:^|phone=|/)\+?(?:%2B)?(\d{8,15})(?!\d)")


def chat_link(written: str) -> Chat | None:
    """What a link into a chat leads to; None for other links."""
    telegram = _TELEGRAM.fullmatch(written)
    if telegram:
        return _telegram(telegram)
    whatsapp = _WHATSAPP.fullmatch(written)
    if whatsapp:
        return _whatsapp(written, whatsapp)
    return None


def _telegram(match: re.Match[str]) -> Chat:
    rest = match["rest"] or match["name"] or match["own"]
    first = rest.strip("/").split("/")
    if first[0] in ("joinchat", "c", "addlist") or first[0].startswith("+"):
        return IdentifierKind.TELEGRAM, "t.me/" + "/".join(first), None
    return IdentifierKind.TELEGRAM, "@" + first[0].lstrip("@").lower(), None


def _whatsapp(written: str, match: re.Match[str]) -> Chat:
    rest = match["rest"] or match["query"]
    number = _NUMBER.search(rest)
    if number:
        return IdentifierKind.WHATSAPP, "+" + number[1], None
    plain = re.sub(r"^https?://(?:www\.)?|^www\.", "", written, flags=re.IGNORECASE)
    host, _, path = plain.partition("/")
    return IdentifierKind.WHATSAPP, f"{host.lower()}/{path.partition('?')[0].rstrip('/')}", None
