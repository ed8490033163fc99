// The least that the local run must do: load its packages. Prints its cost as one line of JSON.
require("typescript");
require("@pulumi/pulumi");
require("@pulumi/aws");
require("@duckdb/node-api");
require("@aws-sdk/client-s3");
console.log(JSON.stringify({ ms: performance.now() }));
