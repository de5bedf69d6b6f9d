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
  /** `stored`: changed by an admin while all runs. */
  source: z.enum(["environment", "file", "stored", "default"]),
  /** `here`: by PATCH /api/settings; `fixed`: it could be, were it not for what its source says; `elsewhere`: only there. */
  change: z.enum(["here", "fixed", "elsewhere"]),
});
export type SettingView = z.output<typeof SettingView>;

/** As a process was started with it. */
export type SettingState = Omit<SettingView, "about" | "change">;

const Days = z.int().min(1).max(36_500).nullable().optional();

/** Settings that hold for everything from the moment on in which they are changed; null = as they are configured. */
export const ChangeSettings = z.strictObject({
  MASKLOOM_KEEP_DAYS: Days,
  MASKLOOM_KEEP_GIGABYTES: z.number().positive().max(1e9).nullable().optional(),
  MASKLOOM_KEEP_EVENT_DAYS: Days,
});
export type ChangeSettings = z.output<typeof ChangeSettings>;
export type ChangeableSetting = keyof ChangeSettings;
export const CHANGEABLE_SETTINGS = ChangeSettings.keyof().options;

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
