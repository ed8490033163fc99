/** The part of a response that the client uses. node-fetch's responses fit. */
interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** The part of `fetch` that the client uses. */
export type Fetch = (
  url: string,
  init: {
    method: Method;
    headers: Record<string, string>;
    body?: string;
    redirect: "error";
    /** Most bytes of a body, decompressed: node-fetch's own option, which the platform's fetch does not have. */
    size: number;
    signal: AbortSignal;
  },
) => Promise<FetchResponse>;

/** The effects, as arguments. */
export interface Effects {
  fetch: Fetch;
  /** Milliseconds since 1970. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** Logs one record, which never holds a token, a secret or a code. @default nothing is logged */
  log?(record: object): void;
}

/** The app's own credentials. */
export interface AppCredentials {
  clientId: string;
  clientSecret: string;
}

/** A user's consent, as stored between runs. */
export interface UserToken {
  refreshToken: string;
  /** When the user consented, ISO 8601. Absent if not known: then the end cannot be predicted. */
  consentedAt?: string;
}

/** A token, as its store returns it. */
export interface StoredToken extends UserToken {
  /** Distinguishes this value from earlier and later ones without revealing it. Absent if the store has no versions. */
  versionId?: string;
}

/** The store of the user's token. */
export interface TokenStore {
  /** Undefined if no user has consented: the app then reads with its own credentials alone. */
  read(): Promise<StoredToken | undefined>;
  write(token: UserToken): Promise<void>;
}

/** A store of objects by key. */
export interface ObjectStore {
  /** Undefined if there is no such object. */
  get(key: string): Promise<Uint8Array | undefined>;
  /** `ifAbsent` writes only if the object does not exist, and returns false if it does. */
  put(key: string, body: Uint8Array, options?: { ifAbsent?: boolean }): Promise<boolean>;
  /**
   * Replaces an object by what `change` makes of it (of undefined if there is none), and never one that another writer put
   * there meanwhile: then `change` is called again. If it returns undefined, nothing is written.
   */
  update(key: string, change: (bytes: Uint8Array | undefined) => Uint8Array | undefined): Promise<void>;
  /** All keys that begin with `prefix`. */
  list(prefix: string): Promise<string[]>;
}
