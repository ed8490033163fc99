const drawing = ["@observablehq/plot", "linkedom"];

/** Packages that a user installs beside playlake. Some package managers leave out even those that are not optional. */
const packages = {
  pipeline: { local: ["@pulumi/pulumi", "@pulumi/aws"], stack: ["@aws-sdk/client-lambda"] },
  sql: { local: ["@duckdb/node-api"], stack: ["@aws-sdk/client-athena"] },
  drawing: { local: drawing, stack: drawing },
  // The client of the crawler comes with playlake.
  crawl: { local: ["@pulumi/pulumi", "@pulumi/aws"], stack: [] },
} satisfies Record<string, { local: string[]; stack: string[] }>;

/** For commands that need more or less than the way in which they open a lake. */
const neededBy: Readonly<Record<string, readonly (keyof typeof packages)[]>> = {
  run: ["pipeline", "sql"],
  report: ["sql", "drawing"],
  crawl: ["crawl"],
};

/**
 * Checks that a command's packages are installed, before anything is read or written.
 * @param isInstalled for tests
 * @throws one line with the command that installs what is missing
 */
export function requirePackages(
  command: string,
  opens: "pipeline" | "sql",
  place: "local" | "stack",
  isInstalled = canResolve,
): void {
  const needed = (neededBy[command] ?? [opens]).flatMap((part): readonly string[] => packages[part][place]);
  const missing = needed.filter((name) => !isInstalled(name));
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
