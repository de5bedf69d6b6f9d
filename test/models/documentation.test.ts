import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { sourcesOf } from "../../models/networks.ts";
import { detectorManifests, inpainterManifests, namesOf } from "../../models/registry.ts";

const page = readFileSync(new URL("../../docs/models.md", import.meta.url), "utf8");
/** From one heading of the second rank to the next. */
const section = (heading: string) => page.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";

it("docs/models.md has every detector by all its names, with threshold, digest and size", () => {
  for (const manifest of detectorManifests) {
    const rows = section("Detectors")
      .split("\n")
      .filter((line) => line.startsWith(`| \`${manifest.id}\``));
    for (const name of namesOf(manifest)) expect(rows.join("\n")).toContain(`\`${name}\``);
    if (manifest.pipeline.kind === "ssd") {
      expect(rows.join("\n")).toContain(`| ${manifest.pipeline.decoder.threshold} `);
    }
    for (const source of sourcesOf(manifest)) {
      expect(rows.join("\n")).toContain(source.sha256);
      expect(rows.join("\n")).toContain(source.bytes.toLocaleString("en"));
    }
  }
});

it("docs/models.md says of every detector which shapes it gives and how small a find may be", () => {
  for (const { id, shapes = [], comfortableSize = "–" } of detectorManifests) {
    const row = section("Detectors")
      .split("\n")
      .map((line) => line.replaceAll(/ +/g, " "))
      .find((line) => line === `| \`${id}\` | ${shapes.join(", ")} | ${comfortableSize} |`);
    expect(row, id).toBeDefined();
    if (comfortableSize === "–") expect(section("Detectors")).toContain(`\`${id}\` has none: `);
  }
});

it("docs/models.md has every inpainter, and what each network weighs", () => {
  for (const { id } of inpainterManifests) expect(section("Inpainters")).toContain(`### ${id}\n`);
  const sums = new Map<string, number>();
  for (const { name, bytes } of inpainterManifests.flatMap(({ sources }) => sources)) {
    sums.set(name, (sums.get(name) ?? 0) + bytes);
  }
  for (const bytes of sums.values()) expect(section("Inpainters")).toContain(bytes.toLocaleString("en"));
});
