import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { listProviders } from "../../../src/cli/providers/list.ts";

it.each([
  [{ kind: "a1111", options: { step: 4 } }, /providers: box: options.*step/],
  [{ kind: "comfyui", options: { template: "sd15" } }, /has none called "sd15".*sd15-inpaint/],
  [{ kind: "runware", options: { form: "round" } }, /provider box: options.*form/],
])("a configuration that no worker could open is not listed as if it held: %j", async (entry, message) => {
  const home = await mkdtemp(path.join(tmpdir(), "maskloom-list-"));
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  });
  /* JSON is YAML. */
  await writeFile(path.join(home, "config.yaml"), JSON.stringify({ providers: [{ id: "box", ...entry }] }));
  vi.stubEnv("MASKLOOM_HOME", home);
  await expect(listProviders({})).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringMatching(message),
  });
});
