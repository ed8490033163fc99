/** The default address of a Trino; `TRINO_URL` names another. */
export const trinoUrl = process.env.TRINO_URL ?? "http://127.0.0.1:18080";

export interface TrinoAnswer {
  columns: { name: string; type: string }[];
  rows: unknown[][];
}

interface Response {
  nextUri?: string;
  columns?: { name: string; type: string }[];
  data?: unknown[][];
  error?: { errorName: string; message: string };
}

/** Whether a Trino accepts queries at that address. */
export async function trinoAnswers(): Promise<boolean> {
  try {
    return (await trino("select 1")).rows.length === 1;
  } catch {
    return false;
  }
}

/**
 * Runs one statement.
 * @param schema the schema in which unqualified names resolve
 * @param catalog the schema's: `memory`, or `hive` for files
 * @throws Error with Trino's name of the error and its message
 */
export async function trino(sql: string, schema = "default", catalog = "memory"): Promise<TrinoAnswer> {
  const headers = {
    "X-Trino-User": "playlake",
    "X-Trino-Catalog": catalog,
    "X-Trino-Schema": schema,
    "X-Trino-Time-Zone": "UTC",
    "X-Trino-Client-Capabilities": "PARAMETRIC_DATETIME",
  };
  const answer: TrinoAnswer = { columns: [], rows: [] };
  let response = await send(`${trinoUrl}/v1/statement`, { method: "POST", headers, body: sql });
  for (;;) {
    if (response.error !== undefined)
      throw new Error(`${response.error.errorName}: ${response.error.message}\nin: ${sql}`);
    if (response.columns !== undefined) answer.columns = response.columns.map(({ name, type }) => ({ name, type }));
    answer.rows.push(...(response.data ?? []));
    if (response.nextUri === undefined) return answer;
    response = await send(response.nextUri, {});
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  for (;;) {
    const response = await fetch(url, init);
    if (response.ok) return (await response.json()) as Response;
    if (![429, 502, 503, 504].includes(response.status)) throw new Error(`${url}: ${response.status}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
