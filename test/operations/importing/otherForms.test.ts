/** The backup tool's file, and files of other tools that cannot be imported. */
import { readFileSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readSource } from "../../../operations/importing/readSource";
import { exampleFile, rainy, tablesOf } from "../../support/operations/importExamples";
import { rowsOf } from "../../support/transforms/transformed";

const test = suite("operations/importing/otherForms");

test("the backup tool's JSON is a list of playlists with the Liked Songs among them", async () => {
  const bytes = readFileSync(exampleFile("spotify-backup.json"));
  const { form, skipped } = await readSource(bytes, "spotify-backup.json");
  assert.is(form, "2 playlists");
  assert.equal(skipped, ["null at index 2 in place of a playlist"]);
  const { tables } = await tablesOf(bytes, "spotify-backup.json");
  assert.equal(
    tables.map(({ playlistId, entries }) => [playlistId, entries]),
    [
      ["liked", 1],
      [rainy, 2],
    ],
  );
  assert.is(rowsOf(tables[0]!, "playlists")[0]?.[1], "Liked Songs");
});

const refused: [name: string, text: string | Buffer, message: string][] = [
  [
    "data.zip",
    Buffer.from("PK\x03\x04\x14\0", "latin1"),
    "data.zip: found a ZIP file; expected the files in it, unpacked",
  ],
  [
    "a.csv",
    "id,name\n1,2\n",
    "a.csv: found a CSV file that is not Exportify's; expected the columns Track URI, Track Name and Artist Name(s)",
  ],
  ["a.CSV", "", "a.CSV: found a CSV file that is not Exportify's; expected the columns Track URI, Track Name and "],
  [
    "a.csv",
    'Track URI,Track Name,Artist Name(s)\nx,"X,Y\ny,Y,Z\n',
    "a.csv: found broken quotes in row 2; expected a whole CSV file",
  ],
  [
    "a.csv",
    'Track URI,Track Name,Artist Name(s)\nx,X,Y\ny,"Y,Z\nz,"Z",A\n',
    "a.csv: found broken quotes in row 3; expected a whole CSV file",
  ],
  [
    "a.csv",
    Buffer.from("Track URI,Track Name,Artist Name(s)\nx,Caf\u00e9,Y\n", "latin1"),
    "a.csv: found bytes that are not UTF-8 (Latin-1?); expected UTF-8",
  ],
  ["a.md", "# Notes\n", 'a.md: found text that is not JSON: "# Notes"; expected '],
];

for (const [name, text, message] of refused) {
  test(`refuses ${message.slice(0, 60)}`, async () => {
    try {
      await readSource(Buffer.from(text as string), name);
      assert.unreachable();
    } catch (error) {
      assert.is((error as { code: string }).code, "INVALID_RAW");
      assert.is((error as Error).message.startsWith(message), true, (error as Error).message);
    }
  });
}

test.run();
