"""An alert as it is learnt from: what the detector took it for, and what people say it was."""

from dataclasses import dataclass

from ringfence.model.alert import AlertLabel, AlertVerdict, FeatureRow


@dataclass(frozen=True, slots=True)
class Review:
    """`trunks` are those of its suspect calls, or of all its calls where none is suspect.

    `verdict` is None while nobody has judged the alert; `labelled_at` and `labelled_by` tell when and who last did.
    """

    alert_id: str
    b_number: str
    label: AlertLabel
    opened_at: int
    method: str
    trunks: tuple[str, ...]
    features: FeatureRow | None = None
    verdict: AlertVerdict | None = None
    labelled_at: int | None = None
    labelled_by: str | None = None
