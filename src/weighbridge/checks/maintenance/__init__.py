"""Checks of maintenance: whether somebody is there."""

from weighbridge.checks.contract import Check
from weighbridge.checks.maintenance.changed_more_than_once import changed_more_than_once
from weighbridge.checks.maintenance.changes_told import changes_told
from weighbridge.checks.maintenance.contact_given import contact_given
from weighbridge.checks.maintenance.developers_named import developers_named
from weighbridge.checks.maintenance.discussions_answered import discussions_answered
from weighbridge.checks.maintenance.established import established
from weighbridge.checks.maintenance.issue_tracker_linked import issue_tracker_linked
from weighbridge.checks.maintenance.not_disabled import not_disabled
from weighbridge.checks.maintenance.not_superseded import not_superseded
from weighbridge.checks.maintenance.owner_is_organisation import owner_is_organisation
from weighbridge.checks.maintenance.recently_changed import recently_changed
from weighbridge.checks.maintenance.several_maintainers import several_maintainers

CHECKS: tuple[Check, ...] = (
    recently_changed,
    established,
    changed_more_than_once,
    not_superseded,
    not_disabled,
    changes_told,
    discussions_answered,
    contact_given,
    issue_tracker_linked,
    several_maintainers,
    owner_is_organisation,
    developers_named,
)
