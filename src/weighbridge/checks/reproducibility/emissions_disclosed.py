"""RP003: the carbon emitted by training is disclosed, with its source."""

from __future__ import annotations

from weighbridge.checks.contract import check
from weighbridge.facts.compute import Compute
from weighbridge.facts.metadata import Metadata
from weighbridge.model import Attribute, Claim, Evidence, Factor, Outcome, Severity, claimed, contradicted, missing

_MISSING = missing(
    "No emissions are disclosed.",
    remedy="Add `co2_eq_emissions` with `emissions` (grams), `source` and `hardware_used` to the front matter.",
)
# The largest training runs known emit some tens of thousands of tonnes.
_IMPLAUSIBLE_GRAMS = 1e12


@check(
    code="RP003",
    attribute=Attribute.REPRODUCIBILITY,
    factor=Factor.HARDWARE_SPECIFICATION,
    severity=Severity.LOW,
)
def emissions_disclosed(compute: Compute, metadata: Metadata) -> Outcome:
    """The carbon emitted by training is disclosed, with its source.

    What it asks: whether `co2_eq_emissions` is stated, is a possible amount, and names how it was got.
    Why it matters: it is the one machine-readable trace of how much computation a repetition takes.
    Evidence: `co2_eq_emissions` in the front matter; the Hub's unit is grams of CO2-equivalent.
    Remedy: add `co2_eq_emissions` with `emissions` (grams), `source` and `hardware_used` to the front matter.
    Limits: the amount itself cannot be checked.
    Source: Hugging Face Hub documentation, model card metadata; Castaño et al., ESEM 2023.
    """
    if compute.emissions is None:
        return _MISSING
    where = metadata.where("co2_eq_emissions")
    stated = Claim(f"{compute.emissions:g} g CO2-equivalent", where)
    if not 0 <= compute.emissions < _IMPLAUSIBLE_GRAMS:
        return contradicted(
            f"{compute.emissions:g} grams of CO2-equivalent is not a possible amount.",
            Evidence("an amount between 0 and 1,000,000 tonnes is possible", where),
            claim=stated,
            remedy="Give `emissions` in grams.",
        )
    source = compute.emissions_source
    grade = 1.0 if source else 0.5
    told = f" (source: {source})" if source else "; how it was got is not said"
    return claimed(f"Training emitted {compute.emissions:g} g of CO2-equivalent{told}.", claim=stated, grade=grade)
