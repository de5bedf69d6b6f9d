/** What is drawn over the picture. */
export interface Layers {
  readonly boxes: boolean;
  readonly mask: boolean;
  readonly points: boolean;
  readonly crops: boolean;
}

export const LAYER_TITLES: readonly { readonly name: keyof Layers; readonly title: string }[] = [
  { name: "boxes", title: "Boxes" },
  { name: "mask", title: "Mask" },
  { name: "points", title: "Points" },
  { name: "crops", title: "Crops" },
];

export const FIRST_LAYERS: Layers = { boxes: true, mask: true, points: false, crops: false };
