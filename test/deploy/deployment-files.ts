import { readFileSync } from "node:fs";
import path from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { z } from "zod";

export const ROOT = path.join(import.meta.dirname, "..", "..");

export const readRoot = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** With `<<` resolved, as Docker Compose does. */
export const readYaml = (file: string): unknown => parse(readRoot(file), { merge: true });

export const readDocuments = (file: string): unknown[] =>
  parseAllDocuments(readRoot(file)).map((document) => document.toJS() as unknown);

const Service = z.looseObject({
  image: z.string(),
  command: z.union([z.string(), z.array(z.string())]).optional(),
  entrypoint: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  configs: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
  ports: z.array(z.string()).default([]),
  profiles: z.array(z.string()).default([]),
  user: z.string().optional(),
  read_only: z.boolean().optional(),
  restart: z.string().optional(),
  stop_grace_period: z.string().optional(),
  tmpfs: z.array(z.string()).default([]),
  healthcheck: z.looseObject({ test: z.array(z.string()), start_period: z.string().optional() }).optional(),
  deploy: z
    .looseObject({ resources: z.looseObject({ limits: z.record(z.string(), z.string()) }) })
    .optional(),
});
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.unknown()),
  configs: z.record(z.string(), z.object({ file: z.string() })),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
});
export type ComposeService = z.output<typeof Service>;

export const readCompose = () => Compose.parse(readYaml("docker-compose.yml"));

/** Those that run Maskloom itself. */
export const OWN_SERVICES = ["server", "worker-masking", "worker-inpainting"] as const;

/** What a command of a container gives the program, after its entry point. */
export const wordsOf = (command: ComposeService["command"]): string[] =>
  typeof command === "string" ? command.split(/\s+/) : [...(command ?? [])];
