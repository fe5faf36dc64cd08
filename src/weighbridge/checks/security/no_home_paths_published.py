"""SE073: configurations name no folder of their author's machine."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.disclosure import Disclosure
from weighbridge.model import Attribute, Factor, Outcome, Severity, claimed, not_applicable, verified

_NONE = not_applicable("There is no text file to read.")


@check(code="SE073", attribute=Attribute.SECURITY, factor=Factor.DISCLOSURE, severity=Severity.INFO)
def no_home_paths_published(disclosure: Disclosure) -> Outcome:
    """Configurations name no folder of their author's machine.

    What it asks: whether JSON and YAML files hold paths such as `/home/somebody/…`.
    Why it matters: they give away account names and how a machine is laid out.
    Evidence: the first such path of every configuration.
    Remedy: take the paths out before publishing.
    Limits: no alarm: very many honest models hold such a path.
    Source: this project's threat catalogue, 44.
    """
    if not disclosure.files:
        return _NONE
    if not disclosure.homes:
        return verified(f"No path of somebody's machine in {disclosure.files:,} text files.")
    return claimed(
        f"A path of the author's machine is published: {disclosure.homes[0].text}",
        *disclosure.homes[:5],
        remedy="Take the paths out before publishing.",
    )
