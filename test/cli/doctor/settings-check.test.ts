import { expect, it } from "vitest";
import { checkVariables } from "../../../src/cli/doctor/settings-check.ts";
import { readConfig } from "../../../src/config/config.ts";

const config = readConfig({});

it("names variables that begin as ours do and mean nothing, with what was probably meant", () => {
  expect(checkVariables(config, { MASKLOOM_HOM: "/srv", MASKLOOM_PORT: "1", PORT: "2" })).toMatchObject({
    status: "warn",
    detail: expect.stringMatching(/nothing: MASKLOOM_HOM\. Did you mean MASKLOOM_HOME\?$/),
  });
});

it("takes no offence at settings, at files that hold them, and at what providers' keys are in", () => {
  const env = { MASKLOOM_CONFIG: "c.yaml", MASKLOOM_API_KEY_FILE: "/run/key", MASKLOOM_FORGE: "me:secret" };
  const [provider] = readConfig({ RUNWARE_API_KEY: "k" }).providers;
  const providers = provider === undefined ? [] : [{ ...provider, keyFrom: "MASKLOOM_FORGE" }];
  expect(checkVariables({ ...config, providers }, env).status).toBe("ok");
});
