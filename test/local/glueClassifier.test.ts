import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CsvClassifier, classify } from "../../local/glue/csvClassifier";
import { inferType, widen } from "../../local/glue/csvTypes";

const test = suite("glue: classifiers");

const types: [values: string[], type: string][] = [
  [["1", "-2", "+3", ""], "bigint"],
  [["9223372036854775807", "-9223372036854775808"], "bigint"],
  [["9223372036854775808"], "double"],
  [["1", "2.5"], "double"],
  [["1e3", "-.5", "5."], "double"],
  [["true", "FALSE", ""], "boolean"],
  [["true", "1"], "string"],
  [["1", "x"], "string"],
  [["2026-11-22"], "string"],
  [["", ""], "string"],
  [[], "string"],
  [["."], "string"],
];

for (const [values, type] of types) {
  test(`type of ${JSON.stringify(values)}`, () => {
    assert.is(inferType(values), type);
  });
}

test("types are widened the same way from both sides", () => {
  assert.is(widen("bigint", "double"), "double");
  assert.is(widen("double", "bigint"), "double");
  assert.is(widen("boolean", "bigint"), "string");
  assert.is(widen("string", "string"), "string");
});

const lazy = (delimiter: string) => ({
  library: "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
  parameters: { "field.delim": delimiter },
});
const open = {
  library: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
  parameters: { separatorChar: ",", quoteChar: '"' },
};
const columns = (...pairs: [name: string, type: string][]) => pairs.map(([name, type]) => ({ name, type }));
const whole = (text: string) => ({ text, isCut: false });

test("built in: a header is known by being text over something that is not", () => {
  assert.equal(classify(whole('Name,Count\n"a, b",1\nc,2\n'), []), {
    delimiter: ",",
    hasHeader: true,
    serde: lazy(","),
    columns: columns(["name", "string"], ["count", "bigint"]),
  });
});

test("built in: a table of texts loses its header", () => {
  assert.equal(classify(whole("name,kind\na,b\nc,d\n"), []), {
    delimiter: ",",
    hasHeader: false,
    serde: lazy(","),
    columns: columns(["col0", "string"], ["col1", "string"]),
  });
});

test("built in: delimiters in their order, at least two columns and two records", () => {
  assert.is(classify(whole("a|1\nb|2\n"), [])?.delimiter, "|");
  assert.is(classify(whole("a\t1\nb\t2\n"), [])?.delimiter, "\t");
  assert.is(classify(whole("a;1\nb;2\n"), [])?.delimiter, ";");
  assert.is(classify(whole("a\u00011\nb\u00012\n"), [])?.delimiter, "\u0001");
  assert.is(classify(whole("a\nb\n"), []), undefined);
  assert.is(classify(whole("name,count\na,1\n"), []), undefined);
  assert.is(classify(whole(""), []), undefined);
});

test("a record that the sample's end has cut says nothing", () => {
  assert.equal(
    classify({ text: "n,c\na,1\nb,2\nc,not yet", isCut: true }, [])?.columns,
    columns(["n", "string"], ["c", "bigint"]),
  );
});

const custom = (changes: Partial<CsvClassifier>): CsvClassifier => ({
  name: "custom",
  containsHeader: "PRESENT",
  delimiter: ",",
  quoteSymbol: '"',
  allowSingleColumn: false,
  disableValueTrimming: true,
  serde: "OpenCSVSerDe",
  ...changes,
});

test("custom: without forced types they are inferred all the same", () => {
  assert.equal(classify(whole('"A","B"\n"1","x"\n'), [custom({})]), {
    delimiter: ",",
    hasHeader: true,
    serde: open,
    columns: columns(["a", "bigint"], ["b", "string"]),
  });
});

test("custom: a header list and forced types, also where there is no record", () => {
  const classifier = custom({ headers: ["a", "b"], columnTypes: ["string", "string"] });
  assert.equal(classify(whole('"a","b"\n'), [classifier]), {
    delimiter: ",",
    hasHeader: true,
    serde: open,
    columns: columns(["a", "string"], ["b", "string"]),
  });
});

test("custom: one with another header passes the file on to the next, the first that recognises it wins", () => {
  const classifiers = [
    custom({ headers: ["x", "y"] }),
    custom({ headers: ["a", "b"], columnTypes: ["string", "string"] }),
    custom({ headers: ["a", "b"] }),
  ];
  assert.equal(classify(whole('"a","b"\n"1","2"\n'), classifiers)?.columns, columns(["a", "string"], ["b", "string"]));
});

test("custom: without a header the number of columns decides, spaces are kept unless trimming is on", () => {
  const absent = custom({ containsHeader: "ABSENT", headers: ["a", "b"], serde: "LazySimpleSerDe" });
  assert.equal(classify(whole("1, 2\n"), [absent]), {
    delimiter: ",",
    hasHeader: false,
    serde: lazy(","),
    columns: columns(["a", "bigint"], ["b", "string"]),
  });
  assert.equal(
    classify(whole("1, 2\n"), [{ ...absent, disableValueTrimming: false }])?.columns,
    columns(["a", "bigint"], ["b", "bigint"]),
  );
  assert.is(classify(whole("1,2,3\n"), [absent]), undefined);
});

test("custom: a single column only where it is allowed", () => {
  assert.is(classify(whole("a\n1\n"), [custom({})]), undefined);
  assert.equal(classify(whole("a\n1\n"), [custom({ allowSingleColumn: true })])?.columns, columns(["a", "bigint"]));
});

test.run();
