"""The trunks of a drawn operator: layout, addresses, equipment, and what its switches report of a call."""

from dataclasses import replace
from itertools import count
from random import Random

from ringfence.lab.simulate.call import Gateway, Reports, Trunk
from ringfence.lab.simulate.ranges import Feed, Layout, Ranges
from ringfence.lab.simulate.trunks import HANDSETS, PBXES, Fleet, access_trunk, legacy_trunk

_ATTESTED: dict[str, dict[str | None, int]] = {
    "signed": {"A": 11, "B": 4, "C": 2, "none": 3},
    "half": {"A": 5, "B": 4, "C": 3, "none": 6, None: 2},
    "few": {"A": 2, "B": 1, "C": 2, "none": 15},
    "gateway": {"C": 9, "none": 7, "B": 2, "failed": 1, None: 1},
}
"""Mixes of verified attestations that trunks have where calls are signed, out of about twenty."""
_SILENT: tuple[str | None, ...] = (None,)
_FEEDS = {
    Feed.MIRROR: Reports(),
    Feed.SWITCH: Reports(user_agent=False, sdp_origin=False),
    Feed.RECORDS: Reports(source_ip=False, user_agent=False, sdp_origin=False),
    Feed.PROBE: Reports(trunk=False),
    Feed.BARE: Reports(trunk=False, source_ip=False, user_agent=False, sdp_origin=False),
}


class _Addresses:
    """Addresses of carriers' machines, no two alike."""

    def __init__(self, rng: Random) -> None:
        self._networks = [f"10.{rng.randrange(1, 60)}", "172.20", "192.168", "2001:db8"]
        self._numbers = count(rng.randrange(10, 200))
        self._rng = rng

    def block(self, size: int) -> list[str]:
        network = self._rng.choice(self._networks)
        hosts = [next(self._numbers) for _ in range(size)]
        if ":" in network:
            return [f"{network}:{1 + host // 4096:x}::{host % 4096 + 16:x}" for host in hosts]
        return [f"{network}.{host // 250 % 250}.{1 + host % 250}" for host in hosts]


def draw_fleet(rng: Random, ranges: Ranges, layout: Layout, carriers: int, enterprises: int) -> Fleet:
    signing = rng.random() >= ranges.unsigned
    asserting = rng.random() < ranges.asserting
    (told,) = rng.choices(tuple(ranges.told), tuple(ranges.told.values()))
    (feed,) = rng.choices(tuple(ranges.feeds), tuple(ranges.feeds.values()))
    reports = replace(_FEEDS[feed], told=told)
    addresses = _Addresses(rng)
    style = rng.choice(ranges.trunk_names)
    names = (style(rng, index) for index in count())

    def carrier(attested: tuple[str, ...]) -> Trunk:
        trunk = _carrier(rng, ranges, layout, next(names), addresses)
        return replace(
            trunk,
            attestations=_mix(rng, attested) if signing else _SILENT,
            asserts_identity=asserting and rng.random() < 0.7,
            reports=_reported(rng, ranges.patchy, reports),
        )

    interconnects = 1 + (rng.random() < 0.5) if layout is Layout.TRANSIT else carriers
    own_attested = ("A",) if signing else _SILENT
    access = access_trunk(next(names), own_attested, asserts=asserting)
    fleet = Fleet(
        interconnects=tuple(carrier(("signed", "half", "few")) for _ in range(interconnects)),
        international=tuple(carrier(("gateway", "few")) for _ in range(rng.randint(1, 3))),
        access=replace(access, reports=_reported(rng, ranges.patchy, reports)),
        legacy=legacy_trunk(next(names), told),
        enterprises=_enterprises(
            rng, addresses, next(names), enterprises, own_attested, reports, asserting=asserting
        ),
    )
    return _laid_out(rng, ranges, layout, fleet, addresses)


def _reported(rng: Random, missing: float, reports: Reports) -> Reports:
    """The same with each of the facts about the origin lost by chance."""
    return Reports(
        trunk=reports.trunk and rng.random() >= missing,
        source_ip=reports.source_ip and rng.random() >= missing,
        user_agent=reports.user_agent and rng.random() >= missing,
        sdp_origin=reports.sdp_origin and rng.random() >= missing,
        told=reports.told,
    )


def _mix(rng: Random, kinds: tuple[str, ...]) -> tuple[str | None, ...]:
    """One of the mixes, each part more or less; or silence."""
    if rng.random() < 0.2:
        return _SILENT
    shares = _ATTESTED[rng.choice(kinds)]
    drawn = tuple(said for said, n in shares.items() for _ in range(round(n * rng.uniform(0.4, 1.6))))
    return drawn or _SILENT


def _carrier(rng: Random, ranges: Ranges, layout: Layout, name: str, addresses: _Addresses) -> Trunk:
    """An SBC that rewrites what lies behind it, or gateways that show, or the callers' own machines."""
    sources = tuple(addresses.block(rng.randint(1, 4)))
    transport = "tcp" if rng.random() < 0.15 else "udp"
    kind = rng.random()
    if layout is Layout.TRANSIT or kind < 0.3:
        gateways = _machines(rng, addresses, rng.randint(8, 60))
        rewrites, callers = False, ""
    elif kind < 0.8:
        agent, user = rng.choice(ranges.equipment)
        gateways = tuple(Gateway(agent, user, media) for media in addresses.block(rng.randint(1, 12)))
        rewrites, callers = rng.random() < 0.7, ""
    else:
        gateways = tuple(Gateway(agent, "-", "") for agent in rng.sample(HANDSETS, 5))
        rewrites, callers = False, rng.choice(("10", "100", "2001:db8:77"))
    return Trunk(
        name,
        sources,
        gateways,
        _SILENT,
        transport="tcp" if transport == "tcp" else "udp",
        rewrites=rewrites,
        callers=callers,
        q850=rng.random() < 0.15,
    )


def _machines(rng: Random, addresses: _Addresses, size: int) -> tuple[Gateway, ...]:
    return tuple(Gateway(*rng.choice(PBXES), media) for media in addresses.block(size))


def _enterprises(
    rng: Random,
    addresses: _Addresses,
    name: str,
    size: int,
    attested: tuple[str | None, ...],
    reports: Reports,
    *,
    asserting: bool,
) -> tuple[Trunk, ...]:
    """Companies' exchanges: a trunk each, or one trunk for all of them."""
    together = rng.random() < 0.5
    machines = _machines(rng, addresses, size)
    return tuple(
        Trunk(
            name if together else f"{name}-{index + 1}",
            (machine.media,),
            (machine,),
            attested,
            asserting,
            reports=reports,
            transport="tcp" if index % 8 == 7 else "udp",
            rewrites=False,
        )
        for index, machine in enumerate(machines)
    )


def _laid_out(rng: Random, ranges: Ranges, layout: Layout, fleet: Fleet, addresses: _Addresses) -> Fleet:
    """Behind the SBC that some operators have before their interconnects, and some before everything."""
    if layout not in (Layout.FRONTED, Layout.ONE_SBC):
        return fleet
    agent, user = rng.choice(ranges.equipment)
    sources = tuple(addresses.block(rng.randint(1, 2)))
    media = tuple(Gateway(agent, user, address) for address in addresses.block(rng.randint(1, 6)))

    def behind(trunk: Trunk) -> Trunk:
        name = fleet.interconnects[0].name if layout is Layout.ONE_SBC else trunk.name
        reports = fleet.interconnects[0].reports if layout is Layout.ONE_SBC else trunk.reports
        return replace(
            trunk,
            name=name,
            source_ips=sources,
            gateways=media,
            rewrites=True,
            callers="",
            transport="udp",
            reports=reports,
        )

    everything = layout is Layout.ONE_SBC
    return Fleet(
        interconnects=tuple(behind(trunk) for trunk in fleet.interconnects),
        international=tuple(behind(trunk) for trunk in fleet.international),
        access=behind(fleet.access) if everything else fleet.access,
        legacy=fleet.legacy,
        enterprises=tuple(behind(t) for t in fleet.enterprises) if everything else fleet.enterprises,
    )
