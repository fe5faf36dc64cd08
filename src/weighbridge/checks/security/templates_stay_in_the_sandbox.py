"""SE007: chat templates only put texts together."""

from __future__ import annotations

from collections.abc import Sequence

from weighbridge.checks.contract import check
from weighbridge.checks.security.judging import DANGEROUS, MALICIOUS, NOTE, REVIEW, judge
from weighbridge.facts.scan import Observation, Scan
from weighbridge.model import Attribute, Factor, Outcome, Severity

_GRAVITY = {
    "template.dunder": MALICIOUS,
    "template.attr": MALICIOUS,
    "template.import": DANGEROUS,
    "template.computed": REVIEW,
    "template.exhaustion": REVIEW,
    "template.unparsable": NOTE,
}
# Calls that act, whatever object they are reached through.
_ACTING = frozenset({"popen", "system", "read", "write", "open", "eval", "exec", "call", "run", "check_output", "import_module",
                     "load", "loads", "get_flashed_messages", "url_for", "lipsum", "cycler", "__import__"})  # fmt: skip


@check(code="SE007", attribute=Attribute.SECURITY, factor=Factor.CODE_EXECUTION, severity=Severity.CRITICAL, version=3)
def templates_stay_in_the_sandbox(scan: Scan) -> Sequence[Outcome]:
    """Chat templates only put texts together.

    What it asks: whether a Jinja template, in any file that carries one, reaches for Python's machinery, loads other templates, calls what
        chat templates do not have, or would run without end or fill the memory.
    Why it matters: many programs render the template of a model that they load, some without a sandbox (CVE-2024-34359): it then runs as code.
    Evidence: the syntax tree of every template, with texts put together from pieces folded first.
    Remedy: write the template with the fields of messages, the methods of texts and Jinja's own filters alone.
    Limits: a template is read, not rendered; a name that depends on the conversation's content is not known.
    Source: CVE-2024-34359; transformers documentation, chat templates; this project's threat catalogue, 34 and 36.
    """
    return judge(
        scan,
        scanners=(
            "chat_templates",
            "documents",
            "gguf",
        ),
        kinds=("template.",),
        level=_level,
        remedy="Write the template with plain fields, methods of texts and Jinja's own filters.",
        clean="No template reaches beyond texts.",
    )


def _level(observation: Observation) -> Severity | None:
    if observation.kind == "template.function":
        return DANGEROUS if observation.subject in _ACTING else REVIEW
    return _GRAVITY.get(observation.kind, REVIEW)
