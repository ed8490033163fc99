// The least that any transform must do: gunzip a raw object as a stream and parse each line. Arguments: FILE. Prints
// its cost as one line of JSON.
const { createReadStream } = require("node:fs");
const { createGunzip } = require("node:zlib");
const { start } = require("./meter");

async function main(file) {
  const stop = start();
  const gunzip = createGunzip({ chunkSize: 256 * 1024 });
  createReadStream(file).pipe(gunzip);
  let parts = [];
  let lines = 0;
  for await (const chunk of gunzip) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      parts.push(chunk.subarray(from, end));
      JSON.parse(Buffer.concat(parts).toString());
      lines += 1;
      parts = [];
      from = end + 1;
    }
    parts.push(chunk.subarray(from));
  }
  stop({ lines });
}

main(process.argv[2]);
