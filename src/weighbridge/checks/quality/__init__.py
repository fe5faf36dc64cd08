"""Checks of quality: whether the model is well made."""

from weighbridge.checks.contract import Check
from weighbridge.checks.quality.bias_described import bias_described
from weighbridge.checks.quality.card_has_substance import card_has_substance
from weighbridge.checks.quality.card_is_plain_text import card_is_plain_text
from weighbridge.checks.quality.card_present import card_present
from weighbridge.checks.quality.claimed_files_exist import claimed_files_exist
from weighbridge.checks.quality.configuration_parses import configuration_parses
from weighbridge.checks.quality.evaluation_data_named import evaluation_data_named
from weighbridge.checks.quality.evaluation_described import evaluation_described
from weighbridge.checks.quality.file_names_safe import file_names_safe
from weighbridge.checks.quality.formats_agree import formats_agree
from weighbridge.checks.quality.front_matter_complete import front_matter_complete
from weighbridge.checks.quality.front_matter_valid import front_matter_valid
from weighbridge.checks.quality.intended_use_described import intended_use_described
from weighbridge.checks.quality.library_as_tagged import library_as_tagged
from weighbridge.checks.quality.limitations_described import limitations_described
from weighbridge.checks.quality.links_reachable import links_reachable
from weighbridge.checks.quality.links_well_formed import links_well_formed
from weighbridge.checks.quality.misuse_described import misuse_described
from weighbridge.checks.quality.named_files_exist import named_files_exist
from weighbridge.checks.quality.no_leftovers import no_leftovers
from weighbridge.checks.quality.results_reported import results_reported
from weighbridge.checks.quality.several_metrics_reported import several_metrics_reported
from weighbridge.checks.quality.shards_complete import shards_complete
from weighbridge.checks.quality.snippets_load_this_model import snippets_load_this_model
from weighbridge.checks.quality.snippets_parse import snippets_parse
from weighbridge.checks.quality.task_fits_architecture import task_fits_architecture
from weighbridge.checks.quality.task_stated import task_stated
from weighbridge.checks.quality.template_filled_in import template_filled_in
from weighbridge.checks.quality.tests_shipped import tests_shipped
from weighbridge.checks.quality.uncertainty_given import uncertainty_given
from weighbridge.checks.quality.usage_described import usage_described
from weighbridge.checks.quality.weights_present import weights_present
from weighbridge.checks.quality.weights_readable import weights_readable

CHECKS: tuple[Check, ...] = (
    card_present,
    card_has_substance,
    front_matter_valid,
    front_matter_complete,
    template_filled_in,
    intended_use_described,
    limitations_described,
    misuse_described,
    bias_described,
    usage_described,
    links_well_formed,
    links_reachable,
    snippets_parse,
    snippets_load_this_model,
    evaluation_described,
    results_reported,
    evaluation_data_named,
    several_metrics_reported,
    uncertainty_given,
    tests_shipped,
    weights_present,
    weights_readable,
    shards_complete,
    configuration_parses,
    library_as_tagged,
    file_names_safe,
    no_leftovers,
    task_stated,
    task_fits_architecture,
    formats_agree,
    card_is_plain_text,
    named_files_exist,
    claimed_files_exist,
)
