import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { serveFolder } from "./peer-tools.mjs";

/* The official MediaPipe solutions in headless Chromium, with inference on the CPU like ours. */

const SOLUTIONS = {
  "face short": {
    file: "face_detection/face_detection.js",
    name: "FaceDetection",
    options: { model: "short" },
  },
  "face full": {
    file: "face_detection/face_detection.js",
    name: "FaceDetection",
    options: { model: "full" },
  },
  "face mesh": { file: "face_mesh/face_mesh.js", name: "FaceMesh", options: { maxNumFaces: 20 } },
  "face mesh attention": {
    file: "face_mesh/face_mesh.js",
    name: "FaceMesh",
    options: { maxNumFaces: 20, refineLandmarks: true },
  },
  hand: { file: "hands/hands.js", name: "Hands", options: { maxNumHands: 20, modelComplexity: 1 } },
  person: {
    file: "pose/pose.js",
    name: "Pose",
    options: { modelComplexity: 1, smoothLandmarks: false, enableSegmentation: true },
  },
  selfie: {
    file: "selfie_segmentation/selfie_segmentation.js",
    name: "SelfieSegmentation",
    options: { modelSelection: 0 },
  },
};

/** Runs in the page: each photo is a new picture to the graph, as it is to a folder of pictures. */
async function measure({ solution, photos, rounds }) {
  const answer = {};
  const folder = `/${solution.file.slice(0, solution.file.lastIndexOf("/"))}`;
  const graph = new globalThis[solution.name]({ locateFile: (file) => `${folder}/${file}` });
  graph.setOptions({ ...solution.options, selfieMode: false, useCpuInference: true });
  await graph.initialize();
  let last = null;
  graph.onResults((results) => {
    last = results;
  });
  for (const { name, url } of photos) {
    const image = new Image();
    image.src = url;
    await image.decode();
    const times = [];
    for (let round = 0; round < rounds + 2; round++) {
      graph.reset();
      const start = performance.now();
      await graph.send({ image });
      times.push(performance.now() - start);
    }
    const lists = [last.detections, last.multiFaceLandmarks, last.multiHandLandmarks];
    const found =
      lists.find((list) => list !== undefined)?.length ??
      (last.poseLandmarks || last.segmentationMask ? 1 : 0);
    answer[name] = { ms: times.slice(2), found };
  }
  return answer;
}

const [rounds, packages, ...photos] = process.argv.slice(2);
const pages = Object.fromEntries(photos.map((photo, at) => [`photo-${at}`, readFileSync(photo)]));
for (const [at, { file }] of Object.values(SOLUTIONS).entries()) {
  pages[`page-${at}.html`] = `<!doctype html><script src="/${file}" crossorigin="anonymous"></script>`;
}
const server = await serveFolder(packages, pages);
const profile = await mkdtemp(path.join(tmpdir(), "maskloom-bench-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  headless: true,
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
  ],
});
const answer = {};
for (const [at, [task, solution]] of Object.entries(SOLUTIONS).entries()) {
  const page = await browser.newPage();
  await page.goto(`${server.url}page-${at}.html`);
  const given = photos.map((photo, index) => ({ name: path.basename(photo), url: `/photo-${index}` }));
  answer[task] = await page
    .evaluate(measure, { solution, photos: given, rounds: Number(rounds) })
    .catch((error) => ({ error: String(error) }));
  await page.close();
}
await browser.close();
await rm(profile, { recursive: true, force: true });
server.close();
process.stdout.write(`${JSON.stringify(answer)}\n`);
