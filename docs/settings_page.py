"""Writes docs/settings.md from the settings' own types, bounds and descriptions; `make docs` runs it."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from ringfence.settings import PREFIX, Settings

PAGE = Path(__file__).parent / "settings.md"

_HEAD = """# Settings

Written by `docs/settings_page.py` from the code; don't edit it by hand.

Sources, the strongest first: environment variables, `.env` in the working folder, a TOML file
(`RINGFENCE_CONFIG`, else `ringfence.toml` in the working folder), the default. In the TOML file a setting is
`section.field`, a text stands in quotes, and the sections that are lists are tables of their own. A setting that is
left out is not set. In the environment `on` and `off` are understood beside `true` and `false`, and a list of texts is
written with commas.

```toml
default_region = "GB"

[signalling]
threshold = 6
features = true

[trunks.carrier-7]
region = "GB"
addresses = ["192.0.2.10"]
trusted = true

[[policies]]
scope = "b_prefix"
match = "+44800*"
policy = "flag"

[[lists]]
list = "allow_b"
value = "+442079460000"
note = "our own hotline"
```
"""


def render() -> str:
    """The page as Markdown."""
    parts = [_HEAD]
    groups: list[tuple[str, type[BaseModel], str]] = [("General", Settings, "")]
    while groups:
        title, section, path = groups.pop(0)
        rows: list[str] = []
        for name, field in section.model_fields.items():
            inner = _section(field.annotation)
            if inner is None:
                rows.append(_row(name, field, path))
            else:
                groups.append((f"`{_heading(path + name, field.annotation)}`", inner, path + name + "."))
        parts.append(
            f"\n## {title}\n\n| setting | environment | default | bounds | what it is |\n" + "|---" * 5 + "|"
        )
        parts += rows
    return "\n".join(parts) + "\n"


def _section(annotation: Any) -> type[BaseModel] | None:
    """The section that a field holds, or a list or table of."""
    kinds = [annotation, *getattr(annotation, "__args__", ())]
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _heading(path: str, annotation: Any) -> str:
    origin = getattr(annotation, "__origin__", None)
    if origin is list:
        return f"[[{path}]]"
    return f"[{path}.NAME]" if origin is dict else f"[{path}]"


def _row(name: str, field: FieldInfo, path: str) -> str:
    extra = field.json_schema_extra
    older = extra.get("env") if isinstance(extra, dict) else None
    in_list = path.startswith(("trunks.", "policies.", "lists."))
    own = "" if in_list else f"`{PREFIX}{(path + name).upper().replace('.', '__')}`"
    names = own + (f" or `{older}`" if older else "")
    bounds = ", ".join(_bound(rule) for rule in field.metadata if _bound(rule))
    default = "required" if field.is_required() else _shown(field.default)
    return f"| `{name}` | {names} | {default} | {bounds} | {field.description} |"


def _shown(default: Any) -> str:
    """A value as code, so that it can be copied; what is none is said in plain words."""
    if default is None:
        return "not set"
    if default == "":
        return "empty"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def _bound(rule: Any) -> str:
    for name, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"), ("lt", "<")):
        value = getattr(rule, name, None)
        if value is not None:
            return f"{sign} {value:,}"
    if getattr(rule, "max_length", None) is not None:
        return f"at most {rule.max_length} characters"
    return ""


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
