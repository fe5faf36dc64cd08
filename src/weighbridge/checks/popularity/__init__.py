"""Checks of popularity: whether others trust it."""

from weighbridge.checks.contract import Check
from weighbridge.checks.popularity.counts_plausible import counts_plausible
from weighbridge.checks.popularity.downloads import downloads
from weighbridge.checks.popularity.downloads_all_time import downloads_all_time
from weighbridge.checks.popularity.likes import likes
from weighbridge.checks.popularity.models_built_on_it import models_built_on_it
from weighbridge.checks.popularity.spaces_using_it import spaces_using_it

CHECKS: tuple[Check, ...] = (
    downloads,
    downloads_all_time,
    likes,
    models_built_on_it,
    spaces_using_it,
    counts_plausible,
)
