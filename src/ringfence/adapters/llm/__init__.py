"""Language models behind a network, reached through pydantic-ai (extra `llm`)."""
