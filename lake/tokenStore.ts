import { makeParameterStore } from "../components/callbacks/parameterStore";
import { putParameter } from "../emulator/ssm";
import { myPlaylistsWord } from "../spotify/playlistId";
import type { AppCredentials, UserToken } from "../spotify/types";
import type { Host } from "./index";
import { openState, readOrigin } from "./local/state";
import { openStack } from "./stack/stack";

/** Where a login puts the user's token. */
export interface TokenStore {
  /** In a few words, for the user. */
  readonly name: string;
  /** What to do next, a line. */
  readonly next: string;
  /** The app's credentials if they are kept there. */
  readApp(): Promise<AppCredentials | undefined>;
  keep(token: Required<UserToken>): Promise<void>;
  close(): void;
}

/** The program's parameter of the user's token. Running the program to learn its name would take longer than all else. */
const tokenParameter = "playlake-token";

/**
 * The state folder that runs against Spotify itself read from; it is locked until it is closed. A run without playlists
 * then reads all of the user's.
 * @throws one line if the folder cannot be used, or holds another history
 */
export async function localTokenStore(stateDir: string, shown: string, host: Host): Promise<TokenStore> {
  const state = await openState(stateDir);
  const forget = host.onStop(() => state.unlock());
  const close = () => {
    state.unlock();
    forget();
  };
  try {
    const origin = readOrigin(stateDir);
    if (origin !== undefined && origin.source !== "spotify") {
      throw new Error(`${stateDir} holds the history of ${origin.source}; log in elsewhere with --state DIR`);
    }
    return {
      name: `${shown}/parameters`,
      next:
        origin === undefined ? "npm start reads all of the user's playlists" : "npm start goes on with what it read",
      readApp: async () => undefined,
      keep: async (token) => {
        putParameter(stateDir, tokenParameter, JSON.stringify(token));
        if (origin === undefined) state.saveOrigin({ source: "spotify", playlists: [myPlaylistsWord] });
      },
      close,
    };
  } catch (error) {
    close();
    throw error;
  }
}

/** A parameter's name, by its ARN: one with a path begins with the slash that the ARN has before every name. */
function nameOf(arn: string): string {
  const name = arn.slice(arn.indexOf(":parameter/") + ":parameter/".length);
  return name.includes("/") ? `/${name}` : name;
}

/**
 * The SSM parameter of a deployed stack's user token.
 * @throws one line if the stack cannot be asked
 */
export async function stackTokenStore(stackName: string, host: Host): Promise<TokenStore> {
  const { clients, outputs } = await openStack(stackName, host);
  const { sdk, client } = clients.ssm();
  const { appParameterArn, tokenParameterArn } = outputs;
  const { readApp, token } = makeParameterStore(sdk, client, {
    app: nameOf(appParameterArn),
    token: nameOf(tokenParameterArn),
  });
  return {
    name: `the SSM parameter ${nameOf(tokenParameterArn)} of stack ${stackName}`,
    next: "the stack's next run reads with it",
    readApp,
    keep: token.write,
    close: clients.close,
  };
}
