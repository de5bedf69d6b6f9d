import { describe, expect, it, vi } from "vitest";
import { openRemoteProviders } from "../../src/inpainting/providers/remote-providers.ts";
import { remoteCatalogue } from "../../src/runs/remote-catalogue.ts";
import { startA1111Peer } from "../inpainting/providers/a1111/a1111-peer.ts";
import { FAULTS, settingsOf, until } from "../inpainting/providers/http/http-peer.ts";
import { errorOf } from "../onnx/run-model.ts";

const TOOLS = { download: () => Promise.reject(new Error("nothing is downloaded")) };

describe("models of a provider elsewhere", () => {
  it("are what it tells of; where it cannot be asked, the reason is told instead of that there is no such model", async () => {
    const peer = await startA1111Peer();
    const providers = openRemoteProviders([settingsOf({ id: "forge", kind: "a1111", url: peer.url })], TOOLS);
    try {
      peer.fault = { path: "/sdapi/v1/sd-models", act: FAULTS.status(401) };
      const deaf = remoteCatalogue(providers, await providers.refresh());
      expect(await errorOf(() => deaf.inpainters("dreamshaper_8", "forge"))).toMatchObject({
        code: "PROVIDER_UNAVAILABLE",
        message: expect.stringMatching(/^model "dreamshaper_8": provider forge answers 401.*keyFrom/),
      });
      peer.fault = null;
      await providers.all[0]?.refresh?.(AbortSignal.timeout(10_000));
      const known = remoteCatalogue(providers);
      expect(known.inpainters("dreamshaper_8", "forge")).toMatchObject({
        provider: "forge",
        seeded: true,
        paid: false,
      });
      expect(await errorOf(() => known.inpainters("dreamshapr_8", "forge"))).toMatchObject({
        code: "MODEL_UNKNOWN",
        message: expect.stringMatching(
          /Did you mean dreamshaper_8\? It tells of dreamshaper_8\.safetensors \[879/,
        ),
      });
    } finally {
      await providers.close();
      await peer.close();
    }
  });

  it("are those that were known before where a provider does not answer any more", async () => {
    const peer = await startA1111Peer();
    const providers = openRemoteProviders([settingsOf({ id: "forge", kind: "a1111", url: peer.url })], TOOLS);
    try {
      await providers.refresh();
      peer.fault = { path: "/", act: FAULTS.hangs };
      vi.spyOn(performance, "now").mockReturnValue(performance.now() + 60_000);
      expect((await providers.refresh()).size).toBe(0);
      await until(() => peer.requests.length > 2);
      expect(remoteCatalogue(providers).inpainters("dreamshaper_8", "forge").provider).toBe("forge");
    } finally {
      vi.restoreAllMocks();
      await providers.close();
      await peer.close();
    }
  });
});
