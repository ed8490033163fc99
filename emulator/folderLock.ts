// A listening Unix socket in a folder holds the folder. The system closes the socket with its process, however that ends.
// So a reused process id, a zombie or the first process of the next container does not hold the folder.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readdirSync, renameSync, rmSync, statfsSync, symlinkSync } from "node:fs";
import { connect, createServer } from "node:net";
import os from "node:os";
import path from "node:path";

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
/** macOS allows 104 bytes for a socket's path, including the closing NUL. */
const maxPathBytes = 103;
const attempts = 50;
/** A process that does not answer in this time is stopped or busy. */
const answerMs = 2000;

/**
 * Holds an existing folder for this process, until the process ends or the returned function is called.
 * @throws FolderBusy; the system's error if the folder cannot hold sockets; one line for a network file system
 */
export async function lockFolder(folder: string): Promise<() => void> {
  refuseNetwork(folder);
  const near = nearPath(folder);
  try {
    for (let attempt = 1; ; attempt++) {
      const result = await claim(near.folder, folder);
      if (typeof result === "function") return result;
      // Several processes tried at the same moment and saw each other. All step back, and the first to return gets it.
      if (result.claim === "held" || attempt === attempts) throw new FolderBusy(folder, result.pid);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * Math.min(attempt, 10)));
    }
  } finally {
    near.remove();
  }
}

/**
 * Opens a socket, then looks for others: of two processes, at least one sees the other. A socket gets its name only when it
 * listens, so a socket that refuses connections belongs to a process that has ended.
 * @param near a path of the folder that is short enough for sockets
 */
async function claim(near: string, folder: string): Promise<(() => void) | { pid: number; claim: Claim }> {
  let state: Claim = "wanted";
  const server = createServer((socket) => socket.on("error", () => undefined).end(state));
  const name = `lock-${process.pid}-${randomBytes(4).toString("hex")}`;
  const release = () => {
    rmSync(path.join(folder, name), { force: true });
    server.close();
  };
  await once(server.unref().listen(path.join(near, `.${name}`)), "listening");
  try {
    renameSync(path.join(near, `.${name}`), path.join(near, name));
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
    return release;
  } catch (error) {
    release();
    throw error;
  }
}

/** The answer of another process's socket; undefined if nothing is listening. A silent process holds the folder. */
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

/** A path of the folder that is short enough for sockets, and a function that removes the path. */
function nearPath(folder: string): { folder: string; remove: () => void } {
  const longest = path.join(folder, `.lock-${process.pid}-12345678`);
  if (Buffer.byteLength(longest) <= maxPathBytes) return { folder, remove: () => undefined };
  const made = mkdtempSync(path.join(os.tmpdir(), "playlake-"));
  symlinkSync(path.resolve(folder), path.join(made, "s"));
  return { folder: path.join(made, "s"), remove: () => rmSync(made, { recursive: true, force: true }) };
}

/** File systems, by Linux number, on which a socket of another machine looks like that of a process that has ended. */
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
