import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  ada,
  artist,
  comma,
  episode,
  harbour,
  kettle,
  lowTide,
  madeUps,
  quoted,
  read,
  rows,
  tablesOf,
} from "../../support/operations/importExamples";
import { rowsOf } from "../../support/transforms/transformed";

const test = suite("operations/importing/exportify");

const csv = (name: string, header: string, ...lines: string[]) =>
  tablesOf(Buffer.from([header, ...lines].join("\n")), name);

test("Exportify's CSV of exportify.net", async () => {
  const { form, missing, tables } = await read("exportify-net.csv");
  assert.is(form, "Exportify CSV (exportify.net)");
  assert.is(missing.length, 2);
  const [one] = tables;
  const id = "exportify-net";
  const [madeUps, ada] = ["local:artist:The%20Made%20Ups", "local:artist:Ada%20Invented"];
  const low = "local:album:The%20Made%20Ups%7CAda%20Invented:Low%20Tide";
  const comma = "local:album:Ada%20Invented:Comma%2C%20Comma";
  assert.equal(
    rows(
      one!,
      "playlists",
      "playlist_items",
      "tracks",
      "episodes",
      "albums",
      "artists",
      "track_artists",
      "rejected_items",
    ),
    {
      playlists: [[id, id, "", "", "", "", "", "", "4", "", "", "", "", ""]],
      playlist_items: [
        [id, "0", harbour, "track", "false", "2026-01-05T18:20:31Z", "maren"],
        [id, "1", quoted, "track", "false", "2026-01-06T07:00:00Z", "maren"],
        [id, "2", kettle, "track", "true", "2026-02-01T12:00:00Z", "maren"],
        [id, "3", episode, "episode", "false", "2026-02-02T12:00:00Z", "maren"],
      ],
      tracks: [
        [
          harbour,
          harbour,
          `spotify:track:${harbour}`,
          "Harbour Lights",
          low,
          "",
          "",
          "215000",
          "false",
          "",
          "41",
          "",
          "",
        ],
        [
          quoted,
          quoted,
          `spotify:track:${quoted}`,
          'Say "Hello", Again',
          comma,
          "",
          "",
          "187500",
          "true",
          "",
          "",
          "",
          "",
        ],
        [
          kettle,
          "",
          kettle,
          "Kettle",
          "local:album:Maren:Kitchen%20Tapes",
          "",
          "",
          "93000",
          "false",
          "true",
          "0",
          "",
          "",
        ],
      ],
      episodes: [
        [
          episode,
          episode,
          `spotify:episode:${episode}`,
          "Episode 1",
          "",
          "A Show",
          "",
          "2022-05-18",
          "day",
          "1800000",
          "false",
        ],
      ],
      albums: [
        [low, "", "Low Tide", "", "2019-09-27", "day", "", ""],
        [comma, "", "Comma, Comma", "", "1962", "year", "", ""],
        ["local:album:Maren:Kitchen%20Tapes", "", "Kitchen Tapes", "", "", "", "", ""],
      ],
      artists: [
        [madeUps, "", "The Made Ups", madeUps],
        [ada, "", "Ada Invented", ada],
        ["local:artist:Maren", "", "Maren", ""],
      ],
      track_artists: [
        [harbour, "0", madeUps],
        [harbour, "1", ada],
        [quoted, "0", ada],
        [kettle, "0", "local:artist:Maren"],
      ],
      rejected_items: [],
    },
  );
});

test("Exportify's CSV of watsonbox", async () => {
  const { form, tables } = await read("exportify-watsonbox.csv");
  assert.is(form, "Exportify CSV (watsonbox)");
  const tyler = "0Tyler0Made0Up00000003";
  assert.equal(rows(tables[0]!, "tracks", "track_artists", "artists", "albums", "album_artists"), {
    tracks: [
      [
        harbour,
        harbour,
        `spotify:track:${harbour}`,
        "Harbour Lights",
        lowTide,
        "1",
        "3",
        "215000",
        "false",
        "",
        "41",
        "XXPLK2600001",
        "",
      ],
      [
        quoted,
        quoted,
        `spotify:track:${quoted}`,
        'Say "Hello", Again',
        comma,
        "1",
        "1",
        "187500",
        "true",
        "",
        "12",
        "",
        "",
      ],
      [
        kettle,
        "",
        kettle,
        "Kettle",
        "local:album:Maren:Kitchen%20Tapes",
        "0",
        "0",
        "93000",
        "false",
        "true",
        "0",
        "",
        "",
      ],
    ],
    track_artists: [
      [harbour, "0", madeUps],
      [harbour, "1", ada],
      [quoted, "0", tyler],
      [kettle, "0", "local:artist:Maren"],
    ],
    artists: [
      artist(madeUps!, "The Made Ups"),
      artist(ada!, "Ada Invented"),
      artist(tyler, "Tyler, The Inventor"),
      ["local:artist:Maren", "", "Maren", ""],
    ],
    albums: [
      [lowTide, lowTide, "Low Tide", "", "2019-09-27", "day", "", "https://i.scdn.co/image/lowtide"],
      [comma, comma, "Comma, Comma", "", "1962", "year", "", ""],
      ["local:album:Maren:Kitchen%20Tapes", "", "Kitchen Tapes", "", "", "", "", ""],
    ],
    album_artists: [
      [lowTide, "0", madeUps],
      [comma, "0", tyler],
    ],
  });
});

test("Exportify's liked songs are the playlist `liked`", async () => {
  for (const name of ["liked.csv", "Liked_Songs.csv", "Liked Songs.csv"]) {
    const { tables } = await csv(name, "Track URI,Track Name,Artist Name(s)", "spotify:track:x,X,Y");
    assert.is(tables[0]!.playlistId, "liked");
    assert.is(rowsOf(tables[0]!, "playlists")[0]![1], "Liked Songs");
  }
});

test("the header of watsonbox's first CSV, other separators and line ends are read", async () => {
  const header =
    "Spotify URI,Track Name,Artist Name,Album Name,Disc Number,Track Number,Track Duration (ms),Added By,Added At";
  const line = `spotify:track:${harbour},Harbour Lights,Ada Invented,Low Tide,1,3,215000,maren,2016-01-05T18:20:31Z`;
  const whole = `${header}\n${line}\n`;
  const album = "local:album:Ada%20Invented:Low%20Tide";
  for (const text of [whole, whole.replaceAll(",", ";"), whole.replaceAll(",", "\t"), whole.replaceAll("\n", "\r\n")]) {
    const { form, tables } = await csv("Old List.csv", text);
    assert.is(form, "Exportify CSV (watsonbox)");
    assert.equal(rows(tables[0]!, "playlists", "playlist_items", "tracks"), {
      playlists: [["Old%20List", "Old List", "", "", "", "", "", "", "1", "", "", "", "", ""]],
      playlist_items: [["Old%20List", "0", harbour, "track", "false", "2016-01-05T18:20:31Z", "maren"]],
      tracks: [
        [harbour, harbour, `spotify:track:${harbour}`, "Harbour Lights", album, "1", "3", "215000", "", "", "", "", ""],
      ],
    });
  }
});

test("a spreadsheet's TRUE is true", async () => {
  const lines = ["x,X,Y,TRUE", "y,X,Y,False", "z,X,Y,"];
  const { tables } = await csv("a.csv", "Track URI,Track Name,Artist Name(s),Explicit", ...lines);
  assert.equal(
    rowsOf(tables[0]!, "tracks").map((row) => row[8]),
    ["true", "false", ""],
  );
});

test("a long name in any script becomes an id that fits a key", async () => {
  const name = "雨の朝に聴きたい静かな曲のプレイリスト（その二）";
  const { tables } = await csv(`${name}.csv`, "Track URI,Track Name,Artist Name(s)", "spotify:track:x,X,Y");
  const [id, shown] = rowsOf(tables[0]!, "playlists")[0]!.map(String);
  assert.is(id!.length <= 200, true);
  assert.is(decodeURIComponent(id!), `${name.slice(0, 21)}-4ba0ce6c`);
  assert.is(shown, name);
});

test("names of an older Exportify CSV are kept if they can be assigned", async () => {
  const { tables } = await csv(
    "My List.csv",
    '\ufeff"Spotify ID","Artist IDs","Track Name","Album Name","Artist Name(s)","Release Date","Duration (ms)"',
    `"${harbour}","${madeUps},${ada}","Harbour Lights","Low Tide","The Made Ups,Ada Invented","2019-09","215000"`,
    `"${quoted}","${ada}","Again","Comma","Invented, Ada","1962","1"`,
    `"x","a,b","X","Y","One, Two, Three","",""`,
  );
  assert.is(tables[0]!.playlistId, "My%20List");
  assert.equal(rowsOf(tables[0]!, "artists"), [
    artist(madeUps!, "The Made Ups"),
    artist(ada!, "Ada Invented"),
    ["a", "", "", "a"],
    ["b", "", "", "b"],
  ]);
  assert.equal(
    rowsOf(tables[0]!, "tracks").map((row) => [row[0], row[1], row[3]]),
    [
      [harbour, harbour, "Harbour Lights"],
      [quoted, quoted, "Again"],
      ["x", "", "X"],
    ],
  );
});

test.run();
