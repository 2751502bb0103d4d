"""Pipelines that run by themselves, at the times that people say."""
