"""What-if: the same traffic under several policies, and which calls each would have cut.

`differences` compares two decisions, whoever made them, and `views` shows them; `candidates` reads what is to be
compared, `passes` runs it. `shadow` takes the two decisions from the records of a server.
"""

from ringfence.lab.compare.candidates import Candidate, read_candidates
from ringfence.lab.compare.differences import (
    Change,
    CutCall,
    Decisions,
    Difference,
    Group,
    by_number,
    by_trunk,
    differences,
)
from ringfence.lab.compare.passes import Pass, decide, planned
from ringfence.lab.compare.shadow import Judges, judged
from ringfence.lab.compare.views import LARGEST, Comparison, compared, comparison_view, difference_lines

__all__ = [
    "LARGEST",
    "Candidate",
    "Change",
    "Comparison",
    "CutCall",
    "Decisions",
    "Difference",
    "Group",
    "Judges",
    "Pass",
    "by_number",
    "by_trunk",
    "compared",
    "comparison_view",
    "decide",
    "difference_lines",
    "differences",
    "judged",
    "planned",
    "read_candidates",
]
