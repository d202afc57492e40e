"""What the documentation says, held against the code: commands, routes, settings, weights, links."""

import json
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.resources import files
from importlib.util import module_from_spec, spec_from_file_location
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer
from pydantic import BaseModel
from ringfence_engine import FEATURES, Engine, Model
from typer.core import TyperGroup

from ringfence import cli
from ringfence.api import events, routes, webhooks
from ringfence.api.views import shown_probability
from ringfence.settings import LimitSettings, SignallingSettings, load_settings

ROOT = Path(__file__).resolve().parent.parent
OPEN_PAGES = {("GET", "/"), ("GET", "/docs"), ("GET", "/openapi.json")}
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|root|Users|home/[a-z]\w*|tmp/\w+)/|\.pyenv\b")
PACKAGE_SOURCE = re.compile(
    r"sparse\+http|--(?:extra-)?index-url[ =]http|\"resolved\": \"http|/simple/?$", re.MULTILINE
)


def tracked() -> list[Path]:
    """Every file that is committed or about to be."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def pages() -> list[Path]:
    return [path for path in tracked() if path.suffix == ".md"]


def without_code(page: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL))


def shell_lines(page: str) -> Iterator[str]:
    """Lines of the shell blocks, continued ones joined, without their comments."""
    for block in re.findall(r"^```sh\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL):
        for line in re.sub(r"\\\n|\n +(?=\[)", " ", block).splitlines():
            yield line.partition(" #")[0]


def shown_invocations(page: str, program: str) -> list[list[str]]:
    """The words after the program's name, wherever a page shows it in a shell block or as inline code."""
    found = []
    for line in [*shell_lines(page), *re.findall(rf"`({program} [^`]+)`", page)]:
        words = re.sub(r"[\[\]…|]", " ", line).split()
        runs = [word == program or word.endswith(f"bin/{program}") for word in words]
        if True in runs:
            found.append(words[runs.index(True) + 1 :])
    return found


@cache
def command_line() -> TyperGroup:
    """Every command, from the modules of `cli` that hold one."""
    app = typer.Typer()
    for module in pkgutil.iter_modules(cli.__path__):
        add_to = getattr(import_module(f"{cli.__name__}.{module.name}"), "add_to", None)
        if add_to is not None:
            add_to(app)
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    return root


def faults_of(words: list[str]) -> list[str]:
    """What is wrong with an invocation that a page shows."""
    told = f"ringfence {' '.join(words)}"
    found: Any = command_line()  # typer shows no name for what a group and a command have in common
    rest = list(words)
    while rest and isinstance(found, TyperGroup) and not rest[0].startswith("--"):
        if rest[0] not in found.commands:
            return [f"{told}: no such command"]
        found = found.commands[rest.pop(0)]
    known = {"--help"} | {option for param in found.params for option in param.opts}
    options = [word.partition("=")[0] for word in rest if word.startswith("--")]
    return [f"{told}: no option {option}" for option in options if option not in known]


def slugs(page: str) -> set[str]:
    """Anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ +(.+?) *$", page, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_names_its_two_commands_first() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    made = [words[0] for words in shown_invocations(readme, "make")]
    assert made[:2] == ["run", "test"]


def test_every_command_and_option_that_is_shown_exists() -> None:
    shown = [
        words
        for page in pages()
        for words in shown_invocations(page.read_text(encoding="utf-8"), "ringfence")
    ]
    assert {words[0] for words in shown} >= {"compare", "demo", "keys", "replay", "serve", "simulate"}
    assert not [fault for words in shown for fault in faults_of(words)]


@pytest.mark.parametrize(
    "wrong", ["serv", "keys make --name x", "replay FILE --fast", "simulate masking --hour=3"]
)
def test_a_command_that_is_shown_wrongly_would_be_found(wrong: str) -> None:
    assert faults_of(wrong.split())


def test_every_make_target_that_is_shown_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    for page in pages():
        for words in shown_invocations(page.read_text(encoding="utf-8"), "make"):
            asked = [word for word in words if "=" not in word]
            assert set(asked) <= targets, f"{page.name}: make {' '.join(words)}"


def test_every_relative_link_leads_somewhere() -> None:
    for page in pages():
        for link in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text(encoding="utf-8"))):
            if re.match(r"[a-z]+:", link):
                continue
            name, _, anchor = link.partition("#")
            target = (page.parent / name).resolve() if name else page
            assert target.is_relative_to(ROOT), f"{page.name}: {link} leaves the project"
            assert target.exists(), f"{page.name}: {link}"
            if anchor:
                assert anchor in slugs(target.read_text(encoding="utf-8")), f"{page.name}: {link}"


def test_no_tracked_file_tells_of_the_machine_it_was_made_on() -> None:
    told = []
    for path in tracked():
        if path == Path(__file__).resolve():
            continue  # it spells out what it looks for
        text = path.read_bytes().decode("utf-8", errors="replace")
        for pattern in (MACHINE_PATH, PACKAGE_SOURCE):
            told += [f"{path.relative_to(ROOT)}: {found.group()}" for found in pattern.finditer(text)]
    assert not told


@pytest.mark.parametrize(
    ("leak", "pattern"),
    [
        ("see /" + "root/.cache/x", MACHINE_PATH),
        ("in '/home/asha/ringfence'", MACHINE_PATH),
        ('"resolved": "https://mirror.example/x.tgz"', PACKAGE_SOURCE),
        ("--index-url https://mirror.example/simple", PACKAGE_SOURCE),
    ],
)
def test_a_leak_would_be_found(leak: str, pattern: re.Pattern[str]) -> None:
    assert pattern.search(leak)


def test_the_documented_weights_are_those_of_the_scorecard() -> None:
    source = (ROOT / "crates/engine/src/scorecard.rs").read_text(encoding="utf-8")
    source = "\n".join(takewhile(lambda line: "#[cfg(test)]" not in line, source.splitlines()))
    number = r"(-?\d+\.\d+)"
    base = re.findall(rf'\("(base)", {number}\)', source)
    given = re.findall(rf'give\(\s*"(\w+)",[^;]*?{number}', source)
    page = (ROOT / "docs/detection.md").read_text(encoding="utf-8").replace("\N{MINUS SIGN}", "-")
    shown = re.findall(rf"^\| `(\w+)` \| \+?{number} \|", page, flags=re.MULTILINE)
    assert len(given) == source.count("give(") > 10
    assert dict(shown) == dict(base + given)


def test_every_feature_is_documented_in_its_place() -> None:
    section = (ROOT / "docs/detection.md").read_text().partition("### Features")[2].partition("\n## ")[0]
    assert tuple(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == FEATURES


def test_the_worked_example_is_what_the_engine_makes_of_it() -> None:
    page = (ROOT / "docs/detection.md").read_text(encoding="utf-8").replace("\N{MINUS SIGN}", "-")
    example = re.search(
        r"five sequential numbers from one trunk and one address\. (-?[\d.]+(?: \+ [\d.]+)+) = ([\d.]+), "
        r"which is a\s+probability of (\d\.\d+)",
        page,
    )
    assert example is not None
    shown = [float(term) for term in example[1].split(" + ")]

    calls = [
        {"event_type": "INVITE", "timestamp": 1_768_478_400 + n, "call_id": f"{n}@gw", "trunk": "ingress-1",
         "a_number": f"+91223456780{n}", "b_number": "+919820012345", "source_ip": "192.0.2.7"}
        for n in range(5)
    ]  # fmt: skip
    lines = b"\n".join(json.dumps(call).encode() for call in calls)
    (change,) = Engine().ingest(lines, 1_768_478_405_000_000_000).changes
    given = {fact: points for fact, points in change.clusters[0].points if points}

    assert set(given) == {"base", "sequential_numbers", "shared_trunk", "shared_source"}
    assert sorted(given.values()) == pytest.approx(sorted(shown))
    assert sum(given.values()) == pytest.approx(float(example[2]))
    assert round(change.probability, 2) == float(example[3])


def test_the_model_card_is_that_of_the_packaged_model() -> None:
    packaged = Model((files("ringfence.app") / "masking-model.json").read_bytes())
    card = (ROOT / "docs/masking-model.md").read_text(encoding="utf-8")
    assert card.startswith(f"# Model card: {packaged.version}\n")


def test_the_alert_that_the_readme_shows_is_what_the_packaged_model_makes_of_it() -> None:
    """Its five calls are sent within one second of a clock of whole seconds."""
    calls = [
        {"event_type": "INVITE", "timestamp": 1_767_258_000, "call_id": f"try-{n}", "trunk": "ingress-1",
         "a_number": f"+91223456780{n}", "b_number": "+919820012345", "source_ip": "192.0.2.7"}
        for n in range(1, 6)
    ]  # fmt: skip
    engine = Engine()
    engine.set_model(Model((files("ringfence.app") / "masking-model.json").read_bytes()))
    lines = b"\n".join(json.dumps(call).encode() for call in calls)
    (change,) = engine.ingest(lines, 1_767_258_000_500_000_000).changes
    told = re.search(r'"masking_probability": ([\d.]+)', (ROOT / "README.md").read_text(encoding="utf-8"))
    assert told is not None
    assert float(told[1]) == shown_probability(change.probability)


def test_every_route_is_documented_and_every_documented_route_exists() -> None:
    served = {("POST", events.SINGLE), ("POST", events.BATCH), *OPEN_PAGES}
    served |= {("POST", path) for path in webhooks.contract()}
    for module in pkgutil.iter_modules(routes.__path__):
        for route in import_module(f"{routes.__name__}.{module.name}").router.routes:
            if route.include_in_schema:
                served |= {(method, route.path) for method in route.methods}
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    table = set(re.findall(r"^\| `([A-Z]+) ([^`?]+)` \|", page, flags=re.MULTILINE))
    assert table == served


def test_every_setting_that_is_named_exists() -> None:
    sections: dict[str, type[BaseModel]] = {"signalling": SignallingSettings, "limits": LimitSettings}
    named = {
        name
        for page in pages()
        for name in re.findall(r"`(signalling|limits)\.(\w+)`", page.read_text(encoding="utf-8"))
    }
    assert named
    assert not {
        f"{section}.{field}" for section, field in named if field not in sections[section].model_fields
    }


def test_every_settings_file_that_is_shown_is_taken(tmp_path: Path) -> None:
    shown = [
        block
        for page in pages()
        for block in re.findall(r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    ]
    assert shown
    for block in shown:
        (tmp_path / "ringfence.toml").write_text(block, encoding="utf-8")
        load_settings({}, tmp_path)


def test_a_default_can_be_copied_into_a_settings_file(tmp_path: Path) -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    for section, of in (("signalling", SignallingSettings), ("limits", LimitSettings)):
        rows = page.partition(f"## `[{section}]`")[2].partition("\n## ")[0]
        given = re.findall(r"^\| `(\w+)` \|[^|]*\| `([^`]+)` \|", rows, flags=re.MULTILINE)
        assert given
        texts = {field for field, info in of.model_fields.items() if isinstance(info.default, str)}
        table = "\n".join(
            f'{field} = "{default}"' if field in texts else f"{field} = {default}" for field, default in given
        )
        (tmp_path / "ringfence.toml").write_text(f"[{section}]\n{table}\n")
        assert load_settings({}, tmp_path) == load_settings({}, tmp_path / "nowhere")


def test_the_example_of_a_cdr_and_the_way_from_csv_make_events() -> None:
    page = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    example = re.search(r"^\{.*\"CDR\".*\}$", page, flags=re.MULTILINE)
    program = re.search(r"^```python\n(.*?)^```", page, flags=re.MULTILINE | re.DOTALL)
    assert example is not None
    assert program is not None
    table = (
        "id,start,caller,called,trunk,talk_seconds\n"
        "c1,2026-01-15T12:00:00+05:30,+912234567801,+919820012345,ingress-1,180\n"
        "c2,1768458610,022 3456 7802,+919820012345,,\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", program[1]], input=table, capture_output=True, check=True, text=True
    ).stdout
    engine = Engine()
    taken = engine.ingest(f"{example[0]}\n{made}".encode(), 1_768_458_700_000_000_000)
    assert (taken.accepted, taken.errors) == (3, [])
    metrics = engine.metrics("+919820012345", 1_768_458_700_000_000_000)
    assert (metrics.seizures, metrics.answered, metrics.distinct_callers) == (3, 2, 2)


def test_every_reason_to_refuse_an_event_is_documented() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "crates/engine/src").rglob("*.rs")]
    codes = {
        code
        for source in sources
        for pattern in (r'Refusal::new\(\s*"(\w+)"', r'\("\w+", "(\w+_invalid)"\)')
        for code in re.findall(pattern, source)
    }
    page = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    assert codes >= {"timestamp_missing", "call_id_invalid", "trunk_invalid"}
    assert not {code for code in codes if f"`{code}`" not in page}


def test_the_settings_page_is_what_the_settings_say() -> None:
    place = ROOT / "docs" / "settings_page.py"
    spec = spec_from_file_location("settings_page", place)
    assert spec is not None
    assert spec.loader is not None
    page = module_from_spec(spec)
    spec.loader.exec_module(page)
    assert (ROOT / "docs" / "settings.md").read_text(encoding="utf-8") == page.render(), "run `make docs`"
