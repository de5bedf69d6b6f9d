import type { Request, RequestHandler, Response } from "express";
import { MaskloomError } from "../../errors.ts";
import { isPage, isServedElsewhere } from "./pages.ts";
import type { Dashboard } from "./read-dashboard.ts";

/** Everything is a file of this server; styles that scripts set on an element are not what `style-src` is about. */
const POLICY = [
  "default-src 'self'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "connect-src 'self'",
  "font-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const PAGE = "index.html";

/** Vite puts what has a hash in its name, and so never changes, into this folder. */
const HASHED = "assets/";
const FOREVER = "public, max-age=31536000, immutable";
/** What the browser asks about each time, and mostly hears 304. */
const ASK_AGAIN = "no-cache";

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  svg: "image/svg+xml",
  webp: "image/webp",
  png: "image/png",
  jpg: "image/jpeg",
  woff2: "font/woff2",
};

/** The best first; a request that knows neither gets the file itself. */
const ENCODINGS = [
  { name: "br", extension: "br" },
  { name: "gzip", extension: "gz" },
] as const;

/** Answers for the dashboard's files and pages, and leaves everything else to who comes after. */
export function serveDashboard(dashboard: Dashboard): RequestHandler {
  return async (request, response, next) => {
    if (request.method !== "GET" && request.method !== "HEAD") return next();
    const path = request.path.slice(1);
    if (isAsset(dashboard, path)) return sendFile(dashboard, path, request, response);
    if (!isPage(request.path)) return next();
    await sendFile(dashboard, PAGE, request, response);
  };
}

/**
 * The last word: whoever opens an address that does not exist in a browser gets the page that says so, with 404;
 * programs get JSON.
 */
export function refuseUnknownPage(dashboard: Dashboard | null): RequestHandler {
  return async (request, response) => {
    const isBrowser = request.method === "GET" && /\btext\/html\b/.test(request.headers.accept ?? "");
    if (dashboard === null || !isBrowser || isServedElsewhere(request.path)) {
      throw new MaskloomError(
        "NOT_FOUND",
        `${request.method} ${request.path}: there is no such route; see /openapi.json`,
      );
    }
    response.status(404);
    await sendFile(dashboard, PAGE, request, response);
  };
}

/** Compressed copies are what is sent for a file, never files of their own; index.html is the page. */
function isAsset({ files }: Dashboard, path: string): boolean {
  return path !== PAGE && extensionOf(path) in TYPES && files.has(path);
}

async function sendFile(
  { files, read }: Dashboard,
  file: string,
  request: Request,
  response: Response,
): Promise<void> {
  const accepted = request.acceptsEncodings();
  const encoding = ENCODINGS.find(
    ({ name, extension }) => accepted.includes(name) && files.has(`${file}.${extension}`),
  );
  const { content, etag } = await read(encoding === undefined ? file : `${file}.${encoding.extension}`);
  response.vary("accept-encoding");
  response.set({
    "cache-control": file.startsWith(HASHED) ? FOREVER : ASK_AGAIN,
    etag,
    ...(file === PAGE ? { "content-security-policy": POLICY } : {}),
  });
  if (response.statusCode === 200 && request.headers["if-none-match"] === etag) {
    response.status(304).end();
    return;
  }
  response.set({
    "content-type": TYPES[extensionOf(file)] ?? "application/octet-stream",
    "content-length": String(content.length),
    ...(encoding === undefined ? {} : { "content-encoding": encoding.name }),
  });
  response.end(request.method === "HEAD" ? undefined : content);
}

function extensionOf(file: string): string {
  return file.slice(file.lastIndexOf(".") + 1);
}
