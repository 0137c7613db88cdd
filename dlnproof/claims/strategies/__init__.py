"""Hypothesis strategies over exact problems, critical points, weights and rationals; one file each."""

from dlnproof.claims.strategies.bound import bound
from dlnproof.claims.strategies.critical_points import critical_points
from dlnproof.claims.strategies.networks_from_identity import networks_from_identity
from dlnproof.claims.strategies.problems import problems
from dlnproof.claims.strategies.rationals import rationals
from dlnproof.claims.strategies.weights import weights

__all__ = ["bound", "critical_points", "networks_from_identity", "problems", "rationals", "weights"]
