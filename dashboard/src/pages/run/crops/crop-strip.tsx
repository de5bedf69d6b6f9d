import { Thumbnail } from "../../../components/thumbnail.tsx";
import { Strip, StripFrame } from "../strip/strip.tsx";
import type { ShownCrop } from "./shown-crops.ts";

interface CropStripProps {
  readonly crops: readonly ShownCrop[];
  readonly shown: ShownCrop;
  /** From 1. */
  readonly onChoose: (number: number) => void;
}

const SIZE = 64;

/** All crops, small, as they came back. */
export function CropStrip({ crops, shown, onChoose }: CropStripProps) {
  return (
    <Strip label="Crops">
      {crops.map(({ title, crop }, at) => (
        <StripFrame
          key={title}
          title={title}
          isChosen={title === shown.title}
          isBad={crop.error !== null}
          onChoose={() => onChoose(at + 1)}
        >
          <Thumbnail artifact={crop.received ?? crop.sent} alt="" size={SIZE} />
        </StripFrame>
      ))}
    </Strip>
  );
}
