import { describe, expect, it } from "vitest";
import { importPytorch } from "../../../src/onnx/pytorch/import-pytorch.ts";
import { errorOf } from "../run-model.ts";
import {
  checkpointFile,
  createStorages,
  moduleCode,
  smallCheckpoint,
  smallModel,
} from "./checkpoint-file.ts";
import { type Code, pickle } from "./pickle-file.ts";
import { type ZipEntry, zipFile } from "./zip-file.ts";

const bytes = (text: string, length = 600): Uint8Array => {
  const whole = Buffer.alloc(length);
  whole.write(text, "latin1");
  return whole;
};

function tar(): Uint8Array {
  const whole = bytes("sys_info");
  whole.set(Buffer.from("ustar"), 257);
  return whole;
}

const entry = (name: string, data: Uint8Array = Buffer.from("3")): ZipEntry => ({ name, data });
const torchScript = (): Uint8Array =>
  zipFile([
    entry("model/data.pkl", pickle.file(pickle.none)),
    entry("model/constants.pkl"),
    entry("model/code/__torch__.py"),
  ]);

const stateDict = (wrap: (weights: Code) => Code): Uint8Array => {
  const storages = createStorages();
  const weights = pickle.dict({ "model.0.conv.weight": storages.floats([2], () => 1) });
  return checkpointFile(wrap(weights), storages);
};

it.each<[string, Uint8Array, RegExp]>([
  ["an empty file", new Uint8Array(), /got an empty file; download it again/],
  [
    "a checkpoint from before PyTorch 1.6",
    bytes("\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.\x80"),
    /before 1\.6; load it and save/,
  ],
  ["a bare pickle", pickle.file(pickle.none), /got a bare pickle/],
  ["a tar archive", tar(), /got a tar archive, the oldest format of PyTorch/],
  [
    "safetensors",
    bytes('\x40\0\0\0\0\0\0\0{"weight":{}}'),
    /got a safetensors file: weights without the network/,
  ],
  ["ONNX", bytes("\x08\x08\x12\x08maskloom"), /got an ONNX file; give it a name that ends in \.onnx/],
  ["HDF5", bytes("\x89HDF\r\n"), /got an HDF5 file/],
  ["a web page", bytes("<!DOCTYPE html>"), /got a web page in place of the file/],
  ["a Git LFS pointer", bytes("version https://git-lfs.example/spec/v1"), /got a Git LFS pointer/],
  ["nothing that is known", bytes("BOINK"), /600 bytes in no known format/],
  ["another zip archive", zipFile([entry("word/document.xml")]), /a zip archive with 0 data\.pkl/],
  ["TorchScript", torchScript(), /got a TorchScript archive/],
  ["a state dict", stateDict((weights) => weights), /weights alone, without the network \(a state dict\)/],
  [
    "a state dict of a training",
    stateDict((weights) => pickle.dict({ epoch: pickle.int(3), state_dict: weights })),
    /weights alone/,
  ],
  [
    "a state dict in the model's place",
    stateDict((weights) => pickle.dict({ model: weights, ema: pickle.none })),
    /weights alone/,
  ],
  [
    "a dict of other things",
    checkpointFile(pickle.dict({ epoch: pickle.int(3) }), createStorages()),
    /a checkpoint without a model: dict/,
  ],
  [
    "a model of another library",
    checkpointFile(moduleCode("torchvision.models.resnet.ResNet", {}), createStorages()),
    /a model of another library \(a torchvision\.models\.resnet\.ResNet\)/,
  ],
  [
    "a model of PyTorch's own parts",
    checkpointFile(moduleCode("torch.nn.modules.container.Sequential", {}), createStorages()),
    /a model of another kind \(a torch\.nn\.modules\.container\.Sequential\)/,
  ],
])("says of %s what it is, and what to do", async (_, file, message) => {
  const error = await errorOf(() => importPytorch(file, "given.pt"));
  expect(error).toMatchObject({ code: "MODEL_UNREADABLE", message: expect.stringMatching(message) });
  expect(error).toMatchObject({
    message: expect.stringMatching(/^model given\.pt: expected a checkpoint of .*, got .*; /),
  });
});

describe("a model of Ultralytics that finds other things", () => {
  it.each(["Pose", "OBB", "Classify", "RTDETRDecoder", "v10Detect", "WorldDetect"])(
    "is refused by its head %s",
    async (type) => {
      const file = smallCheckpoint({ head: { type: `ultralytics.nn.modules.head.${type}` } });
      const error = await errorOf(() => importPytorch(file, "given.pt"));
      expect(error).toMatchObject({
        code: "MODEL_UNREADABLE",
        message: expect.stringMatching(/expected a model that detects or segments/),
      });
    },
  );

  it("is refused where its head answers end to end", async () => {
    const modules = { one2one_cv2: moduleCode("torch.nn.modules.container.ModuleList", {}) };
    const error = await errorOf(() => importPytorch(smallCheckpoint({ head: { modules } }), "given.pt"));
    expect(error).toMatchObject({ message: expect.stringMatching(/already suppressed \(end to end\)/) });
  });
});

describe("what older and other writers leave out or write otherwise", () => {
  it("takes the averaged weights where there are some, and a bare model", async () => {
    const storages = createStorages();
    const value = pickle.dict({ model: pickle.none, ema: smallModel({ storages }) });
    await expect(importPytorch(checkpointFile(value, storages), "ema")).resolves.toBeInstanceOf(Uint8Array);
    const bare = createStorages();
    const file = checkpointFile(smallModel({ storages: bare }), bare);
    await expect(importPytorch(file, "bare")).resolves.toBeInstanceOf(Uint8Array);
  });

  it("reads heads and layers from the paths that the first releases had", async () => {
    const file = smallCheckpoint({ head: { type: "ultralytics.nn.modules.Detect" } });
    await expect(importPytorch(file, "old")).resolves.toBeInstanceOf(Uint8Array);
  });
});
