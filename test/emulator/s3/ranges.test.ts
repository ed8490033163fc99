import * as assert from "uvu/assert";
import { sdkFailure } from "./bench";
import { objectsSuite } from "./objectsSuite";

const { test, put, get } = objectsSuite("emulator/s3 ranges");

const ranges: { range: string; text: string; contentRange: string | undefined }[] = [
  { range: "bytes=0-3", text: "0123", contentRange: "bytes 0-3/10" },
  { range: "bytes=8-", text: "89", contentRange: "bytes 8-9/10" },
  { range: "bytes=-3", text: "789", contentRange: "bytes 7-9/10" },
  { range: "bytes=-30", text: "0123456789", contentRange: "bytes 0-9/10" },
  { range: "bytes=5-500", text: "56789", contentRange: "bytes 5-9/10" },
  { range: "bytes=0-1,4-5", text: "0123456789", contentRange: undefined },
  { range: "bytes=5-2", text: "0123456789", contentRange: undefined },
  { range: "lines=1-2", text: "0123456789", contentRange: undefined },
];

for (const { range, text, contentRange } of ranges) {
  test(`a range: ${range}`, async () => {
    await put("range", "0123456789");
    const { Body, ContentRange, ContentLength, $metadata } = await get("range", { Range: range });
    assert.is(await Body!.transformToString(), text);
    assert.equal(
      { ContentRange, ContentLength, status: $metadata.httpStatusCode },
      { ContentRange: contentRange, ContentLength: text.length, status: contentRange === undefined ? 200 : 206 },
    );
  });
}

test("a range behind the end is refused", async () => {
  await put("range", "0123456789");
  const message = "InvalidRange 416: The requested range is not satisfiable";
  assert.is(await sdkFailure(get("range", { Range: "bytes=10-" })), message);
  assert.is(await sdkFailure(get("range", { Range: "bytes=-0" })), message);
});

test.run();
