// The effect of a change of each setting and argument on a stack. No change replaces a resource that holds data.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { catalogSettings, extractorSettings, transformerSettings } from "../../components/arguments/settings";
import { stackSettings } from "../../components/stack/settings";
import { exampleStack } from "../../scripts/exampleStack";
import { forceNew } from "../../scripts/preview/forceNew";
import { allChanges, cases, changesText, losesData } from "../support/golden/changes";
import { changedLines, goldenText } from "../support/golden/write";

const test = suite("golden/changes");

test("changes.txt states the effect of each change", async () => {
  assert.equal(changedLines(goldenText("changes.txt"), await changesText()), [], "npm run golden changes.txt");
});

test("no change replaces a resource that holds data", async () => {
  for (const [what, found] of await allChanges()) {
    // If an existing bucket is passed in, the stack drops its own. The bucket itself is kept, and while it is protected Pulumi
    // refuses even to drop it.
    // Another name is another database: its tables are declared again, and a crawl adds the days.
    const isRenamed = what === "AthenaCatalog: another databaseName";
    const letGo = /rawBucket|lakeBucket/.test(what) ? /^delete Bucket / : isRenamed ? / CatalogDatabase / : /^$/;
    assert.equal(
      found.filter((line) => losesData(line) && !letGo.test(line)),
      [],
      what,
    );
  }
});

test("every setting has a case, and every type lists the properties that replace it", async () => {
  const tables = {
    config: stackSettings,
    SpotifyExtractor: extractorSettings,
    PlaylistTransformer: transformerSettings,
    AthenaCatalog: catalogSettings,
  };
  for (const [what, table] of Object.entries(tables)) {
    assert.equal(Object.keys(cases[what] ?? {}).sort(), Object.keys(table).sort(), what);
  }
  const { resources } = await exampleStack({ catalog: "inferred" });
  const unknown = resources.filter(({ type }) => type.startsWith("aws:") && forceNew[type] === undefined);
  assert.equal(
    unknown.map(({ type }) => type),
    [],
  );
});

test.run();
