type Duckdb = typeof import("@duckdb/node-api");

/**
 * DuckDB's client, loaded on first use. As CommonJS, since `import()` would parse each of its 180 files twice.
 * @throws one line if it is not installed
 */
export function loadDuckdb(): Duckdb {
  try {
    return require("@duckdb/node-api") as Duckdb;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error("SQL on this machine needs DuckDB: npm install @duckdb/node-api");
  }
}
