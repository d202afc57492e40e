"""Who looks for identifiers, the most special first: what one has found no later one takes for something else."""

from collections.abc import Callable, Iterator

from ringfence.identifiers.accounts import find_bank_codes, find_ibans
from ringfence.identifiers.amounts import find_amounts
from ringfence.identifiers.dates import find_dates
from ringfence.identifiers.documents import find_gstins, find_pans
from ringfence.identifiers.emails import find_emails
from ringfence.identifiers.handles import find_telegram_handles
from ringfence.identifiers.ifsc import find_ifscs
from ringfence.identifiers.numbers import find_numbers
from ringfence.identifiers.reading import Match, Reading
from ringfence.identifiers.references import find_references
from ringfence.identifiers.remote_tools import find_remote_tools
from ringfence.identifiers.upi import find_upi
from ringfence.identifiers.urls import find_lone_hosts, find_pathed_urls, find_schemed_urls
from ringfence.identifiers.wallets import find_wallets

Finder = Callable[[Reading], Iterator[Match]]

FINDERS: tuple[Finder, ...] = (
    find_schemed_urls,
    find_pathed_urls,
    find_wallets,
    find_emails,
    find_upi,
    find_lone_hosts,
    find_telegram_handles,
    find_gstins,
    find_ifscs,
    find_pans,
    find_ibans,
    find_bank_codes,
    find_references,
    find_dates,
    find_amounts,
    find_remote_tools,
    find_numbers,
)
