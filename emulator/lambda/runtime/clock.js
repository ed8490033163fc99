// Preloaded in a function's process. While the run simulates a day, `Date` and `Intl` stand still at the instant that the
// run has set; timers and `performance` keep the machine's time.

const RealDate = Date;
const realNow = Date.now;
/** @type {number | undefined} milliseconds since 1970, undefined: the machine's clock */
let fixedMs;

const now = () => fixedMs ?? realNow();

function ShiftedDate(...args) {
  // `Date()` without `new` gives text, whatever its arguments.
  if (new.target === undefined) return new RealDate(now()).toString();
  return Reflect.construct(RealDate, args.length === 0 ? [now()] : args, new.target);
}

// One prototype for both, so that `instanceof` and `constructor` hold for dates made by native code; `UTC` and `parse` are
// inherited.
Object.setPrototypeOf(ShiftedDate, RealDate);
Object.defineProperties(ShiftedDate, {
  prototype: { value: RealDate.prototype, writable: false },
  name: { value: "Date" },
  length: { value: RealDate.length },
  now: { value: now, writable: true, configurable: true },
});
Object.defineProperty(RealDate.prototype, "constructor", { value: ShiftedDate, writable: true, configurable: true });
globalThis.Date = ShiftedDate;

// Without a date, a formatter reads the machine's clock.
const formatterPrototype = Intl.DateTimeFormat.prototype;
const formatGetter = Object.getOwnPropertyDescriptor(formatterPrototype, "format").get;
const formatToParts = formatterPrototype.formatToParts;
Object.defineProperty(formatterPrototype, "format", {
  configurable: true,
  get() {
    const format = formatGetter.call(this);
    return (date) => format(date === undefined ? now() : date);
  },
});
formatterPrototype.formatToParts = function (date) {
  return formatToParts.call(this, date === undefined ? now() : date);
};

module.exports = {
  /** Sets the instant (milliseconds since 1970) at which the clock stands; undefined returns to the machine's clock. */
  setClock(ms) {
    fixedMs = ms;
  },
  /** The machine's clock, for real time such as an invocation's deadline. */
  realNow,
};
