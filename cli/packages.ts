const program = ["@pulumi/pulumi", "@pulumi/aws"];
const duckdb = "@duckdb/node-api";
const athena = "@aws-sdk/client-athena";
const lambda = "@aws-sdk/client-lambda";
const drawing = ["@observablehq/plot", "linkedom"];

/** Packages that a user installs beside playlake. Some package managers leave out even those that are not optional. */
interface Packages {
  readonly local: readonly string[];
  /** With `--stack`. */
  readonly stack: readonly string[];
}

/** For the two ways to open a lake. */
const needed: Readonly<Record<"pipeline" | "sql", Packages>> = {
  pipeline: { local: program, stack: [lambda] },
  sql: { local: [duckdb], stack: [athena] },
};

/** For commands that need more or less than the way in which they open a lake. */
const neededBy: Readonly<Record<string, Packages>> = {
  run: { local: [...program, duckdb], stack: [lambda, athena] },
  report: { local: [duckdb, ...drawing], stack: [athena, ...drawing] },
  crawl: { local: program, stack: [] },
};

/**
 * Checks that a command's packages are installed, before anything is read or written.
 * @param isInstalled for tests
 * @throws one line with the command that installs what is missing
 */
export function requirePackages(
  command: string,
  opens: keyof typeof needed,
  place: keyof Packages,
  isInstalled = canResolve,
): void {
  const missing = (neededBy[command] ?? needed[opens])[place].filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const what = missing.length === 1 ? "a package that is" : "packages that are";
  throw new Error(`${command} needs ${what} not installed; run: npm install ${missing.join(" ")}`);
}

function canResolve(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch (error) {
    // A package for `import` only is found, but not exported to `require`.
    return (error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND";
  }
}
