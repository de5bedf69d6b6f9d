import { readFile } from "node:fs/promises";
import path from "node:path";
import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { readConfig } from "../../src/config/config.ts";
import type * as opening from "../../src/detection/detection-picture.ts";
import type * as detectors from "../../src/detection/detector.ts";
import type { Detector } from "../../src/detection/detector.ts";
import type * as masks from "../../src/detection/masks/mask-detections.ts";
import type * as libraries from "../../src/detection/weights/model-library.ts";
import { DEFAULT_LIMITS } from "../../src/image/limits.ts";
import type * as pools from "../../src/onnx/inference-pool.ts";
import type { InferencePool } from "../../src/onnx/inference-pool.ts";
import type { LoadedModel } from "../../src/onnx/loaded-model.ts";
import type { ThreadModels } from "../../src/onnx/procedure.ts";
import type { Tensors } from "../../src/onnx/tensor.ts";
import { built } from "../built.ts";
import type { ModelFigures, PhotoFigures } from "./model-figures.ts";

const { openPicture } = await built<typeof opening>("detection/detection-picture.ts");
const { createDetector } = await built<typeof detectors>("detection/detector.ts");
const { maskDetections } = await built<typeof masks>("detection/masks/mask-detections.ts");
const { createModelLibrary } = await built<typeof libraries>("detection/weights/model-library.ts");
const { createInferencePool } = await built<typeof pools>("onnx/inference-pool.ts");

/*
 * One model in a process of its own, so that its peak memory is its own: measure-model <id> <rounds> <photo…>.
 * Ours and bare `session.run` of the same graphs with the same inputs take turns, one thread each.
 */

const [id = "", roundsText = "", ...photos] = process.argv.slice(2);
const { home, models } = readConfig();
const cacheFolder = path.join(home, "models");
const library = createModelLibrary(models.folder);
/** What the networks themselves cost; tiles have a table of their own. */
const WHOLE = { tiling: "off" } as const;
const rounds = Number(roundsText);
const WARM_UP = 3;
const MASK = { maskPadding: 4, maskBlur: 4, invert: false } as const;

interface Run {
  readonly model: LoadedModel;
  readonly inputs: Tensors;
}

/** Notes what a picture makes the networks do, by doing it once more here. */
function recording(pool: InferencePool): { pool: InferencePool; runs: Run[]; on: boolean } {
  const state = { pool, runs: [] as Run[], on: false };
  const models: ThreadModels = {
    async run(model, { name, dims }, fill) {
      const data = new Float32Array(dims.reduce((product, side) => product * side, 1));
      fill(data);
      const inputs: Tensors = { [name]: { type: "float32", dims, data } };
      state.runs.push({ model, inputs });
      return (await pool.run(model, structuredClone(inputs))).outputs;
    },
  };
  state.pool = {
    ...pool,
    async call(procedure, args, signal) {
      const answer = await pool.call(procedure, args, signal);
      if (state.on) await procedure.work(args, models);
      return answer;
    },
  };
  return state;
}

const sessions = new Map<string, InferenceSession>();

async function bareMs(runs: readonly Run[]): Promise<number> {
  let spent = 0;
  for (const { model, inputs } of runs) {
    const options = { intraOpNumThreads: 1, interOpNumThreads: 1 } as const;
    const session = sessions.get(model.key) ?? (await InferenceSession.create(model.bytes.slice(), options));
    sessions.set(model.key, session);
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, { type, data, dims }]) => [name, new OrtTensor(type, data, dims)]),
    );
    const start = performance.now();
    await session.run(feeds);
    spent += performance.now() - start;
  }
  return spent;
}

const times = (): number[] => [];

async function measurePhoto(photo: string, detector: Detector, recorder: ReturnType<typeof recording>) {
  const bytes = await readFile(photo);
  const spent = {
    decode: times(),
    preprocess: times(),
    inference: times(),
    postprocess: times(),
    mask: times(),
  };
  const [total, bare] = [times(), times()];
  let found = 0;
  for (let round = -WARM_UP; round < rounds; round++) {
    recorder.runs.length = 0;
    recorder.on = round === -1;
    const begun = performance.now();
    const { pixels: picture } = await openPicture(bytes, DEFAULT_LIMITS);
    const decoded = performance.now();
    const { detections, ms } = await detector.detect(picture, WHOLE);
    const detected = performance.now();
    maskDetections(picture, detections, detector.manifest, MASK);
    const masked = performance.now();
    recorder.on = false;
    found = detections.length;
    if (round === -1) known.set(photo, [...recorder.runs]);
    if (round < 0) continue;
    spent.decode.push(decoded - begun);
    spent.preprocess.push(ms.preprocess);
    spent.inference.push(ms.inference);
    spent.postprocess.push(ms.postprocess);
    spent.mask.push(masked - detected);
    total.push(detected - decoded);
    bare.push(await bareMs(known.get(photo) ?? []));
  }
  return { photo: path.basename(photo), found, spent, total, bare } satisfies PhotoFigures;
}

const known = new Map<string, Run[]>();

const recorder = recording(createInferencePool({ threads: 1, cacheFolder }));
const detector = await createDetector(id, recorder.pool, library);
const measured: PhotoFigures[] = [];
for (const photo of photos) measured.push(await measurePhoto(photo, detector, recorder));
await recorder.pool.close();
const figures: ModelFigures = {
  model: id,
  photos: measured,
  peakMiB: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
