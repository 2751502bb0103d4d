"""The gateway to notebooks and services (`server`)."""
