"""Checks of security: whether it is safe to load, and whether it is what was published."""

from weighbridge.checks.contract import Check
from weighbridge.checks.security.commits_signed import commits_signed
from weighbridge.checks.security.foreign_code_pinned import foreign_code_pinned
from weighbridge.checks.security.hashes_as_listed import hashes_as_listed
from weighbridge.checks.security.owner_verified import owner_verified
from weighbridge.checks.security.registry_scan_clean import registry_scan_clean
from weighbridge.checks.security.requirements_from_the_index import requirements_from_the_index
from weighbridge.checks.security.revision_fixed import revision_fixed
from weighbridge.checks.security.stays_in_its_folder import stays_in_its_folder
from weighbridge.checks.security.twins_agree import twins_agree
from weighbridge.checks.security.vulnerabilities_reportable import vulnerabilities_reportable

CHECKS: tuple[Check, ...] = (
    foreign_code_pinned,
    requirements_from_the_index,
    registry_scan_clean,
    hashes_as_listed,
    stays_in_its_folder,
    twins_agree,
    commits_signed,
    owner_verified,
    revision_fixed,
    vulnerabilities_reportable,
)
