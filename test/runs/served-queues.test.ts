import { expect, it } from "vitest";
import type { ProviderSettings } from "../../src/config/provider-settings.ts";
import { servedQueues } from "../../src/runs/served-queues.ts";

const provider = (id: string, concurrency: number) => ({
  id,
  settings: { concurrency } as ProviderSettings,
});
const providers = [provider("farm", 25), provider("comfy", 1)];

it("a worker that is told nothing serves every queue, those of providers with the providers' own numbers", () => {
  expect(servedQueues([], 4, providers)).toEqual({
    masking: 4,
    "inpainting-local": 4,
    outside: 8,
    "inpainting-farm": 25,
    "inpainting-comfy": 1,
  });
});

it("it serves those that it is told, in whatever order and however often", () => {
  expect(servedQueues(["inpainting-farm", "masking", "masking"], 2, providers)).toEqual({
    masking: 2,
    "inpainting-farm": 25,
  });
});

it("inpainting stands for all queues of that kind", () => {
  expect(Object.keys(servedQueues(["inpainting"], 2, providers))).toEqual([
    "inpainting-local",
    "inpainting-farm",
    "inpainting-comfy",
  ]);
});

it("a queue that nobody has is refused with those that there are, and the one that was meant", () => {
  expect(() => servedQueues(["inpainting-fram"], 2, providers)).toThrow(
    /queue inpainting-fram: expected some of inpainting, masking, .*inpainting-comfy\. Did you mean inpainting-farm\?/,
  );
  expect(() => servedQueues(["constructor"], 2, [])).toThrow(/queue constructor/);
});
