// Runs in an example's folder with only the installed package: its program under mocks, then its functions as Lambda runs
// them, on the package's own local cloud. Prints the result as JSON. Arguments: the program's file, the playlists' file.
const path = require("node:path");
const { readdirSync, readFileSync } = require("node:fs");
const { createClock } = require("playlake/dist/emulator/clock.js");
const { bucketsFolder } = require("playlake/dist/emulator/files.js");
const { openCloud } = require("playlake/dist/emulator/index.js");
const { runProgram } = require("playlake/dist/lake/local/program.js");
const { chooseSource } = require("playlake/dist/lake/local/source.js");

const [main, playlists] = process.argv.slice(2).map((word) => path.resolve(word));
const stateDir = path.resolve("state");

/** A bucket that the program does not own. The local S3 keeps its objects too. */
function bucketOfOthers(name) {
  const urn = `urn:pulumi:local::other::aws:s3/bucket:Bucket::${name}`;
  const outputs = { id: name, bucket: name, arn: `arn:aws:s3:::${name}` };
  const options = { protect: false, retainOnDelete: false, dependencies: [] };
  return { type: "aws:s3/bucket:Bucket", name, urn, custom: true, inputs: { bucket: name }, outputs, options };
}

async function run() {
  const source = await chooseSource({ from: playlists, playlists: [], env: {}, remembered: undefined });
  const { clientId, clientSecret } = source.credentials;
  const config = { "example:spotifyClientId": clientId, "example:spotifyClientSecret": clientSecret };
  const { resources, outputs } = await runProgram({ project: "example", main, config });
  const archives = {};
  for (const { type, name, inputs } of resources) {
    if (type === "aws:lambda/function:Function") archives[name] = Object.keys(await inputs.code.assets).sort();
  }
  const clock = createClock();
  const spotify = await source.open(clock);
  const failures = [];
  const cloud = await openCloud({
    resources: [...resources, bucketOfOthers("our-lake")],
    stateDir,
    clock,
    environment: spotify.environment,
    onInvoked: ({ error }) => error !== undefined && failures.push(error),
  });
  try {
    clock.set(new Date("2026-11-22T06:00:00Z"));
    const schedules = resources.filter(({ type }) => type === "aws:scheduler/schedule:Schedule");
    const runs = schedules.map(({ outputs }) => outputs.name).filter((name) => name.endsWith("-run"));
    for (const name of runs) await cloud.scheduler.fire(name);
    await cloud.settle();
    failures.push(...cloud.iam.denied.map(({ message }) => message));
  } finally {
    await cloud.close();
    await spotify.close();
  }
  const objects = {};
  if (Object.keys(archives).length > 0) {
    const folder = bucketsFolder(stateDir);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const file = path.join(entry.parentPath ?? entry.path, entry.name);
      const name = path.relative(folder, file);
      if (entry.isFile() && !name.startsWith("."))
        objects[name] = name.endsWith(".csv") ? readFileSync(file, "utf8") : "";
    }
  }
  const types = resources.map(({ type, name }) => `${type} ${name}`);
  process.stdout.write(JSON.stringify({ types, outputs, archives, failures, objects }));
}

run().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
