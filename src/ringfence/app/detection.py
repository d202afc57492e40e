"""The detector as the settings want it: engine and pillar, no adapter; `serve` and `replay` share it."""

from ringfence_engine import Engine

from ringfence.app.replay import FileReplay
from ringfence.errors import BadInput
from ringfence.model.policy import Decide, Deed, Policy
from ringfence.settings import Settings
from ringfence.signalling import ListDetector, MaskingDetector, MinuteCap, PolicyBook

_SECOND = 1_000_000_000


def build_engine(settings: Settings) -> Engine:
    """The engine as the settings want it; `replay` uses it without a server. Raises BadInput."""
    signalling = settings.signalling
    try:
        return Engine(
            window=_nanoseconds(signalling.window_seconds),
            threshold=signalling.threshold,
            hold=_nanoseconds(signalling.hold_seconds),
            lateness=_nanoseconds(signalling.lateness_seconds),
            metrics_window=_nanoseconds(signalling.metrics_window_seconds),
            features=signalling.features,
            max_keys=signalling.max_keys,
            max_calls=signalling.max_calls,
            max_members=signalling.max_members,
            suspect=signalling.probability_threshold,
            region=settings.default_region,
            trunks={name: (of.region, of.trusted, of.addresses) for name, of in settings.trunks.items()},
        )
    except ValueError as error:
        raise BadInput(f"Settings: {error.args[-1]}", code="settings_invalid") from None


def build_replay(
    settings: Settings, *, decide: Decide, deed: Deed, cap: int | None, sort: bool, now: int
) -> FileReplay:
    """Recorded traffic through a detector of its own. Without `cap` no brake applies to what would be cut."""
    most = 0 if cap is None else cap
    threshold = settings.signalling.probability_threshold
    policy = Policy(decide=decide, deed=deed, threshold=threshold, disconnects_per_minute=most)
    brake = None if cap is None else MinuteCap()
    engine = build_engine(settings)
    for entry in settings.lists:
        engine.set_list(entry.list.value, entry.value)
    masking, lists = detectors(settings, PolicyBook([policy]), brake)
    return FileReplay(engine, masking, lists, sort=sort, now=now)


def detectors(
    settings: Settings, book: PolicyBook, cap: MinuteCap | None
) -> tuple[MaskingDetector, ListDetector]:
    """Both under one brake; None where it does not apply."""
    members = settings.signalling.max_members
    hold = _nanoseconds(settings.signalling.hold_seconds)
    return (
        MaskingDetector(book, cap=cap, members=members),
        ListDetector(book, cap=cap, hold=hold, members=members),
    )


def _nanoseconds(seconds: float) -> int:
    return round(seconds * _SECOND)
