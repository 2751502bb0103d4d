"""Measurements that print ratios; `make bench` runs them all."""
