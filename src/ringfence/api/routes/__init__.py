"""One file a noun, each with its view models."""
