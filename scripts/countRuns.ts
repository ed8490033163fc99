// Counts the AWS requests of a playlist and a day in simulated days of the program: node -r ./scripts/register.js
// scripts/countRuns.ts
import { writeFileSync } from "node:fs";
import { type CountedRun, countRun } from "../bench/countedRun";
import { countsFile, type RunCounts, type Work } from "./costBasis";

/** A week and a day: unchanged playlists are read again in full each week. */
const days = 8;
const samplePlaylists = 3;

/** Counts again: a run of one sample playlist, and a run of all. */
export async function countRuns(): Promise<RunCounts> {
  const [few, many] = [await countRun(1, days), await countRun(samplePlaylists, days)];
  const perPlaylist = (figure: (run: CountedRun) => number) =>
    rounded((figure(many) - figure(few)) / days / (samplePlaylists - 1));
  const work = (of: (name: keyof Work) => number): Work => ({
    ...{ puts: of("puts"), gets: of("gets"), lists: of("lists") },
    ...{ glueCalls: of("glueCalls"), invocations: of("invocations"), logBytes: of("logBytes") },
  });
  const playlist = work((name) => perPlaylist((run) => run.days[name]));
  return {
    playlistDay: { ...playlist, lakeFiles: perPlaylist((run) => run.lakeFiles) },
    run: work((name) => rounded(Math.max(0, few.days[name] / days - playlist[name]))),
    catchUp: work((name) => few.catchUp[name]),
    rawBytesAnEntry: Math.round(many.rawBytes / many.days.entries),
    lakeBytesAnEntry: Math.round(many.lakeBytes / many.days.entries),
  };
}

function rounded(value: number): number {
  return value > 100 ? Math.round(value / 50) * 50 : Math.round(value * 10) / 10;
}

if (require.main === module) {
  void countRuns().then((counts) => writeFileSync(countsFile, `${JSON.stringify(counts, null, 2)}\n`));
}
