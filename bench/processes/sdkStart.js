// The least that a function's start must do: load Node and the SDK. Prints its cost as one line of JSON.
const { peakMemoryKib } = require("../../emulator/lambda/runtime/peakMemory");
require("@aws-sdk/client-s3");
const { user, system } = process.cpuUsage();
const peakMiB = peakMemoryKib() / 1024;
console.log(JSON.stringify({ ms: performance.now(), cpuMs: (user + system) / 1000, peakMiB }));
