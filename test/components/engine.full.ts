// The program on a real engine and provider. Needs pulumi, and `PLAYLAKE_TEST_ENDPOINT=http://127.0.0.1:5000`.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { type DeployedProject, deployedProject, endpointConfig, whyNotDeployed } from "../support/pulumiCli";

const test = suite("components/engine");

const missing = whyNotDeployed();
/** A stack of this name has no protected resources. */
const stack = "dev";
const config = {
  ...endpointConfig(process.env.PLAYLAKE_TEST_ENDPOINT ?? ""),
  "playlake:playlists[0]": "3cEYpjA9oz9GiPac4AsH4n",
  "playlake:retainData": "false",
  "playlake:forceDestroy": "true",
};
const secrets = { "playlake:spotifyClientId": "id", "playlake:spotifyClientSecret": "secret" };
let project: DeployedProject;

async function succeeds(...args: string[]): Promise<string> {
  const { exitCode, text } = await project.pulumi(...args);
  assert.is(exitCode, 0, `pulumi ${args.join(" ")}:\n${text}`);
  return text;
}

if (missing !== undefined) {
  console.log(`components/engine is skipped: ${missing}`);
  test.skip("preview, up, an empty second preview, destroy");
} else {
  test.before(async () => {
    project = await deployedProject(stack);
    await project.configure(config, secrets);
  });

  test.after(() => {
    project.remove();
  });

  test("one error with every problem of the config stops the preview", async () => {
    await project.configure({ "playlake:schedule": "daily", "playlake:market": "Germany" });
    const { exitCode, text } = await project.pulumi("preview");
    assert.is.not(exitCode, 0);
    assert.match(text, "The stack's config: 2 problems");
    assert.match(text, 'playlake:schedule: got "daily"');
    assert.match(text, 'playlake:market: got "Germany"');
  });

  for (const catalog of ["declared", "inferred"]) {
    test(`${catalog}: preview, up, an empty second preview, destroy`, async () => {
      const good = { "playlake:schedule": "cron(0 6 * * ? *)", "playlake:market": "DE" };
      await project.configure({ ...good, "playlake:catalog": catalog });
      await succeeds("preview");
      await succeeds("up", "--yes", "--skip-preview");
      await succeeds("preview", "--expect-no-changes");
      await succeeds("destroy", "--yes", "--skip-preview");
    });
  }
}

test.run();
