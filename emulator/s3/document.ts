import type { IncomingMessage } from "node:http";
import { readRequestBody } from "../loopback";
import { type AnnouncedChecksum, badDigest, createDigest } from "./checksums";
import { s3Errors } from "./errors";

/** Ten thousand parts with their checksums stay below it. */
const maxDocumentBytes = 4 * 1024 * 1024;

/**
 * The XML document that a request carries, held against its Content-MD5 and the checksum that is given for it.
 * @throws S3Error BadDigest, or MalformedXML where it is too long to be one.
 */
export async function readDocument(request: IncomingMessage, announced?: AnnouncedChecksum): Promise<string> {
  const bytes = await readRequestBody(request, maxDocumentBytes);
  if (bytes === undefined) throw s3Errors.malformedXml();
  const md5 = request.headers["content-md5"];
  const announcements = [announced, md5 === undefined ? undefined : { algorithm: "MD5" as const, value: String(md5) }];
  for (const announcement of announcements) {
    if (announcement === undefined) continue;
    const digest = createDigest(announcement.algorithm);
    digest.update(bytes);
    if (digest.digest().toString("base64") !== announcement.value) throw badDigest(announcement.algorithm);
  }
  return bytes.toString();
}
