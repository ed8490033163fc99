import { ofType } from "../../emulator/resources";
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
  const program = await cachedProgram(
    {
      [playlists]: JSON.stringify(playlistIds(source.playlists)),
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
  return program;
}
