// One invocation of the transformer, with files instead of S3. Arguments: MODULE (which exports `handler`), FILE.
// Prints its cost and the written objects as one line of JSON.
const path = require("node:path");
const { start } = require("./meter");

async function main(modulePath, file) {
  process.env.BENCH_RAW_FILE = file;
  process.env.LAKE_BUCKET = "lake";
  process.env.AWS_LAMBDA_FUNCTION_NAME = "playlake-transform";
  const { handler } = require(modulePath);
  const { written } = require("./sdk/@aws-sdk/client-s3");
  // The function's logs are discarded; a running Lambda has its standard output open.
  const { stdout } = process;
  const { write } = stdout;
  stdout.write = () => true;
  const key = `playlists/snapshot_date%3D2026-11-22/${path.basename(file)}`;
  const context = { awsRequestId: "bench", getRemainingTimeInMillis: () => 300_000 };
  const stop = start();
  await handler({ Records: [{ s3: { bucket: { name: "raw" }, object: { key } } }] }, context);
  stdout.write = write;
  stop({ written: Object.fromEntries([...written].sort()) });
}

main(process.argv[2], process.argv[3]);
