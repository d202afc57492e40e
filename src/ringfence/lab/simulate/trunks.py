"""The operator's interconnects, access and enterprise trunks.

Addresses are those kept for documentation (RFC 5737, RFC 3849) and private ones of its own access.
"""

from dataclasses import dataclass
from random import Random

from ringfence.lab.simulate.call import Facts, Trunk

_SIGNED = ("A",) * 11 + ("B",) * 5 + ("C",) * 2 + ("none",) * 2
_HALF_SIGNED = ("A",) * 5 + ("B",) * 4 + ("C",) * 3 + ("none",) * 6 + (None,) * 2
_FOREIGN = ("C",) * 9 + ("none",) * 7 + ("B",) * 2 + ("failed",) + (None,)
_SILENT = (None,)

_HANDSETS = (
    "Samsung-IMS 6.0/SM-A546E",
    "iOS/18.2 iPhone",
    "vivo V2314 IMS",
    "Xiaomi_2312DRA50I_IMS/1.0",
    "Linphone-Desktop/5.2.6 (debian) LinphoneSDK/5.3.81",
    "Grandstream GXP2170 1.0.11.79",
)
_PBXES = (
    ("Asterisk PBX 20.9.3", "root"),
    ("FreeSWITCH-mod_sofia/1.10.12-release", "FreeSWITCH"),
    ("3CXPhoneSystem 20.0.4.814", "3cxPS"),
    ("Cisco-SIPGateway/IOS-17.9.4", "CiscoSystemsSIP-GW-UserAgent"),
    ("Avaya SIP Enablement Services", "-"),
)


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


def build_fleet(enterprises: int) -> Fleet:
    return Fleet(
        interconnects=(
            _carrier("ic-north-1", "192.0.2.{}", 10, _SIGNED, "Oracle SBC 9.3", "-"),
            _carrier("ic-east-1", "192.0.2.{}", 30, _HALF_SIGNED, "Sonus_UAC", "Sonus_UAC", asserts=True),
            _carrier("ic-west-1", "192.0.2.{}", 50, _SIGNED, "Ribbon SBC SWe 12.1", "RBBN", transport="tcp"),
            _carrier("ic-south-1", "2001:db8:50::{}", 10, _HALF_SIGNED, "Oracle SBC 9.3", "-"),
            _carrier("ic-cable-1", "192.0.2.{}", 90, _SILENT, "kamailio (5.8.4 (x86_64/linux))", "-"),
            _carrier("ic-transit-1", "192.0.2.{}", 120, _SILENT, "", "-", facts=Facts.NO_ORIGIN),
        ),
        international=(
            _carrier("intl-gw-1", "192.0.2.{}", 150, _FOREIGN, "GENBAND Q20", "-"),
            _carrier(
                "intl-gw-2", "2001:db8:60::{}", 10, _FOREIGN, "Dialogic BorderNet", "BorderNet", asserts=True
            ),
        ),
        access=Trunk("access-ims", (), _HANDSETS, "-", (), ("A",), asserts_identity=True),
        legacy=Trunk(
            "ss7-gw-1",
            ("192.0.2.200",),
            ("mgcf",),
            "-",
            ("192.0.2.201",),
            _SILENT,
            facts=Facts.BARE,
            q850=True,
        ),
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
    transport: str = "udp",
    facts: Facts = Facts.FULL,
) -> Trunk:
    """Two signalling addresses, six media gateways behind them."""
    return Trunk(
        name,
        tuple(network.format(first + n) for n in range(2)),
        (agent,),
        sdp_user,
        tuple(network.format(first + 2 + n) for n in range(6)),
        attestations,
        asserts,
        "tcp" if transport == "tcp" else "udp",
        facts,
        q850=name.startswith("ic-transit"),
    )


def _enterprise(index: int) -> Trunk:
    """A company's exchange: one address for signalling and media; every eighth speaks TCP."""
    agent, sdp_user = _PBXES[index % len(_PBXES)]
    address = f"203.0.113.{1 + index % 254}" if index < 254 else f"198.51.100.{1 + index % 254}"
    return Trunk(
        f"pbx-{index + 1:03d}",
        (address,),
        (agent,),
        sdp_user,
        (address,),
        ("A", "A", "A", "B"),
        asserts_identity=True,
        transport="tcp" if index % 8 == 7 else "udp",
    )
