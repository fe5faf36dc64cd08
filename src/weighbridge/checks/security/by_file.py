"""The checks that judge what was found in the files, and what they say of each file together."""

from __future__ import annotations

from weighbridge.checks.contract import Check
from weighbridge.checks.security.archives_unpack_safely import archives_unpack_safely
from weighbridge.checks.security.configurations_call_harmless_functions import configurations_call_harmless_functions
from weighbridge.checks.security.data_lie_inside import data_lie_inside
from weighbridge.checks.security.every_file_scanned import every_file_scanned
from weighbridge.checks.security.foreign_code_pinned import foreign_code_pinned
from weighbridge.checks.security.formats_can_be_proven_safe import formats_can_be_proven_safe
from weighbridge.checks.security.graph_stays_in_itself import graph_stays_in_itself
from weighbridge.checks.security.install_scripts_harmless import install_scripts_harmless
from weighbridge.checks.security.keras_builds_plain_layers import keras_builds_plain_layers
from weighbridge.checks.security.loaders_are_known import loaders_are_known
from weighbridge.checks.security.metadata_hold_no_code import metadata_hold_no_code
from weighbridge.checks.security.no_native_executables import no_native_executables
from weighbridge.checks.security.notebooks_harmless import notebooks_harmless
from weighbridge.checks.security.operators_are_standard import operators_are_standard
from weighbridge.checks.security.packed_code_harmless import packed_code_harmless
from weighbridge.checks.security.pickle_calls import pickle_calls
from weighbridge.checks.security.pickle_code import pickle_code
from weighbridge.checks.security.pickle_persistent_ids import pickle_persistent_ids
from weighbridge.checks.security.pickle_references import pickle_references
from weighbridge.checks.security.pickle_streams import pickle_streams
from weighbridge.checks.security.pickle_structure import pickle_structure
from weighbridge.checks.security.remote_code_harmless import remote_code_harmless
from weighbridge.checks.security.remote_code_plain import remote_code_plain
from weighbridge.checks.security.requirements_from_the_index import requirements_from_the_index
from weighbridge.checks.security.requirements_not_confusable import requirements_not_confusable
from weighbridge.checks.security.skops_rebuilds_known_types import skops_rebuilds_known_types
from weighbridge.checks.security.templates_stay_in_the_sandbox import templates_stay_in_the_sandbox
from weighbridge.checks.security.tensor_files_hold_tensors import tensor_files_hold_tensors
from weighbridge.checks.security.torchscript_stays_in_itself import torchscript_stays_in_itself
from weighbridge.checks.security.tree_indices_in_bounds import tree_indices_in_bounds
from weighbridge.checks.security.xml_reads_and_runs_nothing import xml_reads_and_runs_nothing
from weighbridge.checks.security.yaml_builds_no_objects import yaml_builds_no_objects
from weighbridge.facts.scan import Scan
from weighbridge.model import Outcome, Severity, State

FILE_CHECKS: tuple[Check, ...] = (
    pickle_calls,
    pickle_references,
    pickle_structure,
    pickle_persistent_ids,
    pickle_code,
    pickle_streams,
    templates_stay_in_the_sandbox,
    keras_builds_plain_layers,
    data_lie_inside,
    graph_stays_in_itself,
    operators_are_standard,
    tensor_files_hold_tensors,
    metadata_hold_no_code,
    yaml_builds_no_objects,
    configurations_call_harmless_functions,
    skops_rebuilds_known_types,
    loaders_are_known,
    xml_reads_and_runs_nothing,
    no_native_executables,
    archives_unpack_safely,
    tree_indices_in_bounds,
    formats_can_be_proven_safe,
    torchscript_stays_in_itself,
    every_file_scanned,
    foreign_code_pinned,
    requirements_from_the_index,
    remote_code_harmless,
    remote_code_plain,
    install_scripts_harmless,
    notebooks_harmless,
    requirements_not_confusable,
    packed_code_harmless,
)


def alarms(scan: Scan) -> dict[str, Severity]:
    """Return the files against which something was found, and how grave the gravest of it is.

    What takes more than the files to judge (which code loading comes to) is left out.
    """
    found: dict[str, Severity] = {}
    for check in FILE_CHECKS:
        if [kind for kind, _ in check.needs.values()] != [Scan]:
            continue
        result = check.function(scan)
        for outcome in [result] if isinstance(result, Outcome) else result:
            if outcome.state is State.CONTRADICTED and outcome.subject:
                severity = check.severity if outcome.severity is None else min(outcome.severity, check.severity)
                found[outcome.subject] = max(severity, found.get(outcome.subject, Severity.INFO))
    return found
