"""Places of the network as schema.org data. A position is given only where it is known well enough to stand at."""

from core.feeds import page_address, printable
from core.jsonld import honest_name, known, thing

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def schema_days(numbers):
    """Weekday numbers (1 = Monday) as schema.org's DayOfWeek members."""
    return [f"https://schema.org/{_DAYS[number - 1]}" for number in numbers]


def address_data(centre):
    """The postal address as printed on the page; None when there is none. Town and postcode are not guessed."""
    if not centre.address:
        return None
    return known(type="PostalAddress", streetAddress=printable(centre.address), addressCountry="CN")


def position_data(centre):
    """WGS-84 degrees, only where the error is within 300 m: a machine would show the point without any 约."""
    if not centre.has_position or centre.position_is_approximate:
        return None
    return known(type="GeoCoordinates", latitude=centre.latitude, longitude=centre.longitude)


def place_data(centre, request, room=None):
    """Return ``centre`` (and ``room`` in it) as the place where something meets. No query."""
    name = honest_name(centre.title, centre.is_sample)
    return known(
        type="Place",
        name=f"{name} {printable(room.name)}" if room else name,
        url=page_address(centre, request),
        address=address_data(centre),
        geo=position_data(centre),
    )


def _opening_hours(centre):
    return [
        known(
            type="OpeningHoursSpecification",
            dayOfWeek=schema_days(line.days),
            opens=f"{line.opens:%H:%M}",
            closes=f"{line.closes:%H:%M}",
            description=printable(line.note),
        )
        for line in centre.opening_hours.all()
    ]


def _amenities(centre):
    return [
        known(type="LocationFeatureSpecification", name=str(name), value=True)
        for name in [*centre.facility_names, *centre.accessibility_names]
    ]


def centre_data(centre, request):
    """Return a CentrePage as an EducationalOrganization that is also a Place (where it stands and when it is open)."""
    street = centre.street
    data = thing(
        centre,
        request,
        ["EducationalOrganization", "Place"],
        telephone=printable(centre.phone),
        address=address_data(centre),
        geo=position_data(centre),
        openingHoursSpecification=_opening_hours(centre),
        amenityFeature=_amenities(centre),
    )
    if street and street.pk != centre.pk:
        data["parentOrganization"] = known(
            type="EducationalOrganization",
            name=honest_name(street.title, street.is_sample),
            url=page_address(street, request),
        )
    return data


def street_data(street, request):
    """Return a StreetPage: its centre, and the street as the area it serves."""
    return centre_data(street, request) | known(
        alternateName=printable(street.english_name),
        areaServed=known(type="AdministrativeArea", name=printable(street.street_name)),
    )
