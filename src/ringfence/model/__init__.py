"""The nouns every part speaks: frozen dataclasses and enums, nothing that acts.

Instants are integers, nanoseconds since 1970 UTC, in fields that end in `_at`.
"""
