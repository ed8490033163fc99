/** Shared by the tests of `playlake login`: a Spotify over loopback, a home, and a user with a browser. */
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { suite } from "uvu";
import { readJson } from "../../../emulator/files";
import { parametersFolder } from "../../../emulator/ssm";
import { sampleLibrary } from "../../../standin/sampleLibrary";
import { standInApp } from "../../../standin/tokens";
import { homeFolder } from "../commandLine";
import { createTestStandIn, type TestStandIn, type TestStandInOptions } from "../standin/testStandIn";
import { type Executed, run } from "../terminal";

/** What the browser shows in the end. */
export interface Page {
  status: number;
  /** The address bar's content. */
  url: string;
  body: string;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A browser that follows from a link to the page where it ends. */
export async function browse(link: string): Promise<Page> {
  const response = await fetch(link);
  return { status: response.status, url: response.url, body: withoutStyle(await response.text()) };
}

/** A page's text and structure. */
export function withoutStyle(page: string): string {
  return page.replace(/<style>.*?<\/style>\n/s, "");
}

/** The link's parameters. */
export function parametersOf(link: string): URLSearchParams {
  return new URL(link).searchParams;
}

/** Writes an executable file into a folder. */
export function writeProgram(folder: string, name: string, lines: string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, name), ["#!/bin/sh", ...lines, ""].join("\n"), { mode: 0o755 });
}

/** A suite in which each test has its own home and Spotify. */
export function loginSuite(name: string) {
  const context = {
    spotify: undefined as unknown as TestStandIn,
    home: "",
    env: {} as NodeJS.ProcessEnv,
    remove: (): void => undefined,
  };
  const test = suite(name, context);

  async function setUp(options: Partial<TestStandInOptions> = {}): Promise<void> {
    const { folder, remove } = homeFolder();
    const clock = { now: () => new Date() };
    const spotify = createTestStandIn({ library: sampleLibrary(), clock, keepBodies: true, ...options });
    const { apiUrl, accountsUrl } = await spotify.listen();
    const env = {
      PATH: process.env.PATH,
      SPOTIFY_CLIENT_ID: standInApp.clientId,
      SPOTIFY_CLIENT_SECRET: standInApp.clientSecret,
      SPOTIFY_API_URL: apiUrl,
      SPOTIFY_ACCOUNTS_URL: accountsUrl,
    };
    Object.assign(context, { spotify, home: folder, env, remove });
  }

  async function tearDown(): Promise<void> {
    await context.spotify.close();
    context.remove();
  }

  async function again(options: Partial<TestStandInOptions>): Promise<void> {
    await tearDown();
    await setUp(options);
  }

  /** Runs the command; the user does `visit` with the link that it shows. */
  async function logIn<T>(
    words: readonly string[],
    visit: (link: string) => Promise<T>,
    env: NodeJS.ProcessEnv = {},
  ): Promise<Executed & { visited: T | undefined; port: number }> {
    const port = await freePort();
    let visiting: Promise<T> | undefined;
    const onErr = (text: string) => {
      const link = /^http\S+\/authorize\?\S+$/m.exec(text)?.[0];
      if (link !== undefined) visiting = visit(link);
    };
    const line = ["login", "--port", String(port), ...words];
    const executed = await run(line, { home: context.home, env: { ...context.env, ...env }, onErr });
    return { ...executed, visited: await visiting, port };
  }

  const stateDir = () => path.join(context.home, ".playlake", "spotify");
  const tokenFile = () => path.join(parametersFolder(stateDir()), "playlake-token.json");

  /** The current token of the local state; undefined if there is none. */
  function storedToken(): { refreshToken: string; consentedAt: string } | undefined {
    const stored = readJson<{ value: string }>(tokenFile());
    return stored && JSON.parse(stored.value);
  }

  test.before.each(() => setUp());
  test.after.each(tearDown);

  return { test, context, again, logIn, stateDir, tokenFile, storedToken };
}
