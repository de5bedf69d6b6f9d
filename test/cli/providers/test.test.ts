import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, it, onTestFinished, vi } from "vitest";
import { testProviders } from "../../../src/cli/providers/test.ts";
import { createRunwareProvider } from "../../../src/inpainting/providers/runware/runware-provider.ts";
import { settingsOf } from "../../inpainting/providers/http/http-peer.ts";

beforeEach(async () => {
  const home = await mkdtemp(path.join(tmpdir(), "maskloom-test-"));
  vi.stubEnv("MASKLOOM_HOME", home);
  vi.stubEnv("MASKLOOM_CONFIG", undefined);
  for (const name of ["RUNWARE_API_KEY", "RUNWARE_API_KEY_FILE", "RUNWARE_API_URL"])
    vi.stubEnv(name, undefined);
  onTestFinished(async () => {
    vi.unstubAllEnvs();
    await rm(home, { recursive: true });
  });
});

it.each([
  ["runware", /set RUNWARE_API_KEY, or RUNWARE_API_KEY_FILE to a file .* in the environment of this command/],
  [
    "forge",
    /there is none\)\. Write an entry for it under providers in config\.yaml \(docs\/providers\.md\)$/,
  ],
])("says how %s comes about, which nobody has configured", async (name, message) => {
  await expect(testProviders([name], {})).rejects.toMatchObject({
    code: "INPUT_INVALID",
    message: expect.stringMatching(message),
  });
});

it("says where the key is set that a provider does not have", async () => {
  const download = () => Promise.reject(new Error("nothing is downloaded"));
  const provider = createRunwareProvider(settingsOf({ id: "runware", kind: "runware" }), { download });
  onTestFinished(() => provider.close());
  await expect(provider.test(AbortSignal.timeout(10_000))).rejects.toMatchObject({
    code: "PROVIDER_REFUSED",
    message: expect.stringMatching(
      /^provider runware: it has no key: set RUNWARE_API_KEY, or .*the workers$/,
    ),
  });
});
