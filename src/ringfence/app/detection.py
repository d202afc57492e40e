"""The detector as the settings want it: engine and pillar, no adapter; `serve` and `replay` share it."""

from collections.abc import Iterable

from ringfence_engine import Engine

from ringfence.app.replay import FileReplay
from ringfence.app.scoring import Scorer, costs_of, read_scorer, said_of
from ringfence.app.site import checked, enforce, kept_policy, normal_policy
from ringfence.errors import BadInput
from ringfence.model.policy import Decide, Deed, Policy
from ringfence.settings import Settings, TrunkSettings
from ringfence.signalling import (
    Costs,
    HitDetector,
    LocalCli,
    MaskingDetector,
    MinuteCap,
    PolicyBook,
    logged_name,
)

_SECOND = 1_000_000_000


def build_engine(settings: Settings, scorer: Scorer | None = None) -> Engine:
    """The engine as the settings want it; `replay` uses it without a server. Raises BadInput.

    `scorer` is who scores, where that was read already.
    """
    signalling = settings.signalling
    scorer = scorer or read_scorer(signalling)
    try:
        engine = Engine(
            window=_nanoseconds(signalling.window_seconds),
            threshold=signalling.threshold,
            hold=_nanoseconds(signalling.hold_seconds),
            lateness=_nanoseconds(signalling.lateness_seconds),
            metrics_window=_nanoseconds(signalling.metrics_window_seconds),
            features=signalling.features,
            max_keys=signalling.max_keys,
            max_calls=signalling.max_calls,
            suspect=signalling.probability_threshold,
            region=settings.default_region,
            trunks={name: _facts(trunk) for name, trunk in settings.trunks.items()},
            mobile_cli=signalling.local_cli.mobile,
        )
    except ValueError as error:
        code, detail = error.args
        where = "default_region, or a trunk's region: " if code == "region_invalid" else ""
        raise BadInput(f"Settings: {where}{detail}", code="settings_invalid") from None
    engine.set_model(scorer.model)
    return engine


def build_replay(
    settings: Settings, *, decide: Decide, deed: Deed, cap: int | None, sort: bool, now: int
) -> FileReplay:
    """Recorded traffic through a detector of its own. Without `cap` no brake applies to what would be cut."""
    most = 0 if cap is None else cap
    signalling = settings.signalling
    policy = Policy(
        decide=decide,
        deed=deed,
        threshold=signalling.probability_threshold,
        sure_threshold=signalling.sure_threshold,
        disconnects_per_minute=most,
    )
    brake = None if cap is None else MinuteCap()
    book = PolicyBook([policy])
    masking, hits = detectors(settings, book, brake)
    engine = build_listed_engine(settings, now)
    engine.set_thresholds(book.thresholds)
    return FileReplay(engine, masking, hits, sort=sort, now=now)


def build_listed_engine(settings: Settings, now: int, scorer: Scorer | None = None) -> Engine:
    """As `build_engine`, with those entries of the settings' lists that hold at `now`. Raises BadInput."""
    engine = build_engine(settings, scorer)
    for entry in (listed.entry() for listed in settings.lists):
        if entry.holds_at(now):
            enforce(engine, entry.list_name, checked(engine, entry).value)
    return engine


def policy_book(settings: Settings, engine: Engine) -> PolicyBook:
    """The settings' policies, their numbers in the engine's normal form. Raises BadInput."""
    table = settings.policy_table
    costs = Costs()
    if any(policy.false_cuts_per_million is not None for policy in table):
        scorer = read_scorer(settings.signalling)
        costs = costs_of(settings.signalling, scorer, said_of(scorer))
    return PolicyBook(kept_policy(costs, normal_policy(engine, policy)) for policy in table)


def detectors(
    settings: Settings, book: PolicyBook, cap: MinuteCap | None
) -> tuple[MaskingDetector, HitDetector]:
    """Both under one brake; None where it does not apply."""
    members = settings.signalling.max_members
    hold = _nanoseconds(settings.signalling.hold_seconds)
    local = settings.signalling.local_cli
    local_cli = LocalCli(local.policy, live=local.mode == "live")
    return (
        MaskingDetector(
            book, cap=cap, members=members, shadow_threshold=settings.signalling.shadow.threshold
        ),
        HitDetector(book, local_cli, cap=cap, hold=hold, members=members),
    )


def unscored(settings: Settings, policies: Iterable[Policy]) -> str | None:
    """What to say where policies wait for a score that nobody gives; None where all is well."""
    if settings.signalling.features:
        return None
    waiting = [
        logged_name(policy)
        for policy in policies
        if policy.decide is Decide.SCORE and policy.deed is not Deed.MONITOR and policy.threshold > 0
    ]
    if not waiting:
        return None
    return (
        "signalling.features is off, so no call gets a score, and these policies, which decide by score, "
        f"act on no alert: {', '.join(waiting[:10])}{' …' if len(waiting) > 10 else ''}. "
        'Set decide = "rule" in them, or turn the features on (RINGFENCE_SIGNALLING__FEATURES=on)'
    )


def _facts(trunk: TrunkSettings) -> tuple[str | None, bool, list[str], bool]:
    return trunk.region, trunk.trusted, trunk.addresses, trunk.international


def _nanoseconds(seconds: float) -> int:
    return round(seconds * _SECOND)
