"""The pillar that asks card holders: what is said, what is understood, when a call may be made."""
