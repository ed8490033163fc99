// What the program registers, and what comes of a playlist when it runs on this machine.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import * as pulumi from "@pulumi/pulumi";

interface Registered {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
}
const registered: Registered[] = [];
const state = mkdtempSync(path.join(tmpdir(), "my-playlists-"));

before(async () => {
  const newResource = ({ type, name, inputs }: pulumi.runtime.MockResourceArgs) => {
    registered.push({ type, name, inputs });
    const arn = `arn:aws:service:us-east-1:123456789012:${name}`;
    return { id: name, state: { name, bucket: name, arn, url: `https://example.com/${name}`, ...inputs } };
  };
  await pulumi.runtime.setMocks({ newResource, call: ({ inputs }) => inputs }, "my-playlists", "prod");
  pulumi.runtime.setAllConfig({
    "my-playlists:playlists": JSON.stringify(["3cEYpjA9oz9GiPac4AsH4n"]),
    "my-playlists:timezone": "Europe/Berlin",
    "my-playlists:spotifyClientId": "id",
    "my-playlists:spotifyClientSecret": "secret",
  });
  await pulumi.runtime.runInPulumiStack(async () => require("../index"));
  await pulumi.runtime.disconnect();
});

after(() => rmSync(state, { recursive: true, force: true }));

const ofType = (type: string) => registered.filter((one) => one.type === type);

test("playlists are read each morning in the config's time zone", () => {
  const run = ofType("aws:scheduler/schedule:Schedule").find(({ name }) => name === "my-playlists-prod-run");
  assert.equal(run?.inputs.scheduleExpression, "cron(0 6 * * ? *)");
  assert.equal(run?.inputs.scheduleExpressionTimezone, "Europe/Berlin");
});

test("two functions, three buckets and one workgroup are registered", () => {
  const count = (type: string) => ofType(type).length;
  assert.equal(count("aws:lambda/function:Function"), 2);
  assert.equal(count("aws:s3/bucket:Bucket"), 3);
  assert.equal(count("aws:athena/workgroup:Workgroup"), 1);
});

test("a playlist becomes rows that SQL reads", () => {
  // The whole program on this machine: its functions run from their archives, with their roles.
  const playlake = (...words: string[]) =>
    execFileSync("playlake", [...words, "--state", state, "--quiet"], { encoding: "utf8" });
  const ask = (query: string) => playlake("sql", "--format", "csv", query);
  playlake("run", "--from", path.join(__dirname, "playlist.json"));
  const types = ask("SELECT position, item_type FROM playlist_items ORDER BY position");
  const names = ask("SELECT name FROM tracks");
  assert.equal(types, "position,item_type\n0,track\n1,unavailable\n2,episode\n");
  assert.equal(names, 'name\n"""Left"", Right"\n');
});
