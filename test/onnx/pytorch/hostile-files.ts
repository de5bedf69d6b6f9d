import { ARCHIVES } from "./hostile-archives.ts";
import { ATTACKS } from "./hostile-attacks.ts";
import { BOMBS } from "./hostile-bombs.ts";
import { COPIES } from "./hostile-copies.ts";
import type { HostileFile } from "./hostile-file.ts";
import { MODELS } from "./hostile-models.ts";
import { SIZES } from "./hostile-sizes.ts";
import { TENSORS } from "./hostile-tensors.ts";

/** Every checkpoint that must be refused. */
export const HOSTILE_FILES: readonly HostileFile[] = [
  ...ATTACKS,
  ...BOMBS,
  ...COPIES,
  ...ARCHIVES,
  ...TENSORS,
  ...SIZES,
  ...MODELS,
];
