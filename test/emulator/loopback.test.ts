import { request } from "node:http";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { createLoopbackServer } from "../../emulator/loopback";

const test = suite("emulator/loopback");

/** The status and body of a GET with this Host header. */
function get(url: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host } }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => {
        body += text;
      });
      response.on("end", () => resolve(`${response.statusCode} ${body}`));
    });
    asked.on("error", reject).end();
  });
}

test("only requests for its own address reach the listener", async () => {
  const server = createLoopbackServer((_request, response) => response.end("reached"));
  const url = await server.listen();
  const { port } = new URL(url);

  const answers = await Promise.all(
    [`127.0.0.1:${port}`, `localhost:${port}`, `rebound.example:${port}`, "127.0.0.1", "127.0.0.1:1"].map((host) =>
      get(`${url}/x`, host),
    ),
  );
  await server.close();

  assert.equal(answers, ["200 reached", "200 reached", "421 ", "421 ", "421 "]);
});

test("a secret path is required and hidden from the listener", async () => {
  const server = createLoopbackServer((request, response) => response.end(request.url), { secretPath: true });
  const url = await server.listen();
  const { host, origin, pathname } = new URL(url);

  const right = await get(`${url}/a?b=1`, host);
  const without = await get(`${origin}/a?b=1`, host);
  const longer = await get(`${origin}${pathname}x/a`, host);
  const bare = await get(`${origin}${pathname}`, host);
  await server.close();

  assert.match(pathname, /^\/[0-9a-f]{32}$/);
  assert.equal([right, without, longer, bare], ["200 /a?b=1", "403 ", "403 ", "403 "]);
});

test.run();
