import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { providersOf } from "../../../src/config/provider-settings.ts";
import type { ProviderEntry } from "../../../src/contracts/provider.ts";
import {
  openRemoteProviders,
  type RemoteProviders,
} from "../../../src/inpainting/providers/remote-providers.ts";
import { remoteCatalogue } from "../../../src/runs/remote-catalogue.ts";

const TOOLS = { download: () => Promise.reject(new Error("nothing is downloaded")) };
const AIR = "runware:101@1";
const farm = (id: string, more: Partial<ProviderEntry> = {}): ProviderEntry => ({
  id,
  kind: "runware",
  url: `ws://${id}:8787/v1`,
  group: "farm",
  paid: false,
  ...more,
});

describe("a group of providers", () => {
  let providers: RemoteProviders;
  beforeAll(() => {
    const entries = [
      farm("big", { concurrency: 3, models: [{ model: "mine:1@1", maxSide: 2048, multipleOf: 64 }] }),
      farm("small", { models: [{ model: "mine:1@1", maxSide: 1024, multipleOf: 48 }, "only:1@1"] }),
      farm("api", { paid: true, when: "queueWait > 600s" }),
    ];
    providers = openRemoteProviders(providersOf(entries, {}), TOOLS);
  });
  afterAll(() => providers?.close());
  const group = () => providers.find("farm");

  it("can do what each of its instances can do", () => {
    expect(group()?.findInpainter("mine:1@1")?.capabilities.hard).toMatchObject({
      maxSide: 1024,
      multipleOf: 192,
    });
    expect(group()?.findInpainter("mine:1@1")?.provider).toBe("farm");
    expect(group()?.findInpainter("not an AIR")).toBeNull();
    expect(group()?.manifests.map(({ id }) => id)).toEqual(["mine:1@1", "only:1@1"]);
    expect(group()?.findDetector?.("runware:35@1")?.model).toBe("runware:35@1");
  });

  it("is resolved like a provider, and costs money where one of its instances does", () => {
    const catalogue = remoteCatalogue(providers);
    expect(catalogue.inpainters(AIR, "farm")).toMatchObject({ provider: "farm", model: AIR, paid: true });
    /* Its kind stands for the same instances, but nobody who names no provider is led to one that is paid. */
    expect(catalogue.anywhere("inpainters", AIR)).toMatchObject({ provider: "big", paid: false });
  });

  it("is what auto means, where all that stand side by side cost nothing", () => {
    const free = openRemoteProviders(providersOf([farm("big"), farm("small")], {}), TOOLS);
    expect(remoteCatalogue(free).anywhere("inpainters", AIR)).toMatchObject({
      provider: "farm",
      paid: false,
    });
  });

  it("keeps the tasks of one more call in hand for each of its slots", () => {
    expect(group()?.settings).toMatchObject({
      id: "farm",
      concurrency: 2 * (3 + 4 + 4),
      paid: true,
      maxCost: {},
    });
  });
});
