import { suite } from "uvu";
import * as assert from "uvu/assert";
import { codedError, errorCode, errorReason } from "../../spotify/errors";

const test = suite("spotify/errors");

test("an error is an Error with code and reason, one line", () => {
  const error = codedError("TRANSIENT", "playlist x", "two\nlines", { status: 500 });
  assert.instance(error, Error);
  assert.is(error.message, "playlist x: two lines");
  assert.equal({ ...error }, { code: "TRANSIENT", reason: "two lines", status: 500 });
  assert.is(errorCode(error), "TRANSIENT");
  assert.is(errorCode(Object.assign(new Error("no"), { code: "ENOENT" })), undefined);
  assert.is(errorCode(null), undefined);
  assert.is(errorReason(error), "two lines");
  assert.is(errorReason(new Error("other\tone")), "other one");
  assert.is(errorReason("text"), "text");
});

test.run();
