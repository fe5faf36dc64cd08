"""What came of each form of the chosen classifier, as the record tells it."""

from __future__ import annotations

from weighbridge.decide.record import Answer, Conversion, Decision, Deployment, Difference, State
from weighbridge.decide.task import Task
from weighbridge.measure.figure import Interval
from weighbridge.render.decision import render_markdown


def form(name: str, loss: float, p_value: float) -> Conversion:
    found = Difference(loss, Interval(loss - 0.01, loss + 0.01, 0.95, "made up"), p_value, "made up")
    return Conversion(technique=name, state=State.MEASURED, size=10, agreement=0.99, loss=found)


def test_a_form_that_loses_too_much_is_not_said_to_be_kept() -> None:
    forms = (form("small", 0.0, 1.0), form("exact", 0.0, 1.0), form("coarse", -0.2, 0.001), form("worse", -0.005, 0.01))
    decision = Decision(
        tool_version="0", task=Task("text-classification", "items.csv"), answer=Answer.REUSE, reason="it is better",
        conversions=forms, deployment=Deployment(form="small", folder="artefact", size=10),
    )  # fmt: skip
    rows = {line.split("|")[1].strip(): line for line in render_markdown(decision).splitlines() if line.startswith("|")}
    assert "deployed" in rows["small"]
    assert "kept" in rows["exact"]
    assert "refused" in rows["coarse"]
    assert "refused" in rows["worse"]
