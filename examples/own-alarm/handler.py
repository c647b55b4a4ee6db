"""Yours to break: the alarm watches its errors."""


class TariffNotFound(Exception):  # noqa: N818 - as people do name them
    """No tariff is known for a country."""


TARIFFS = {"DE": 0.19, "FR": 0.2}


def handler(event, context):
    """Return the tariff of a country."""
    print(f"looking for the tariff of {event['country']}")
    if event["country"] not in TARIFFS:
        raise TariffNotFound(f"no tariff for {event['country']!r}")
    return TARIFFS[event["country"]]
