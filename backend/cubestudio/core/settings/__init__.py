"""The sections of the settings, which `core.config` puts together."""
