/** What the client needs of a response; node-fetch's has it. */
interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** What the client needs of `fetch`. */
export type Fetch = (
  url: string,
  init: {
    method: "GET" | "POST";
    headers: Record<string, string>;
    body?: string;
    redirect: "error";
    /** Most bytes of a body, decompressed: node-fetch's own option, which the platform's fetch does not have. */
    size: number;
    signal: AbortSignal;
  },
) => Promise<FetchResponse>;

/** The world, as arguments. */
export interface Effects {
  fetch: Fetch;
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** One record of what happens, for a log. Never holds a token, a secret or a code. @default nothing is logged */
  log?(record: object): void;
}

/** The app's own credentials. */
export interface AppCredentials {
  clientId: string;
  clientSecret: string;
}

/** A user's consent, as it is kept between runs. */
export interface UserToken {
  refreshToken: string;
  /** When the user consented, ISO 8601. Absent: not known, so its end cannot be predicted. */
  consentedAt?: string;
}

/** A token as its store has it. */
export interface StoredToken extends UserToken {
  /** Distinguishes this value from those before and after it, without revealing it. Absent: the store has no versions. */
  versionId?: string;
}

/** Where the user's token is kept. */
export interface TokenStore {
  /** Undefined: nobody has consented; the app then reads with its own credentials alone. */
  read(): Promise<StoredToken | undefined>;
  write(token: UserToken): Promise<void>;
}

/** Where objects are kept, by key. */
export interface ObjectStore {
  /** Undefined: there is no such object. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** `ifAbsent`: writes only if there is none; false means that there was one already. */
  put(key: string, body: Uint8Array, options?: { ifAbsent?: boolean }): Promise<boolean>;
  /** All keys that begin with `prefix`. */
  list(prefix: string): Promise<string[]>;
}
