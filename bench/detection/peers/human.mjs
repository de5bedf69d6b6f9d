import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import sharp from "sharp";
import { serveFolder } from "./peer-tools.mjs";

/* @vladmandic/human in Node with its WebAssembly backend: the fastest of its backends that needs no native build. */

const installed = path.join(import.meta.dirname, "node_modules");
const home = path.join(installed, "@vladmandic/human");
const wasm = path.join(installed, "@tensorflow/tfjs-backend-wasm/dist");
const human = createRequire(import.meta.url)(path.join(home, "dist/human.node-wasm.js"));
const models = await serveFolder(path.join(home, "models"));

const OFF = { enabled: false };
const face = (detector, mesh) => ({
  enabled: true,
  detector: {
    modelPath: "blazeface.json",
    maxDetected: 20,
    minConfidence: 0.25,
    rotation: mesh,
    ...detector,
  },
  mesh: mesh ? { enabled: true, modelPath: "facemesh.json" } : OFF,
  iris: OFF,
  emotion: OFF,
  description: OFF,
  antispoof: OFF,
  liveness: OFF,
  attention: OFF,
});
const TASKS = {
  face: { face: face({}, false), hand: OFF, body: OFF },
  "face mesh": { face: face({}, true), hand: OFF, body: OFF },
  hand: {
    face: OFF,
    hand: {
      enabled: true,
      maxDetected: 20,
      detector: { modelPath: "handtrack.json" },
      skeleton: { modelPath: "handlandmark-lite.json" },
    },
    body: OFF,
  },
  "pose without mask": { face: OFF, hand: OFF, body: { enabled: true, modelPath: "movenet-lightning.json" } },
};

const [rounds, ...photos] = process.argv.slice(2);
const answer = {};
for (const [task, parts] of Object.entries(TASKS)) {
  const detector = new human.Human({
    backend: "wasm",
    wasmPath: `${wasm}/`,
    modelBasePath: models.url,
    async: false,
    cacheSensitivity: 0,
    debug: false,
    filter: OFF,
    gesture: OFF,
    object: OFF,
    segmentation: OFF,
    ...parts,
  });
  await detector.load();
  for (const photo of photos) {
    const { data, info } = await sharp(readFileSync(photo))
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const tensor = detector.tf.tensor(new Uint8Array(data), [1, info.height, info.width, 3], "float32");
    const times = [];
    let found = 0;
    for (let round = 0; round < Number(rounds) + 2; round++) {
      const start = performance.now();
      const result = await detector.detect(tensor);
      times.push(performance.now() - start);
      found = result.face.length + result.hand.length + result.body.length;
    }
    tensor.dispose();
    answer[task] ??= {};
    answer[task][path.basename(photo)] = { ms: times.slice(2), found };
  }
}
models.close();
process.stdout.write(`${JSON.stringify(answer)}\n`);
