import path from "node:path";
import { Deployment } from "kubernetes-models/apps/v1";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1";
import { ConfigMap, PersistentVolumeClaim, Service } from "kubernetes-models/v1";
import { expect, it } from "vitest";
import { z } from "zod";
import { createProgram } from "../../src/cli/program.ts";
import { readConfig } from "../../src/config/config.ts";
import { SETTING_WORDS } from "../../src/config/setting-words.ts";
import { ROOT, readDocuments, readYaml } from "./deployment-files.ts";

const KINDS: Readonly<Record<string, new (data: never) => { validate(): void }>> = {
  ConfigMap,
  Deployment,
  HorizontalPodAutoscaler,
  PersistentVolumeClaim,
  PodDisruptionBudget,
  Service,
};
const Manifest = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });
const { resources } = z
  .object({ resources: z.array(z.string()) })
  .loose()
  .parse(readYaml("deploy/kubernetes/kustomization.yml"));
const manifests = resources.flatMap((file) =>
  readDocuments(`deploy/kubernetes/${file}`).map((one) => Manifest.parse(one)),
);
const named = manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const);
const Container = z.looseObject({
  args: z.array(z.string()),
  env: z.array(z.looseObject({ name: z.string() })).default([]),
});
const Deployed = z.looseObject({
  metadata: z.object({ name: z.string() }).loose(),
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.array(Container).length(1),
        enableServiceLinks: z.boolean().default(true),
      }),
    }),
  }),
});
const deployments = manifests.filter(({ kind }) => kind === "Deployment").map((one) => Deployed.parse(one));

const validate = (manifest: z.output<typeof Manifest>): void => {
  const Kind = KINDS[manifest.kind];
  if (Kind === undefined) throw new Error(`no schema for ${manifest.kind}`);
  new Kind(manifest as never).validate();
};

it.each(named)("%s is valid by the schema of Kubernetes", (_name, manifest) => {
  expect(() => validate(manifest)).not.toThrow();
});

it("would notice a manifest that is not", () => {
  const wrong = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "x" },
    spec: { ports: [{ port: "http" }] },
  };
  expect(() => validate(wrong)).toThrow();
});

it("configures with settings that there are", () => {
  const data = manifests
    .filter(({ kind }) => kind === "ConfigMap")
    .flatMap((one) => Object.keys(z.record(z.string(), z.string()).parse(one["data"])));
  const inPods = deployments.flatMap(({ spec }) =>
    spec.template.spec.containers.flatMap(({ env }) => env.map(({ name }) => name)),
  );
  const unknown = [...data, ...inPods].filter(
    (name) =>
      !["AWS_SHARED_CREDENTIALS_FILE", "MASKLOOM_CONFIG"].includes(name) &&
      !(name.replace(/_FILE$/, "") in SETTING_WORDS),
  );
  expect(data).toContain("DATABASE_URL");
  expect(unknown).toEqual([]);
});

it("has pods replaced when their config.yaml changes, which is one that is read", () => {
  const { configMapGenerator } = z
    .looseObject({ configMapGenerator: z.array(z.object({ name: z.string(), files: z.array(z.string()) })) })
    .parse(readYaml("deploy/kubernetes/kustomization.yml"));
  const [generated] = configMapGenerator;
  const [name, file] = generated?.files[0]?.split("=") ?? [];
  const { MASKLOOM_CONFIG } = z
    .looseObject({ MASKLOOM_CONFIG: z.string() })
    .parse(manifests.find(({ metadata }) => metadata.name === "maskloom")?.["data"]);
  expect(MASKLOOM_CONFIG).toBe(`/etc/maskloom/${name}`);
  const config = readConfig({
    MASKLOOM_HOME: "/nowhere",
    MASKLOOM_CONFIG: path.join(ROOT, "deploy/kubernetes", file ?? "none"),
  });
  expect(config.providers).toEqual([]);
  for (const { metadata, spec } of deployments) {
    const pod = JSON.stringify(spec.template.spec);
    expect(pod, metadata.name).toContain(`"configMap":{"name":"${generated?.name}"}`);
    expect(pod).toContain(`{"name":"configuration","mountPath":"/etc/maskloom","readOnly":true}`);
  }
});

it("takes its image from one place, of the version that the package has", () => {
  const { images } = z
    .looseObject({ images: z.array(z.object({ name: z.string(), newName: z.string(), newTag: z.string() })) })
    .parse(readYaml("deploy/kubernetes/kustomization.yml"));
  const { version } = z.looseObject({ version: z.string() }).parse(readYaml("package.json"));
  expect(images).toEqual([{ name: "maskloom", newName: "maskloom", newTag: version }]);
  /* One that is named otherwise kustomize leaves as it is, and says nothing. */
  for (const { metadata, spec } of deployments)
    expect(spec.template.spec.containers[0]?.["image"], metadata.name).toBe(`maskloom:${version}`);
});

it("is not configured by the addresses of services, whose variables are called as settings are", () => {
  const linked = deployments.filter(({ spec }) => spec.template.spec.enableServiceLinks);
  expect(linked.map(({ metadata }) => metadata.name)).toEqual([]);
});

it.each(deployments.map((one) => [one.metadata.name, one] as const))(
  "%s runs a command that there is",
  (_name, { spec }) => {
    const [name, ...words] = spec.template.spec.containers[0]?.args ?? [];
    const command = createProgram().commands.find((one) => one.name() === name);
    const options = words.filter((word) => word.startsWith("--"));
    expect(command?.options.map(({ long }) => long)).toEqual(expect.arrayContaining(options));
  },
);

it("scales deployments that there are by the metric that workers are scaled by", () => {
  const Scaler = z.looseObject({
    spec: z.looseObject({
      scaleTargetRef: z.looseObject({ name: z.string() }),
      metrics: z.array(
        z.looseObject({ external: z.looseObject({ metric: z.looseObject({ name: z.string() }) }) }),
      ),
    }),
  });
  const scalers = manifests
    .filter(({ kind }) => kind === "HorizontalPodAutoscaler")
    .map((one) => Scaler.parse(one).spec);
  expect(scalers.map(({ scaleTargetRef }) => scaleTargetRef.name).sort()).toEqual(
    deployments
      .map(({ metadata }) => metadata.name)
      .filter((name) => name.includes("worker"))
      .sort(),
  );
  for (const { metrics } of scalers) expect(metrics[0]?.external.metric.name).toBe("maskloom_queue_waiting");
  expect(JSON.stringify(readYaml("deploy/kubernetes/adapter-rules.yml"))).toContain("maskloom_queue_waiting");
});

it("gives whoever migrates the database half an hour, and ends nobody before they have ended by themselves", () => {
  const Probed = z.looseObject({
    startupProbe: z.looseObject({ periodSeconds: z.int(), failureThreshold: z.int() }),
    lifecycle: z
      .object({
        preStop: z.object({ exec: z.object({ command: z.tuple([z.literal("sleep"), z.string()]) }) }),
      })
      .optional(),
  });
  const GRACE_SECONDS = readConfig({ MASKLOOM_HOME: "/nowhere" }).worker.graceMs / 1000;
  for (const { metadata, spec } of deployments) {
    const { startupProbe, lifecycle } = Probed.parse(spec.template.spec.containers[0]);
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBeGreaterThanOrEqual(1800);
    /* A rollout that still migrates has not failed. */
    const deadline = z.int().default(600).parse(spec["progressDeadlineSeconds"]);
    expect(deadline, metadata.name).toBeGreaterThan(
      startupProbe.periodSeconds * startupProbe.failureThreshold,
    );
    const grace = z.int().parse(spec.template.spec["terminationGracePeriodSeconds"]);
    const isServer = metadata.name === "maskloom-server";
    /* Proxies learn some seconds later that a server goes; until then it has to answer. */
    const pause = Number(lifecycle?.preStop.exec.command[1] ?? 0);
    expect(pause > 0, metadata.name).toBe(isServer);
    expect(grace).toBeGreaterThan(pause + (isServer ? 10 : GRACE_SECONDS + 5));
  }
});
