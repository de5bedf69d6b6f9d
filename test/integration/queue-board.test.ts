import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../src/contracts/caller.ts";
import type { RunningServer } from "../../src/server/start-server.ts";
import { asking, codeOf, makeKey } from "./keyed-hosts.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

describe("the page of the raw queues", () => {
  let host: ServerHost;
  let server: RunningServer;
  beforeAll(async () => {
    host = await openServerHost();
    await makeKey(host);
    server = await host.start({ requireKeys: true });
  });
  afterAll(() => host.stop());

  const ask = async (role: Role) => asking(server.url, (await makeKey(host, { role })).key);
  const asPerson = { headers: { accept: "text/html" }, redirect: "manual" } as const;

  it("is for admins: deliveries are of all owners", async () => {
    for (const role of ["viewer", "operator"] as const) {
      const refused = await (await ask(role))("/queues/api/queues");
      expect([refused.status, await codeOf(refused)]).toEqual([403, "FORBIDDEN"]);
    }
    expect((await (await ask("admin"))("/queues/api/queues")).status).toBe(200);
  });

  it("asks a person to sign in, and refuses a program", async () => {
    const [person, program] = await Promise.all([
      fetch(new URL("/queues", server.url), asPerson),
      fetch(new URL("/queues", server.url)),
    ]);
    expect([person.status, person.headers.get("location")]).toEqual([302, "/login?next=%2Fqueues"]);
    expect(program.status).toBe(401);
  });

  it("loads nothing from elsewhere, has a policy of its own, and shows every queue", async () => {
    const admin = await ask("admin");
    const page = await admin("/queues", asPerson);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toMatch(
      /script-src 'self'; style-src 'self' 'unsafe-inline'/,
    );
    const html = await page.text();
    expect(html).not.toMatch(/(?:src|href)="https?:/);
    for (const [, file] of html.matchAll(/(?:src|href)="(static\/[^"]+\.(?:js|css))"/g)) {
      expect((await admin(`/queues/${file}`)).status).toBe(200);
    }
    const { queues } = (await (await admin("/queues/api/queues")).json()) as { queues: { name: string }[] };
    expect(queues.map(({ name }) => name).sort()).toEqual(["inpainting-local", "masking", "outside"]);
    expect((await admin("/api/queues")).headers.get("content-security-policy")).toMatch(
      /^default-src 'none'/,
    );
  });

  it("changes nothing, whoever asks", async () => {
    const admin = await ask("admin");
    for (const path of ["/queues/api/queues/masking/pause", "/queues/api/queues/masking/obliterate"]) {
      expect((await admin(path, { method: "PUT" })).status).toBe(405);
    }
  });
});
