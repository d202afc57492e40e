"""Simulated traffic of a telephone operator, with planted attacks and the truth about them.

>>> operator = Operator(1, start=1_767_571_200_000_000_000, hours=1, calls_per_day=5_000)
>>> lines = [event.to_json() for event in operator.events()]
>>> attacks = operator.truth().attacks

>>> for operator in operators("test", 100): ...

Numbers are drawn at random from open ranges; they stand for nobody, and nothing is ever dialled.
"""

from ringfence.lab.simulate.call import Call, SimulatedEvent
from ringfence.lab.simulate.operator import Operator, nth_operator, operators
from ringfence.lab.simulate.truth import Truth

__all__ = ["Call", "Operator", "SimulatedEvent", "Truth", "nth_operator", "operators"]
