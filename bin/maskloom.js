#!/usr/bin/env node
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const main = new URL("../dist/src/cli/main.js", import.meta.url);
if (existsSync(fileURLToPath(main))) {
  await import(main.href);
} else {
  process.stderr.write(
    "maskloom: dist/ is missing; run `npm ci` (or `npm run build`) in this folder first\n",
  );
  process.exitCode = 1;
}
