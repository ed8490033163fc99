import type * as pulumi from "@pulumi/pulumi";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Registered } from "../emulator/resources";
import { runProgram } from "../lake/local/program";
import { goodConfig, stackWith } from "./support/components/testPrograms";

const test = suite("index");

/** A resource with its archive replaced by the callback's text. */
async function plain({ inputs: { code, ...inputs }, ...rest }: Registered): Promise<object> {
  if (code === undefined) return { ...rest, inputs };
  const assets = (await (code as pulumi.asset.AssetArchive).assets) as Record<string, pulumi.asset.StringAsset>;
  const outputs = { ...rest.outputs, code: Object.keys(assets) };
  return { ...rest, outputs, inputs, callback: await assets["__index.js"]?.text };
}

test("a second run of the program registers the same resources and callbacks", async () => {
  for (const catalog of ["declared", "inferred"] as const) {
    const first = await stackWith(catalog);
    const second = await runProgram({ config: { ...goodConfig, "playlake:catalog": catalog } });
    assert.equal(await Promise.all(second.resources.map(plain)), await Promise.all(first.resources.map(plain)));
    assert.equal(second.outputs, first.outputs);
  }
});

test.run();
