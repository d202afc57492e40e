"""Verification calls that ring nobody's telephone: by hand at a terminal, or whole calls of made-up customers."""
