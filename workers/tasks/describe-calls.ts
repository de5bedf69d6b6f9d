import type { GenerationParameters } from "../../src/contracts/tasks.ts";
import type { Inpainter } from "../../src/inpainting/inpainter.ts";

/** What a task asked of a provider that costs money. */
interface PaidCalls {
  readonly calls: number;
  /** USD. */
  readonly total: number;
  /** Candidates that came of it. */
  readonly pictures: number;
  readonly maskMargin?: number | undefined;
  readonly generation: GenerationParameters;
}

/** Whoever could zoom by itself takes the price of one call for a picture; where we zoom, of one for each part of the mask. */
export function describeCalls(
  { zoomsItself }: Pick<Inpainter, "zoomsItself">,
  { calls, total, pictures, maskMargin, generation }: PaidCalls,
): string[] {
  const couldZoom = zoomsItself !== undefined && maskMargin !== undefined;
  if (!couldZoom || zoomsItself(generation) || calls <= pictures) return [];
  const few = pictures === 1 ? "1 call" : `${pictures} calls`;
  return [
    `native: false made ${calls} calls, one for each part of the mask, for $${total.toFixed(4)}; native: true makes ${few}`,
  ];
}
