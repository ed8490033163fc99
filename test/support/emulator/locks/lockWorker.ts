// A process that holds the folder in its argument, or takes one on the message `{ take: FOLDER }` and releases it on `{}`.
import { FolderBusy, lockFolder } from "../../../../emulator/folderLock";

let unlock: (() => void) | undefined;

async function take(folder: string): Promise<string> {
  try {
    unlock = await lockFolder(folder);
    return "held";
  } catch (error) {
    return error instanceof FolderBusy ? `busy ${error.pid}` : `failed: ${(error as Error).message}`;
  }
}

const [, , folder] = process.argv;
if (folder === undefined) {
  process.on("message", async (message: { take?: string }) => {
    if (message.take === undefined) unlock?.();
    process.send?.(message.take === undefined ? "released" : await take(message.take));
  });
  process.send?.("ready");
} else {
  void take(folder).then((answer) => {
    process.stdout.write(`${process.pid} ${answer}`);
    setInterval(() => undefined, 1000);
  });
}
