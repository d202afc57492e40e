"""Addresses of other servers, as settings hold them: over https, or on loopback; with nothing secret in them."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def on_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def base_address(text: str, *, example: str, sent: str) -> str:
    """Without a slash at its end. Raises ValueError that shows `example`, or names what would be `sent` in clear."""
    url = text.rstrip("/")
    try:
        parts = urlsplit(url)
        plain = bool(parts.hostname) and not (
            parts.username or parts.password or parts.query or parts.fragment
        )
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        plain = port_is_one = False
    if not plain or not port_is_one or parts.scheme not in ("http", "https"):
        raise ValueError(f"a base address is written {example}, with no key, user or query in it")
    if parts.scheme == "http" and not on_loopback(url):
        raise ValueError(f"http is taken on loopback only; {sent} over https")
    return url
