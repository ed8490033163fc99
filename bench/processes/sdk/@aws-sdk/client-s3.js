// A file instead of S3, so that the function is measured without the network.
// Every GetObject reads BENCH_RAW_FILE. Written objects are counted, and hashed if BENCH_HASH is set.
const { createHash } = require("node:crypto");
const { createReadStream } = require("node:fs");

/** The size or the hash of each written object, by key. */
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
