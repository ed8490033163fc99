// Messages as files of a folder, which stay until they are removed.
import { rmSync } from "node:fs";
import path from "node:path";
import { entriesOf, readJson, replaceFile } from "./files";

let stored = 0;

/** Stores a message. Files are ordered by the machine's time, as the run's clock can stand still. */
export function storeMessage(folder: string, message: { readonly messageId: string }): void {
  const order = `${String(Date.now()).padStart(15, "0")}-${String(stored++).padStart(9, "0")}`;
  replaceFile(path.join(folder, `${order}-${message.messageId}.json`), JSON.stringify(message, null, 2));
}

/** A folder's messages, oldest first; none if the folder does not exist. */
export function storedMessages<Message>(folder: string): Message[] {
  // A message can be removed while the others are read.
  return filesOf(folder).flatMap((name) => readJson<Message>(path.join(folder, name)) ?? []);
}

export function removeMessage(folder: string, messageId: string): void {
  for (const name of filesOf(folder)) {
    if (name.endsWith(`-${messageId}.json`)) rmSync(path.join(folder, name), { force: true });
  }
}

function filesOf(folder: string): string[] {
  const names = entriesOf(folder).map(({ name }) => name);
  return names.filter((name) => name.endsWith(".json"));
}
