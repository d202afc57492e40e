"""Says of a message or a call whether it is a scam, of which kind and how it goes about it. Touches nothing outside."""
