import { randomBytes } from "node:crypto";
import { utimes } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openFileBlobStore } from "../../src/artifacts/file-blob-store.ts";
import { makeTemporaryHome, removeTemporaryHome } from "../store/postgres/temporary-home.ts";
import { type CliResult, type Installation, installCli } from "./cli-installation.ts";

let installation: Installation;
let home: string;

beforeAll(async () => {
  installation = await installCli();
  home = await makeTemporaryHome();
});
afterAll(async () => {
  await removeTemporaryHome(home);
  await installation.remove();
});

const maskloom = (...args: string[]): Promise<CliResult> => installation.run(args, { home });

it("gc removes bytes that nothing knows of, and none that were put a moment ago", async () => {
  const blobs = await openFileBlobStore(path.join(home, "artifacts"));
  const [lost, fresh] = [await blobs.put(randomBytes(100)), await blobs.put(randomBytes(100))];
  const yesterday = new Date(Date.now() - 86_400_000);
  await utimes(blobs.pathOf?.(lost.digest) ?? "", yesterday, yesterday);
  const dry = await maskloom("gc", "--dry-run", "--json");
  expect(JSON.parse(dry.stdout)).toEqual({ wouldRemove: { pictures: 0, bytes: 0 } });
  expect(await blobs.has(lost.digest)).toBe(true);
  const result = await maskloom("gc", "--json");
  expect([result.code, JSON.parse(result.stdout)]).toEqual([0, { removed: { pictures: 0, blobs: 1 } }]);
  expect([await blobs.has(lost.digest), await blobs.has(fresh.digest)]).toEqual([false, true]);
  expect((await maskloom("gc", "--unused-days", "-1")).code).toBe(2);
});
