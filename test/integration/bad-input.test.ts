import { afterAll, beforeAll, it } from "vitest";
import { badInput } from "../chaos/bad-input.ts";
import { type Installation, installCli } from "./cli-installation.ts";

/* A short look at what `npm run test:bad-input` does with ten thousand of each. */

const SEED = Number(process.env["MASKLOOM_CHAOS_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

let installation: Installation;
beforeAll(async () => {
  installation = await installCli();
});
afterAll(() => installation?.remove());

it("damaged pictures and requests are each answered with a code, and the server lives", async () => {
  await badInput({ installation, count: 500, seed: SEED, patienceMs: 60_000 });
});
