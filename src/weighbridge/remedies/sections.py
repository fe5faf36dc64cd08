"""The sections that a model card should have, as templates.

Source: the annotated model card template of the Hugging Face Hub, and Mitchell et al., "Model Cards for Model Reporting"
(FAT* 2019). Prompts stand in HTML comments, so that an unfilled section shows nothing and counts as nothing.
"""

from __future__ import annotations

import msgspec

from weighbridge.model import Overview
from weighbridge.model.units import size_text


class Template(msgspec.Struct, frozen=True):
    """A section: its title, the words that tell it in other cards (lower case), and what to write there."""

    title: str
    synonyms: tuple[str, ...]
    prompt: str

    def render(self, overview: Overview) -> str:
        """Return the section as Markdown, with what is known about the model filled in."""
        known = _KNOWN.get(self.title)
        facts = known(overview) if known else ""
        return f"## {self.title}\n\n" + (f"{facts}\n\n" if facts else "") + f"<!-- {self.prompt} -->"


TEMPLATES = (
    Template(
        "Intended use", ("intended", "direct use", "uses"), "Who should use this model, for what, on which input?"
    ),
    Template(
        "Limitations and bias",
        ("limitation", "bias", "risk", "out-of-scope", "out of scope"),
        "Where does it fail? For whom does it work worse? What must it not be used for?",
    ),
    Template(
        "How to use",
        ("how to use", "usage", "get started", "quick start", "quickstart", "how to get", "inference", "example"),
        "A complete snippet that loads this model by its id and runs it on one input.",
    ),
    Template(
        "Training data",
        ("training data", "dataset", "data"),
        "Which datasets, from where, how large, how filtered, under which licences?",
    ),
    Template(
        "Training procedure",
        ("training", "fine-tun", "hyperparameter"),
        "Learning rate, batch size, epochs or steps, optimizer, schedule, seed, precision; scripts and logs.",
    ),
    Template(
        "Evaluation",
        ("evaluation", "result", "performance", "benchmark", "metric"),
        "Metric, value, dataset, split and number of items for every figure; how it can be measured again.",
    ),
    Template(
        "Hardware and environmental impact",
        ("hardware", "compute", "environmental", "carbon", "infrastructure"),
        "Hardware and hours to train; hardware, memory and latency to run; emissions with their source.",
    ),
    Template(
        "Citation", ("citation", "cite", "bibtex", "reference"), "The paper or the repository to cite, as BibTeX."
    ),
)


def _hardware(overview: Overview) -> str:
    sizes = ", ".join(f"{size_text(need.inference)} at {need.precision}" for need in overview.memory)
    return f"Memory to run, estimated from the tensors: {sizes}." if sizes else ""


_KNOWN = {"Hardware and environmental impact": _hardware}
