"""The model risk corpus: what a scan finds and what it cries wolf about, beside four neighbours.

    python -m benchmarks.risk_corpus [FOLDER] [--neighbours FOLDER] [--misses]

Every case is scanned in this process as `weighbridge scan` does, none is ever loaded. A malicious case counts as found when a
file of it is judged malicious, a benign one as a false alarm when a file is; what asks for review is counted apart, and a
suspicious case counts for neither. `exit 0` counts the malicious cases that would leave a pipeline green. Neighbours that are installed (`python -m benchmarks.neighbours install FOLDER`)
scan the same files in the same run, by their own commands; of the others the recorded exit status and finding are shown, and said
to be recorded. A finding is what they leave exit status 1 for.
Without a folder the corpus is taken from `$WEIGHBRIDGE_DATA/corpora/risk-dev.tar.xz` and unpacked into a temporary one.
"""

from __future__ import annotations

import argparse
import csv
import os
import tarfile
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.neighbours import PINNED, PeerAnswer, ask, installed
from weighbridge.api import scan
from weighbridge.cli.status import status_of_scan
from weighbridge.errors import WeighbridgeError
from weighbridge.model import Depth, Severity
from weighbridge.scoring.danger import Danger, ScanResult, dangers
from weighbridge.scoring.policy import Policy

CORPORA = Path(os.environ.get("WEIGHBRIDGE_DATA", Path(__file__).parents[2] / "shared")) / "corpora"
NEIGHBOURS = tuple(PINNED)
_PICKLES = ("pickle", "gadget", "opcode", "container", "joblib", "dos", "hardneg", "malhug", "notmodel")
_PICKLE_SUFFIXES = (".pkl", ".pt", ".pth", ".bin", ".joblib", ".npy", ".npz", ".ckpt", ".p", ".pickle", ".dat")


class Case(NamedTuple):
    """One labelled case, and the neighbours' answers."""

    path: str
    kind: str
    expected: str
    peers: dict[str, PeerAnswer]


class Answer(NamedTuple):
    """What the scan said of a case."""

    danger: Danger
    status: int
    text: str
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="the corpus, unpacked")
    parser.add_argument("--misses", action="store_true", help="list every miss and every false alarm")
    parser.add_argument("--neighbours", type=Path, help="where the neighbours' environments are")
    parser.add_argument("--kind", default="", help="only kinds that begin so")
    options = parser.parse_args()
    if options.folder:
        measure(options.folder, options)
        return
    with tempfile.TemporaryDirectory() as folder, tarfile.open(CORPORA / "risk-dev.tar.xz") as archive:
        archive.extractall(folder, filter="tar")
        measure(Path(folder), options)


def measure(folder: Path, options: argparse.Namespace) -> None:
    asked = [case for case in cases() if case.kind.startswith(options.kind)]
    found = [(case, look(folder / case.path)) for case in asked]
    seconds = sorted(answer.seconds for _, answer in found)
    labels = neighbours(folder, asked, options.neighbours)
    table(found, labels)
    print(f"\n{len(found)} cases in {sum(seconds):.1f} s; median {seconds[len(seconds) // 2] * 1000:.1f} ms, "
          f"slowest {seconds[-1] * 1000:.0f} ms")  # fmt: skip
    if options.misses:
        misses(found)


def neighbours(folder: Path, asked: list[Case], homes: Path | None) -> dict[str, str]:
    """Ask every neighbour that is there, in the place of what was recorded; return how each is to be labelled."""
    there = installed(homes)
    labels = {}
    for name in NEIGHBOURS:
        if name not in there:
            labels[name] = f"{name} (absent: recorded)"
            continue
        labels[name] = f"{name} {there[name].version}"
        total = 0.0
        for case, answer in zip(asked, ask(there[name], [folder / case.path for case in asked]), strict=True):
            case.peers[name] = answer
            total += answer.seconds
        print(f"{labels[name]}: {len(asked)} cases in {total:.1f} s")
    absent = [name for name in NEIGHBOURS if name not in there]
    print(f"not installed, so shown as recorded: {', '.join(absent)}" if absent else "every neighbour ran in this run")
    return labels


def cases(corpora: Path = CORPORA) -> Iterator[Case]:
    with (corpora / "risk-dev.csv").open(encoding="utf-8") as labels:
        rows = list(csv.DictReader(labels))
    with (corpora / "risk-dev-peers.csv").open(encoding="utf-8") as recorded:
        peers = {row["path"]: row for row in csv.DictReader(recorded)}
    for row in rows:
        answers = {
            name: PeerAnswer(
                int(peers[row["path"]][f"{name}_exit"] or -1), peers[row["path"]][f"{name}_finding"] == "1"
            )
            for name in NEIGHBOURS
            if row["path"] in peers
        }
        yield Case(row["path"], row["kind"], row["expected"], answers)


def look(path: Path) -> Answer:
    started = time.perf_counter()
    try:
        audit = scan(str(path), depth=Depth.FULL)
    except WeighbridgeError as error:
        return Answer(Danger.NOT_SCANNED, 2, error.message, time.perf_counter() - started)
    result = dangers(audit)
    return Answer(
        result.worst,
        status_of_scan(audit, Policy(fail_on=Severity.MEDIUM)),
        _why(result),
        time.perf_counter() - started,
    )


def _why(result: ScanResult) -> str:
    reasons = [*result.general, *(verdict for file in result.files for verdict in file.reasons)]
    return "; ".join(f"{v.code} {v.severity.label} {v.message}" for v in reasons[:3])


def scope_of(case: Case) -> str:
    if case.kind == "repo" or (case.kind == "malhug" and case.path.endswith(".py")) or Path(case.path).suffix == "":
        is_repository = case.kind in ("repo", "malhug") or "/repo_" in case.path
        if is_repository:
            return "repositories"
    is_pickle = case.kind.startswith(_PICKLES) and not case.path.endswith(
        (".gguf", ".json", ".onnx", ".jinja", ".skops")
    )
    return "pickle family and containers" if is_pickle else "other formats"


def table(found: list[tuple[Case, Answer]], labels: dict[str, str]) -> None:
    scopes: dict[str, list[tuple[Case, Answer]]] = defaultdict(list)
    for case, answer in found:
        scopes[scope_of(case)].append((case, answer))
    columns = ("scope", "malicious", "detected", "benign", "false alarms", "reviewed", "not scanned", "exit 0")
    print(f"{columns[0]:32}" + "".join(f"{column:>14}" for column in columns[1:]))
    for scope, pairs in sorted(scopes.items()):
        _row(f"weighbridge  {scope}", pairs)
        for name in NEIGHBOURS:
            _peer_row(f"  {labels[name]}", name, [case for case, _ in pairs])


def _row(label: str, pairs: list[tuple[Case, Answer]]) -> None:
    bad = [answer for case, answer in pairs if case.expected == "malicious"]
    good = [answer for case, answer in pairs if case.expected == "benign"]
    _print(
        label, len(bad), sum(a.danger is Danger.MALICIOUS for a in bad), len(good),
        sum(a.danger is Danger.MALICIOUS for a in good), sum(a.danger is Danger.REVIEW for a in good),
        sum(a.danger is Danger.NOT_SCANNED for a in good), sum(a.status == 0 for a in bad),
    )  # fmt: skip


def _peer_row(label: str, name: str, listed: list[Case]) -> None:
    known = [case for case in listed if name in case.peers]
    bad = [case.peers[name] for case in known if case.expected == "malicious"]
    good = [case.peers[name] for case in known if case.expected == "benign"]
    found, alarms = sum(peer.found for peer in bad), sum(peer.found for peer in good)
    _print(label, len(bad), found, len(good), alarms, None, None, sum(peer.status == 0 for peer in bad))


def _print(
    label: str, bad: int, found: int, good: int, alarms: int, reviewed: int | None, unread: int | None, green: int
) -> None:
    shares = (f"{found} {100 * found / max(1, bad):.1f}%", good, f"{alarms} {100 * alarms / max(1, good):.1f}%")
    cells = (bad, *shares, "" if reviewed is None else reviewed, "" if unread is None else unread, green)
    print(f"{label:42}" + "".join(f"{cell!s:>14}" for cell in cells))


def misses(found: list[tuple[Case, Answer]]) -> None:
    for case, answer in found:
        wrong = {
            "malicious": answer.danger is not Danger.MALICIOUS,
            "benign": answer.danger is not Danger.SAFE,
            "suspicious": answer.danger in (Danger.SAFE, Danger.NOT_SCANNED),
        }[case.expected]
        if wrong:
            print(f"{case.expected:10} {answer.danger:11} exit {answer.status} {case.path}: {answer.text[:180]}")


if __name__ == "__main__":
    main()
