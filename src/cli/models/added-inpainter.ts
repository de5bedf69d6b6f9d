import type { AddedSource, InpainterManifest } from "../../contracts/manifest.ts";
import type { ModelLibrary } from "../../detection/weights/model-library.ts";
import { likelyOutputRange } from "../../inpainting/providers/local/network/likely-output-range.ts";
import {
  hardCapabilities,
  readNetworkFacts,
} from "../../inpainting/providers/local/network/network-facts.ts";
import { tryInpainter } from "../../inpainting/providers/local/try-inpainter.ts";
import { createInferencePool } from "../../onnx/inference-pool.ts";
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
 * The manifest of an ONNX inpainter that a user brought, from what its file says and what the user declares. It is run
 * once; where nobody declared what it answers in, that is read off its answer.
 * @throws MODEL_UNREADABLE for what is no such network or does not run, OUTPUT_INVALID for what answers with no picture
 */
export async function addedInpainter(
  onnx: Uint8Array,
  facts: AddedFacts,
  { readWeights }: Pick<ModelLibrary, "readWeights">,
): Promise<InpainterManifest> {
  const pool = createInferencePool({ threads: 1 });
  try {
    const manifest = manifestOf(onnx, facts, facts.outputRange ?? RAW);
    const { shown } = await tryInpainter(manifest, { pool, readWeights });
    const [first] = shown;
    if (facts.outputRange !== undefined || first === undefined) return manifest;
    const { image, mask } = first.request;
    return manifestOf(onnx, facts, likelyOutputRange(image, mask, first.answer));
  } finally {
    await pool.close();
  }
}

function manifestOf(onnx: Uint8Array, facts: AddedFacts, outputRange: Pair): InpainterManifest {
  const { id, file, source, licence, imageRange, maskValues, channels } = facts;
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
