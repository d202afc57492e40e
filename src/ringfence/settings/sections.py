"""The sections of the settings and what may stand in each field."""

import re
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    SecretStr,
    model_validator,
)

from ringfence.model.policy import Decide, Deed, ListEntry, ListName, Policy, PolicyScope
from ringfence.settings.addresses import base_address
from ringfence.settings.llm import LlmSettings
from ringfence.settings.section import Section as _Section
from ringfence.settings.telephony import TelephonySettings

Region = Annotated[
    str, Field(pattern="^[A-Z]{2}$"), BeforeValidator(lambda v: v.upper() if isinstance(v, str) else v)
]


def _address(text: str) -> str:
    """In the one notation that captured packets are told in."""
    try:
        return ip_address(text).compressed
    except ValueError:
        raise ValueError(
            "a peer is one IP address, as 192.0.2.7: networks (192.0.2.0/24) and names are not taken, "
            "list each address"
        ) from None


Address = Annotated[str, AfterValidator(_address)]


def _origin(text: str) -> str:
    # One with a path, or without its scheme, would never equal what a browser sends.
    if text != "*" and not re.fullmatch(r"https?://[^/\s]+", text):
        raise ValueError("an origin is written https://desk.example, with no path and no slash behind it")
    return text


Origin = Annotated[str, AfterValidator(_origin)]


def _server(text: str) -> str:
    return base_address(
        text, example="https://ringfence.example", sent="keys and card holders' words go there"
    )


ServerAddress = Annotated[str, AfterValidator(_server)]

_PREFIX = re.compile(r"\+[1-9]\d{0,14}\*?")


def _undressed(number: str) -> str:
    """Without what people put between digits."""
    return number.translate(str.maketrans("", "", " -.()"))


def _words(value: object) -> object:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


class ShadowSettings(_Section):
    """Who scores beside the live model and acts on nothing; on where one of these is set."""

    model: str | None = Field(
        default=None,
        min_length=1,
        max_length=4096,
        description="Who scores in the shadow, as `signalling.model`; not set: the live model",
    )
    threshold: float | None = Field(
        default=None,
        ge=0,
        le=1,
        description="Masking probability from which a call is a suspect there; not set: the live one",
    )

    @property
    def on(self) -> bool:
        return self.model is not None or self.threshold is not None


class LocalCliSettings(_Section):
    """What follows where a call on an international trunk presents a number of the home country."""

    policy: Deed = Field(default=Deed.FLAG, description="How far to go with fixed-line numbers")
    mode: Annotated[str, Field(pattern="^(dry_run|live)$")] = Field(
        default="dry_run", description="Do it, or write it down"
    )
    mobile: bool = Field(
        default=False,
        description="Raise alerts for numbers that may be mobile, too; roamers have such ones, and nothing follows",
    )


class SignallingSettings(_Section):
    """The masking detector's window and state."""

    window_seconds: float = Field(
        default=5,
        ge=1,
        le=300,
        description="Length of the window",
        json_schema_extra={"env": "DETECTION_WINDOW_SECONDS"},
    )
    threshold: int = Field(
        default=5,
        ge=2,
        le=1000,
        description="Distinct A-numbers in the window that open an alert",
        json_schema_extra={"env": "DETECTION_THRESHOLD"},
    )
    probability_threshold: float = Field(
        default=0.7,
        ge=0,
        le=1,
        description="Masking probability from which a call is a suspect, where the policy decides by score",
        json_schema_extra={"env": "MASKING_PROBABILITY_THRESHOLD"},
    )
    sure_threshold: float = Field(
        default=Policy().sure_threshold,
        ge=0,
        le=1,
        description="Masking probability from which every suspect call is cut; under it only the first of an alert is",
    )
    hold_seconds: float = Field(
        default=60, ge=0, le=3600, description="How long an alert stays open below the threshold"
    )
    lateness_seconds: float = Field(
        default=2, ge=0, le=60, description="How late an event may come and still count"
    )
    metrics_window_seconds: float = Field(
        default=300, ge=10, le=3600, description="Window of the metrics of a B-number"
    )
    features: bool = Field(
        default=True, description="Origin clusters, score and metrics; false leaves only the window rule"
    )
    model: str = Field(
        default="builtin",
        min_length=1,
        max_length=4096,
        description="Who scores origin clusters: `builtin` (the model that comes with Ringfence), a model file's "
        "path, or `off` (the scorecard)",
    )
    max_keys: int = Field(
        default=1_048_576, ge=1024, le=67_108_864, description="B-numbers kept; the oldest give way"
    )
    max_calls: int = Field(
        default=4_194_304, ge=1024, le=268_435_456, description="Calls kept; the oldest give way"
    )
    max_members: int = Field(
        default=1_000, ge=10, le=100_000, description="Calls an alert lists; more are counted"
    )
    shadow: ShadowSettings = Field(
        default=ShadowSettings(), description="A second model or threshold beside the live one"
    )
    local_cli: LocalCliSettings = Field(
        default=LocalCliSettings(), description="International calls with numbers of the home country"
    )

    @model_validator(mode="after")
    def _a_shadow_has_scores_to_compare(self) -> Self:
        if self.shadow.on and not self.features:
            raise ValueError(
                "shadow compares scores, and features is off: turn features on, or take shadow out"
            )
        return self


class LimitSettings(_Section):
    """How much a client may send."""

    line_bytes: int = Field(default=1 << 20, ge=1024, le=1 << 20, description="Longest line of a batch")
    body_bytes: int = Field(
        default=64 << 20, ge=1024, le=1 << 34, description="Largest body, counted after decompression"
    )
    events_per_second: float | None = Field(
        default=None, gt=0, le=1_000_000_000, description="Events a key may send; not set: no limit"
    )
    requests_per_second: float = Field(
        default=500, gt=0, le=1_000_000_000, description="Requests a key may make to the other routes"
    )
    analyze_per_minute: int = Field(
        default=600,
        ge=1,
        le=1_000_000_000,
        description="Messages a key may have analysed in a minute from one address",
    )


class ContentSettings(_Section):
    """The judge of messages."""

    model: str = Field(
        default="builtin",
        min_length=1,
        max_length=4096,
        description="Who judges messages: `builtin` (the model that comes with Ringfence) or a model file's path",
    )


class TrunkSettings(_Section):
    """A trunk that calls come in on, by the name that events carry."""

    region: Region | None = Field(default=None, description="Country whose national numbers the trunk sends")
    addresses: list[Address] = Field(
        default=[], description="IP addresses of the peers whose calls come in on it, each by itself"
    )
    trusted: bool = Field(
        default=False, description="P-Asserted-Identity and its like are believed before From"
    )
    international: bool = Field(
        default=False,
        description="Its calls come from other countries; one with a number of `default_region` raises an alert",
    )


class PolicySettings(_Section):
    """What follows from an alert on the numbers that `match` names."""

    scope: PolicyScope = Field(default=PolicyScope.DEFAULT, description="What `match` names")
    match: str = Field(
        default="", max_length=64, description="B-number, B-prefix (`+44800*`) or trunk; empty: the default"
    )
    decide: Decide = Field(default=Decide.SCORE, description="What makes a call a suspect")
    policy: Deed = Field(default=Deed.DISCONNECT, description="How far to go")
    mode: Annotated[str, Field(pattern="^(dry_run|live)$")] = Field(
        default="dry_run", description="Do it, or write it down"
    )
    threshold: float | None = Field(
        default=None, ge=0, le=1, strict=True, description="Own masking probability from which to act"
    )
    false_cuts_per_million: float | None = Field(
        default=None,
        gt=0,
        le=1_000_000,
        strict=True,
        description="Instead of `threshold`: how many of a million true callers' calls may be cut; the model says from "
        "which probability on that holds",
    )
    sure_threshold: float | None = Field(
        default=None, ge=0, le=1, strict=True, description="Own probability from which every suspect is cut"
    )
    disconnects_per_minute: int = Field(
        default=60, ge=0, le=100_000, strict=True, description="Calls cut in a minute; more are flagged"
    )

    @model_validator(mode="after")
    def _match_fits_its_scope(self) -> Self:
        # What can never match would be a rule that silently does nothing.
        match = self.match.strip()
        if (self.scope is PolicyScope.DEFAULT) != (not match):
            raise ValueError("scope default takes no match, every other scope needs one")
        if self.scope is PolicyScope.B_PREFIX:
            if not _PREFIX.fullmatch(_undressed(match)):
                raise ValueError("a prefix is written with its country code, as +44800*")
        elif match.endswith("*"):
            raise ValueError("a match that ends in * is for scope b_prefix alone")
        return self

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if self.threshold is not None and self.false_cuts_per_million is not None:
            raise ValueError("give threshold or false_cuts_per_million, not both")
        return self

    def policy_for(self, signalling: SignallingSettings) -> Policy:
        """The same as a Policy; the thresholds of `signalling` hold where this has none of its own."""
        prefix = self.scope is PolicyScope.B_PREFIX
        return Policy(
            scope=self.scope,
            match=_undressed(self.match).removesuffix("*") if prefix else self.match.strip(),
            decide=self.decide,
            deed=self.policy,
            live=self.mode == "live",
            threshold=signalling.probability_threshold if self.threshold is None else self.threshold,
            sure_threshold=signalling.sure_threshold if self.sure_threshold is None else self.sure_threshold,
            disconnects_per_minute=self.disconnects_per_minute,
            false_cuts_per_million=self.false_cuts_per_million,
        )


class ListSettings(_Section):
    """An entry of the number lists."""

    list: ListName = Field(description="Which list")
    value: str = Field(min_length=1, max_length=64, description="Number, prefix (`+44800*`) or trunk")
    note: str = Field(default="", max_length=1000, description="Why it is there")
    source: str = Field(default="settings", max_length=200, description="Where it came from")
    expires_at: AwareDatetime | None = Field(default=None, description="When it ends, with its time zone")

    def entry(self) -> ListEntry:
        expires = None if self.expires_at is None else int(self.expires_at.timestamp() * 1_000_000_000)
        return ListEntry(self.list, self.value, self.note, self.source, expires)


class Settings(_Section):
    """Everything that can be set."""

    data_dir: Path = Field(
        default=Path("var"), description="Folder of everything that is kept; made on first use"
    )
    records: str = Field(
        default="", description="Address of the records, `sqlite:///…`; empty: in the data folder"
    )
    url: ServerAddress = Field(
        default="http://127.0.0.1:8000",
        max_length=2048,
        description="Where commands reach a server that runs; `http` on loopback only",
    )
    admin_key: SecretStr | None = Field(
        default=None, min_length=1, description="An admin key, the same at every start"
    )
    analyst_key: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="A key of role analyst",
        json_schema_extra={"env": "API_AUTH_KEY"},
    )
    default_region: Region = Field(
        default="IN", description="Country of numbers written without a country code"
    )
    regions: Annotated[list[Region], BeforeValidator(_words)] = Field(
        default=["IN", "US", "GB", "NG", "KE", "SG", "DE"],
        description="Countries in which a number in a text is read after `default_region`, in this order",
    )
    cors_origins: Annotated[list[Origin], BeforeValidator(_words)] = Field(
        default=[],
        description="Origins whose pages may call the API from a browser (`https://desk.example`), or `*`",
    )
    signalling: SignallingSettings = Field(default=SignallingSettings(), description="The masking detector")
    content: ContentSettings = Field(default=ContentSettings(), description="The judge of messages")
    limits: LimitSettings = Field(default=LimitSettings(), description="How much a client may send")
    llm: LlmSettings = Field(default=LlmSettings(), description="A language model's second opinion")
    telephony: TelephonySettings = Field(default=TelephonySettings(), description="Verification calls")
    trunks: dict[str, TrunkSettings] = Field(default={}, description="Trunks by name")
    policies: list[PolicySettings] = Field(
        default=[], description="Policies; what the API sets goes before them"
    )
    lists: list[ListSettings] = Field(default=[], description="Number lists; the API adds to them")

    @model_validator(mode="after")
    def _an_address_is_on_one_trunk(self) -> Self:
        owners: dict[str, str] = {}
        for name, trunk in self.trunks.items():
            for address in trunk.addresses:
                if owners.setdefault(address, name) != name:
                    raise ValueError(
                        f"the trunks {owners[address]} and {name} both have the address {address}"
                    )
        return self

    @property
    def records_url(self) -> str:
        return self.records or f"sqlite:///{self.data_dir / 'ringfence.db'}"

    @property
    def policy_table(self) -> tuple[Policy, ...]:
        """The file's policies; there is always a default."""
        table = tuple(policy.policy_for(self.signalling) for policy in self.policies)
        if any(policy.scope is PolicyScope.DEFAULT for policy in table):
            return table
        return (PolicySettings().policy_for(self.signalling), *table)
