import { createHash } from "node:crypto";
import { z } from "zod";
import { detectorManifests, namesOf } from "../../../../models/registry.ts";
import type { ProviderSettings } from "../../../config/provider-settings.ts";
import { type InpainterManifest, SoftCapability } from "../../../contracts/manifest.ts";
import type { ConfiguredModel } from "../../../contracts/provider.ts";
import { MaskloomError, parseAs } from "../../../errors.ts";
import { openChannel } from "../../../protocol/client/open-channel.ts";
import type { UploadMemory } from "../../../protocol/client/uploads.ts";
import { whereKeyIsSet } from "../../../provider-remedy.ts";
import type { RemoteProvider } from "../provider-instance.ts";
import type { Download } from "./answer-picture.ts";
import { createRunwareDetector } from "./runware-detector.ts";
import { createRunwareInpainter } from "./runware-inpainter.ts";
import { createRunwarePeer } from "./runware-peer.ts";
import { checkGeneration, RequestForm } from "./runware-request.ts";

/** What is remembered of the pictures that a peer has got. @param place digest of its address and account */
export type UploadMemories = (place: string) => UploadMemory;

const RunwareOptions = z.strictObject({ form: RequestForm.default("flat") });

/** `source:family@version`: models of the API are named so, and it has more of them than anybody could list. */
const AIR = /^[\w.-]+:[\w.-]+@[\w.-]+$/;

/** What the API takes where nobody says otherwise. */
const USUAL = { nativeSize: 1024, maxSide: 2048, multipleOf: 64 } as const;

/** The Runware API, or whoever speaks its protocol, such as another Maskloom. */
export function createRunwareProvider(
  settings: ProviderSettings,
  { download, uploads }: { readonly download: Download; readonly uploads?: UploadMemories },
): RemoteProvider {
  const { id, url, key, keyFrom, models } = settings;
  const { form } = parseAs(RunwareOptions, settings.options, `configuration: provider ${id}: options`);
  const channel = openChannel({ who: `provider ${id}`, url, key });
  const peer = createRunwarePeer(settings, channel, form, download, uploads?.(placeOf(settings)));
  const manifests = models.map((model) => manifestOf(settings, model));
  return {
    id,
    kind: "runware",
    settings,
    takes: ["native"],
    manifests,
    findInpainter(model) {
      const wanted = model.toLowerCase();
      const configured = manifests.find((manifest) => manifest.id.toLowerCase() === wanted);
      if (configured !== undefined) return configured;
      return AIR.test(model) ? manifestOf(settings, { model }) : null;
    },
    findDetector(model) {
      const wanted = model.toLowerCase();
      const named = detectorManifests.find((one) =>
        namesOf(one).some((name) => name.toLowerCase() === wanted),
      );
      return named?.air === undefined ? null : createRunwareDetector(named, named.air, peer);
    },
    checkParameters: (_, parameters) => checkGeneration(parameters),
    createInpainter: (manifest) => createRunwareInpainter(manifest, peer),
    async test(signal) {
      if (key === undefined && keyFrom !== undefined) {
        throw new MaskloomError(
          "PROVIDER_REFUSED",
          `provider ${id}: it has no key: ${whereKeyIsSet(keyFrom)}`,
        );
      }
      const began = performance.now();
      await channel.greet(signal);
      return {
        milliseconds: Math.round(performance.now() - began),
        says: key === undefined ? "it lets us in without a key" : "it takes the key",
        models: manifests.map((manifest) => manifest.id),
      };
    },
    close: () => channel.close(),
  };
}

/** Whose address and account it is: what was uploaded there is there for nobody else. */
function placeOf({ url, key }: ProviderSettings): string {
  return createHash("sha256")
    .update(`${url}\n${key ?? ""}`)
    .digest("hex");
}

function manifestOf({ id, paid }: ProviderSettings, configured: ConfiguredModel): InpainterManifest {
  const {
    model,
    nativeSize = USUAL.nativeSize,
    maxSide = USUAL.maxSide,
    multipleOf = USUAL.multipleOf,
  } = configured;
  return {
    kind: "inpainter",
    id: model,
    provider: id,
    description: `${model} by the API of the provider ${id}.`,
    capabilities: {
      hard: { mask: true, nativeSize, maxSide, multipleOf, aspect: null, answerScales: [1] },
      soft: [...SoftCapability.options],
      generative: true,
      edgeGuard: true,
      precision: "uint8",
      paid,
    },
    sources: [],
    licence: "as its publisher says",
  };
}
