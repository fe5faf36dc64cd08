"""Checks of the licence: whether the model may be used."""

from weighbridge.checks.contract import Check
from weighbridge.checks.licence.access_fits_licence import access_fits_licence
from weighbridge.checks.licence.base_licence_compatible import base_licence_compatible
from weighbridge.checks.licence.commercial_use_settled import commercial_use_settled
from weighbridge.checks.licence.copyright_notice_present import copyright_notice_present
from weighbridge.checks.licence.declared_licences_coexist import declared_licences_coexist
from weighbridge.checks.licence.licence_declared import licence_declared
from weighbridge.checks.licence.licence_link_leads import licence_link_leads
from weighbridge.checks.licence.licence_recognised import licence_recognised
from weighbridge.checks.licence.licence_sources_agree import licence_sources_agree
from weighbridge.checks.licence.licence_text_shipped import licence_text_shipped
from weighbridge.checks.licence.llama_terms_kept import llama_terms_kept
from weighbridge.checks.licence.text_as_declared import text_as_declared
from weighbridge.checks.licence.use_restrictions_passed_on import use_restrictions_passed_on

CHECKS: tuple[Check, ...] = (
    licence_declared,
    licence_recognised,
    licence_link_leads,
    licence_sources_agree,
    commercial_use_settled,
    access_fits_licence,
    licence_text_shipped,
    text_as_declared,
    copyright_notice_present,
    base_licence_compatible,
    use_restrictions_passed_on,
    llama_terms_kept,
    declared_licences_coexist,
)
