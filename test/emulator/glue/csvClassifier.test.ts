import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type CsvClassifier, judge, type Sample } from "../../../emulator/glue/csvClassifier";
import { title } from "../../support/title";

const test = suite("emulator/glue/csvClassifier");

const open = {
  library: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
  parameters: { separatorChar: ",", quoteChar: '"' },
};
const texts = (...names: string[]) => names.map((name) => ({ name, type: "string" }));
const classify = (sample: Sample, classifiers: CsvClassifier[]) => judge(sample, classifiers).format;
const whole = (text: string) => ({ text, isCut: false });

const custom = (changes: Partial<CsvClassifier> = {}): CsvClassifier => ({
  name: "custom",
  delimiter: ",",
  quoteSymbol: '"',
  ...changes,
});

test("the first record is the header, and all columns are text", () => {
  for (const text of ['"A","B"\n"1","x"\n', '"A","B"\n']) {
    assert.equal(classify(whole(text), [custom()]), { serde: open, columns: texts("a", "b") });
  }
});

test("a record that is cut by the end of the sample is ignored", () => {
  assert.equal(classify({ text: "n,c\na,1\nb", isCut: true }, [custom()])?.columns, texts("n", "c"));
});

const passedOver: [text: string, why: string][] = [
  ["", "there is no record in it"],
  ["a\n1\n", "it has a single column"],
  ["a|b\n1|2\n", "it has a single column"],
  ["a,b\n1,2\n3,4,5\n", "record 3 has 3 values, the first 2"],
];

for (const [text, why] of passedOver) {
  test(title(`not recognised: ${JSON.stringify(text)}: ${why}`), () => {
    assert.equal(judge(whole(text), [custom()]), { why: `custom: ${why}` });
  });
}

test("the first classifier that recognises a file decides", () => {
  const piped = custom({ name: "piped", delimiter: "|" });
  const late = custom({ name: "late", quoteSymbol: "'" });
  assert.equal(judge(whole("a,b\n1,x\n"), [piped, custom(), late]), {
    format: { serde: open, columns: texts("a", "b") },
  });
  assert.equal(judge(whole("a\n1\n"), [piped, custom()]), { why: "custom: it has a single column" });
});

test("at most 1,000 records are read, including the header", () => {
  const rows = (ones: number) => `n,t\n${"1,x\n".repeat(ones)}one\n`;
  assert.is(classify(whole(rows(998)), [custom()]), undefined);
  assert.equal(classify(whole(rows(999)), [custom()])?.columns, texts("n", "t"));
});

test.run();
