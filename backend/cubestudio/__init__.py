"""Cube Studio: one control plane for machine-learning work on one machine or on many clusters."""

__version__ = "0.1.0"
