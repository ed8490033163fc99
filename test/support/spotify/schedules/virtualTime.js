// Preloaded (NODE_OPTIONS) into a function's process before its code, so that waits take simulated time. A `setTimeout` ends
// as soon as the process has nothing else to do, and moves the process's clock and the invocation's remaining time. For a
// slow answer the server first sends a 103 with the milliseconds in `playlake-passed-ms`; deadlines of `AbortSignal.timeout`
// within them have passed. Each request carries the process's clock in `playlake-clock-ms`. `Math.random` is seeded anew for
// each invocation.

const http = require("node:http");
const { syncBuiltinESMExports } = require("node:module");
const { join } = require("node:path");
const clock = require(join(process.env.LAMBDA_RUNTIME_DIR, "clock.js"));

const shortestWaitMs = 20;
const { setClock, realNow } = clock;
const { setTimeout: realSetTimeout, clearTimeout: realClearTimeout } = globalThis;

/** @type {number | undefined} where the clock stands; undefined: it is the machine's, and nothing is simulated */
let standsAtMs;
/** What was waited in this invocation. */
let passedMs = 0;
/** @type {Map<number, { dueMs: number, isDeadline: boolean, end: () => void }>} by the number of the real timer */
const waits = new Map();
let requestsUnderWay = 0;

clock.setClock = (ms) => {
  for (const id of waits.keys()) realClearTimeout(id);
  waits.clear();
  standsAtMs = ms;
  passedMs = 0;
  randomState = (ms ?? 0) | 0;
  setClock(ms);
};
clock.realNow = () => realNow() + passedMs;

function earliest(isWanted) {
  let found;
  for (const wait of waits.values()) if (isWanted(wait) && !(found?.dueMs <= wait.dueMs)) found = wait;
  return found;
}

/** Moves the clock to an instant; what falls due until then ends in its order. */
function passUntil(instantMs) {
  for (;;) {
    const next = earliest(({ dueMs }) => dueMs <= instantMs);
    const toMs = Math.max(standsAtMs, next?.dueMs ?? instantMs);
    passedMs += toMs - standsAtMs;
    standsAtMs = toMs;
    setClock(toMs);
    if (next === undefined) return;
    next.end();
  }
}

/** Ends the next wait if nothing else can happen before it. A deadline alone is not a wait. */
function passWhenIdle() {
  setImmediate(() =>
    setImmediate(() => {
      const next = earliest(({ isDeadline }) => !isDeadline);
      if (standsAtMs !== undefined && requestsUnderWay === 0 && next !== undefined) passUntil(next.dueMs);
    }),
  );
}

/** A real timer that simulated time can overtake. */
function wait(callback, ms, isDeadline) {
  const timer = realSetTimeout(() => end(), ms);
  const id = Number(timer);
  const end = () => {
    waits.delete(id);
    realClearTimeout(timer);
    callback();
  };
  waits.set(id, { dueMs: standsAtMs + ms, isDeadline, end });
  if (isDeadline) timer.unref();
  else passWhenIdle();
  return timer;
}

globalThis.setTimeout = Object.assign((callback, ms, ...args) => {
  if (standsAtMs === undefined || !(ms >= shortestWaitMs)) return realSetTimeout(callback, ms, ...args);
  return wait(() => callback(...args), ms, false);
}, realSetTimeout);

globalThis.clearTimeout = (timer) => {
  waits.delete(Number(timer));
  realClearTimeout(timer);
};

const realTimeout = AbortSignal.timeout;
AbortSignal.timeout = (ms) => {
  if (standsAtMs === undefined) return realTimeout(ms);
  const controller = new AbortController();
  const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError");
  wait(() => controller.abort(reason), ms, true);
  return controller.signal;
};

const realRequest = http.request;
http.request = (...args) => {
  const request = realRequest(...args);
  if (standsAtMs !== undefined && !request.headersSent) request.setHeader("playlake-clock-ms", String(standsAtMs));
  requestsUnderWay += 1;
  request.on("information", ({ headers }) => {
    const ms = Number(headers["playlake-passed-ms"]);
    if (standsAtMs !== undefined && ms > 0) passUntil(standsAtMs + ms);
  });
  request.once("close", () => {
    requestsUnderWay -= 1;
    passWhenIdle();
  });
  return request;
};
syncBuiltinESMExports();

/** Mulberry32: the jitter of waits is the same for the same instant. */
let randomState = 0;
Math.random = () => {
  randomState = (randomState + 0x6d2b79f5) | 0;
  let bits = Math.imul(randomState ^ (randomState >>> 15), 1 | randomState);
  bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
  return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
};
