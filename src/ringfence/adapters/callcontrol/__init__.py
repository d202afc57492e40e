"""Switches that end or refuse calls."""
