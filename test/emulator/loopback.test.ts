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

test.run();
