/** Deploys the project with the `pulumi` on the PATH into a file backend. */
import { execFile } from "node:child_process";
import { accessSync, constants, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** How a command of the CLI ended. */
export interface CliResult {
  exitCode: number;
  /** Its output on both streams. */
  text: string;
}

/** A copy of the project in its own folder, with a stack. */
export interface DeployedProject {
  /** Runs `pulumi ARGS` on the stack. */
  pulumi(...args: string[]): Promise<CliResult>;
  /** Sets config by path: `playlake:playlists[0]`. */
  configure(plain: Readonly<Record<string, string>>, secret?: Readonly<Record<string, string>>): Promise<void>;
  remove(): void;
}

const projectFolder = path.join(__dirname, "../..");
const sources = [
  "components",
  "queries",
  "spotify",
  "transforms",
  "index.ts",
  "Pulumi.yaml",
  "package.json",
  "tsconfig.json",
];

/**
 * Why the project cannot be deployed locally, or undefined. `PLAYLAKE_TEST_ENDPOINT` is the address of an AWS stand-in
 * such as moto.
 */
export function whyNotDeployed(): string | undefined {
  if (process.env.PLAYLAKE_TEST_ENDPOINT === undefined) return "PLAYLAKE_TEST_ENDPOINT is not set";
  return isOnPath("pulumi") ? undefined : "no pulumi is on the PATH";
}

function isOnPath(command: string): boolean {
  return (process.env.PATH ?? "").split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const services =
  "athena budgets cloudtrail cloudwatch cloudwatchevents cloudwatchlogs glue iam lambda s3 scheduler sns sqs ssm sts";

/** The provider's config for an endpoint that is not AWS: no look-ups, every service at the endpoint. */
export function endpointConfig(endpoint: string): Record<string, string> {
  return {
    "aws:region": "us-east-1",
    "aws:skipCredentialsValidation": "true",
    "aws:skipMetadataApiCheck": "true",
    "aws:s3UsePathStyle": "true",
    ...Object.fromEntries(services.split(" ").map((service) => [`aws:endpoints[0].${service}`, endpoint])),
  };
}

/** Copies the project to its own folder and creates a stack with that name. */
export async function deployedProject(stack: string): Promise<DeployedProject> {
  const folder = mkdtempSync(path.join(tmpdir(), "playlake-engine-"));
  const cwd = path.join(folder, "project");
  for (const name of sources) cpSync(path.join(projectFolder, name), path.join(cwd, name), { recursive: true });
  symlinkSync(path.join(projectFolder, "node_modules"), path.join(cwd, "node_modules"));
  mkdirSync(path.join(folder, "state"));
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${path.join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  const run = (args: readonly string[]) =>
    new Promise<CliResult>((resolve) => {
      execFile("pulumi", args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
        const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ exitCode, text: stdout + stderr });
      });
    });
  const project: DeployedProject = {
    pulumi: (...args) => run([...args, "--stack", stack, "--non-interactive"]),
    async configure(plain, secret = {}) {
      const pairs = (flag: string, config: object) =>
        Object.entries(config).flatMap(([key, value]) => [flag, `${key}=${value}`]);
      const set = ["config", "set-all", "--path", ...pairs("--plaintext", plain), ...pairs("--secret", secret)];
      const { exitCode, text } = await project.pulumi(...set);
      if (exitCode !== 0) throw new Error(`pulumi config set-all: ${text}`);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  const { exitCode, text } = await run(["stack", "init", stack, "--non-interactive"]);
  if (exitCode !== 0) {
    project.remove();
    throw new Error(`pulumi stack init: ${text}`);
  }
  return project;
}
