const { readFileSync } = require("node:fs");

/**
 * This process's peak resident memory. Linux counts the memory of the process that started this one into `maxRSS`, which is
 * used only if there is no /proc or it cannot be read, as when too many files are open: a report must not fail.
 * @returns {number} KiB
 */
exports.peakMemoryKib = () => {
  try {
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return Number(peak);
  } catch {
    return process.resourceUsage().maxRSS;
  }
};
