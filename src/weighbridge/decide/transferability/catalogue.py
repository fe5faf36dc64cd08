"""The one list of transferability estimators."""

from weighbridge.decide.transferability.contract import Estimator
from weighbridge.decide.transferability.gbc import gbc
from weighbridge.decide.transferability.h_score import h_score
from weighbridge.decide.transferability.leep import leep
from weighbridge.decide.transferability.linear_probe import linear_probe
from weighbridge.decide.transferability.logme import logme
from weighbridge.decide.transferability.nearest_neighbours import knn
from weighbridge.decide.transferability.nleep import nleep
from weighbridge.decide.transferability.parc import parc
from weighbridge.decide.transferability.transrate import transrate

ESTIMATORS: tuple[Estimator, ...] = (logme, leep, nleep, h_score, gbc, parc, transrate, knn, linear_probe)
