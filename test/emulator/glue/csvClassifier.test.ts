import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CsvClassifier, inferType, judge, type Sample, widen } from "../../../emulator/glue/csvClassifier";
import { title } from "../../support/title";

const test = suite("emulator/glue/csvClassifier");

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

test("widening types does not depend on their order", () => {
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
const classify = (sample: Sample, classifiers: CsvClassifier[]) => judge(sample, classifiers).format;
const whole = (text: string) => ({ text, isCut: false });

test("built in: a header is text above values of another type", () => {
  assert.equal(classify(whole('Name,Count\n"a, b",1\nc,2\n'), []), {
    delimiter: ",",
    hasHeader: true,
    serde: lazy(","),
    columns: columns(["name", "string"], ["count", "bigint"]),
  });
});

test("built in: the header of a table of only text is not recognised", () => {
  assert.equal(classify(whole("name,kind\na,b\nc,d\n"), []), {
    delimiter: ",",
    hasHeader: false,
    serde: lazy(","),
    columns: columns(["col0", "string"], ["col1", "string"]),
  });
});

test("built in: delimiters in order, at least two columns and two records", () => {
  assert.is(classify(whole("a|1\nb|2\n"), [])?.delimiter, "|");
  assert.is(classify(whole("a\t1\nb\t2\n"), [])?.delimiter, "\t");
  assert.is(classify(whole("a;1\nb;2\n"), [])?.delimiter, ";");
  assert.is(classify(whole("a\u00011\nb\u00012\n"), [])?.delimiter, "\u0001");
  assert.is(classify(whole("a\nb\n"), []), undefined);
  assert.is(classify(whole("name,count\na,1\n"), []), undefined);
  assert.is(classify(whole(""), []), undefined);
});

test("a record that is cut by the end of the sample is ignored", () => {
  assert.equal(
    classify({ text: "n,c\na,1\nb,2\nc,not yet", isCut: true }, [])?.columns,
    columns(["n", "string"], ["c", "bigint"]),
  );
});

const custom = (changes: Partial<CsvClassifier> = {}): CsvClassifier => ({
  name: "custom",
  delimiter: ",",
  quoteSymbol: '"',
  ...changes,
});

test("custom: the first record is the header, and all columns are text", () => {
  for (const text of ['"A","B"\n"1","x"\n', '"A","B"\n']) {
    assert.equal(classify(whole(text), [custom()]), {
      delimiter: ",",
      hasHeader: true,
      serde: open,
      columns: columns(["a", "string"], ["b", "string"]),
    });
  }
});

test("custom: a single column is not a table", () => {
  assert.is(classify(whole("a\n1\n"), [custom()]), undefined);
});

const long = "h".repeat(150);

/** The rules for the first record: a file, and the rule that decides whether it has a header. */
const headers: [text: string, why: string][] = [
  ["a,b\n1,x\n2,y\n", "header: the first record is text, and below it are values that are not"],
  ["a,b\n,x\ntrue,y\n", "header: the first record is text, and below it are values that are not"],
  ["a,7\n1,x\n2,y\n", "no header: value 2 of the first record reads as bigint"],
  ["a,1.5\n1,x\n2,y\n", "no header: value 2 of the first record reads as double"],
  ["true,b\n1,x\n2,y\n", "no header: value 1 of the first record reads as boolean"],
  ["a,\n1,x\n2,y\n", "no header: value 2 of the first record is empty"],
  [`${long},b\n1,x\n2,y\n`, "no header: value 1 of the first record has 150 characters or more"],
  [`b,${long}\n1,x\n2,y\n`, "header: the first record is text, and below it are values that are not"],
  ["a\u0007,b\n1,x\n2,y\n", "no header: value 1 of the first record is not a column name that Glue accepts"],
  ["a,b\nx,y\nz,w\n", "no header: all values below the first record are text, so it may be data too"],
];

for (const [text, why] of headers) {
  test(title(`built in: ${JSON.stringify(text.slice(0, 20))}: ${why}`), () => {
    const verdict = judge(whole(text), []);
    assert.is(verdict.header, why);
    assert.is(verdict.format?.hasHeader, why.startsWith("header"));
    assert.is(verdict.classifier, "built-in csv");
  });
}

const passedOver: [text: string, why: string][] = [
  ["", "there is no record in it"],
  ["a\nb\n", "none of its delimiters (comma, |, tab, ;, Ctrl-A) makes two columns"],
  ["a,b\n", "it needs at least 2 records of data"],
  ["name,count\na,1\n", "it needs at least 2 records of data"],
  ["a,b\n1,2\n3,4,5\n", "record 3 has 3 values, the first 2"],
];

for (const [text, why] of passedOver) {
  test(title(`built in, not recognised: ${JSON.stringify(text)}: ${why}`), () => {
    assert.equal(judge(whole(text), []), { passedOver: [{ classifier: "built-in csv", why }] });
  });
}

test("a verdict explains why earlier classifiers did not match", () => {
  const classifiers = [
    custom({ name: "piped", delimiter: "|" }),
    custom({ name: "fits" }),
    custom({ name: "too late" }),
  ];
  const { classifier, header, passedOver: before } = judge(whole("a,b\n1,x\n"), classifiers);
  assert.is(classifier, "fits");
  assert.is(header, "header: the classifier says PRESENT");
  assert.equal(before, [{ classifier: "piped", why: "it has a single column" }]);
});

test("at most 1,000 records are read, including the header", () => {
  const rows = (ones: number) => `n,t\n${"1,x\n".repeat(ones)}no number,x\n`;
  assert.equal(classify(whole(rows(998)), [])?.columns[0], { name: "n", type: "string" });
  assert.equal(classify(whole(rows(999)), [])?.columns[0], { name: "n", type: "bigint" });
});

test.run();
