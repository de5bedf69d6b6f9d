/** Half-open [x0, y0, x1, y1) in pixels. */
export type RegionBox = readonly [number, number, number, number];

interface Run {
  readonly from: number;
  readonly to: number;
  readonly root: number;
}

/** Regions that are no larger than this are joined to others or dropped by the inpainting, so they are not shown. */
const LEAST_PIXELS = 16;

/**
 * The boxes of the parts of a mask that hang together, corners included: each is zoomed into by itself. `values` holds a
 * sample every `stride` bytes. Rows are cut into runs, and runs that touch are of one region (union by smaller index).
 */
export function findRegions(
  values: Uint8ClampedArray,
  width: number,
  height: number,
  stride: number,
): RegionBox[] {
  const parents: number[] = [];
  const boxes: [number, number, number, number][] = [];
  const sizes: number[] = [];
  const rootOf = (index: number): number => {
    let root = index;
    while (parents[root] !== root) root = parents[root] ?? root;
    return root;
  };
  let above: Run[] = [];
  for (let y = 0; y < height; y++) {
    const runs: Run[] = [];
    for (const [from, to] of runsOf(values, y * width, width, stride)) {
      const root = parents.length;
      parents.push(root);
      boxes.push([from, y, to, y + 1]);
      sizes.push(to - from);
      for (const other of above)
        if (other.from <= to && other.to >= from) join(rootOf(other.root), rootOf(root));
      runs.push({ from, to, root });
    }
    above = runs;
  }
  return boxes.filter((_, index) => parents[index] === index && (sizes[index] ?? 0) >= LEAST_PIXELS);

  function join(a: number, b: number): void {
    const [kept, gone] = a < b ? [a, b] : [b, a];
    const [one, other] = [boxes[kept], boxes[gone]];
    if (kept === gone || one === undefined || other === undefined) return;
    parents[gone] = kept;
    sizes[kept] = (sizes[kept] ?? 0) + (sizes[gone] ?? 0);
    boxes[kept] = [
      Math.min(one[0], other[0]),
      Math.min(one[1], other[1]),
      Math.max(one[2], other[2]),
      Math.max(one[3], other[3]),
    ];
  }
}

function* runsOf(
  values: Uint8ClampedArray,
  start: number,
  width: number,
  stride: number,
): Generator<[number, number]> {
  let from = -1;
  for (let x = 0; x <= width; x++) {
    const isInside = x < width && (values[(start + x) * stride] ?? 0) > 0;
    if (isInside && from < 0) from = x;
    if (!isInside && from >= 0) {
      yield [from, x];
      from = -1;
    }
  }
}

/** The inpainter sees this much of the surroundings in any case. */
const LEAST_MARGIN = 10;

/** What is cut out around a region for an inpainter that takes any shape; within the picture. */
export function cropAround(box: RegionBox, margin: number, width: number, height: number): RegionBox {
  const grown = Math.max(margin, LEAST_MARGIN);
  const [x0, y0, x1, y1] = box;
  return [
    Math.max(0, x0 - grown),
    Math.max(0, y0 - grown),
    Math.min(width, x1 + grown),
    Math.min(height, y1 + grown),
  ];
}
