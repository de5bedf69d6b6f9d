import { cp, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { PACKAGE_ROOT } from "../src/package-root.ts";
import { SWAGGER_FILES } from "../src/server/handlers/docs.ts";

/*
 * Before `npm pack`: puts the files of Swagger UI that the page /docs needs into assets/, with their licence. As a
 * dependency its package would bring six times as much, and an installer that tells its maker who installs it.
 */

const NAME = "swagger-ui-dist";
const FOLDER = path.join(PACKAGE_ROOT, "assets", NAME);

await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
for (const file of SWAGGER_FILES) {
  await cp(path.join(PACKAGE_ROOT, "node_modules", NAME, file), path.join(FOLDER, file));
}
