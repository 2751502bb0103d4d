"""Situations that once went wrong, by their numbers, each with others like it. Two are where their doors are:
06, what the build of one project's package reaches, in tests/hostile/test_builds.py; 30, the screen, in
tests/browser/test_logs.py."""
