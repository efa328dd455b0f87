"""The places that entities state, resolved offline: one row an entity, with the precision said."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grappe.intake.places import resolve_place

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

#: The properties that say where an organisation is.
PLACE_PROPERTIES = ("municipality", "postal_code", "region", "province", "country", "coordinates")
_RESOLVED = {name: f"resolved_{name}" for name in ("municipality", "region", "province", "country")}
_PLACE_COLUMNS = (
    "precision",
    "country",
    "province",
    "region_code",
    "region",
    "municipality_code",
    "municipality",
    "postal_area",
    "latitude",
    "longitude",
)
_PLACE_TEXTS = tuple(_RESOLVED.get(name, name) for name in _PLACE_COLUMNS[:8])


def resolve_places(connection: "DuckDBPyConnection", province: str | None) -> None:
    """Fill ``entity_places`` from the place statements of each entity, each distinct place once.

    ``public_places`` has the same from public statements alone: linkage compares with all that is known,
    an organisation shows where the public ones say it is. *province* is where a workspace is when a row
    says none.
    """
    _resolve(connection, province, "entity_places", "true")
    kinds = ", ".join(f"'{name}'" for name in PLACE_PROPERTIES)
    told = connection.execute(
        f"SELECT count(*) FROM statements WHERE property IN ({kinds}) AND visibility <> 'public'"  # noqa: S608
    ).fetchall()
    if told[0][0]:
        _resolve(connection, province, "public_places", "visibility = 'public'")
    else:
        connection.execute("CREATE VIEW public_places AS FROM entity_places")


def _resolve(connection: "DuckDBPyConnection", province: str | None, target: str, condition: str) -> None:
    import pyarrow as pa

    picks = ", ".join(
        f"min(value) FILTER (property = '{name}' AND retracted_at IS NULL) AS {name}"
        for name in PLACE_PROPERTIES
    )
    kinds = ", ".join(f"'{name}'" for name in PLACE_PROPERTIES)
    connection.execute(
        f"CREATE OR REPLACE TABLE stated_places AS SELECT entity, {picks} FROM statements "  # noqa: S608
        f"WHERE property IN ({kinds}) AND {condition} GROUP BY entity"
    )
    columns = ", ".join(PLACE_PROPERTIES)
    distinct = connection.execute(f"SELECT DISTINCT {columns} FROM stated_places ORDER BY ALL")  # noqa: S608
    rows = []
    for values in distinct.fetchall():
        stated = dict(zip(PLACE_PROPERTIES, values, strict=True))
        rows.append({**stated, **_place_row(stated, province)})
    schema = pa.schema([(name, pa.string()) for name in (*PLACE_PROPERTIES, *_PLACE_TEXTS, "place_key")])
    schema = schema.append(pa.field("latitude", pa.float64())).append(pa.field("longitude", pa.float64()))
    connection.register("resolved", pa.Table.from_pylist(rows, schema=schema))
    same = " AND ".join(f"s.{name} IS NOT DISTINCT FROM r.{name}" for name in PLACE_PROPERTIES)
    chosen = ", ".join(f"r.{_RESOLVED.get(name, name)} AS {name}" for name in _PLACE_COLUMNS)
    connection.execute(
        f"CREATE TABLE {target} AS SELECT s.entity, {chosen}, r.place_key "  # noqa: S608
        f"FROM stated_places s JOIN resolved r ON {same}"
    )
    connection.unregister("resolved")


def _place_row(stated: Mapping[str, str | None], province: str | None) -> dict[str, Any]:
    latitude, longitude = _coordinates(stated["coordinates"])
    country = stated["country"]
    assumed = province if country in (None, "CA") else None
    place = resolve_place(
        municipality=stated["municipality"],
        postal_code=stated["postal_code"],
        region=stated["region"],
        province=stated["province"] or (assumed if stated["municipality"] else None),
        country=country,
        latitude=latitude,
        longitude=longitude,
    )
    if place is None:
        return {"place_key": stated["municipality"]}
    row = {_RESOLVED.get(name, name): getattr(place, name) for name in _PLACE_COLUMNS}
    key = place.municipality_code or place.municipality or place.postal_area
    return {**row, "place_key": f"{place.province or place.country}:{key}" if key else None}


def _coordinates(text: str | None) -> tuple[float | None, float | None]:
    if not text:
        return None, None
    latitude, longitude = text.split(",")
    return float(latitude), float(longitude)
