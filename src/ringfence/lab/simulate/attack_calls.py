"""The calls of a planted attack."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from ringfence.lab.simulate.attacks import Attack, Headers, Origin, gap_after
from ringfence.lab.simulate.call import Call, Leg, Trunk, new_sdp_origin
from ringfence.lab.simulate.chance import scattered, stream, whole_us
from ringfence.lab.simulate.families import a_numbers
from ringfence.lab.simulate.population import Population
from ringfence.lab.simulate.truth import THRESHOLD


def attack_calls(seed: int, population: Population, attack: Attack) -> Iterator[Call]:
    """In the order of their beginning. One origin shows the same A-numbers in all attacks of its campaign."""
    rng = stream(seed, f"attack {attack.number}")
    origin = attack.origin
    known = stream(seed, f"origin {origin.number}")
    numbers = a_numbers(known, population, origin.family, attack.b_number, attack.pool or attack.calls)
    at, used = attack.at, 0
    for index in range(attack.calls):
        if used >= THRESHOLD and rng.random() < attack.again:
            number = numbers[int(rng.random() * min(used, len(numbers)))]
        else:
            number = numbers[used % len(numbers)]
            used += 1
        trunk = origin.trunks[int(rng.random() * len(origin.trunks))]
        leg = _leg(rng, population, origin, trunk, number)
        yield attack.behaviour.call(rng, at, leg, attack.b_number, attack.number, attack.burst)
        at += whole_us(gap_after(rng, attack, index))


def _leg(rng: Random, population: Population, origin: Origin, trunk: Trunk, number: str) -> Leg:
    is_ = scattered(int(number) if origin.headers is Headers.LIKE_CALLERS else origin.number)
    asserted = (origin.asserted or number) if trunk.asserts_identity else ""
    leg = population.seen_as(rng, trunk, is_, number, asserted)
    if trunk.attestations != (None,):
        leg = replace(leg, attestation=origin.told or _as_of_anybody(trunk, number))
    if origin.headers is Headers.OWN and not trunk.rewrites:
        machine = origin.machines[int(rng.random() * len(origin.machines))]
        sdp_origin = new_sdp_origin(rng, machine.sdp_user, machine.media)
        source = leg.source_ip if trunk.source_ips else machine.media
        leg = replace(leg, user_agent=machine.user_agent, sdp_origin=sdp_origin, source_ip=source)
    return leg


def _as_of_anybody(trunk: Trunk, number: str) -> str | None:
    return trunk.attestations[(scattered(int(number)) >> 30) % len(trunk.attestations)]
