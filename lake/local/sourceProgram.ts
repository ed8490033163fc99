import { settingsFile } from "../../components/callbacks/settingsFile";
import { ofType } from "../../emulator/resources";
import { parseWanted } from "../../spotify/playlistId";
import { idFrom } from "../../standin/library";
import type { ProgramResult } from "./program";
import { cachedProgram, noCredentials } from "./programCache";
import { playlistIds, type Source } from "./source";

/** Settings that the source decides, by their full keys. */
const keys = {
  playlists: "playlake:playlists",
  spotifyClientId: "playlake:spotifyClientId",
  spotifyClientSecret: "playlake:spotifyClientSecret",
};

/** What the program's result depends on. */
export interface ProgramOptions {
  readonly source: Source;
  /** Further config of the stack by full key, such as `playlake:catalog`. @default none */
  readonly config?: Readonly<Record<string, string>>;
  /** The folder that caches the program's results. @default no cache */
  readonly programsFolder?: string;
}

/** The program's registrations for a source. Credentials are inserted afterwards, so that the cache holds none. */
export async function programFor({ source, config = {}, programsFolder }: ProgramOptions): Promise<ProgramResult> {
  const { spotifyClientId, spotifyClientSecret, playlists } = keys;
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
  );
  const app = {
    clientId: config[spotifyClientId] ?? source.credentials.clientId,
    clientSecret: config[spotifyClientSecret] ?? source.credentials.clientSecret,
  };
  const parameter = ofType(program.resources, "aws:ssm/parameter:Parameter").find(
    ({ outputs }) => outputs.arn === program.outputs.appParameterArn,
  );
  if (parameter === undefined) throw new Error("the program declares no parameter for the app's credentials");
  for (const values of [parameter.inputs, parameter.outputs]) Object.assign(values, { value: JSON.stringify(app) });
  if (fileIds.length > 0 && config[playlists] === undefined) setPlaylists(program, ids);
  return program;
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
