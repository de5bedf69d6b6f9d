import { expect, it } from "vitest";
import type { ModelFigures } from "../../bench/detection/model-figures.ts";
import { peerRows } from "../../bench/detection/peer-rows.ts";
import { measurePeer, PEERS } from "../../bench/detection/peers.ts";

const WEIGHTS = { "yolov8n-face-640": "/weights/yolov8n-face.onnx" };
const figuresOf = (model: string): ModelFigures => ({
  model,
  photos: [
    {
      photo: "a.jpg",
      found: 1,
      spent: { decode: [1], preprocess: [1], inference: [1], postprocess: [1], mask: [1] },
      total: [10, 10, 10, 30],
      bare: [9, 9, 9, 9],
    },
  ],
  peakMiB: 100,
});
const work = { rounds: 1, photos: ["a.jpg"], weights: WEIGHTS };
const answering = async (name: string, stdout: string | null) => {
  const peer = PEERS.find((one) => one.name === name);
  if (peer === undefined) throw new Error(`no peer ${name}`);
  const measure = async () => {
    if (stdout === null) throw new Error("not installed\nand more of it");
    return { stdout };
  };
  return await measurePeer({ ...peer, measure }, work);
};

it("sets YOLO networks beside ultralytics, the attention mesh and selfies beside MediaPipe in Python, with p95", async () => {
  const photo = { "a.jpg": { ms: [20, 20, 20, 50], found: 1 } };
  const tasks = ["ultralytics yolov8n-face-640", "face mesh attention", "selfie"];
  const answer = JSON.stringify(Object.fromEntries(tasks.map((task) => [task, photo])));
  const python = await answering("Python", `Loading the weights\n\n${answer}`);
  const models = ["yolov8n-face-640", "mediapipe_face_mesh_attention", "mediapipe_selfie", "eyes_lips_mesh"];
  expect(peerRows(models.map(figuresOf), [python])).toEqual(
    tasks.map((task, at) => ({
      what: `${models[at]} beside ${task}, Python`,
      ours: "10.0 ms, p95 30.0 ms",
      against: "20.0 ms, p95 50.0 ms, 2.0 x; of bare 2.2 x",
      verdict: true,
    })),
  );
});

it("says in a peer's row why it has no number, and never that a goal was missed", async () => {
  const python = await answering("Python", '\n{"hand":{"error":"not installed"}}');
  const human = await answering("human in Node", null);
  const rows = peerRows([figuresOf("mediapipe_hand"), figuresOf("yolov8n-face-640")], [python, human]);
  expect(rows.map(({ what, against, verdict }) => [what, against, verdict])).toEqual([
    ["mediapipe_hand beside hand, Python", "not installed", undefined],
    ["yolov8n-face-640 beside ultralytics yolov8n-face-640, Python", "no answer", undefined],
    ["mediapipe_hand beside hand, human in Node", "not installed", undefined],
  ]);
});
