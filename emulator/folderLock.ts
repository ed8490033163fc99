// A folder is held by a listening Unix socket in it. The system closes the socket with its process, however that ends, so
// that a process id that is used again, a zombie or the first process of the next container holds nothing.
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, renameSync, rmSync, statfsSync, symlinkSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import os from "node:os";
import path from "node:path";

/** The folder is another process's. */
export class FolderBusy extends Error {
  /** @param pid the other process's id, in its own container */
  constructor(
    folder: string,
    readonly pid: number,
  ) {
    super(`process ${pid} is working in ${folder}`);
  }
}

type Claim = "held" | "wanted";

const lockName = /^lock-(\d+)-[0-9a-f]{8}$/;
/** macOS takes 104 bytes for a socket's path, the closing NUL among them. */
const maxPathBytes = 103;
const attempts = 50;
/** A process that is stopped or busy does not answer in this time. */
const answerMs = 2000;

/**
 * Holds an existing folder for this process, until the process ends or the function that this gives is called.
 * @throws FolderBusy; the system's error of a folder that takes no sockets; one line for a network file system
 */
export async function lockFolder(folder: string): Promise<() => void> {
  refuseNetwork(folder);
  const near = nearPath(folder);
  try {
    for (let attempt = 1; ; attempt++) {
      const result = await claim(near.folder, folder);
      if (typeof result === "function") return result;
      // Several wanted it at the same moment and saw each other: all step back, and the first to return gets it.
      if (result.claim === "held" || attempt === attempts) throw new FolderBusy(folder, result.pid);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * Math.min(attempt, 10)));
    }
  } finally {
    near.remove();
  }
}

/**
 * Puts up a socket, then looks for others: of two processes at least one sees the other's. A socket gets its name only when
 * it listens, so one that refuses connections is of a process that has ended.
 * @param near the folder by a path that is short enough for sockets
 */
async function claim(near: string, folder: string): Promise<(() => void) | { pid: number; claim: Claim }> {
  let state: Claim = "wanted";
  const server = createServer((socket) => socket.on("error", () => undefined).end(state));
  const name = `lock-${process.pid}-${randomBytes(4).toString("hex")}`;
  const release = () => {
    rmSync(path.join(folder, name), { force: true });
    server.close();
  };
  await listen(server, path.join(near, `.${name}`));
  try {
    if (!renamed(path.join(near, `.${name}`), path.join(near, name))) {
      release();
      return { pid: process.pid, claim: "wanted" };
    }
    let other: { pid: number; claim: Claim } | undefined;
    for (const found of readdirSync(near)) {
      const [, pid] = lockName.exec(found) ?? [];
      if (pid === undefined || found === name) continue;
      const answer = await ask(path.join(near, found));
      if (answer === undefined) rmSync(path.join(near, found), { force: true });
      else if (other?.claim !== "held") other = { pid: Number(pid), claim: answer };
    }
    if (other !== undefined) {
      release();
      return other;
    }
    state = "held";
    await removeUnfinished(near);
    return release;
  } catch (error) {
    release();
    throw error;
  }
}

/** Gives a socket its name; false if the holder took it for one of a process that was killed before it listened. */
function renamed(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

async function removeUnfinished(folder: string): Promise<void> {
  for (const name of readdirSync(folder)) {
    if (!lockName.test(name.slice(1)) || !name.startsWith(".")) continue;
    const file = path.join(folder, name);
    if ((await ask(file)) === undefined) rmSync(file, { force: true });
  }
}

function listen(server: Server, file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.unref().listen(file, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** What another process's socket answers; undefined if nobody listens there. A silent process holds the folder. */
function ask(file: string): Promise<Claim | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect(file);
    const end = (claim: Claim | undefined) => {
      socket.destroy();
      resolve(claim);
    };
    socket.setTimeout(answerMs, () => end("held"));
    socket.on("error", ({ code = "" }: NodeJS.ErrnoException) => {
      if (["ECONNREFUSED", "ENOENT", "ENOTSOCK"].includes(code)) end(undefined);
      else end(code === "ECONNRESET" || code === "EPIPE" ? "wanted" : "held");
    });
    socket.on("data", (bytes) => {
      text += bytes;
    });
    // A process that closes without an answer has just released the folder.
    socket.on("end", () => end(text === "held" ? "held" : "wanted"));
  });
}

/** A path of the folder that leaves a socket's name in it short enough, and what removes it. */
function nearPath(folder: string): { folder: string; remove: () => void } {
  const longest = path.join(folder, `.lock-${process.pid}-12345678`);
  if (Buffer.byteLength(longest) <= maxPathBytes) return { folder, remove: () => undefined };
  const made = mkdtempSync(path.join(os.tmpdir(), "playlake-"));
  symlinkSync(path.resolve(folder), path.join(made, "s"));
  return { folder: path.join(made, "s"), remove: () => rmSync(made, { recursive: true, force: true }) };
}

/** File systems, by Linux's numbers, on which another machine's socket looks like one of a process that has ended. */
const networkTypes = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB"],
  [0x5346414f, "AFS"],
  [0xc36400, "Ceph"],
  [0xbd00bd0, "Lustre"],
]);

function refuseNetwork(folder: string): void {
  if (process.platform !== "linux") return;
  const type = networkTypes.get(statfsSync(folder).type);
  if (type !== undefined) throw new Error(`${folder} is on ${type}, where processes of other machines cannot be seen`);
}
