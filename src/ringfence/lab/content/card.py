"""The card of the model of messages: what it learnt from, how good it is where it has not learnt, where it fails."""

from collections.abc import Iterable, Sequence
from typing import Any

from ringfence.content.model_file import read
from ringfence.lab.content.corpus import MADE_UP, RESEARCH

LICENCES = {
    "abhi_sms": "ISC (package.json alone); business headers of one person's messages, India, 2019–20",
    "cashiro": "MIT; fixtures of a parser of bank messages, many of users with the figures changed",
    "cucom": "Apache-2.0; support dialogues, Indian English and Hinglish",
    "finlight": "Apache-2.0; fixtures of a parser of bank messages",
    "mendeley": "CC BY 4.0; Mishra and Soni, SMS phishing dataset, most of the rest the UCI SMS collection",
    "nus": "research corpus without a stated licence for software; NUS SMS corpus",
    "ots_sub": "MIT; OpenTextShield",
    "ots_syn": "MIT; OpenTextShield, synthetic",
    "robocall": "public domain; FTC, Project Point of No Entry, transcripts",
    "sgd_train": "CC BY-SA 4.0; Schema-Guided Dialogue",
    "slc_personal_sms": "CC BY 4.0, Scott Lee Chua; every message one person got, Philippines, 2022–26",
    "smishtank": "research corpus without a stated licence for software; SmishTank, reported by users",
    "spamhunter": "research corpus without a stated licence for software; SpamHunter, machine-translated",
    "syn_uj_honeypot": "MIT in its README; scripted turns of scammers",
    "vitamin": "MIT; texts of a tax help service, United States",
}
_SMALL = 50
"""Rows below which sources share a line."""


def model_card(file: bytes, without_research: bytes | None = None) -> str:
    """Markdown. `without_research` is the same model made without the research corpora."""
    model = read(file)
    about = model.about
    plan = about["plan"]
    return "\n".join(
        [
            f"# Model card: {model.version}",
            "",
            "Written by `ringfence train content`. The model says of a message or the transcript of a call how",
            "probable it is that it is a scam, whether it is advertising otherwise, and of which kind a scam is. It is",
            "linear: a weight for each word, pair of words, sign of a strategy and kind of identifier, so that the",
            "reasons in an answer are what it judged by. It knows no senders, and proves nothing.",
            "",
            "## What it learnt from",
            "",
            f"{plan['count']} messages of each of {about['families']:,} families of the project's own scripts "
            f"([messages.md](messages.md)), seed {plan['seed']}, and the tables below. Of each language and channel "
            "scams weigh as much as all else. Numbers, links and addresses are never learnt as such.",
            "",
            *_corpora(about["corpora"]),
            "",
            "## Where it has not learnt",
            "",
            "Sources were held out, a fifth of all rows at a time, and of the scripts whole plots, in all the",
            "languages that share them; a model fitted on the rest judged them. Calibrated on this, it takes "
            f"{plan['scams']:.0%} of all messages for scams; a message is called a scam from a probability of 0.5 on.",
            "[content.md](../benchmarks/content.md) has the figures on sources that no training sees.",
            "",
            *_held_out(about),
            *_without(without_research),
            *_failures(),
        ]
    )


def _corpora(corpora: dict[str, dict[str, int]]) -> Iterable[str]:
    yield "| source | scam | promo | legit | licence and kind |"
    yield "|---|---:|---:|---:|---|"
    small = {"scam": 0, "promo": 0, "legit": 0}
    others = []
    for source, counts in corpora.items():
        if source not in LICENCES and source != MADE_UP and sum(counts.values()) < _SMALL:
            others.append(source)
            for label, count in counts.items():
                small[label] += count
            continue
        licence = "MIT; this project" if source == MADE_UP else LICENCES.get(source, "")
        yield _row(source, counts, licence)
    if others:
        yield _row(
            f"{len(others)} more", small, "MIT, ISC, BSD, Apache-2.0, CC0, CC BY, public domain, quotations"
        )
    if others:
        yield ""
        yield f"The {len(others)} more: {', '.join(others)}."


def _row(name: str, counts: dict[str, int], licence: str) -> str:
    numbers = " | ".join(f"{counts.get(label, 0):,}" for label in ("scam", "promo", "legit"))
    return f"| {name} | {numbers} | {licence} |"


def _held_out(about: dict[str, Any]) -> Iterable[str]:
    aucs = about["held_out_auc"]
    yield f"AUC: {aucs['of others']:.3f} on the tables, {aucs['made up']:.3f} on held-out plots."
    right = about["types_right"]
    yield f"Of the scams among these the kind is right in {right['all']:.0%}, in English in {right['en']:.0%}."
    yield ""
    yield from measured_table([one for one in about["held_out"] if one["scams"] + one["others"] >= _SMALL])
    yield ""


def measured_table(rows: Sequence[dict[str, Any]]) -> Iterable[str]:
    """Of `validation.Measured`, told."""
    yield "| source | scams | others | recall | others flagged | advertising flagged | AUC |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for one in rows:
        shown = [percent(one[name]) for name in ("recall", "flagged", "promo_flagged")]
        auc = "" if one["auc"] is None else f"{one['auc']:.3f}"
        yield f"| {one['source']} | {one['scams']:,} | {one['others']:,} | {' | '.join(shown)} | {auc} |"


def percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"


def _without(file: bytes | None) -> Iterable[str]:
    if file is None:
        return
    about = read(file).about
    yield "## Without the research corpora"
    yield ""
    yield f"The same made without {', '.join(sorted(RESEARCH))} (`--without-research`): AUC on held-out tables"
    yield f"{about['held_out_auc']['of others']:.3f}, on held-out plots {about['held_out_auc']['made up']:.3f}."
    yield ""


def _failures() -> Iterable[str]:
    yield "## Known failures"
    yield ""
    yield "- Honest messages that press and link as scams do are flagged more often than others: lenders that dun with"
    yield "  short links, offers of pre-approved loans, advertising of unknown shops."
    yield "- A single line of a conversation often says too little; a session's earlier turns are judged with it."
    yield "- Openings that only make contact (“is this Anna's number?”) are told from honest slips by little."
    yield "- Languages other than English, Hindi and Hinglish are known from made-up messages alone, and no native"
    yield "  speaker has read all of these."
    yield "- Who knows the weights can write a scam that passes. The reasons help the reader, and the writer, too."
    yield ""
