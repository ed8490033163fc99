// A setting's docstring agrees with its rule and default.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Settings } from "../../../components/arguments/setting";
import { catalogSettings, extractorSettings, transformerSettings } from "../../../components/arguments/settings";
import { stackSettings } from "../../../components/stack/settings";
import { readSettingDocs } from "../../../scripts/declarations";

const test = suite("components/arguments/settings");

const tables: Readonly<Record<string, Settings>> = {
  extractorSettings,
  transformerSettings,
  catalogSettings,
  stackSettings,
};

test("every @default states the actual default", () => {
  const docs = readSettingDocs();
  for (const [table, settings] of Object.entries(tables)) {
    for (const [key, setting] of Object.entries(settings)) {
      const doc = docs.get(table)?.get(key);
      const what = `${table}.${key}`;
      assert.ok(doc !== undefined && doc.text.length >= 20, what);
      if (setting.isRequired) assert.is(doc.default, undefined, what);
      else if (setting.default === undefined) assert.ok(doc.default !== undefined, what);
      else assert.is(doc.default, JSON.stringify(setting.default), what);
    }
  }
});

test.run();
