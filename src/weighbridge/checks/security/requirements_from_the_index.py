"""SE031: everything to be installed comes from the package index."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.environment import Environment
from weighbridge.model import Attribute, Evidence, Factor, Outcome, Severity, contradicted, not_applicable, verified

# The indexes that the documentation of these projects tells to use.
_USUAL = frozenset({"pypi.org", "test.pypi.org", "download.pytorch.org", "pypi.nvidia.com", "pypi.ngc.nvidia.com", "data.pyg.org",
                    "storage.googleapis.com", "wheels.vllm.ai", "flashinfer.ai", "abetlen.github.io"})  # fmt: skip
_NONE = not_applicable("The model names no requirements.")


@check(code="SE031", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.MEDIUM, version=2)
def requirements_from_the_index(environment: Environment) -> Outcome:
    """Everything to be installed comes from the package index.

    What it asks: whether a requirement is fetched from a URL, a version-control repository, or another index.
    Why it matters: installing it runs code that no index keeps, that may be another tomorrow, and that nobody scanned.
    Evidence: URLs and indexes in requirements, conda and package files.
    Remedy: name a released version, or fix the URL to a commit and say why.
    Limits: a URL fixed to a 40-hex commit is told as soft; the indexes of PyTorch, NVIDIA, JAX and PyG are taken for known.
    Source: pip documentation, secure installs; OpenSSF Scorecard: Pinned-Dependencies.
    """
    foreign = [index for index in environment.indexes if _host(index.text) not in _USUAL]
    if foreign:
        return contradicted(
            f"Packages are taken from {foreign[0].text}, beside or instead of the package index.",
            *foreign[:5],
            remedy="Take packages from the package index, or fix them by their hashes.",
        )
    if not environment.requirements:
        return _NONE
    elsewhere = [r for r in environment.requirements if r.url]
    if not elsewhere:
        return verified(f"All {len(environment.requirements)} requirements come from the package index.")
    loose = [r for r in elsewhere if not _is_fixed(r.url)]
    return contradicted(
        f"{(loose or elsewhere)[0].name} is installed from {(loose or elsewhere)[0].url}.",
        *(Evidence(r.url, r.where) for r in elsewhere[:5]),
        remedy="Name a released version, or fix the URL to a commit and say why.",
        severity=Severity.MEDIUM if loose else Severity.INFO,
    )


def _host(url: str) -> str:
    """Return the host of an index's URL, in lower case; of one over plain HTTP nothing, since anybody on the way can answer."""
    scheme, _, rest = url.partition("://")
    return rest.partition("/")[0].rpartition("@")[2].lower() if scheme == "https" else ""


def _is_fixed(url: str) -> bool:
    """Tell whether a version-control URL ends in a full commit."""
    commit = url.partition("#")[0].rpartition("@")[2]
    return len(commit) == 40 and all(digit in "0123456789abcdef" for digit in commit.lower())
