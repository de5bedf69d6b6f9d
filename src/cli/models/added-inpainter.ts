import type { AddedSource, InpainterManifest } from "../../contracts/manifest.ts";
import {
  hardCapabilities,
  readNetworkFacts,
} from "../../inpainting/providers/local/network/network-facts.ts";
import { readOnnxHeader } from "../../onnx/read-onnx.ts";

type Pair = readonly [number, number];

/** What a user says of a network that its file does not. */
export interface NetworkOptions {
  readonly imageRange?: Pair;
  readonly outputRange?: Pair;
  readonly maskValues?: Pair;
  readonly channels?: "rgb" | "bgr";
}

interface AddedFacts extends NetworkOptions {
  readonly id: string;
  /** What the file was called. */
  readonly file: string;
  readonly source: AddedSource;
  readonly licence: string;
}

/** What the network's own values are, as long as nobody has seen an answer. */
const RAW: Pair = [0, 255];

/**
 * The manifest of an ONNX inpainter that a user brought, from what its file says and what the user declares.
 * @param answersIn what was read off its answer, where nobody declared what that is in; null before it was run
 * @throws MODEL_UNREADABLE for what is no such network
 */
export function addedInpainter(
  onnx: Uint8Array,
  facts: AddedFacts,
  answersIn: Pair | null,
): InpainterManifest {
  const { id, file, source, licence, imageRange, maskValues, channels } = facts;
  const outputRange = facts.outputRange ?? answersIn ?? RAW;
  const network = readNetworkFacts(
    readOnnxHeader(onnx, file),
    source,
    { imageRange, outputRange, maskValues, channels: channels === "bgr" ? "BGR" : "RGB" },
    file,
  );
  const { size } = network;
  const shape = size === null ? "of any size" : `of ${size[0]} × ${size[1]}`;
  return {
    kind: "inpainter",
    id: `local:${id}`,
    slug: id,
    provider: "local",
    description: `Repaints what the mask covers, in crops ${shape}; from ${file}.`,
    capabilities: {
      hard: hardCapabilities(network),
      soft: [],
      generative: true,
      edgeGuard: true,
      precision: network.image.type === "uint8" ? "uint8" : "float",
      paid: false,
    },
    sources: [],
    network,
    licence,
  };
}
