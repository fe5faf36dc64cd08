"""Checks of provenance: where the model comes from."""

from weighbridge.checks.contract import Check
from weighbridge.checks.provenance.architecture_as_in_tensors import architecture_as_in_tensors
from weighbridge.checks.provenance.architecture_as_named import architecture_as_named
from weighbridge.checks.provenance.architecture_named import architecture_named
from weighbridge.checks.provenance.base_configuration_fits import base_configuration_fits
from weighbridge.checks.provenance.base_model_declared import base_model_declared
from weighbridge.checks.provenance.base_model_exists import base_model_exists
from weighbridge.checks.provenance.base_model_sources_agree import base_model_sources_agree
from weighbridge.checks.provenance.base_revision_pinned import base_revision_pinned
from weighbridge.checks.provenance.base_tensors_fit import base_tensors_fit
from weighbridge.checks.provenance.checkpoints_shipped import checkpoints_shipped
from weighbridge.checks.provenance.citation_given import citation_given
from weighbridge.checks.provenance.claims_of_its_own import claims_of_its_own
from weighbridge.checks.provenance.claims_stated_once import claims_stated_once
from weighbridge.checks.provenance.datasets_exist import datasets_exist
from weighbridge.checks.provenance.datasets_named import datasets_named
from weighbridge.checks.provenance.depth_as_configured import depth_as_configured
from weighbridge.checks.provenance.items_exist import items_exist
from weighbridge.checks.provenance.language_stated import language_stated
from weighbridge.checks.provenance.logged_result_agrees import logged_result_agrees
from weighbridge.checks.provenance.metric_values_in_range import metric_values_in_range
from weighbridge.checks.provenance.not_measured_on_training_data import not_measured_on_training_data
from weighbridge.checks.provenance.paper_linked import paper_linked
from weighbridge.checks.provenance.parameters_as_carded import parameters_as_carded
from weighbridge.checks.provenance.parameters_as_named import parameters_as_named
from weighbridge.checks.provenance.parameters_as_registered import parameters_as_registered
from weighbridge.checks.provenance.percentages_possible import percentages_possible
from weighbridge.checks.provenance.performance_attributed import performance_attributed
from weighbridge.checks.provenance.performance_claims_agree import performance_claims_agree
from weighbridge.checks.provenance.performance_claims_complete import performance_claims_complete
from weighbridge.checks.provenance.performance_in_card import performance_in_card
from weighbridge.checks.provenance.performance_machine_readable import performance_machine_readable
from weighbridge.checks.provenance.relation_fits_files import relation_fits_files
from weighbridge.checks.provenance.size_as_named import size_as_named
from weighbridge.checks.provenance.source_repository_linked import source_repository_linked
from weighbridge.checks.provenance.training_data_described import training_data_described
from weighbridge.checks.provenance.training_logs_shipped import training_logs_shipped
from weighbridge.checks.provenance.training_progress_logged import training_progress_logged
from weighbridge.checks.provenance.vocabulary_as_configured import vocabulary_as_configured
from weighbridge.checks.provenance.width_as_configured import width_as_configured

CHECKS: tuple[Check, ...] = (
    parameters_as_named,
    parameters_as_carded,
    parameters_as_registered,
    architecture_named,
    width_as_configured,
    depth_as_configured,
    vocabulary_as_configured,
    architecture_as_named,
    architecture_as_in_tensors,
    size_as_named,
    datasets_named,
    datasets_exist,
    training_data_described,
    language_stated,
    not_measured_on_training_data,
    performance_machine_readable,
    performance_in_card,
    performance_claims_complete,
    performance_claims_agree,
    metric_values_in_range,
    performance_attributed,
    claims_stated_once,
    items_exist,
    percentages_possible,
    claims_of_its_own,
    paper_linked,
    citation_given,
    source_repository_linked,
    base_model_declared,
    base_model_sources_agree,
    base_model_exists,
    base_configuration_fits,
    base_tensors_fit,
    relation_fits_files,
    base_revision_pinned,
    training_logs_shipped,
    training_progress_logged,
    checkpoints_shipped,
    logged_result_agrees,
)
