// Commands on a pseudo-terminal.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { homeFolder, playlake, temporaryFolder } from "../support/commandLine";
import { copySampleLake } from "../support/kept";
import { ctrlC, noTerminal, startOnTerminal } from "../support/pseudoTerminal";

const test = suite("cli/terminal");
const { folder, remove } = temporaryFolder();
const { folder: home, remove: removeHome } = homeFolder();
test.after(() => {
  remove();
  removeHome();
});

const files = path.join(folder, "files");
const onTerminal = noTerminal === undefined ? test : test.skip;
if (noTerminal !== undefined) console.log(`terminal: ${noTerminal}, so these tests are skipped`);

test.before(async () => {
  mkdirSync(files);
  for (let i = 0; i < 200; i++) {
    const items = [{ track: { id: `t${i}`, name: `Track ${i}`, artists: [] } }];
    writeFileSync(path.join(files, `list${i}.json`), JSON.stringify({ id: `list${i}`, tracks: { items } }));
  }
  await copySampleLake(home);
});

/** Reports which modules were loaded when the command first wrote to a stream. */
const watcher = `
const { writeFileSync } = require("node:fs");
let isFirst = true;
for (const stream of [process.stdout, process.stderr]) {
  const { write } = stream;
  stream.write = function (...words) {
    if (isFirst) writeFileSync(process.env.LOADED, JSON.stringify(Object.keys(require.cache)));
    isFirst = false;
    return write.apply(this, words);
  };
}`;

/** Modules that take long to load. */
const heavy = /@aws-sdk|@duckdb|@pulumi|linkedom|plot|emulator\/(s3|glue|lambda)/;

const commands = [
  ["run"],
  ["sql", "SELECT 1"],
  ["report", "--out", "report.html"],
  ["import", path.join(files, "list0.json"), "--date", "2026-10-01"],
  ["crawl"],
  ["lakes"],
];

for (const words of commands) {
  onTerminal(`${words[0]}: the first output comes before any other module is loaded`, async () => {
    const [hook, loaded] = [path.join(folder, "watcher.js"), path.join(folder, `${words[0]}.json`)];
    writeFileSync(hook, watcher);
    const env = { NODE_OPTIONS: `--require ${hook}`, LOADED: loaded };

    const terminal = startOnTerminal(words, { cwd: home, env });
    await terminal.shows("playlake …\r");
    const { exitCode, shown } = await terminal.end();

    assert.is(exitCode, 0, shown);
    assert.equal(
      (JSON.parse(readFileSync(loaded, "utf8")) as string[]).map((file) => path.basename(file)),
      ["watcher.js", "playlake.js"],
    );
    assert.ok(shown.startsWith("playlake …\r\x1b[2K"), shown);
  });

  test(`${words[0]}: without a terminal, the first line comes before heavy modules`, async () => {
    const [hook, loaded] = [path.join(folder, "watcher.js"), path.join(folder, `${words[0]}-piped.json`)];
    writeFileSync(hook, watcher);

    const { exitCode, stderr } = await playlake(words, {
      cwd: home,
      env: { NODE_OPTIONS: `--require ${hook}`, LOADED: loaded },
    });

    assert.is(exitCode, 0, stderr);
    assert.equal(
      (JSON.parse(readFileSync(loaded, "utf8")) as string[]).filter((file) => heavy.test(file)),
      [],
    );
  });
}

/** A busy command can overwrite its progress before it sees the signal. */
const stopped = /^\^C(\r[\s\S]*)?\nplaylake: stopped; run again to continue\n$/;
const ended = /^\^C$/;
/** Modules are being loaded, or the program runs already. */
const either = /^\^C((\r[\s\S]*)?\nplaylake: stopped; run again to continue\n)?$/;

/** When Ctrl-C is pressed, and what is then shown last. */
const phases: readonly [name: string, words: string[], text: string, last: RegExp][] = [
  ["loading", ["run"], "playlake …", either],
  ["loading SQL", ["sql", "SELECT 1"], "playlake …", ended],
  ["program", ["run", "--sample", "--config", "schedule=cron(0 7 * * ? *)"], "  program      …", either],
  ["run", ["run", "--sample"], "  2026-11-0", stopped],
  ["SQL", ["sql", "SELECT sum(a.range * b.range) FROM range(9999999) a, range(9999999) b"], "from .playlake", ended],
  ["report", ["report"], "  report       …", ended],
  ["import", ["import", files, "--date", "2026-10-02"], "  import       …", stopped],
];

for (const [name, words, text, last] of phases) {
  onTerminal(`${name}: Ctrl-C ends the command`, async () => {
    const terminal = startOnTerminal(words, { cwd: home });
    await terminal.shows(text);
    terminal.type(ctrlC);
    const { exitCode, shown } = await terminal.end();

    assert.is(exitCode, 130, shown);
    const after = shown.slice(shown.indexOf("^C"));
    assert.match(after, last, JSON.stringify(after));
  });
}

onTerminal("the prompt completes names, takes several lines, and counts rows", async () => {
  const terminal = startOnTerminal(["sql"], { cwd: home });
  await terminal.shows("sql> ");
  // A key in a pasted text completes nothing.
  for (const keys of ["SELECT count(*) AS n FROM latest_it", "\t"]) {
    terminal.type(keys);
    await terminal.shows(keys.trim() === "" ? "ems" : keys);
  }
  terminal.type("\r");
  await terminal.shows("  -> ");
  terminal.type("WHERE false;\r");
  await terminal.shows("n\n─\n0\n1 row in ");
  await terminal.shows("sql> ");
  terminal.type("SELECT nam FROM tracks;\r");
  await terminal.shows('Candidate bindings: "name"');
  await terminal.shows("sql> ");
  terminal.type("SELECT 1 AS");
  await terminal.shows("SELECT 1 AS");
  terminal.type(ctrlC);
  await terminal.shows("sql> ");
  terminal.type("SELECT 2 AS two;\r");
  await terminal.shows("two\n───\n  2\n1 row in ");
  await terminal.shows("sql> ");
  terminal.type(ctrlC);
  const { exitCode, shown } = await terminal.end();

  assert.is(exitCode, 0, shown);
  assert.match(shown, /1 row in \d+\.\d\d s\n/);
});

onTerminal("the next prompt remembers the statements", async () => {
  const terminal = startOnTerminal(["sql"], { cwd: home });
  await terminal.shows("sql> ");
  terminal.type("\x1b[A");
  await terminal.shows("SELECT 2 AS two;");
  terminal.type("\r");
  await terminal.shows("two\n───\n  2\n1 row in ");
  await terminal.shows("sql> ");
  terminal.type(".exit\r");
  const { exitCode, shown } = await terminal.end();

  assert.is(exitCode, 0, shown);
  const kept = readFileSync(path.join(home, ".playlake", "sql-history"), "utf8");
  assert.is(
    kept,
    [
      ".exit",
      "SELECT 2 AS two;",
      "SELECT nam FROM tracks;",
      "WHERE false;",
      "SELECT count(*) AS n FROM latest_items",
      "",
    ].join("\n"),
  );
});

onTerminal("Ctrl-C at the prompt ends a query that runs", async () => {
  const terminal = startOnTerminal(["sql"], { cwd: home });
  await terminal.shows("sql> ");
  terminal.type("SELECT sum(a.range * b.range) FROM range(9999999) a, range(9999999) b;\r");
  await terminal.shows("b;\n");
  terminal.type(ctrlC);
  const { exitCode, shown } = await terminal.end();

  assert.is(exitCode, 130, shown);
});

onTerminal("a result longer than the screen goes through the pager", async () => {
  const env = { PAGER: "sed 's/^/paged /'" };
  const long = await startOnTerminal(["sql", "SELECT range AS n FROM range(30)"], { cwd: home, env }).end();
  const short = await startOnTerminal(["sql", "SELECT range AS n FROM range(3)"], { cwd: home, env }).end();
  const names = await startOnTerminal(["sql", "--tables"], { cwd: home, env }).end();

  assert.match(long.shown, /\npaged {2}n\npaged ──\npaged {2}0\n(paged .*\n){29}30 rows in \d+\.\d\d s\n$/);
  assert.match(short.shown, /\nn\n─\n0\n1\n2\n3 rows in \d+\.\d\d s\n$/);
  assert.match(names.shown, /paged playlists\n/);
});

onTerminal("Ctrl-C is the pager's", async () => {
  const pager = path.join(folder, "pager.js");
  writeFileSync(pager, `process.stdin.pipe(process.stdout); setInterval(() => undefined, 1000);`);
  const query = ["sql", "SELECT range AS n FROM range(30)"];
  const terminal = startOnTerminal(query, { cwd: home, env: { PAGER: `exec '${process.execPath}' '${pager}'` } });
  await terminal.shows("29\n");
  terminal.type(ctrlC);
  const { exitCode, shown } = await terminal.end();

  assert.is(exitCode, 0, shown);
  assert.match(shown, /\n29\n\^C30 rows in \d+\.\d\d s\n$/);
});

test.run();
