"""Ringfence defends people against phone scams; ARCHITECTURE.md draws how its parts fit together."""

__version__ = "0.1.0"
