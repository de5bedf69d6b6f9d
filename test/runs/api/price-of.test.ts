import { expect, it } from "vitest";
import { createPrices } from "../../../src/runs/api/price-of.ts";

const model = { model: "yolov8n-face", names: ["yolov8n-face", "face_yolov8n", "runware:35@1"], reserved: 0 };

it.each(["yolov8n-face", "face_yolov8n", "runware:35@1"])(
  "a price counts by any name of a model: %s",
  (name) => {
    const priceOf = createPrices(new Map([[name, 0.0006]]));
    expect(priceOf(model)).toBe(0.0006);
    expect(priceOf({ model: "lips", names: ["runware:35@14"], reserved: 0 })).toBe(0);
    expect(priceOf({ model: "lips", names: [], reserved: 0.05 })).toBe(0.05);
  },
);

it("a price by the id comes before one by another name, whatever the capitals of either", () => {
  const prices = new Map([
    ["civitai:1@2", 1],
    ["dreamshaper_8", 2],
  ]);
  expect(createPrices(prices)({ model: "DreamShaper_8", names: ["CIVITAI:1@2"], reserved: 3 })).toBe(2);
});
