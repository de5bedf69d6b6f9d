import { afterAll, beforeAll, it } from "vitest";
import { type Installation, installCli } from "../integration/cli-installation.ts";
import { badInput } from "./bad-input.ts";

const COUNT = Number(process.env["MASKLOOM_BAD_INPUTS"] ?? 10_000);
const SEED = Number(process.env["MASKLOOM_CHAOS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

let installation: Installation;
beforeAll(async () => {
  installation = await installCli();
});
afterAll(() => installation?.remove());

it("ten thousand damaged pictures and as many damaged requests are each answered with a code, within ten seconds", async () => {
  await badInput({ installation, count: COUNT, seed: SEED, patienceMs: 10_000 });
});
