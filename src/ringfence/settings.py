"""What an operator can set, read once at the start and passed down; nothing else reads the environment.

Sources, the strongest first: `RINGFENCE_SECTION__FIELD` in the environment (or an older system's name for
the same field), `.env`, the TOML file (`RINGFENCE_CONFIG`, else `./ringfence.toml`), the default. Plain
pydantic and a loader of our own: importing pydantic-settings doubles the time to start, which `replay` may
not take.
"""

import os
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)

from ringfence.errors import BadInput
from ringfence.model.policy import Decide, Deed, ListEntry, ListName, Policy, PolicyScope

PREFIX = "RINGFENCE_"

Region = Annotated[
    str, Field(pattern="^[A-Z]{2}$"), BeforeValidator(lambda v: v.upper() if isinstance(v, str) else v)
]


def _words(value: object) -> object:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


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
        default=True, description="Origin clusters, score and metrics; off leaves only the window rule"
    )
    max_keys: int = Field(
        default=1_048_576, ge=1024, le=67_108_864, description="B-numbers kept; the oldest give way"
    )
    max_calls: int = Field(
        default=4_194_304, ge=1024, le=268_435_456, description="Calls kept; the oldest give way"
    )
    max_members: int = Field(
        default=1_000, ge=10, le=100_000, description="Calls an alert names; more are counted"
    )


class LimitSettings(_Section):
    """How much a client may send."""

    line_bytes: int = Field(default=1 << 20, ge=1024, le=1 << 20, description="Longest line of a batch")
    body_bytes: int = Field(
        default=64 << 20, ge=1024, le=1 << 34, description="Largest body, counted after decompression"
    )
    events_per_second: float | None = Field(
        default=None, gt=0, description="Events a key may send; none: no limit"
    )
    requests_per_second: float = Field(
        default=500, gt=0, description="Requests a key may make to the other routes"
    )


class TrunkSettings(_Section):
    """A trunk that calls come in on, by the name that events carry."""

    region: Region | None = Field(default=None, description="Country whose national numbers the trunk sends")
    addresses: list[str] = Field(default=[], description="Addresses of the peers whose calls come in on it")
    trusted: bool = Field(
        default=False, description="P-Asserted-Identity and its like are believed before From"
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
        default=None, ge=0, le=1, description="Own masking probability from which to act"
    )
    disconnects_per_minute: int = Field(
        default=60, ge=0, le=100_000, description="Calls cut in a minute; more are flagged"
    )

    def policy_for(self, threshold: float) -> Policy:
        """The same as a Policy; `threshold` holds where this has none of its own."""
        return Policy(
            scope=self.scope,
            match=self.match.removesuffix("*"),
            decide=self.decide,
            deed=self.policy,
            live=self.mode == "live",
            threshold=threshold if self.threshold is None else self.threshold,
            disconnects_per_minute=self.disconnects_per_minute,
        )


class ListSettings(_Section):
    """An entry of the number lists."""

    list: ListName = Field(description="Which list")
    value: str = Field(min_length=1, max_length=64, description="Number, prefix (`+44800*`) or trunk")
    note: str = Field(default="", max_length=1000, description="Why it is there")
    source: str = Field(default="settings", max_length=200, description="Where it came from")
    expires_at: datetime | None = Field(default=None, description="When it ends")

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
    admin_key: SecretStr | None = Field(
        default=None, min_length=1, description="An admin key, the same at every start"
    )
    analyst_key: SecretStr | None = Field(
        default=None,
        min_length=1,
        description="A key of role analyst",
        json_schema_extra={"env": "API_AUTH_KEY"},
    )
    url: str = Field(default="http://127.0.0.1:8000", description="The server that other commands ask")
    default_region: Region = Field(
        default="IN", description="Country of numbers written without a country code"
    )
    cors_origins: Annotated[list[str], BeforeValidator(_words)] = Field(
        default=[], description="Origins whose pages may call the API from a browser"
    )
    signalling: SignallingSettings = Field(default=SignallingSettings(), description="The masking detector")
    limits: LimitSettings = Field(default=LimitSettings(), description="How much a client may send")
    trunks: dict[str, TrunkSettings] = Field(default={}, description="Trunks by name")
    policies: list[PolicySettings] = Field(
        default=[], description="Policies; what the API sets goes before them"
    )
    lists: list[ListSettings] = Field(default=[], description="Number lists; the API adds to them")

    @property
    def records_url(self) -> str:
        return self.records or f"sqlite:///{self.data_dir / 'ringfence.db'}"

    @property
    def policy_table(self) -> tuple[Policy, ...]:
        """The file's policies; there is always a default."""
        threshold = self.signalling.probability_threshold
        table = tuple(policy.policy_for(threshold) for policy in self.policies)
        if any(policy.scope is PolicyScope.DEFAULT for policy in table):
            return table
        return (Policy(threshold=threshold), *table)


def load_settings(environ: Mapping[str, str] | None = None, folder: Path | None = None) -> Settings:
    """Reads every source. `folder` is where `.env` and `ringfence.toml` are looked for; default: here.

    Raises BadInput that names each wrong field, never its value.
    """
    folder = folder or Path()
    variables = {**_dotenv(folder / ".env"), **(os.environ if environ is None else environ)}
    data = _toml(variables.get(PREFIX + "CONFIG"), folder)
    names = _from_environment(Settings, PREFIX, variables, data)
    try:
        return Settings.model_validate(data)
    except ValidationError as error:
        raise BadInput(_explain(error, names), code="settings_invalid") from None


def _toml(named: str | None, folder: Path) -> dict[str, Any]:
    path = Path(named) if named else folder / "ringfence.toml"
    if not named and not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"Cannot read the settings file {path}: {error}", code="settings_invalid") from None


def _dotenv(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    return {
        name: value for name, value in dotenv_values(path, interpolate=False).items() if value is not None
    }


def _from_environment(
    section: type[BaseModel], prefix: str, variables: Mapping[str, str], data: dict[str, Any]
) -> dict[str, str]:
    """Lays the environment's values over `data`; returns which variable gave which field."""
    names: dict[str, str] = {}
    for field, info in section.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            inner = data.setdefault(field, {})
            if isinstance(inner, dict):
                found = _from_environment(kind, f"{prefix}{field.upper()}__", variables, inner)
                names |= {f"{field}.{key}": name for key, name in found.items()}
            continue
        extra = info.json_schema_extra
        older = extra.get("env") if isinstance(extra, dict) else None
        for name in (prefix + field.upper(), older):
            if isinstance(name, str) and variables.get(name, "") != "":
                data[field] = variables[name]
                names[field] = name
                break
    return names


def _explain(error: ValidationError, names: Mapping[str, str]) -> str:
    faults = []
    for fault in error.errors(include_input=False, include_url=False):
        field = ".".join(str(part) for part in fault["loc"])
        faults.append(f"{names.get(field, field)}: {fault['msg']}")
    return "Settings: " + "; ".join(faults)
