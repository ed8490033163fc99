import type { Terminal } from "../../cli/command";
import { runPulumi } from "./outputs";

/** The playlists that a stack's config lists, as they stand there; undefined where Pulumi does not tell. */
export async function configuredPlaylists(name: string, terminal: Terminal): Promise<string[] | undefined> {
  const { code, stdout } = await runPulumi(["config", "--json", "--non-interactive", "--stack", name], terminal);
  if (code !== 0) return undefined;
  try {
    const config = JSON.parse(stdout) as Record<string, { value?: string; objectValue?: unknown }>;
    const { objectValue, value = "[]" } = config["playlake:playlists"] ?? {};
    const playlists: unknown = objectValue ?? JSON.parse(value);
    return Array.isArray(playlists) ? playlists.map(String) : undefined;
  } catch {
    return undefined;
  }
}
