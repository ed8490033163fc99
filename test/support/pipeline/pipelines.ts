import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openPipeline, type Pipeline, type PipelineOptions } from "../../../lake/local/pipeline";
import type { ProgramResult } from "../../../lake/local/program";
import { simulateDays } from "../../../lake/local/run";
import { chooseSource, type Source } from "../../../lake/local/source";
import { programFor } from "../../../lake/local/sourceProgram";
import { openState } from "../../../lake/local/state";
import type { Report } from "../../../lake/runReport";
import { sampleLibrary } from "../../../standin/sampleLibrary";
import { standInApp } from "../../../standin/tokens";
import { likedId } from "../../../transforms/keys";
import { programsFolder } from "../commandLine";
import { silent } from "../progress";
import { createTestStandIn, type TestStandIn } from "../standin/testStandIn";

/** The environment of a user without a Spotify app. */
const noApp = {};

/** What `npm start` reads: the sample playlists and Liked Songs. */
export function sampleSource(): Promise<Source> {
  return chooseSource({ from: undefined, playlists: [], env: noApp, remembered: undefined });
}

/** The sample playlists alone, by their ids, in nobody's name: what a stack reads before a login. */
export async function namedSource(): Promise<Source> {
  const sample = await sampleSource();
  return { ...sample, playlists: sample.playlists.filter((id) => id !== likedId), credentials: standInApp };
}

/** One sample playlist, for what does not depend on playlists. */
export async function oneSource(): Promise<Source> {
  const source = await namedSource();
  return { ...source, playlists: source.playlists.slice(0, 1) };
}

/** What `npm start -- --from FILE` reads. */
export function filesSource(file: string): Promise<Source> {
  return chooseSource({ from: file, playlists: [], env: noApp, remembered: undefined });
}

/** The samples, read in the name of a user whose refresh token Spotify rotates at each use. */
export async function consentedSource(onOpen: (standIn: TestStandIn) => void = () => undefined): Promise<Source> {
  const sample = await sampleSource();
  const refreshToken = "refresh-token-of-the-user";
  return {
    ...sample,
    credentials: { ...standInApp, refreshToken },
    async open(clock) {
      const standIn = createTestStandIn({
        library: sampleLibrary(),
        clock,
        refreshTokens: [{ refreshToken, consentedAt: `${sample.firstDay}T00:00:00Z` }],
        rotateRefreshTokens: true,
      });
      const { apiUrl, accountsUrl } = await standIn.listen();
      onOpen(standIn);
      return {
        environment: { SPOTIFY_API_URL: apiUrl, SPOTIFY_ACCOUNTS_URL: accountsUrl },
        close: () => standIn.close(),
      };
    },
  };
}

/** A folder for one state; `remove` it when the test is over. */
export function stateFolder(): { stateDir: string; remove(): void } {
  const stateDir = mkdtempSync(path.join(tmpdir(), "playlake-pipeline-"));
  return { stateDir, remove: () => rmSync(stateDir, { recursive: true, force: true }) };
}

const runs = new Map<string, Promise<ProgramResult>>();

/**
 * The program's result for a source and further config, as a copy to change. Without config it is kept on disk for other
 * test files, else for the other tests of this process: a program's own process takes longer than a second run in this one.
 */
export async function programOf(source: Source, config: Readonly<Record<string, string>> = {}): Promise<ProgramResult> {
  if (Object.keys(config).length === 0) return programFor({ source, programsFolder });
  const key = JSON.stringify([source.playlists, source.credentials, config]);
  // Loaded only here: it loads Pulumi, which the other tests do not need.
  const { reusingCallbacks } =
    require("../../../scripts/exampleStack") as typeof import("../../../scripts/exampleStack");
  const run = runs.get(key) ?? reusingCallbacks(() => programFor({ source, config }));
  runs.set(key, run);
  return structuredClone(await run);
}

/** Opens a pipeline on a kept result of the program. */
export function openTestPipeline(options: PipelineOptions): Promise<Pipeline> {
  return openPipeline({ program: programOf(options.source, options.config), ...options });
}

/** Opens a pipeline in a new state folder, and removes both at the end. */
export async function withPipeline<T>(
  options: Omit<PipelineOptions, "stateDir">,
  work: (pipeline: Pipeline, stateDir: string) => Promise<T>,
): Promise<T> {
  const { stateDir, remove } = stateFolder();
  try {
    const pipeline = await openTestPipeline({ ...options, stateDir });
    try {
      return await work(pipeline, stateDir);
    } finally {
      await pipeline.close();
    }
  } finally {
    remove();
  }
}

/** Runs the days that are due in a state, as `playlake run` does. */
export async function runDue(pipeline: Pipeline, stateDir: string): Promise<Report[]> {
  const state = await openState(stateDir);
  try {
    return await simulateDays(pipeline, state, silent);
  } finally {
    state.unlock();
  }
}
