"""What a figure was measured on."""

import os
import platform
from pathlib import Path


def describe(*versions: str) -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next(
        (line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine()
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    hypervisor = any("hypervisor" in line for line in lines if line.startswith("flags"))
    load = os.getloadavg()[2]
    return (
        f"{os.cpu_count()} processors ({model}{', virtual' if hypervisor else ''}), {memory:.0f} GiB; "
        f"{platform.system()} {platform.release().split('-')[0]}; {', '.join(versions)}. "
        f"The machine is shared: load average over the last 15 minutes {load:.1f}."
    )
