"""What fills the seams of `ringfence.ports`; no adapter knows another, or a pillar."""
