import { expect, it } from "vitest";
import {
  maskTensor,
  pictureTensor,
  readPicture,
} from "../../../../../src/inpainting/providers/local/network/picture-tensor.ts";

/** Two pixels: 10, 20, 30 and 40, 50, 60. */
const picture = { width: 2, height: 1, channels: 3, data: Float32Array.of(10, 20, 30, 40, 50, 60) } as const;
const bytes = { name: "image", type: "uint8", range: [0, 255] } as const;

it("a picture's colours become planes, in the order that the network takes", () => {
  const planes = (channels: "RGB" | "BGR") => pictureTensor(picture, { ...bytes, range: [0, 255], channels });
  expect(planes("RGB")).toEqual({
    type: "uint8",
    dims: [1, 3, 1, 2],
    data: Uint8Array.of(10, 40, 20, 50, 30, 60),
  });
  expect(planes("BGR").data).toEqual(Uint8Array.of(30, 60, 20, 50, 10, 40));
});

it("and planes become colours again, from whatever values the network answers in", () => {
  const data = Float32Array.of(1, 0, -1, 0.5, 0, 0);
  const read = (channels: "RGB" | "BGR") =>
    readPicture(
      { type: "float32", dims: [1, 3, 1, 2], data },
      picture,
      { name: "o", range: [-1, 1] },
      channels,
    );
  expect(read("RGB")?.data).toEqual(Float32Array.of(255, 0, 127.5, 127.5, 191.25, 127.5));
  expect(read("BGR")?.data).toEqual(Float32Array.of(127.5, 0, 255, 127.5, 191.25, 127.5));
  expect(
    readPicture({ type: "float32", dims: [1, 3, 2, 1], data }, picture, { name: "o", range: [-1, 1] }, "RGB"),
  ).toBeNull();
});

it("overshoot is clipped on the way in: a network has not seen what is whiter than white", () => {
  const bright = { ...picture, data: Float32Array.of(300, -20, 0, 255, 0, 0) };
  const { data } = pictureTensor(bright, { name: "i", type: "float32", range: [-1, 1], channels: "RGB" });
  expect(data).toEqual(Float32Array.of(1, 1, -1, -1, -1, -1));
});

it("a mask may say keep with the larger value", () => {
  const mask = { width: 3, height: 1, data: Uint8Array.of(0, 1, 255) };
  expect(maskTensor(mask, { name: "m", type: "uint8", keep: 255, repaint: 0 })).toEqual({
    type: "uint8",
    dims: [1, 1, 1, 3],
    data: Uint8Array.of(255, 0, 0),
  });
});
