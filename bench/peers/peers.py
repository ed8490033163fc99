"""Runs one peer on the same work: a raw object (gzipped lines, one page each) becomes CSV files. Arguments: PEER FILE FOLDER.

It makes five tables, like a tutorial: no irregular entries, no local files, no rejected entries. That is less than the
transform does, so the comparison favours the peers.
"""

import gzip
import json
import sys


def responses_of(file):
    """The whole object at once, as with boto3's Body.read() and json.loads()."""
    with open(file, "rb") as raw:
        text = gzip.decompress(raw.read()).decode("utf8")
    return [json.loads(line)["body"] for line in text.rstrip("\n").split("\n")]


def with_pandas(file, folder):
    """Like the tutorials: all responses in memory, a list of dicts per table, duplicates dropped by id."""
    import pandas

    items, tracks, links, artists, albums = [], [], [], [], []
    entries = [entry for response in responses_of(file) if "limit" in response for entry in response["items"]]
    for position, entry in enumerate(entries):
        track = (entry or {}).get("item") or (entry or {}).get("track")
        if not isinstance(track, dict) or not track.get("id") or track.get("type") != "track":
            continue
        album = track["album"]
        items.append({"position": position, "track_id": track["id"], "added_at": entry["added_at"]})
        albums.append(
            {
                "album_id": album["id"],
                "name": album["name"],
                "release_date": album["release_date"],
                "total_tracks": album["total_tracks"],
            }
        )
        for place, artist in enumerate(track["artists"]):
            artists.append({"artist_id": artist["id"], "name": artist["name"], "uri": artist["uri"]})
            links.append({"track_id": track["id"], "place": place, "artist_id": artist["id"]})
        tracks.append(
            {
                "track_id": track["id"],
                "name": track["name"],
                "album_id": album["id"],
                "duration_ms": track["duration_ms"],
                "popularity": track.get("popularity"),
            }
        )
    frames = {
        "items": pandas.DataFrame(items),
        "tracks": pandas.DataFrame(tracks).drop_duplicates(subset=["track_id"]),
        "links": pandas.DataFrame(links).drop_duplicates(),
        "artists": pandas.DataFrame(artists).drop_duplicates(subset=["artist_id"]),
        "albums": pandas.DataFrame(albums).drop_duplicates(subset=["album_id"]),
    }
    for name, frame in frames.items():
        frame.to_csv(f"{folder}/{name}.csv", index=False)


def with_polars(file, folder):
    import polars as pl

    item = pl.Struct(
        {
            "id": pl.String,
            "type": pl.String,
            "name": pl.String,
            "duration_ms": pl.Int64,
            "popularity": pl.Int64,
            "album": pl.Struct(
                {"id": pl.String, "name": pl.String, "release_date": pl.String, "total_tracks": pl.Int64}
            ),
            "artists": pl.List(pl.Struct({"id": pl.String, "name": pl.String, "uri": pl.String})),
        }
    )
    entry = pl.Struct({"added_at": pl.String, "item": item, "track": item})
    with gzip.open(file, "rb") as lines:
        # In the playlist's own response `items` can be an object, which the schema of pages does not allow.
        raw = b"".join(line for line in lines if b'"items":[' in line)
    pages = pl.read_ndjson(raw, schema={"body": pl.Struct({"items": pl.List(entry)})})
    entries = pages.select(pl.col("body").struct.field("items").alias("e")).explode("e").drop_nulls().unnest("e")
    items = entries.with_columns(pl.coalesce("item", "track").alias("t")).with_row_index("position")
    items = items.filter(pl.col("t").struct.field("id").is_not_null() & (pl.col("t").struct.field("type") == "track"))
    tracks = items.select("t").unnest("t").unique("id", keep="first", maintain_order=True)
    links = tracks.select(pl.col("id").alias("track_id"), "artists").explode("artists").unnest("artists")
    albums = tracks.select("album").unnest("album").unique("id", keep="first", maintain_order=True)
    items.select("position", pl.col("t").struct.field("id"), "added_at").write_csv(f"{folder}/items.csv")
    tracks.select("id", "name", pl.col("album").struct.field("id").alias("album_id"), "duration_ms", "popularity").write_csv(
        f"{folder}/tracks.csv"
    )
    links.select("track_id", "id").write_csv(f"{folder}/links.csv")
    links.select("id", "name", "uri").unique("id").write_csv(f"{folder}/artists.csv")
    albums.write_csv(f"{folder}/albums.csv")


def with_duckdb(file, folder):
    """`from_json` over whole lines: `read_json` with `columns` takes five to ten times longer for the same rows."""
    import duckdb

    item = {
        "id": "VARCHAR",
        "type": "VARCHAR",
        "name": "VARCHAR",
        "duration_ms": "BIGINT",
        "popularity": "BIGINT",
        "album": {"id": "VARCHAR", "name": "VARCHAR", "release_date": "VARCHAR", "total_tracks": "BIGINT"},
        "artists": [{"id": "VARCHAR", "name": "VARCHAR", "uri": "VARCHAR"}],
    }
    line = json.dumps({"body": {"items": [{"added_at": "VARCHAR", "item": item, "track": item}]}})
    # A missing member is null, and so are the items of the playlist's own response.
    source = f"(SELECT from_json(json, '{line}').body AS body FROM read_ndjson_objects('{file}'))"
    db = duckdb.connect()
    db.execute(f"""CREATE TEMP TABLE items AS SELECT row_number() OVER () AS position, e.added_at, coalesce(e.item, e.track) AS t
        FROM (SELECT unnest(body.items) AS e FROM {source} AS pages) WHERE coalesce(e.item, e.track).type = 'track'
        AND coalesce(e.item, e.track).id IS NOT NULL""")
    db.execute("CREATE TEMP TABLE tracks AS SELECT DISTINCT ON (t.id) t FROM items")
    queries = {
        "items": "SELECT position, t.id, added_at FROM items",
        "tracks": "SELECT t.id, t.name, t.album.id, t.duration_ms, t.popularity FROM tracks",
        "links": "SELECT id, a.id FROM (SELECT t.id AS id, unnest(t.artists) AS a FROM tracks)",
        "artists": "SELECT DISTINCT ON (a.id) a.id, a.name, a.uri FROM (SELECT unnest(t.artists) AS a FROM tracks)",
        "albums": "SELECT DISTINCT ON (t.album.id) unnest(t.album) FROM tracks",
    }
    for name, query in queries.items():
        db.execute(f"COPY ({query}) TO '{folder}/{name}.csv' (HEADER)")


if __name__ == "__main__":
    peer, source, target = sys.argv[1:4]
    {"pandas": with_pandas, "polars": with_polars, "duckdb": with_duckdb}[peer](source, target)
    with open(f"{target}/items.csv", encoding="utf8") as written:
        print(json.dumps({"rows": sum(1 for _ in written) - 1}))
