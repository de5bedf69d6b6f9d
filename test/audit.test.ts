import { spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { readAudit } from "../scripts/read-audit.ts";

const ROOT = path.join(import.meta.dirname, "..");
const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A registry that answers the question for weaknesses so. */
async function registry(status: number, advisories: object): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.statusCode = request.method === "POST" ? status : 404;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(advisories));
  });
  closing.push(() => server.close());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function audit(url: string): Promise<{ readonly code: number | null; readonly said: string }> {
  /* npm keeps what it was told of a weakness. */
  const cache = await mkdtemp(path.join(os.tmpdir(), "maskloom-audit-"));
  closing.push(() => rmSync(cache, { recursive: true, force: true }));
  const env = {
    ...process.env,
    npm_config_registry: url,
    npm_config_fetch_retries: "0",
    npm_config_cache: cache,
  };
  const child = spawn(process.execPath, ["--import", "tsx", "scripts/audit-dependencies.ts"], {
    cwd: ROOT,
    env,
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, "close");
  return { code, said };
}

const weakness = (severity: string) => ({
  sharp: [{ id: 1, url: "https://example.org/1", title: "it leaks", severity, vulnerable_versions: "*" }],
});

describe("npm run package:audit", () => {
  it("fails for a high weakness of what is installed, and names it", async () => {
    expect(await audit(await registry(200, weakness("high")))).toEqual({
      code: 1,
      said: "audit: sharp (high): it leaks, https://example.org/1\naudit: 1 high or critical, 0 lesser\n",
    });
  });

  it("passes with lesser ones", async () => {
    expect(await audit(await registry(200, weakness("moderate")))).toEqual({
      code: 0,
      said: "audit: 0 high or critical, 1 lesser\n",
    });
  });

  it.each([
    ["refuses", () => registry(405, {})],
    ["is not there", async () => "http://127.0.0.1:9/"],
  ])("says that it was not done where the registry %s, and does not fail for it", async (_, open) => {
    const { code, said } = await audit(await open());
    expect(said).toMatch(/^audit: NOT DONE, the registry's audit could not be reached: .+\n$/);
    expect(code).toBe(0);
  });

  it("fails for what is no matter of the network", () => {
    const printed = JSON.stringify({
      error: { code: "ENOLOCK", summary: "This command requires a lockfile." },
    });
    expect(() => readAudit(printed)).toThrow(/ENOLOCK/);
  });
});
