import type { ServerResponse } from "node:http";

/** Elements in order; an array repeats an element for each entry, undefined leaves it out. */
interface XmlElements {
  readonly [name: string]: XmlValue | undefined | readonly XmlValue[];
}
type XmlValue = string | number | boolean | XmlElements;

const s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

/** A whole document with one root element. Only S3's errors have no namespace. */
export function xmlDocument(root: string, content: XmlElements | string, namespace = s3Namespace): string {
  const attribute = root === "Error" ? "" : ` xmlns="${namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${innerXml(content)}</${root}>`;
}

export function sendXml(response: ServerResponse, status: number, xml: string): void {
  response.writeHead(status, { "content-type": "application/xml", "content-length": Buffer.byteLength(xml) }).end(xml);
}

function innerXml(content: XmlValue): string {
  if (typeof content !== "object") return escapeXml(String(content));
  const elements = Object.entries(content).flatMap(([name, value]) =>
    [value].flat().map((one) => (one === undefined ? "" : `<${name}>${innerXml(one)}</${name}>`)),
  );
  return elements.join("");
}

const entities: { readonly [character: string]: string } = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Control characters become references, as S3 writes them, although XML 1.0 allows only a few of them. */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[&<>"\u0000-\u001f]/g, (character) => entities[character] ?? `&#${character.charCodeAt(0)};`);
}

/**
 * The inner texts of all elements of a name, in order. This is enough for the two flat documents in S3's requests.
 * @param xml a document, or an element's inner text.
 */
export function innerOf(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^>]*)?(?:/>|>([\\s\\S]*?)</${name}\\s*>)`, "g");
  return Array.from(xml.matchAll(pattern), (match) => match[1] ?? "");
}

/** The text of the first element of a name, references resolved; undefined if there is none. */
export function textOf(xml: string, name: string): string | undefined {
  const [inner] = innerOf(xml, name);
  return inner?.replace(/&(?:#(\d+)|#x([\da-fA-F]+)|(\w+));/g, (reference, decimal, hexadecimal, named) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hexadecimal !== undefined) return String.fromCodePoint(Number.parseInt(hexadecimal, 16));
    return namedReferences[named as string] ?? reference;
  });
}

const namedReferences: { readonly [name: string]: string } = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
