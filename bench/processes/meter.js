// Measures what a run costs its process: time, processor time of all threads, and peak memory.
const { peakMemoryKib } = require("../../emulator/lambda/runtime/peakMemory");

/** Starts measuring. The returned function ends it and prints the figures and `more` as one line of JSON. */
exports.start = () => {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  return (more) => {
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpuBefore);
    const peakMiB = peakMemoryKib() / 1024;
    console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000, peakMiB, ...more }));
  };
};
