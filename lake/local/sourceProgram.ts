import { settingsFile } from "../../components/callbacks/settingsFile";
import { ofType } from "../../emulator/resources";
import { parseWanted } from "../../spotify/playlistId";
import { idFrom } from "../../standin/library";
import { missingOutputs } from "../outputs";
import { type OwnProgram, packageProject } from "./ownProgram";
import type { ProgramResult } from "./program";
import { cachedProgram, noCredentials } from "./programCache";
import { playlistIds, type Source } from "./source";

/** What the program's result depends on. */
export interface ProgramOptions {
  readonly source: Source;
  /** The user's own program. @default the package's */
  readonly own?: OwnProgram | undefined;
  /** Further config of the stack by full key, such as `playlake:catalog`. @default none */
  readonly config?: Readonly<Record<string, string>>;
  /** The folder that caches the program's results. @default no cache */
  readonly programsFolder?: string;
}

/** The program's registrations for a source. Credentials are inserted afterwards, so that the cache holds none. */
export async function programFor({ source, own, config = {}, programsFolder }: ProgramOptions): Promise<ProgramResult> {
  const [playlists, spotifyClientId, spotifyClientSecret] = ["playlists", "spotifyClientId", "spotifyClientSecret"].map(
    (key) => `${own?.project ?? packageProject}:${key}`,
  ) as [string, string, string];
  const ids = playlistIds(source.playlists);
  const fileIds = ids.filter((id) => parseWanted(id) === undefined);
  const program = await cachedProgram(
    {
      [playlists]: JSON.stringify(ids.map((id) => (fileIds.includes(id) ? idFrom(id) : id))),
      ...config,
      [spotifyClientId]: noCredentials.clientId,
      [spotifyClientSecret]: noCredentials.clientSecret,
    },
    programsFolder,
    own,
  );
  if (own !== undefined) checkOutputs(own, program.outputs);
  const app = {
    clientId: config[spotifyClientId] ?? source.credentials.clientId,
    clientSecret: config[spotifyClientSecret] ?? source.credentials.clientSecret,
  };
  const parameter = ofType(program.resources, "aws:ssm/parameter:Parameter").find(
    ({ outputs }) => outputs.arn === program.outputs.appParameterArn,
  );
  if (parameter === undefined) throw new Error("the program declares no parameter for the app's credentials");
  for (const values of [parameter.inputs, parameter.outputs]) Object.assign(values, { value: JSON.stringify(app) });
  // A program of the user's can have its playlists from elsewhere than its config.
  if ((fileIds.length > 0 || own !== undefined) && config[playlists] === undefined) setPlaylists(program, ids);
  return program;
}

/** @throws one line if the program does not export what the commands need */
function checkOutputs({ main }: OwnProgram, outputs: Record<string, unknown>): void {
  const missing = missingOutputs(outputs);
  if (missing.length === 0) return;
  const what = missing === "all" ? "" : `: ${missing.join(", ")} missing`;
  throw new Error(`${main} does not export what the commands need${what}; add: export = lakeOutputs({ ... })`);
}

/** Lets the extractor read playlists whose ids are names of files. The config takes Spotify's ids only. */
function setPlaylists({ resources }: ProgramResult, playlists: readonly string[]): void {
  for (const { inputs } of ofType(resources, "aws:lambda/function:Function")) {
    const { assets } = inputs.code as unknown as { assets: Record<string, { text?: string }> };
    const file = assets[settingsFile];
    const settings = JSON.parse(file?.text ?? "{}") as { playlists?: readonly string[] };
    if (file !== undefined && settings.playlists !== undefined) file.text = JSON.stringify({ ...settings, playlists });
  }
}
