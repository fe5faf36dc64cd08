"""Checks of reproducibility: whether its claimed results could be had again."""

from weighbridge.checks.contract import Check
from weighbridge.checks.reproducibility.claims_checkable import claims_checkable
from weighbridge.checks.reproducibility.container_pinned import container_pinned
from weighbridge.checks.reproducibility.demo_available import demo_available
from weighbridge.checks.reproducibility.emissions_disclosed import emissions_disclosed
from weighbridge.checks.reproducibility.environment_file_shipped import environment_file_shipped
from weighbridge.checks.reproducibility.environment_pinned import environment_pinned
from weighbridge.checks.reproducibility.evaluation_data_pinned import evaluation_data_pinned
from weighbridge.checks.reproducibility.evaluation_procedure_described import evaluation_procedure_described
from weighbridge.checks.reproducibility.framework_versions_stated import framework_versions_stated
from weighbridge.checks.reproducibility.generation_settings_shipped import generation_settings_shipped
from weighbridge.checks.reproducibility.hyperparameters_stated import hyperparameters_stated
from weighbridge.checks.reproducibility.preprocessing_described import preprocessing_described
from weighbridge.checks.reproducibility.preprocessing_shipped import preprocessing_shipped
from weighbridge.checks.reproducibility.seed_stated import seed_stated
from weighbridge.checks.reproducibility.snippet_shown import snippet_shown
from weighbridge.checks.reproducibility.training_arguments_agree import training_arguments_agree
from weighbridge.checks.reproducibility.training_hardware_stated import training_hardware_stated
from weighbridge.checks.reproducibility.training_procedure_described import training_procedure_described
from weighbridge.checks.reproducibility.training_script_shipped import training_script_shipped
from weighbridge.checks.reproducibility.training_time_stated import training_time_stated

CHECKS: tuple[Check, ...] = (
    training_hardware_stated,
    training_time_stated,
    emissions_disclosed,
    hyperparameters_stated,
    seed_stated,
    training_script_shipped,
    training_arguments_agree,
    evaluation_data_pinned,
    preprocessing_shipped,
    generation_settings_shipped,
    demo_available,
    snippet_shown,
    training_procedure_described,
    evaluation_procedure_described,
    preprocessing_described,
    claims_checkable,
    environment_file_shipped,
    environment_pinned,
    container_pinned,
    framework_versions_stated,
)
