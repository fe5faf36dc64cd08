"""Checks of portability: whether it will run somewhere else."""

from weighbridge.checks.contract import Check
from weighbridge.checks.portability.access_open import access_open
from weighbridge.checks.portability.cache_estimated import cache_estimated
from weighbridge.checks.portability.chat_template_present import chat_template_present
from weighbridge.checks.portability.container_shipped import container_shipped
from weighbridge.checks.portability.context_length_as_claimed import context_length_as_claimed
from weighbridge.checks.portability.current_library_loads import current_library_loads
from weighbridge.checks.portability.dependencies_named import dependencies_named
from weighbridge.checks.portability.download_size_known import download_size_known
from weighbridge.checks.portability.fine_tuning_instructions import fine_tuning_instructions
from weighbridge.checks.portability.inference_hardware_stated import inference_hardware_stated
from weighbridge.checks.portability.input_size_consistent import input_size_consistent
from weighbridge.checks.portability.labels_named import labels_named
from weighbridge.checks.portability.latency_device_stated import latency_device_stated
from weighbridge.checks.portability.latency_stated import latency_stated
from weighbridge.checks.portability.licence_lets_deploy import licence_lets_deploy
from weighbridge.checks.portability.memory_estimated import memory_estimated
from weighbridge.checks.portability.no_code_of_its_own import no_code_of_its_own
from weighbridge.checks.portability.precision_as_configured import precision_as_configured
from weighbridge.checks.portability.precision_as_named import precision_as_named
from weighbridge.checks.portability.quantisation_as_claimed import quantisation_as_claimed
from weighbridge.checks.portability.quantised_variant_available import quantised_variant_available
from weighbridge.checks.portability.safe_format_available import safe_format_available
from weighbridge.checks.portability.several_frameworks import several_frameworks
from weighbridge.checks.portability.stated_memory_suffices import stated_memory_suffices
from weighbridge.checks.portability.trainable_format import trainable_format
from weighbridge.checks.portability.vocabulary_fits import vocabulary_fits
from weighbridge.checks.portability.weights_size_known import weights_size_known

CHECKS: tuple[Check, ...] = (
    inference_hardware_stated,
    weights_size_known,
    stated_memory_suffices,
    latency_stated,
    latency_device_stated,
    precision_as_configured,
    precision_as_named,
    quantisation_as_claimed,
    quantised_variant_available,
    container_shipped,
    dependencies_named,
    safe_format_available,
    several_frameworks,
    current_library_loads,
    no_code_of_its_own,
    context_length_as_claimed,
    vocabulary_fits,
    labels_named,
    chat_template_present,
    input_size_consistent,
    fine_tuning_instructions,
    trainable_format,
    licence_lets_deploy,
    access_open,
    memory_estimated,
    cache_estimated,
    download_size_known,
)
