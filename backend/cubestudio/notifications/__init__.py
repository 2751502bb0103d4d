"""Notifications: what users are told of the work that they started, and of their projects."""
