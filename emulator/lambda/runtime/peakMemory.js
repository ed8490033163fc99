const { readFileSync } = require("node:fs");

/**
 * This process's peak resident memory. Linux counts the memory of the process that started this one into `maxRSS`.
 * @returns {number} KiB
 */
exports.peakMemoryKib = () => {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS;
  const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
  return Number(peak);
};
