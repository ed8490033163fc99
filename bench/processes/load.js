// A function's cold start without Node's own: loads its module with the SDK. Arguments: MODULE. Prints its cost as one line
// of JSON.
const { start } = require("./meter");

const stop = start();
require(process.argv[2]);
stop();
