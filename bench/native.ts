import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import * as ts from "typescript";

const project = path.join(__dirname, "..");
const folders = ["transforms", "components/callbacks"];

/** The transformer's handler from plain modules, as it would be without serialization. */
const handlerModule = `
const sdk = require("@aws-sdk/client-s3");
const { makeTransform } = require("./transforms/transform");
const { makeLakeWriter } = require("./components/callbacks/lakeWriter");
const { makeTableFiles } = require("./components/callbacks/tableFiles");
const { makeTransformHandler } = require("./components/callbacks/transformHandler");
const s3 = new sdk.S3Client({});
exports.handler = makeTransformHandler({
  transform: makeTransform(),
  read: async ({ bucket, key }) => (await s3.send(new sdk.GetObjectCommand({ Bucket: bucket, Key: key }))).Body,
  files: makeTableFiles({ folder: require("node:os").tmpdir() + "/playlake-tables" }),
  write: makeLakeWriter(sdk, s3, "lake"),
  log: () => {},
  emit: () => {},
});
`;

/** Compiles the transformer into a folder. @returns the module that exports `handler` */
export async function compileNative(folder: string): Promise<string> {
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true };
  for (const subfolder of folders) {
    await mkdir(path.join(folder, subfolder), { recursive: true });
    for (const name of (await readdir(path.join(project, subfolder))).filter((one) => one.endsWith(".ts"))) {
      const source = await readFile(path.join(project, subfolder, name), "utf8");
      const { outputText } = ts.transpileModule(source, { compilerOptions: options });
      await writeFile(path.join(folder, subfolder, name.replace(/\.ts$/, ".js")), outputText);
    }
  }
  await mkdir(path.join(folder, "node_modules"));
  const papaparse = path.dirname(require.resolve("papaparse/package.json"));
  await symlink(papaparse, path.join(folder, "node_modules/papaparse"), "dir");
  const file = path.join(folder, "index.js");
  await writeFile(file, handlerModule);
  return file;
}
