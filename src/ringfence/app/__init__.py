"""Where the parts meet: the pipeline, the keys, and `build`, the one place that wires adapters."""
