// Deploys a stack for a user through Pulumi's Automation API: npm start -- NAME PLAYLIST... (needs pulumi on the PATH).
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { programOf } from "./program";

async function main(): Promise<void> {
  const [name, ...playlists] = process.argv.slice(2);
  const { SPOTIFY_CLIENT_ID: spotifyClientId, SPOTIFY_CLIENT_SECRET: spotifyClientSecret } = process.env;
  if (!name || playlists.length === 0 || !spotifyClientId || !spotifyClientSecret) {
    throw new Error("usage: npm start -- NAME PLAYLIST..., with SPOTIFY_CLIENT_ID and SPOTIFY_CLIENT_SECRET set");
  }
  const program = programOf({ name, playlists, spotifyClientId, spotifyClientSecret });
  const stack = await LocalWorkspace.createOrSelectStack({ stackName: name, projectName: "playlists", program });
  await stack.setConfig("aws:region", { value: process.env.AWS_REGION ?? "us-east-1" });
  const { outputs } = await stack.up({ onOutput: console.log });
  console.log(outputs);
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
