/** A seed's story: some days of an extractor and a misbehaving Spotify, from random numbers. */

import { likedId } from "../../../../transforms/keys";
import { randomFrom } from "../../random";
import { misbehaveBySeed } from "../../standin/misbehaviourBySeed";
import type { Misbehave } from "../../standin/misbehaviours";
import { type Closure, closedPlaylists, firstOf } from "../../standin/misbehaviours";
import type { TestStandIn } from "../../standin/testStandIn";
import { changingLibrary, idA, idB, idC, likedEntries, playlistOf } from "../world";
import type { ExtractorName, World } from "./world";

export const ids = [idA, idB, idC];
const token = { refreshToken: "first", consentedAt: "2026-11-01T00:00:00.000Z" };
const firstDayMs = Date.parse("2026-11-22T00:00:00Z");
const dayMs = 86_400_000;

/** When a process is killed: at the n-th request to Spotify, or before or after the n-th object is written. */
export interface Kill {
  at: "request" | "beforeObject" | "afterObject";
  count: number;
}

/** A day of a story. */
export interface StoryDay {
  /** YYYY-MM-DD */
  date: string;
  /** Since the day of the story before it, on which nothing ran. */
  skipped: string[];
}

/** What happens, and what the world has in it meanwhile. */
export interface Story {
  name: ExtractorName;
  random: () => number;
  standIn: TestStandIn;
  days: StoryDay[];
  /** Each state that a playlist, or Liked Songs, was ever in: its entries' texts. */
  versions: ReadonlyMap<string, readonly (readonly string[])[]>;
  /** The misbehaviour of the requests now. */
  closures: Map<string, Closure>;
  /** The extractor's setting `playlists`: ids, or "me" and "liked". */
  configured: readonly string[];
  /** The ids that are to be stored on the current day. */
  wanted(): string[];
  /** Begins a day: the user follows and edits, playlists open and close, Spotify has a good or a bad day. */
  startDay(isCalm: boolean): void;
  /** Between two runs of a day Spotify can recover. */
  passHour(): void;
  killAt(kill: Kill | undefined): void;
  /** Requests that came before the end of Spotify's Retry-After. */
  tooEarly: string[];
  /** Forgets that Spotify said when to come back: the run that heard it was killed before it could note it. */
  forgetLimits(): void;
}

/** Members that a client must hand on as they are: sizes beyond 2^53, doubled names, escapes, line breaks, spaces. */
const oddMembers =
  '{\r\n  "x_big": 12345678901234567890.10e+2,\r\n\t"x_dup": 1, "x_dup": 2, "x_esc": "\\u00e9\\/\\ud83d",\n  ';
const decorations: readonly ((body: string) => string)[] = [
  (body) => body,
  (body) => body.replace("{", oddMembers),
  (body) => body.replace(/"(?:\\.|[^"\\])*"|[,:{}[\]]/g, (token) => (token[0] === '"' ? token : `${token}\r\n  `)),
];

export async function startStory(world: World, seed: number): Promise<Story> {
  const random = randomFrom(seed);
  const choose = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  const library = changingLibrary(ids.map((id) => playlistOf(id, choose([0, 7, 99, 100, 101, 120, 260]))));
  library.liked = likedEntries(choose([0, 30, 50, 120, 120, 700]));
  const versions = new Map<string, (readonly string[])[]>();
  const rememberOne = (id: string, entries: readonly string[]) => {
    const known = versions.get(id) ?? [];
    if (known.at(-1) !== entries) versions.set(id, [...known, entries]);
  };
  const remember = () => {
    for (const { id, entries } of library.playlists) rememberOne(id, entries);
    rememberOne(likedId, library.liked);
  };
  remember();

  /** The user likes a song, removes one, or likes an old one again. */
  function editLiked(): void {
    const isTaken = library.liked.length > 0 && random() < 0.6;
    const left = isTaken ? library.liked.toSpliced(Math.floor(random() * library.liked.length), 1) : library.liked;
    const isLiked = !isTaken || random() < 0.5;
    library.liked = isLiked ? [...likedEntries(1, `${Math.floor(random() * 1e9)}.`), ...left] : left;
    remember();
  }

  function edit(): void {
    if (random() < 0.3) {
      editLiked();
      return;
    }
    const index = Math.floor(random() * library.playlists.length);
    const mark = `${Math.floor(random() * 1e9)}.`;
    const next = playlistOf(library.playlists[index]!.id, Math.floor(random() * 260), mark);
    library.playlists = library.playlists.with(index, next);
    remember();
  }

  const name = choose(["named", "mine"] as const);
  const rotateRefreshTokens = random() < 0.4;
  const mine: (string | null)[] = [];
  const standInOptions = {
    library,
    mine,
    rotateRefreshTokens,
    keepBodies: true,
    refreshTokens: [token],
    generation: choose(["items", "tracks", "both"] as const),
    decorate: choose(decorations),
  };
  const consented = name === "mine" || random() < 0.5;
  const standIn = await world.reset(name, standInOptions, consented ? token : undefined);

  const closures = new Map<string, Closure>();
  let severity = 0;
  const seeded = misbehaveBySeed({
    random,
    severity: () => severity,
    nowMs: world.nowMs,
    edit,
    closePlaylist: (id) => closures.set(id, choose([404, 403] as const)),
    expireAccessTokens: () => standIn.expireAccessTokens(),
  });
  let forgottenMs = 0;
  const tooEarly: string[] = [];
  const notLimited: Misbehave = ({ path }) => {
    const untilMs = seeded.limitedUntilMs();
    if (untilMs > forgottenMs && world.nowMs() < untilMs) tooEarly.push(`${path} at ${new Date(world.nowMs())}`);
    return undefined;
  };
  const killer = makeKiller(world);
  standIn.setMisbehave(firstOf(killer.misbehave, notLimited, closedPlaylists(closures), seeded.misbehave));

  return {
    name,
    random,
    standIn,
    versions,
    closures,
    tooEarly,
    days: daysOf(random),
    configured: name === "named" ? ids : ["me", likedId],
    wanted: () => (name === "named" ? ids : [...mine.filter((id) => id !== null), likedId]),
    startDay(isCalm) {
      const followed: (string | null)[] = ids.filter(() => random() < 0.85);
      while (random() < 0.5) followed.splice(Math.floor(random() * (followed.length + 1)), 0, null);
      mine.splice(0, mine.length, ...followed);
      if (random() < 0.5) edit();
      closures.clear();
      if (random() < 0.1) closures.set(choose(ids), choose([404, 403] as const));
      severity = isCalm || random() < 0.2 ? 0 : random() * 0.3;
    },
    passHour() {
      if (random() < 0.5) severity = 0;
    },
    killAt: killer.killAt,
    forgetLimits() {
      forgottenMs = seeded.limitedUntilMs();
    },
  };
}

/** Two or three days, some with days between them on which nothing ran, and a calm one after a day without a run. */
function daysOf(random: () => number): StoryDay[] {
  const steps = [0, random() < 0.7 ? 1 : Math.ceil(random() * 8), random() < 0.25 ? 1 : 0, 2].filter(
    (step, index) => index === 0 || step > 0,
  );
  let ms = firstDayMs;
  return steps.map((step) => {
    const skipped = Array.from({ length: Math.max(0, step - 1) }, (_, index) => dateOf(ms + (index + 1) * dayMs));
    ms += step * dayMs;
    return { date: dateOf(ms), skipped };
  });
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function makeKiller(world: World) {
  let planned: Kill | undefined;
  let left = 0;
  const isTime = (at: Kill["at"]) => {
    if (planned?.at !== at) return false;
    left -= 1;
    return left === 0;
  };
  world.onObject(() => {
    const isBefore = isTime("beforeObject");
    if (!isBefore && !isTime("afterObject")) return;
    world.kill();
    if (isBefore) throw new Error("the process that writes this object was killed");
  });
  const misbehave: Misbehave = () => {
    if (!isTime("request")) return undefined;
    world.kill();
    // Never answered: if the rotated token were lost, the consent would end.
    return { cut: "before" };
  };
  return {
    misbehave,
    killAt(kill: Kill | undefined) {
      planned = kill;
      left = kill?.count ?? 0;
    },
  };
}
