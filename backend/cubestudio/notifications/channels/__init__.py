"""Channels beyond the console: e-mail, webhooks and the robots of chat programs."""
