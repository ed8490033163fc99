// Preloaded in a measured process: when it ends, writes its peak memory in KiB into the file that BENCH_PEAK names.
const { writeFileSync } = require("node:fs");
const { peakMemoryKib } = require("../../emulator/lambda/runtime/peakMemory");

process.on("exit", () => writeFileSync(process.env.BENCH_PEAK, String(peakMemoryKib())));
