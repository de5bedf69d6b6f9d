import { z } from "zod";

/** Pixels of an upright picture. */
export const PictureSize = z.strictObject({ width: z.int().min(1), height: z.int().min(1) });
export type PictureSize = z.output<typeof PictureSize>;
