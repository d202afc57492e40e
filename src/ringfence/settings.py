"""What an operator can set, read once at the start and passed down; nothing else reads the environment.

Sources, the strongest first: `RINGFENCE_SECTION__FIELD` in the environment (or an older system's name for
the same field), `.env`, the TOML file (`RINGFENCE_CONFIG`, else `./ringfence.toml`), the default. Plain
pydantic and a loader of our own: importing pydantic-settings doubles the time to start, which `replay` may
not take.
"""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    model_validator,
)

from ringfence.errors import BadInput
from ringfence.model.policy import Decide, Deed, ListEntry, ListName, Policy, PolicyScope

PREFIX = "RINGFENCE_"
_CONFIG = PREFIX + "CONFIG"

_Part = TypeVar("_Part", bound=BaseModel)

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

_PREFIX = re.compile(r"\+[1-9]\d{0,14}\*?")


def _undressed(number: str) -> str:
    """Without what people put between digits."""
    return number.translate(str.maketrans("", "", " -.()"))


def _words(value: object) -> object:
    return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


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

    def policy_for(self, threshold: float) -> Policy:
        """The same as a Policy; `threshold` holds where this has none of its own."""
        prefix = self.scope is PolicyScope.B_PREFIX
        return Policy(
            scope=self.scope,
            match=_undressed(self.match).removesuffix("*") if prefix else self.match.strip(),
            decide=self.decide,
            deed=self.policy,
            live=self.mode == "live",
            threshold=threshold if self.threshold is None else self.threshold,
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
    cors_origins: Annotated[list[Origin], BeforeValidator(_words)] = Field(
        default=[],
        description="Origins whose pages may call the API from a browser (`https://desk.example`), or `*`",
    )
    signalling: SignallingSettings = Field(default=SignallingSettings(), description="The masking detector")
    limits: LimitSettings = Field(default=LimitSettings(), description="How much a client may send")
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
    sources = (os.environ if environ is None else environ, _dotenv(folder / ".env"))
    named = next((source[_CONFIG] for source in sources if source.get(_CONFIG)), None)
    data = _toml(named, folder)
    names = _from_environment(Settings, PREFIX, sources, data)
    faults = [f"{name}: there is no such setting" for name in _misspelt(sources)]
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        faults += _faults(error, names)
    if faults:
        raise BadInput("Settings: " + "; ".join(faults), code="settings_invalid")
    return settings


def laid_over(settings: Settings, path: Path) -> Settings:
    """What the settings would be with this TOML file's word last: each section or list that it holds.

    Of `[signalling]` and the other tables of single values it changes those fields that it names. Raises BadInput.
    """
    try:
        over = Settings.model_validate(_read_toml(path))
    except ValidationError as error:
        raise BadInput(f"{path}: {'; '.join(_faults(error, {}))}", code="settings_invalid") from None
    return _joined(settings, over)


def _joined(under: _Part, over: _Part) -> _Part:
    update = {}
    for field in over.model_fields_set:
        ours, theirs = getattr(under, field), getattr(over, field)
        update[field] = _joined(ours, theirs) if isinstance(theirs, BaseModel) else theirs
    return under.model_copy(update=update)


def _toml(named: str | None, folder: Path) -> dict[str, Any]:
    path = Path(named) if named else folder / "ringfence.toml"
    return _read_toml(path) if named or path.is_file() else {}


def _read_toml(path: Path) -> dict[str, Any]:
    with _reading(path):
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))


def _dotenv(path: Path) -> Mapping[str, str]:
    if not path.is_file():
        return {}
    from dotenv import dotenv_values

    with _reading(path):
        found = dotenv_values(path, interpolate=False)
    return {name: value for name, value in found.items() if value is not None}


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise BadInput(f"Cannot read the settings file {path}: {reason}", code="settings_invalid") from None


def _sections(of: type[BaseModel]) -> dict[str, type[BaseModel]]:
    kinds = {field: info.annotation for field, info in of.model_fields.items()}
    return {
        field: kind for field, kind in kinds.items() if isinstance(kind, type) and issubclass(kind, BaseModel)
    }


def _from_environment(
    section: type[BaseModel], prefix: str, sources: Sequence[Mapping[str, str]], data: dict[str, Any]
) -> dict[str, str]:
    """Lays the sources' values over `data`, the first source's on top; answers which variable gave what."""
    names: dict[str, str] = {}
    inner_sections = _sections(section)
    for field, info in section.model_fields.items():
        if field in inner_sections:
            inner = data.setdefault(field, {})
            if isinstance(inner, dict):
                found = _from_environment(inner_sections[field], f"{prefix}{field.upper()}__", sources, inner)
                names |= {f"{field}.{key}": name for key, name in found.items()}
            continue
        extra = info.json_schema_extra
        older = extra.get("env") if isinstance(extra, dict) else None
        given = _given((prefix + field.upper(), older), sources)
        if given is not None:
            names[field], data[field] = given
    return names


def _given(names: Iterable[object], sources: Iterable[Mapping[str, str]]) -> tuple[str, str] | None:
    """The variable that holds a field, and its value without spaces around it; an empty one is not set."""
    wanted = [name for name in names if isinstance(name, str)]
    for source in sources:
        for name in wanted:
            value = source.get(name, "").strip()
            if value:
                return name, value
    return None


def _misspelt(sources: Iterable[Mapping[str, str]]) -> list[str]:
    """Variables of our sections that name no field: a typing error must not go unheard."""
    known = {f"{PREFIX}{name}".upper() for name in _names(Settings)}
    starts = tuple(f"{PREFIX}{section}__".upper() for section in _sections(Settings))
    given = {name for source in sources for name in source if name.startswith(starts)}
    return sorted(given - known)


def _names(section: type[BaseModel]) -> Iterator[str]:
    """Of single fields, as variables spell them."""
    inner_sections = _sections(section)
    for field in section.model_fields:
        if field in inner_sections:
            yield from (f"{field}__{name}" for name in _names(inner_sections[field]))
        else:
            yield field


def _faults(error: ValidationError, names: Mapping[str, str]) -> Iterator[str]:
    for fault in error.errors(include_input=False, include_url=False):
        parts = [str(part) for part in fault["loc"]]
        field = ".".join(parts)
        # A variable can hold a list, of which one part is wrong.
        from_variable = (names.get(".".join(parts[:end])) for end in range(len(parts), 0, -1))
        field = next((name for name in from_variable if name), field)
        said = "there is no such setting" if fault["type"] == "extra_forbidden" else fault["msg"]
        said = said.removeprefix("Value error, ")
        yield f"{field}: {said}" if field else said
