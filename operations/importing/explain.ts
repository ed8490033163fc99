import { idsOfFiles } from "./otherForms";
import { tryRead } from "./readSource";
import type { Source } from "./sources";

/** What a file is, and what an import would make of it. */
export interface ExplainedSource {
  readonly source: string;
  /** YYYY-MM-DD; undefined if it is not known. */
  readonly day: string | undefined;
  /** Such as `page of playlist 3cEY... at offset 50`, or `Exportify CSV (watsonbox)`. */
  readonly form: string;
  readonly playlists: readonly { readonly playlistId: string; readonly entries: number; readonly totalItems: number }[];
  /** What the tables will not hold, and what is skipped. */
  readonly notes: readonly string[];
  /** Why it would be refused; then the rest is empty. */
  readonly refused?: string;
}

/** Reads files without importing them. */
export async function explainSources(
  sources: readonly Source[],
  dayOf: (source: Source) => string | undefined,
): Promise<ExplainedSource[]> {
  const explained: ExplainedSource[] = [];
  const idsOf = idsOfFiles();
  for (const source of sources) {
    const place = { source: source.label, day: dayOf(source) };
    const file = await tryRead(source, idsOf(source.label));
    if ("refused" in file) {
      explained.push({ ...place, form: "", playlists: [], notes: [], refused: file.refused });
      continue;
    }
    const { form, missing, playlists, page, skipped } = file;
    explained.push({
      ...place,
      form,
      playlists: playlists.map(({ playlistId, entries, totalItems }) => ({
        playlistId: page?.playlistId ?? playlistId,
        entries,
        totalItems,
      })),
      notes: [...(missing.length === 0 ? [] : [`unknown: ${missing.join("; ")}`]), ...skipped],
    });
  }
  return explained;
}
