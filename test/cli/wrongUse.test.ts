import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Terminal } from "../../cli/command";
import { execute } from "../../cli/main";
import { lockFolder } from "../../emulator/folderLock";
import { projectFolder, temporaryFolder } from "../support/commandLine";
import { run } from "../support/terminal";

const test = suite("cli/wrongUse");
const { folder: home, remove } = temporaryFolder();

test.after(remove);

const dashboard = "your app has them at https://developer.spotify.com/dashboard";

const cases: readonly [words: string[], exitCode: number, message: string][] = [
  [
    ["walk"],
    2,
    '"walk" is not a command; commands: init, run, login, transform, import, list, show, log, diff, find, duplicates, sql, report, digest, export, crawl, restore, redrive, replay, forget, doctor, lakes, completion',
  ],
  [["exprot"], 2, '"exprot" is not a command; did you mean export?'],
  [["run", "--sample", "--from", "x"], 2, "--sample does not go with --from or --playlist"],
  [["lakes", "now"], 2, 'lakes: "now" is not expected here'],
  [["completion", "tcsh"], 2, "completion: name one of bash, zsh, fish"],
  [["replay", "now"], 2, 'replay: "now" is not expected here'],
  [["replay", "--from", "2026-02-30"], 2, '--from: got "2026-02-30", expected a day such as 2026-11-22'],
  [["replay", "--from", "2026-11-02", "--to", "2026-11-01"], 2, "replay: --from 2026-11-02 is after --to 2026-11-01"],
  [["replay"], 1, "there is no lake yet; make one with: npm start"],
  [["replay", "--stack", "dev", "--state", "x"], 2, "replay: --state does not go with --stack"],
  [["import"], 2, "import: name at least one FILE"],
  [
    ["import", "a.json", "--date", "soon"],
    2,
    '--date: got "soon", expected a day such as 2026-11-22, yesterday or "3 months ago"',
  ],
  [["import", "a.json", "--date", "2026-11-01"], 1, `${path.join(home, "a.json")}: no such file or folder`],
  [["export"], 2, "export: --format is missing: expected one of parquet, csv, duckdb"],
  [["export", "--format", "xml"], 2, '--format: got "xml", expected one of parquet, csv, duckdb'],
  [["export", "--format", "csv"], 2, "export: --out is missing"],
  [["export", "--format", "csv", "--out", "x", "a b"], 2, 'export: got "a b", expected a view or table such as tracks'],
  [["export", "--format", "csv", "--out", "x"], 1, "there is no lake yet; make one with: npm start"],
  [["forget"], 2, "forget: name a playlist, by its id, its link or a part of its name"],
  [["forget", " "], 2, "forget: name a playlist, by its id, its link or a part of its name"],
  [["forget", "a", "--json"], 2, "forget: --json needs --yes"],
  [["run", "--speed", "9"], 2, "there is no option --speed"],
  [["run", "--smaple"], 2, "there is no option --smaple; did you mean --sample?"],
  [["sql", "-q", "SELECT 1"], 2, "there is no option -q"],
  [["run", "now"], 2, 'run: "now" is not expected here'],
  [
    ["run", "--config", "playlists[0]=me"],
    2,
    `--config: got "playlists[0]=me"; give all values of a list at once: --config 'playlists=["me"]'`,
  ],
  [["run", "--from"], 2, "Option '--from <value>' argument missing"],
  [["run", "--config", "catalog"], 2, '--config: got "catalog", expected KEY=VALUE such as catalog=inferred'],
  [
    ["run", "--playlist", "3cEYpjA9oz9GiPac4AsH4n"],
    2,
    "--playlist reads Spotify itself: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET, or give --from PATH",
  ],
  [
    ["run", "--playlist", "spotify:album:xx"],
    2,
    '--playlist: got "spotify:album:xx", expected a playlist\'s id, URI or link, such as 3cEYpjA9oz9GiPac4AsH4n',
  ],
  [["sql"], 2, 'sql: give one query in quotes, such as "SELECT * FROM tracks"'],
  [["sql", "  "], 2, "sql: the query is empty"],
  [["sql", "SELECT 1", "--named", "x"], 2, "sql: give a query or --named, not both"],
  [["sql", "SELECT 1", "--format", "xml"], 2, '--format: got "xml", expected one of table, csv, json'],
  [["sql", "SELECT 1"], 1, "there is no lake yet; make one with: npm start"],
  [["report", "now"], 2, 'report: "now" is not expected here'],
  [["report", "--out", ""], 2, "report: --out is empty"],
  [["report", "--stack", "dev", "--state", "x"], 2, "report: --state does not go with --stack"],
  [["report"], 1, "there is no lake yet; make one with: npm start"],
  [["report", "--state", "nowhere"], 1, `${path.join(home, "nowhere")} holds no catalog: nothing has run there yet`],
  [["crawl", "now"], 2, 'crawl: "now" is not expected here'],
  [["crawl", "--config", "x=y", "--stack", "dev"], 2, "crawl: --config does not go with --stack"],
  [["crawl"], 1, "there is no lake yet; make one with: npm start"],
  [["crawl", "--state", "nowhere"], 1, `${path.join(home, "nowhere")} holds no lake: nothing has run there yet`],
  [["redrive", "now"], 2, 'redrive: "now" is not expected here'],
  [["redrive", "--config", "x"], 2, '--config: got "x", expected KEY=VALUE such as catalog=inferred'],
  [["redrive", "--list"], 1, "there is no lake yet; make one with: npm start"],
  [["run", "--stack", "dev", "--json", "--playlist", "x"], 2, "run: --playlist does not go with --stack"],
  [["run", "--stack", "dev", "now"], 2, 'run: "now" is not expected here'],
  [["sql", "SELECT 1", "--stack", ""], 2, '--stack: got "", expected a stack\'s name such as dev'],
  [["transform", "--out", "x"], 2, "transform: name at least one FILE"],
  [["transform", "a.json"], 2, "transform: --out DIR is missing"],
  [["login"], 2, `login: set SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET; ${dashboard}`],
  [["login", "now"], 2, 'login: "now" is not expected here'],
  [["login", "--stack", "prod", "--state", "x"], 2, "login: give --stack or --state, not both"],
  [["login", "--state", ""], 2, "login: --state is empty"],
  [["login", "--port", "0"], 2, '--port: got "0", expected a whole number from 1 to 65535'],
  [["login", "--port", "65536"], 2, '--port: got "65536", expected a whole number from 1 to 65535'],
  [["login", "--timeout-seconds", "5m"], 2, '--timeout-seconds: got "5m", expected a whole number from 1 to 86400'],
  [["transform", "a.json", "--out", ""], 2, "transform: --out DIR is missing"],
  [["run", "--from", ""], 2, "run: --from is empty"],
  [["run", "--state", ""], 2, "run: --state is empty"],
  [["sql", "-- a remark\nSELECT 1"], 1, "there is no lake yet; make one with: npm start"],
  [
    ["transform", "a.json", "--out", "x", "--date", "2026-02-30"],
    2,
    '--date: got "2026-02-30", expected a day such as 2026-11-22',
  ],
  [["transform", "a.json", "--out", "x"], 1, `${path.join(home, "a.json")}: no such file or folder`],
  [["run", "--from", "nowhere"], 1, `--from: ${path.join(home, "nowhere")} does not exist`],
];

const isCommand = (name: string) => name !== "walk" && name !== "exprot";

for (const [words, exitCode, message] of cases) {
  test(`playlake ${words.join(" ")}`, async () => {
    const executed = await run(words, { home });

    const [name = ""] = words;
    const help = isCommand(name) ? `${name} --help` : "--help";
    const hint = exitCode === 2 ? `See playlake ${help}.\n` : "";
    assert.equal(executed, { exitCode, out: "", err: `playlake: ${message}\n${hint}` });
  });
}

test("a file that is not a Spotify response is one line, and nothing is written", async () => {
  const file = path.join(home, "recipe.json");
  writeFileSync(file, '{"title": "soup"}');

  const executed = await run(["transform", file, "--out", path.join(home, "lake")], { home });
  const served = await run(["run", "--from", file], { home });

  assert.equal(executed.exitCode, 1);
  assert.match(executed.err, /^playlake: recipe\.json: .*title.*expected.*\n$/);
  assert.equal(served, { exitCode: 1, out: "", err: executed.err });
  rmSync(file);
});

const commandLast: [words: string[], message: string][] = [
  [["--state", "x", "run"], "the command comes first: playlake run --state x"],
  [["--state", "report", "--quiet", "list"], "the command comes first: playlake list --state report --quiet"],
  [["--format", "csv", "show", "road trip"], "the command comes first: playlake show --format csv 'road trip'"],
  [["--state", "report", "--speed"], "there is no option --speed"],
];

test("a command after its options is wrong use, with the right order", async () => {
  for (const [words, message] of commandLast) {
    const executed = await run(words, { home });
    assert.equal(executed, { exitCode: 2, out: "", err: `playlake: ${message}\nSee playlake --help.\n` });
  }
  assert.is((await run(["--help", "list"], { home })).exitCode, 0);
});

test("Latin-1 is refused, and a partial playlist is reported as partial", async () => {
  const [latin1, part] = [path.join(home, "latin1.json"), path.join(home, "part.json")];
  writeFileSync(latin1, Buffer.from('{"name": "Caf\u00e9", "items": []}', "latin1"));
  const items = [{ track: { id: "t", name: "n" } }];
  writeFileSync(part, JSON.stringify({ id: "p", type: "playlist", tracks: { items, total: 250, next: "x" } }));

  const refused = await run(["transform", latin1, "--out", path.join(home, "lake")], { home });
  const partial = await run(["transform", part, "--out", path.join(home, "lake"), "--quiet"], { home });
  const explained = await run(["import", "--explain", part, "--date", "2026-11-22"], { home });

  const found = "latin1.json: found bytes that are not UTF-8 (Latin-1?); expected UTF-8";
  assert.equal(refused, { exitCode: 1, out: "", err: `playlake: ${found}\n` });
  const note = "! part.json: playlist p: only 1 of its 250 items are in the file\n";
  assert.equal(partial, { exitCode: 0, out: "", err: note });
  const described = `${part}: playlist, of 2026-11-22\n  p: 1 of 250 entries\n  unknown: when it was fetched\n`;
  assert.equal(explained, { exitCode: 0, out: described, err: "" });
});

test("a folder that cannot be created is one line", async () => {
  const file = path.join(home, "page.json");
  writeFileSync(file, "[]");

  const into = await run(["transform", file, "--out", file], { home });

  assert.is(into.exitCode, 1);
  const lines = into.err.split("\n");
  assert.is(lines.length, 2, into.err);
  assert.match(
    into.err,
    /^playlake: .*page\.json\/playlists\/.* cannot be written \(E[A-Z]+\); choose another --out\n$/,
  );
});

for (const [variable, value] of [
  ["SPOTIFY_API_URL", "foo"],
  ["SPOTIFY_ACCOUNTS_URL", "localhost:8080"],
] as const) {
  test(`an invalid address in ${variable} is one line`, async () => {
    const env = { SPOTIFY_CLIENT_ID: "id", SPOTIFY_CLIENT_SECRET: "secret", [variable]: value };

    const executed = await run(["run", "--playlist", "3cEYpjA9oz9GiPac4AsH4n"], { home, env });

    const message = `${variable}: got "${value}", expected an address such as http://127.0.0.1:8080`;
    assert.equal(executed, { exitCode: 1, out: "", err: `playlake: ${message}\n` });
  });
}

test("a file in the place of a state folder is wrong use", async () => {
  const file = path.join(home, "occupied");
  writeFileSync(file, "");

  for (const [command, state] of [
    ["run", file],
    ["run", path.join(file, "below", "it")],
    ["list", file],
    ["doctor", file],
    ["login", file],
    ["report", file],
  ] as const) {
    const { exitCode, err } = await run([command, "--state", state], {
      home,
      env: { SPOTIFY_CLIENT_ID: "id", SPOTIFY_CLIENT_SECRET: "secret" },
    });

    const message = `--state: ${file} is a file; give the folder of a lake, which playlake lakes lists`;
    assert.equal([exitCode, err], [2, `playlake: ${message}\nSee playlake ${command} --help.\n`]);
  }
});

test("a locked state folder is one line", async () => {
  const folder = path.join(home, "busy");
  mkdirSync(folder);
  const unlock = await lockFolder(folder);

  const executed = await run(["run", "--state", folder], { home });

  unlock();
  const message = `process ${process.pid} is working in ${folder}; wait for it or give another --state`;
  assert.equal(executed, { exitCode: 1, out: "", err: `playlake: ${message}\n` });
});

test("wrong config reports every problem at once", async () => {
  const words = ["catalog=magic", "schedule=daily", "timezone=Mars/Olympus"].flatMap((setting) => [
    "--config",
    setting,
  ]);

  const executed = await run(["run", ...words, "--state", path.join(home, "state")], { home });

  assert.equal(executed.exitCode, 2);
  const problems = executed.err.split("\n").filter((line) => /playlake:(catalog|schedule|timezone):/.test(line));
  assert.equal(problems.length, 3, executed.err);
});

test("a day in the future is refused before a lake is opened", async () => {
  const file = path.join(home, "future.json");
  writeFileSync(file, "[]");

  const { exitCode, err } = await run(["import", file, "--date", "2999-01-01"], { home });

  assert.is(exitCode, 2);
  assert.match(
    err,
    /^playlake: import: 2999-01-01 is in the future: today is \d{4}-\d\d-\d\d\nSee playlake import --help\.\n$/,
  );
});

for (const [key, name] of [
  ["bun", "Bun"],
  ["deno", "Deno"],
]) {
  test(`${name} as runtime is refused with the reason`, () => {
    const hook = path.join(home, `${key}.js`);
    const versions = `{ ...process.versions, ${key}: "1.0.0" }`;
    writeFileSync(hook, `Object.defineProperty(process, "versions", { value: ${versions} });`);
    const program = path.join(projectFolder, "bin", "playlake.js");

    const { status, stderr } = spawnSync(process.execPath, ["-r", hook, program, "-v"], { encoding: "utf8" });

    const reason = "Pulumi serializes functions through Node's inspector; use Node 20 or later";
    assert.equal([status, stderr], [1, `playlake: ${name} cannot run playlake: ${reason}\n`]);
  });
}

test("an error of Node itself is put in words that name the file or the call", async () => {
  const cases = [
    [{ syscall: "open", path: "/x/y" }, "playlake: /x/y: too many open files; raise the limit (ulimit -n) (EMFILE)\n"],
    [{ syscall: "listen" }, "playlake: listen: too many open files; raise the limit (ulimit -n) (EMFILE)\n"],
    [{}, "playlake: EMFILE: as it was\n"],
  ] as const;
  for (const [details, message] of cases) {
    let err = "";
    const exitCode = await execute(["version"], {
      out: () => {
        throw Object.assign(new Error("EMFILE: as it was"), { code: "EMFILE", ...details });
      },
      err: (text: string) => {
        err += text;
      },
      env: {},
    } as unknown as Terminal);
    assert.equal([exitCode, err], [1, message]);
  }
});

test.run();
