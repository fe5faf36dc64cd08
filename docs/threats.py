"""Which checks answer which threat: the risk mitigations of the study's Table IV, and the rest of STRIDE."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Threat(StrEnum):
    """STRIDE."""

    SPOOFING = "Spoofing"
    TAMPERING = "Tampering"
    REPUDIATION = "Repudiation"
    DISCLOSURE = "Information disclosure"
    DENIAL = "Denial of service"
    ELEVATION = "Elevation of privilege"


T = Threat


class Row(NamedTuple):
    """A mitigation, the threats it is set against, what the study measured, the checks that ask for it, what they cannot tell."""

    mitigation: str
    threats: tuple[Threat, ...]
    measured: str
    codes: tuple[str, ...]
    blind: str


TABLE_IV = (
    Row(
        "organisation verification", (T.SPOOFING,), "199 of 6,243 organisations (3.19 %)",
        ("SE051", "MA021", "SE053"),
        "A verified organisation is who it says, not what it publishes. Only names like those of popular models are told.",
    ),
    Row(
        "dependencies: datasets, architectures, base models", (T.TAMPERING,),
        "one dataset behind 1,673 models (the table; the text has 6,834 entries of metrics for the commonest)",
        ("PV020", "PV021", "PV050", "PV051", "PV052", "PV053", "PV054", "PV056", "SE030", "SE031", "SE036"),
        "Whether data or a base model were poisoned. That what is declared was really used.",
    ),
    Row(
        "model documentation", (T.REPUDIATION,), "< 0.1 % with claims that machines read (the table; 2,594 of 62,467, 4.15 %, when its Figure 7 is added up)",
        ("QU001", "PV030", "PV031", "PV032", "PV033", "PV035", "PV060", "PV063"),
        "Whether a claimed figure is true: it can be measured again, on the claim's own data.",
    ),
    Row(
        "GPG-signed commits", (T.SPOOFING, T.TAMPERING, T.REPUDIATION), "132 of 63,182 repositories (0.21 %)",
        ("SE050", "SE054", "SE055", "SE046"),
        "On the Hub itself, which commits are signed: its interface does not tell. Whose a key is, unless you know.",
    ),
    Row(
        "user permission model", (T.ELEVATION,), "members with write access can change every model",
        ("SE056", "MA020"),
        "Who of an organisation's members may write: the registry does not tell roles. Whose token leaked.",
    ),
    Row(
        "malware scan", (), "0 packages flagged",
        ("SE040", "SE049", *(f"SE{number:03}" for number in (*range(1, 24), 25, *range(32, 36), 37))),
        "Weights that were trained to misbehave, without a byte of code.",
    ),
)  # fmt: skip

BEYOND = (
    Row(
        "signatures over the model", (T.SPOOFING, T.TAMPERING, T.REPUDIATION), "",
        ("SE044", "SE045"), "Signatures over parts of files, or by other digests than SHA-256, are not compared.",
    ),
    Row(
        "hashes and fixed revisions", (T.TAMPERING,), "",
        ("SE041", "SE043", "SE052", "SE042"), "Whether what the registry lists is what the publisher uploaded.",
    ),
    Row(
        "a history that is kept", (T.TAMPERING, T.REPUDIATION), "",
        ("SE047", "SE048"), "A force-push before this machine first looked; a squashed history that nobody cloned.",
    ),
    Row(
        "payloads hidden in weights", (T.TAMPERING, T.ELEVATION), "",
        ("SE060", "SE061", "SE062"), "Payloads that are encrypted and spread thinly.",
    ),
    Row(
        "back doors trained or written into weights", (T.TAMPERING,), "",
        ("SE063",), "Most of them: a trigger that leaves no long row is found by running the model, if at all.",
    ),
    Row(
        "nothing published that is nobody's business", (T.DISCLOSURE,), "",
        ("SE071", "SE072", "SE073", "SE074", "SE075"), "What a model has learned by heart. Secrets of a kind without a structure of its own.",
    ),
    Row(
        "somebody to report to", (T.REPUDIATION,), "", ("SE070",), "Whether anybody answers.",
    ),
)  # fmt: skip
