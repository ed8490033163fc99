import path from "node:path";
import { type LambdaFunction, readFunctions } from "../emulator/lambda/functions";
import { unpackArchive } from "../emulator/lambda/scratch";
import type { Registered } from "../emulator/resources";
import { runProgram } from "../lake/local/program";

/** A function of the program with its archive unpacked, as in Lambda. */
export interface UnpackedFunction extends LambdaFunction {
  folder: string;
}

/** The program's functions and all registered resources. */
export interface Archives {
  resources: Registered[];
  extract: UnpackedFunction;
  transform: UnpackedFunction;
}

/** Runs the program as a deployment would, and unpacks its functions' archives below a folder. */
export async function unpackFunctions(folder: string, config: Readonly<Record<string, string>>): Promise<Archives> {
  const { resources } = await runProgram({ config: { ...config } });
  const functions = readFunctions(resources);
  const unpack = async (name: string): Promise<UnpackedFunction> => {
    const found = functions.find((one) => one.name === `playlake-${name}`);
    if (found === undefined) throw new Error(`the program has no function playlake-${name}`);
    const target = path.join(folder, name);
    await unpackArchive(found.code, target);
    return { ...found, folder: target };
  };
  return { resources, extract: await unpack("extract"), transform: await unpack("transform") };
}
