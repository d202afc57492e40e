"""What every section of the settings is."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Refuses what it doesn't know, and shows no value in what it says of a wrong one."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
