import { burst, type Misbehave, type Misbehaviour, quota, type SeenRequest, tokenMissing } from "./misbehaviours";

/** The inputs of a seeded schedule. */
interface SeededMisbehaviourOptions {
  /** A number from 0 up to, but not including, 1. The same numbers give the same schedule for the same requests. */
  random: () => number;
  /** The share of requests that goes wrong, from 0 to 1; called for each request. */
  severity: () => number;
  /** The instant at which a request is answered, milliseconds since 1970. */
  nowMs: () => number;
  /** Edits a playlist. */
  edit: () => void;
  /** Closes or deletes the request's playlist from now on. */
  closePlaylist: (playlistId: string) => void;
  expireAccessTokens: () => void;
}

/** A seeded schedule, and until when it asked its client to wait. */
interface SeededMisbehaviour {
  misbehave: Misbehave;
  /** The end of the latest wait it asked for, in milliseconds since 1970; 0 if there was none. */
  limitedUntilMs: () => number;
}

type Kind = (request: SeenRequest) => Misbehaviour | undefined;

const hourMs = 3_600_000;

/** Bodies with status 200 that are not the requested object. */
const wrongBodies = [
  "null",
  "[]",
  '"x"',
  "{}",
  '{"error":{"status":502,"message":""}}',
  '{"type":"artist","id":"x"}',
  '{"items":[{"type":"playlist","snapshot_id":"x"}],"limit":50,"offset":0,"total":1}',
];

/** All known misbehaviour of the Web API, at random. The same seed and requests give the same schedule. */
export function misbehaveBySeed(options: SeededMisbehaviourOptions): SeededMisbehaviour {
  const { random, severity, nowMs } = options;
  const choose = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)]!;
  let quotaEndsMs = 0;
  let limitedUntilMs = 0;
  /** A misbehaviour that continues for `left` more requests. */
  let outage: Kind = () => undefined;
  let left = 0;

  function limit(untilMs: number): void {
    limitedUntilMs = Math.max(limitedUntilMs, untilMs);
  }

  function burstOf(seconds: number): Misbehaviour {
    limit(nowMs() + seconds * 1000);
    return burst(choose([seconds, seconds, new Date(nowMs() + seconds * 1000 + 999).toUTCString()]));
  }

  function quotaLeft(): Misbehaviour {
    const seconds = Math.ceil((quotaEndsMs - nowMs()) / 1000);
    const asked = choose([seconds, seconds, undefined, "tomorrow"]);
    // Without a number a client can only assume an hour.
    limit(asked === seconds ? quotaEndsMs : nowMs() + hourMs);
    return quota(asked);
  }

  function startQuota(): Misbehaviour {
    quotaEndsMs = nowMs() + choose([1, 1, 2, 3, 13.6, 24]) * hourMs;
    return quotaLeft();
  }

  /** Misbehaviour that affects one answer. */
  const incidents: readonly Kind[] = [
    () => burstOf(1 + Math.floor(random() * 4)),
    () => burst(choose([undefined, "", "soon", "-1", "NaN", "1e3"])),
    () => burstOf(choose([29, 40, 120])),
    () => (random() < 0.3 ? startQuota() : burstOf(2)),
    () => ({ status: 503, headers: { "retry-after": choose(["7", "900", "x"]) } }),
    () => ({ act: options.edit }),
    () => ({ act: options.expireAccessTokens }),
    closeTheRequested,
  ];

  /** Misbehaviour that often affects several answers. */
  const outages: readonly Kind[] = [
    () => ({ status: choose([500, 502, 503, 504, 408]) }),
    () => ({ cut: choose(["before", "middle"] as const) }),
    () => ({ badJson: true }),
    () => ({ status: 200, body: choose(wrongBodies) }),
    () => ({ passMs: Math.floor(random() * 25_000) }),
    () => ({ passMs: 31_000 }),
    () => ({ act: options.edit }),
    () => tokenMissing(),
  ];

  function closeTheRequested({ path }: SeenRequest): Misbehaviour | undefined {
    const id = /^\/v1\/playlists\/([^/]+)/.exec(path)?.[1];
    return id === undefined || random() < 0.5 ? undefined : { act: () => options.closePlaylist(id) };
  }

  function goesOn(): boolean {
    left -= 1;
    return left >= 0;
  }

  function somethingElse(request: SeenRequest): Misbehaviour | undefined {
    if (random() >= severity()) return undefined;
    if (random() < 0.5) return choose(incidents)(request);
    outage = choose(outages);
    left = random() < 0.7 ? 0 : Math.floor(random() * 12);
    return outage(request);
  }

  function misbehave(request: SeenRequest): Misbehaviour | undefined {
    const isToken = request.path === "/api/token";
    if (!isToken && nowMs() < quotaEndsMs) return quotaLeft();
    const wrong = goesOn() ? outage(request) : somethingElse(request);
    if (!isToken) return wrong;
    // Losing an answer with a rotated token ends the consent. No client can prevent that, so it is left out.
    const losesToken = wrong?.badJson === true || wrong?.cut === "middle" || wrong?.passMs !== undefined;
    // At the token endpoint a 401 is about the app, not about an access token.
    return losesToken || wrong?.status === 401 ? undefined : wrong;
  }

  return { misbehave, limitedUntilMs: () => limitedUntilMs };
}
