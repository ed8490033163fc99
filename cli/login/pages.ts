import type { ServerResponse } from "node:http";

/** What the browser is shown; nothing of what it sent is in it. */
const texts = {
  done: [200, "Playlake is logged in. You can close this page."],
  failed: [200, "The login did not work, the terminal says why. You can close this page."],
  stranger: [400, "This answer does not belong to the login that is under way. Nothing was stored."],
  notFound: [404, "There is nothing here."],
  notAllowed: [405, "This address is for Spotify's answer alone."],
} as const satisfies Record<string, readonly [status: number, text: string]>;

export type PageName = keyof typeof texts;

const headers = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'",
  // The address of a page may hold the code.
  "referrer-policy": "no-referrer",
  connection: "close",
};

/** Answers with one of the pages. */
export function sendPage(response: ServerResponse, name: PageName): void {
  const [status, text] = texts[name];
  response.writeHead(status, headers);
  response.end(`<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Playlake</title><p>${text}</p></html>\n`);
}

/** Sends the browser on to a page with an address of its own, so that the code is not left in the address bar. */
export function sendOn(response: ServerResponse, name: PageName): void {
  response.writeHead(303, { ...headers, location: `/${name}` });
  response.end();
}
