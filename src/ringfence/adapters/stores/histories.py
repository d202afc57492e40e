"""The alerts of called numbers, summed up."""

from statistics import fmean

from sqlalchemy import ColumnElement, Connection, and_, case, distinct, func, or_, select

from ringfence.adapters.stores import features
from ringfence.adapters.stores import tables as t
from ringfence.model.alert import AlertLabel, AlertVerdict
from ringfence.model.history import AlertedNumber

_DAY = 86_400_000_000_000
_ANSWERED = "b_answered_share"
_NEWEST = 20
"""Bursts of a number of which it is looked up how many calls were answered."""

_of = t.alerts.c
_SCORED = _of.features.is_not(None)
_UNJUDGED = _of.verdict.is_(None)
_CONFIRMED = _of.verdict == AlertVerdict.FAN_IN.value
_BURST = or_(_CONFIRMED, and_(_UNJUDGED, _SCORED, _of.label == AlertLabel.FAN_IN.value))


def read_numbers(connection: Connection, since: int, least: int, most: int) -> tuple[AlertedNumber, ...]:
    burst = and_(_BURST, _of.opened_at >= since)
    bursts = _count(burst)
    found = (
        select(
            _of.b_number,
            bursts.label("bursts"),
            _count(and_(burst, _CONFIRMED)).label("confirmed"),
            func.count(distinct(_where(burst, _of.opened_at // _DAY))).label("days"),
            func.min(_where(burst, _of.opened_at)).label("first_at"),
            func.max(_where(burst, _of.opened_at)).label("last_at"),
            func.avg(_where(burst, _of.distinct_callers)).label("mean_callers"),
            func.max(_where(and_(burst, _UNJUDGED), _of.masking_probability)).label("highest"),
            _count(_of.verdict == AlertVerdict.MASKING.value).label("masking"),
            _count(and_(_UNJUDGED, _of.label == AlertLabel.MASKING.value)).label("unjudged"),
        )
        .where(_of.label.in_((AlertLabel.MASKING.value, AlertLabel.FAN_IN.value)))
        .group_by(_of.b_number)
        .having(bursts >= least)
        .order_by(bursts.desc(), _of.b_number)
        .limit(most)
    )
    rows = connection.execute(found).all()
    lists = features.read_names(connection) if rows else {}
    return tuple(
        AlertedNumber(
            b_number=row.b_number,
            bursts=row.bursts,
            confirmed=row.confirmed,
            days=row.days,
            first_at=row.first_at,
            last_at=row.last_at,
            mean_callers=row.mean_callers,
            highest=row.highest or 0.0,
            masking=row.masking,
            unjudged=row.unjudged,
            answered_share=_answered_share(connection, row.b_number, burst, lists),
        )
        for row in rows
    )


def _answered_share(
    connection: Connection, b_number: str, burst: ColumnElement[bool], lists: dict[str, tuple[str, ...]]
) -> float | None:
    columns = select(*(_of[name] for name in features.COLUMNS))
    newest = columns.where(_of.b_number == b_number, burst, _SCORED).order_by(_of.opened_at.desc())
    rows = [features.row_of(row, lists) for row in connection.execute(newest.limit(_NEWEST)).mappings()]
    shares = [
        value
        for row in rows
        if row is not None
        for name, value in zip(row.names, row.values, strict=True)
        if name == _ANSWERED and value is not None
    ]
    return fmean(shares) if shares else None


def _count(what: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((what, 1), else_=0)), 0)


def _where(what: ColumnElement[bool], value: ColumnElement[int] | ColumnElement[float]) -> ColumnElement[int]:
    """The value where that holds, else nothing, which aggregates pass over."""
    return case((what, value))
