"""Ways into an operator's switch, and the trunks of the standard operator.

Addresses are those kept for documentation (RFC 5737, RFC 3849) and private ones (RFC 1918, RFC 6598).
"""

from dataclasses import dataclass, replace
from random import Random

from ringfence.lab.simulate.call import BARE, Gateway, Reports, Told, Trunk

_SIGNED = ("A",) * 11 + ("B",) * 5 + ("C",) * 2 + ("none",) * 2
_HALF_SIGNED = ("A",) * 5 + ("B",) * 4 + ("C",) * 3 + ("none",) * 6 + (None,) * 2
_FOREIGN = ("C",) * 9 + ("none",) * 7 + ("B",) * 2 + ("failed",) + (None,)
_SILENT = (None,)

HANDSETS = (
    "Samsung-IMS 6.0/SM-A546E",
    "iOS/18.2 iPhone",
    "vivo V2314 IMS",
    "Xiaomi_2312DRA50I_IMS/1.0",
    "Linphone-Desktop/5.2.6 (debian) LinphoneSDK/5.3.81",
    "Grandstream GXP2170 1.0.11.79",
    "FRITZ!OS",
    "Yealink SIP-T46U 108.86.0.45",
)
PBXES = (
    ("Asterisk PBX 20.9.3", "root"),
    ("FreeSWITCH-mod_sofia/1.10.12-release", "FreeSWITCH"),
    ("3CXPhoneSystem 20.0.4.814", "3cxPS"),
    ("Cisco-SIPGateway/IOS-17.9.4", "CiscoSystemsSIP-GW-UserAgent"),
    ("Avaya SIP Enablement Services", "-"),
    ("FPBX-16.0.40(18.24.3)", "root"),
    ("Mitel Border GW/5.0.0.79", "-"),
)
"""User-Agents, each with the user name in its SDP origin."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Every trunk by what comes in over it; the first interconnects carry most."""

    interconnects: tuple[Trunk, ...]
    international: tuple[Trunk, ...]
    access: Trunk
    legacy: Trunk
    enterprises: tuple[Trunk, ...]

    def interconnect(self, rng: Random) -> Trunk:
        """Shares fall with the rank: a square leans to the front."""
        return self.interconnects[int(len(self.interconnects) * rng.random() ** 2)]


def access_trunk(name: str, attestations: tuple[str | None, ...], *, asserts: bool = True) -> Trunk:
    """The operator's own subscribers, each with an address and a handset of their own."""
    handsets = tuple(Gateway(agent, "-", "") for agent in HANDSETS)
    return Trunk(name, (), handsets, attestations, asserts, rewrites=False, callers="10")


def legacy_trunk(name: str = "ss7-gw-1", told: Told = Told.EVERYTHING) -> Trunk:
    """An old switch that tells of a call no more than its two numbers."""
    gateway = Gateway("mgcf", "-", "192.0.2.201")
    return Trunk(name, ("192.0.2.200",), (gateway,), _SILENT, reports=replace(BARE, told=told), q850=True)


def standard_fleet(enterprises: int) -> Fleet:
    return Fleet(
        interconnects=(
            _carrier("ic-north-1", "192.0.2.{}", 10, _SIGNED, "Oracle SBC 9.3", "-"),
            _carrier("ic-east-1", "192.0.2.{}", 30, _HALF_SIGNED, "Sonus_UAC", "Sonus_UAC", asserts=True),
            _carrier(
                "ic-west-1", "192.0.2.{}", 50, _SIGNED, "Ribbon SBC SWe 12.1", "RBBN", tcp=True, rewrites=True
            ),
            _carrier("ic-south-1", "2001:db8:50::{}", 10, _HALF_SIGNED, "Oracle SBC 9.3", "-"),
            _carrier("ic-cable-1", "192.0.2.{}", 90, _SILENT, "kamailio (5.8.4 (x86_64/linux))", "-"),
            _carrier("ic-transit-1", "192.0.2.{}", 120, _SILENT, "", "-"),
        ),
        international=(
            _carrier("intl-gw-1", "192.0.2.{}", 150, _FOREIGN, "GENBAND Q20", "-", rewrites=True),
            _carrier("intl-gw-2", "2001:db8:60::{}", 10, _FOREIGN, "Dialogic BorderNet", "BN", asserts=True),
        ),
        access=access_trunk("access-ims", ("A",)),
        legacy=legacy_trunk(),
        enterprises=tuple(_enterprise(n) for n in range(enterprises)),
    )


def _carrier(
    name: str,
    network: str,
    first: int,
    attestations: tuple[str | None, ...],
    agent: str,
    sdp_user: str,
    *,
    asserts: bool = False,
    tcp: bool = False,
    rewrites: bool = False,
) -> Trunk:
    """Two signalling addresses, six media gateways behind them; the transit carrier tells no origin."""
    transit = name.startswith("ic-transit")
    return Trunk(
        name,
        tuple(network.format(first + n) for n in range(2)),
        tuple(Gateway(agent, sdp_user, network.format(first + 2 + n)) for n in range(6)),
        attestations,
        asserts,
        "tcp" if tcp else "udp",
        Reports(user_agent=not transit, sdp_origin=not transit),
        rewrites=rewrites,
        q850=transit,
    )


def _enterprise(index: int) -> Trunk:
    """A company's exchange: one address for signalling and media; every eighth speaks TCP."""
    agent, sdp_user = PBXES[index % 5]
    address = f"203.0.113.{1 + index % 254}" if index < 254 else f"198.51.100.{1 + index % 254}"
    return Trunk(
        f"pbx-{index + 1:03d}",
        (address,),
        (Gateway(agent, sdp_user, address),),
        ("A", "A", "A", "B"),
        asserts_identity=True,
        transport="tcp" if index % 8 == 7 else "udp",
    )
