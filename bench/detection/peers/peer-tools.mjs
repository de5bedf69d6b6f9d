import { createReadStream, existsSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";

const TYPES = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** A folder on loopback, and pages of one's own beside it. */
export function serveFolder(folder, pages = {}) {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url ?? "/", "http://loopback").pathname).slice(1);
    const file = path.join(folder, name);
    response.setHeader("content-type", TYPES[path.extname(name)] ?? "application/octet-stream");
    if (name in pages) response.end(pages[name]);
    else if (file.startsWith(folder) && existsSync(file)) createReadStream(file).pipe(response);
    else response.writeHead(404).end();
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      resolve({ url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() });
    });
  });
}
