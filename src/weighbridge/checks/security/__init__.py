"""Checks of security: whether it is safe to load, and whether it is what was published."""

from weighbridge.checks.contract import Check
from weighbridge.checks.security.by_file import FILE_CHECKS
from weighbridge.checks.security.commit_by_trusted_signer import commit_by_trusted_signer
from weighbridge.checks.security.commits_signed import commits_signed
from weighbridge.checks.security.few_can_write import few_can_write
from weighbridge.checks.security.files_as_committed import files_as_committed
from weighbridge.checks.security.files_as_signed import files_as_signed
from weighbridge.checks.security.hashes_as_listed import hashes_as_listed
from weighbridge.checks.security.history_holds_no_secrets import history_holds_no_secrets
from weighbridge.checks.security.history_kept import history_kept
from weighbridge.checks.security.low_bits_as_in_weights import low_bits_as_in_weights
from weighbridge.checks.security.low_bits_hold_no_text import low_bits_hold_no_text
from weighbridge.checks.security.name_not_confusable import name_not_confusable
from weighbridge.checks.security.no_home_paths_published import no_home_paths_published
from weighbridge.checks.security.no_personal_data_published import no_personal_data_published
from weighbridge.checks.security.no_row_stands_out import no_row_stands_out
from weighbridge.checks.security.no_secrets_published import no_secrets_published
from weighbridge.checks.security.owner_verified import owner_verified
from weighbridge.checks.security.registry_scan_agrees import registry_scan_agrees
from weighbridge.checks.security.registry_scan_clean import registry_scan_clean
from weighbridge.checks.security.release_current import release_current
from weighbridge.checks.security.revision_fixed import revision_fixed
from weighbridge.checks.security.signer_trusted import signer_trusted
from weighbridge.checks.security.stays_in_its_folder import stays_in_its_folder
from weighbridge.checks.security.tags_by_trusted_signers import tags_by_trusted_signers
from weighbridge.checks.security.tensors_hide_no_payload import tensors_hide_no_payload
from weighbridge.checks.security.training_data_not_sensitive import training_data_not_sensitive
from weighbridge.checks.security.twins_agree import twins_agree
from weighbridge.checks.security.vulnerabilities_reportable import vulnerabilities_reportable

CHECKS: tuple[Check, ...] = (
    *FILE_CHECKS,
    registry_scan_clean,
    registry_scan_agrees,
    hashes_as_listed,
    stays_in_its_folder,
    twins_agree,
    files_as_signed,
    signer_trusted,
    files_as_committed,
    release_current,
    history_kept,
    commits_signed,
    owner_verified,
    revision_fixed,
    commit_by_trusted_signer,
    tags_by_trusted_signers,
    few_can_write,
    vulnerabilities_reportable,
    name_not_confusable,
    no_secrets_published,
    history_holds_no_secrets,
    no_home_paths_published,
    training_data_not_sensitive,
    no_personal_data_published,
    tensors_hide_no_payload,
    low_bits_hold_no_text,
    low_bits_as_in_weights,
    no_row_stands_out,
)

# What a scan asks: whether loading or passing on is safe. It reads files, not the registry's record, the history or other models.
_BESIDE = (stays_in_its_folder, files_as_signed, signer_trusted, no_secrets_published)
SCANNING: tuple[Check, ...] = (*FILE_CHECKS, *(check for check in CHECKS if check in _BESIDE))
