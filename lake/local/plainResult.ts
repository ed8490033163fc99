import type { ProgramResult } from "./program";

/** The result in a form that JSON can hold: archives and assets as the emulator reads them. */
export async function plainResult(result: ProgramResult): Promise<ProgramResult> {
  const resources: ProgramResult["resources"] = [];
  for (const resource of result.resources) {
    const { code } = resource.inputs;
    resources.push(
      code === undefined ? resource : { ...resource, inputs: { ...resource.inputs, code: await plainAsset(code) } },
    );
  }
  return JSON.parse(JSON.stringify({ ...result, resources })) as ProgramResult;
}

/** Pulumi's classes hold promises of their parts, and a marker that distinguishes archives from assets. */
interface PulumiAsset {
  readonly __pulumiArchive?: boolean;
  readonly assets?: unknown;
  readonly path?: unknown;
  readonly text?: unknown;
}

async function plainAsset(asset: unknown): Promise<unknown> {
  const { __pulumiArchive, assets, path: file, text } = (await asset) as PulumiAsset;
  if (assets === undefined) return { __pulumiArchive, path: await file, text: await text };
  const entries: [string, unknown][] = [];
  for (const [name, part] of Object.entries((await assets) as object)) entries.push([name, await plainAsset(part)]);
  return { __pulumiArchive, assets: Object.fromEntries(entries) };
}
