"""Runs inside `migrate.bring_up`, which hands its connection and holds its transaction."""

from alembic import context

from ringfence.adapters.stores.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
