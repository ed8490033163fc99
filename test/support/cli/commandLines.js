/**
 * Runs several command lines one after another in one process. Arguments: the lines, each its words as JSON. Prints their
 * exit codes as JSON, and what a failed one prints.
 */
require("../../../scripts/register");
const { run } = require("../terminal");

async function runAll(lines) {
  const exitCodes = [];
  for (const words of lines) {
    const { exitCode, err } = await run(words, { home: process.cwd(), env: process.env });
    exitCodes.push(exitCode);
    if (exitCode !== 0) process.stderr.write(err);
  }
  process.stdout.write(JSON.stringify(exitCodes));
}

void runAll(process.argv.slice(2).map((line) => JSON.parse(line)));
