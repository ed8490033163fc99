import { gzipSync } from "node:zlib";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readOpenCsv, type SerdeRow } from "../../support/transforms/openCsvSerde";

const test = suite("emulator/athena/openCsv");

/** Lines of three columns, and the rows that Trino 476 and Hive's serde read from them. */
const cases: [bytes: string, rows: SerdeRow[]][] = [
  ['"say ""hi""","""","""q"""\n', [['say "hi"', '"', '"q"']]],
  ['"a"",""b",b,c\n', [['a","b', "b", "c"]]],
  ['"C:\\\\temp","dir\\\\","dir\\\\"""\n', [["C:\\temp", "dir\\", 'dir\\"']]],
  ['"\\\\","\\\\n",x\n', [["\\", "\\n", "x"]]],
  ['"C:\\temp",b,c\n', [["C:temp", "b", "c"]]],
  ['"dir\\","y","z"\n', [[null, null, null]]],
  ['"say \\"hi\\"",b,c\n', [['say "hi"', "b", "c"]]],
  ['\\N,"\\N",NULL\n', [["N", "N", "NULL"]]],
  ['"",,x\n', [["", "", "x"]]],
  [
    '"a\nb",y,z\n',
    [
      [null, null, null],
      [null, null, null],
    ],
  ],
  [
    '"a","b","c"\r\n"d","e","f"\r"g","h","i"',
    [
      ["a", "b", "c"],
      ["d", "e", "f"],
      ["g", "h", "i"],
    ],
  ],
  ["\n", [[null, null, null]]],
  ["   \n", [["   ", null, null]]],
  ["a,b\n", [["a", "b", null]]],
  ["a,b,c,d\n", [["a", "b", "c"]]],
  ['\ufeff"a","b","c"\n', [["\ufeffa", "b", "c"]]],
  ['"\ufeffa"," b ","c"\n', [["\ufeffa", " b ", "c"]]],
  ['"x" ,  "y" , "z"\n', [["x ", 'y" ', "z"]]],
  ['5" pipe,a"b"c,z\n', [[null, null, null]]],
  [
    '"x","unclosed,z\n"a","b","c"\n',
    [
      ["x", null, null],
      ["a", "b", "c"],
    ],
  ],
  ['"x"tail,b,c\n', [["xtail", "b", "c"]]],
];

for (const [bytes, rows] of cases) {
  test(`reads ${JSON.stringify(bytes)}`, () => {
    assert.equal(readOpenCsv(Buffer.from(`h1,h2,h3\n${bytes}`), 3), rows);
  });
}

test("an empty file, only a header or only a line feed gives no rows, gzip or not", () => {
  for (const text of ["", "h1,h2,h3", "h1,h2,h3\n", "\n"]) {
    assert.equal(readOpenCsv(Buffer.from(text), 3), [], text);
    assert.equal(readOpenCsv(gzipSync(text), 3), [], text);
  }
});

test("a byte order mark is skipped, and bytes that are not UTF-8 become U+FFFD", () => {
  assert.equal(readOpenCsv(Buffer.from("\ufeffa,b"), 2, 0), [["a", "b"]]);
  assert.equal(readOpenCsv(Buffer.from([0x61, 0xff, 0x2c, 0x62]), 2, 0), [["a\ufffd", "b"]]);
});

test.run();
