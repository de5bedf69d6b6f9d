import { z } from "zod";

/* What an installation is set to, and where that was said. */

export const SettingView = z.strictObject({
  /** Its environment variable. */
  name: z.string(),
  /** Its place in the configuration file, such as `server.port`. */
  place: z.string(),
  about: z.string(),
  /** As text; null where nothing is set, and for secrets. Passwords within URLs are left out. */
  value: z.string().nullable(),
  isSecret: z.boolean(),
  isSet: z.boolean(),
  source: z.enum(["environment", "file", "default"]),
});
export type SettingView = z.output<typeof SettingView>;

/** Without what only people need. */
export type SettingState = Omit<SettingView, "about">;

const Count = z.int().min(0);

export const Settings = z.strictObject({
  version: z.string(),
  settings: z.array(SettingView),
  /** What is kept now, of all owners. */
  kept: z.strictObject({
    /** Stored pictures; two that are equal are stored once. */
    files: Count,
    bytes: Count,
    runs: Count,
    /** Of the runs that are still known. */
    oldestRunAt: z.iso.datetime().nullable(),
  }),
});
export type Settings = z.output<typeof Settings>;
