"""Makes the model of `ringfence.content` and measures it."""
