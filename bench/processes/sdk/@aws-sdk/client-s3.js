// A file in the place of S3, so that what is measured is the function and not the way to a server.
// BENCH_RAW_FILE is what every GetObject reads. What is put is counted, with BENCH_HASH also hashed.
const { createHash } = require("node:crypto");
const { createReadStream } = require("node:fs");

/** Bytes of each object that was put, or the hash of them, by key. */
exports.written = new Map();

exports.S3Client = class {
  send(command) {
    return command.run();
  }
};

exports.GetObjectCommand = class {
  async run() {
    return { Body: createReadStream(process.env.BENCH_RAW_FILE) };
  }
};

exports.PutObjectCommand = class {
  constructor(input) {
    this.input = input;
  }

  async run() {
    const { Key, Body } = this.input;
    const hash = process.env.BENCH_HASH === "1" ? createHash("sha256") : undefined;
    let bytes = 0;
    for await (const chunk of Body instanceof Uint8Array ? [Body] : Body) {
      bytes += chunk.length;
      hash?.update(chunk);
    }
    exports.written.set(Key, hash === undefined ? bytes : hash.digest("hex"));
    return {};
  }
};
