import { expect, it } from "vitest";
import { providersOf } from "../../../src/config/provider-settings.ts";
import { requireProvider } from "../../../src/runs/providers/require-provider.ts";

const box = (id: string, group?: string) => ({
  id,
  kind: "comfyui",
  url: `http://${id}:8188`,
  ...(group === undefined ? {} : { group }),
});
const SETTINGS = providersOf([box("comfy", "farm"), box("comfy-2", "farm"), box("spare")], {});

it.each(["comfy", "comfy-2", "spare", "farm", "comfyui", "auto", "local"])(
  "a provider is known by its id, its group and its kind: %s",
  (named) => {
    expect(() => requireProvider(SETTINGS, named)).not.toThrow();
  },
);

it.each([
  ["spar", /got spar\. Did you mean spare\?/],
  ["frm", /got frm\. Did you mean farm\?/],
  [
    "nobody",
    /^provider: expected a configured provider \(local, comfy, comfy-2, spare, farm, comfyui\), got nobody\./,
  ],
])("another is refused with the one that was probably meant: %s", (named, message) => {
  expect(() => requireProvider(SETTINGS, named)).toThrow(
    expect.objectContaining({ code: "PROVIDER_UNAVAILABLE", message: expect.stringMatching(message) }),
  );
});
