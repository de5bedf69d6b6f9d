import { z } from "zod";
import { BatchUUID, RunUUID } from "./ids.ts";
import { ParkedStatus, RunStatus, RunView } from "./run.ts";

/* Which runs a list shows: the same words for a page of them, for their number, and for what is done to all of them. */

const LONGEST_TEXT = 200;
const MOST_TAGS = 20;
/** As many as one page of a list holds, and as fit into an address. */
const MOST_NAMED = 200;
const Name = z.string().min(1).max(LONGEST_TEXT);

/** Said of several runs, to find them again by. */
export const Tag = z
  .string()
  .regex(/^[^\s,\p{Cc}]{1,50}$/u, "expected 1 to 50 characters without space and comma");

/** `running` are those in which something goes on; the others of that status are `held` or `uncertain`. */
export const ListedStatus = z.enum([...RunStatus.options, ...ParkedStatus.options]);
export type ListedStatus = z.output<typeof ListedStatus>;

const statuses = () =>
  z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(ListedStatus));
const tags = () =>
  z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(Tag).max(MOST_TAGS));
const uuids = () =>
  z
    .string()
    .transform((text) => text.split(","))
    .pipe(z.array(RunUUID).max(MOST_NAMED));
const bound = () => z.coerce.number().min(0);

/** All of it holds for every run that is meant; nothing of it means every run. Ranges have their ends in them. */
export const RunFilter = z.strictObject({
  /** Words, each of which is part of the file's name, a tag, or the error's code or message; or one UUID of whatever kind. */
  q: Name.optional(),
  /** These and no others, with commas between them. */
  runs: uuids().optional(),
  batch: BatchUUID.optional(),
  /** One or several, with commas between them. Those that wait for money are `held`, and not `running`. */
  status: statuses().optional(),
  /** A workflow's name; with `@` and the first digits of a digest, one version of it. */
  workflow: z
    .string()
    .regex(/^[^@]{1,100}(@[0-9a-f]{6,64})?$/, "expected a name, or a name@digest")
    .optional(),
  /** Id of a model that one of its steps used. */
  model: Name.optional(),
  provider: Name.optional(),
  /** Every one of them, with commas between them. */
  tag: tags().optional(),
  /** Code of its error. */
  error: Name.optional(),
  /** Begun at this time or later. */
  from: z.iso.datetime({ offset: true }).optional(),
  /** Begun before this time. */
  to: z.iso.datetime({ offset: true }).optional(),
  /** Seconds from start to end. */
  durationMin: bound().optional(),
  durationMax: bound().optional(),
  /** US dollars. */
  costMin: bound().optional(),
  costMax: bound().optional(),
  /** The worst seam of its regions. */
  seamMin: bound().optional(),
  seamMax: bound().optional(),
  /** The least gain in sharpness of its regions. */
  sharpnessMin: z.coerce.number().optional(),
  sharpnessMax: z.coerce.number().optional(),
});
export type RunFilter = z.output<typeof RunFilter>;

export const RunQuery = RunFilter.extend({
  /** Runs older than this one: `next` of the page before. */
  before: RunUUID.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type RunQuery = z.input<typeof RunQuery>;

/** Newest first. `next` is the `before` of the following page, null on the last one. */
export const RunPage = z.strictObject({ runs: z.array(RunView), next: RunUUID.nullable() });
export type RunPage = z.output<typeof RunPage>;

/** How many runs there are: counted up to 10,000, beyond that what the database's statistics say. */
export const RunCount = z.strictObject({ count: z.int().min(0), isExact: z.boolean() });
export type RunCount = z.output<typeof RunCount>;
