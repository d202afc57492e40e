"""What an operator can set, read once at the start and passed down; nothing else reads the environment."""

from ringfence.settings.llm import LlmProvider, LlmSettings
from ringfence.settings.reading import PREFIX, laid_over, load_settings
from ringfence.settings.sections import (
    ContentSettings,
    LimitSettings,
    PolicySettings,
    Settings,
    ShadowSettings,
    SignallingSettings,
    TrunkSettings,
)
from ringfence.settings.telephony import TelephonyProvider, TelephonySettings

__all__ = [
    "PREFIX",
    "ContentSettings",
    "LimitSettings",
    "LlmProvider",
    "LlmSettings",
    "PolicySettings",
    "Settings",
    "ShadowSettings",
    "SignallingSettings",
    "TelephonyProvider",
    "TelephonySettings",
    "TrunkSettings",
    "laid_over",
    "load_settings",
]
