"""Made-up messages and calls with their truth: scripts of scams and of the honest texts that look like them.

The scripts are grammars, one file for a kind and a language (`scripts/`, read by `script.py`); what they are filled
with is made up by `values.py`, and `noise.py` does to a text what those who type it do.
"""
