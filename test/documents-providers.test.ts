import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { ProviderEntry } from "../src/contracts/provider.ts";
import { GenerationParameters } from "../src/contracts/tasks.ts";
import { parseWorkflow } from "../src/engine/language/parse-workflow.ts";
import { openRemoteProviders } from "../src/inpainting/providers/remote-providers.ts";
import { callOf, paintOnce } from "./conformance/inpainter.ts";
import { startA1111Peer } from "./inpainting/providers/a1111/a1111-peer.ts";
import { startComfyPeer } from "./inpainting/providers/comfyui/comfyui-peer.ts";
import { settingsOf } from "./inpainting/providers/http/http-peer.ts";
import { startScriptedPeer } from "./protocol/client/scripted-peer.ts";

/* The complete examples of docs/providers.md, painted with at a peer that takes nothing that it does not know. */

const CALL = "0b8e6f0e-9d5b-4b60-8a3f-222222222222";
const DOCUMENT = readFileSync(path.join(import.meta.dirname, "../docs/providers.md"), "utf8");
const TOOLS = { download: () => Promise.reject(new Error("nothing is downloaded")) };

const PEERS = {
  runware: () => startScriptedPeer(),
  a1111: () => startA1111Peer("painter:word"),
  comfyui: () => startComfyPeer(),
} as const;

interface Example {
  readonly entry: ProviderEntry;
  readonly workflow: string;
}

const EXAMPLES: readonly Example[] = [
  ...DOCUMENT.matchAll(/\*\*A complete example\*\*.*?```yaml\n(.*?)```.*?```yaml\n(.*?)```/gs),
].map(([, config = "", workflow = ""]) => {
  const { providers } = z.strictObject({ providers: z.tuple([ProviderEntry]) }).parse(parse(config));
  return { entry: providers[0], workflow };
});

/** The fields of the example's inpainting step that a provider gets, its `native` as the engine has it. */
function generationOf(workflow: string): {
  readonly model: string;
  readonly parameters: GenerationParameters;
} {
  const { steps } = z
    .looseObject({ steps: z.array(z.looseObject({ task: z.string(), model: z.string() })) })
    .parse(parse(workflow));
  const step = steps.find(({ task }) => task === "imageInference");
  if (step === undefined) throw new Error("the example paints nothing");
  const { native, ...fields } = step;
  const settings = native === undefined ? {} : { settings: { native } };
  const own = Object.entries(fields).filter(([name]) => name in GenerationParameters.shape);
  return {
    model: step.model,
    parameters: GenerationParameters.parse({ ...Object.fromEntries(own), ...settings }),
  };
}

describe("the document of providers", () => {
  it("has a complete example for each kind", () => {
    expect(EXAMPLES.map(({ entry }) => entry.kind).sort()).toEqual(Object.keys(PEERS).sort());
  });

  it.each(EXAMPLES)(
    "has one of $entry.kind that is a workflow, and that is painted",
    async ({ entry, workflow }) => {
      expect(parseWorkflow(workflow, { file: "example.yaml" }).document.name).toMatch(/^faces-by-/);
      const { model, parameters } = generationOf(workflow);
      const peer = await PEERS[entry.kind]();
      const keyFrom = entry.keyFrom === undefined ? {} : { [entry.keyFrom]: "painter:word" };
      const providers = openRemoteProviders([settingsOf({ ...entry, url: peer.url }, keyFrom)], TOOLS);
      try {
        const provider = providers.find(entry.id);
        await provider?.refresh?.(AbortSignal.timeout(30_000));
        const manifest = provider?.findInpainter(model) ?? null;
        if (provider === undefined || manifest === null) throw new Error(`no ${model}`);
        const inpainter = provider.createInpainter(manifest);
        const { inside, outside, answer } = await paintOnce(inpainter, parameters, undefined, callOf(CALL));
        expect({ outside, warnings: answer.warnings ?? [] }).toEqual({ outside: 0, warnings: [] });
        expect(inside).toBeGreaterThan(500);
      } finally {
        await providers.close();
        await peer.close();
      }
    },
  );
});
