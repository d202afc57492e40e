"""Where traffic, models and figures are made; nothing of the product at work imports it."""
