import type { ApiAnswer } from "../route.ts";
import { VERSION } from "../version.ts";

const LINKS = [
  ["/api/runs", "Runs"],
  ["/api/workflows", "Workflows"],
  ["/api/models", "Models"],
  ["/docs", "The API, to read and to try"],
  ["/openapi.json", "The API's description (OpenAPI 3.1)"],
  ["/readyz", "Is everything ready?"],
] as const;

/** What a person sees who opens the server's address; without style or script, so that the strictest policy holds. */
export function getHome(): ApiAnswer {
  const links = LINKS.map(([path, text]) => `      <li><a href="${path}">${text}</a></li>`).join("\n");
  const text = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Maskloom</title>
  </head>
  <body>
    <h1>Maskloom ${VERSION}</h1>
    <p>Finds faces in images, makes masks of them and chains the masks into zoomed inpainting.</p>
    <ul>
${links}
    </ul>
  </body>
</html>
`;
  return { status: 200, headers: { "content-type": "text/html; charset=utf-8" }, text };
}
