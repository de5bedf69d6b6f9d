import type { HandPipeline } from "../../contracts/manifest.ts";
import type { Found } from "../../image/detection-shape.ts";
import { boxAround, pointsInPicture } from "../sampling/region-points.ts";
import { defineRegionLook, type FirstFind } from "../stages/region-look.ts";

const POINTS = 21;
/** MediaPipe divides the depths by this, to account for those of the training data (hand_landmark graph). */
const DEPTH_SCALE = 0.4;

type Hand = Omit<Found, "label" | "score" | "stages"> & {
  readonly score: number;
  readonly stages: { readonly detector: number; readonly presence: number };
};

/** The hand around a palm; points even where there is none, so presence has to be asked. */
export const handLook = defineRegionLook(
  import.meta.url,
  "handLook",
  (output, { find, rule: { landmarks, outputs } }: { find: FirstFind; rule: HandPipeline }): Hand => {
    const { input } = landmarks;
    const presence = output(outputs.presence, 1)[0] as number;
    // MediaPipe calls this "left", since it takes pictures for mirrored ones.
    const right = (output(outputs.handedness, 1)[0] as number) > 0.5;
    const points = pointsInPicture(
      output(outputs.landmarks, 3 * POINTS),
      { count: POINTS, stride: 3, inputSize: input.width, depthScale: DEPTH_SCALE },
      find.region,
    );
    return {
      box: boxAround(points),
      score: find.score * presence,
      landmarks: points,
      handedness: right ? "right" : "left",
      roll: (find.region.angle * 180) / Math.PI,
      stages: { detector: find.score, presence },
    };
  },
);
