import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Role } from "../../src/contracts/caller.ts";
import type { Route } from "../../src/server/route.ts";
import { routes } from "../../src/server/routes.ts";
import { type Ask, asking, codeOf, makeKey } from "./keyed-hosts.ts";
import { openServerHost, type ServerHost } from "./server-host.ts";

/* Who may ask for what, asked of the server itself for every route that there is. */

const ROLES = ["viewer", "operator", "admin"] as const satisfies readonly Role[];
/** They tell nothing about anybody. Whoever adds one here has thought about that. */
const PUBLIC = [
  "docs",
  "docs.file",
  "events",
  "health",
  "home",
  "images.download",
  "openapi",
  "readiness",
  "schema.workflow",
  "schemas.get",
  "session.create",
  "session.delete",
  "session.get",
];

let host: ServerHost;
let url: string;
const askAs: Partial<Record<Role, Ask>> = {};
beforeAll(async () => {
  host = await openServerHost();
  for (const role of ROLES) {
    const { key } = await makeKey(host, { role });
    askAs[role] = (path, init) => asking(url, key)(path, init);
  }
  ({ url } = await host.start({ requireKeys: true }));
});
afterAll(() => host.stop());

/** Of nothing that exists, so that nothing comes of being let in. */
const pathOf = ({ path }: Route) => path.replaceAll(/:[A-Za-z]+/g, "00000000-0000-4000-8000-000000000000");
const ask = (role: Role | null, route: Route): Promise<Response> => {
  const init = { method: route.method.toUpperCase() };
  return role === null
    ? fetch(new URL(pathOf(route), url), init)
    : (askAs[role]?.(pathOf(route), init) ?? ask(null, route));
};

/** What signing in with a key gives. */
const signIn = async () => {
  const answer = await askAs.admin?.("/api/session", { method: "POST" });
  return (
    answer?.headers
      .getSetCookie()
      .map((line) => line.split(";")[0])
      .join("; ") ?? ""
  );
};

const closed = routes.filter(({ isPublic }) => !isPublic);

describe("every route", () => {
  it("is for those who have a key, but for a few that tell nothing about anybody", () => {
    const open = routes.filter(({ isPublic }) => isPublic).map(({ operation }) => operation);
    expect(open.filter((operation) => !PUBLIC.includes(operation))).toEqual([]);
    expect(closed.length).toBeGreaterThan(50);
  });

  it("that changes anything refuses a page that is signed in without the token of its session", async () => {
    const cookie = await signIn();
    const changing = closed.filter(({ method }) => method !== "get");
    expect(changing.length).toBeGreaterThan(25);
    for (const route of changing) {
      const init = { method: route.method.toUpperCase(), headers: { cookie } };
      const answer = await fetch(new URL(pathOf(route), url), init);
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      expect([pathOf(route), error.code, error.message]).toEqual([
        pathOf(route),
        "FORBIDDEN",
        expect.stringContaining("x-csrf-token"),
      ]);
    }
  });

  it.each(closed.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route.role, route] as const))(
    "%s lets nobody in who is less than %s",
    async (_name, role, route) => {
      const without = await ask(null, route);
      expect([without.status, await codeOf(without)]).toEqual([401, "UNAUTHORIZED"]);
      for (const other of ROLES) {
        const answer = await ask(other, route);
        const text = await answer.text();
        const isEnough = ROLES.indexOf(other) >= ROLES.indexOf(role);
        expect(answer.status, text).not.toBe(401);
        if (isEnough) expect(text).not.toContain(`expected a key with role ${role}`);
        else expect([other, answer.status, text]).toEqual([other, 403, expect.stringContaining("FORBIDDEN")]);
      }
    },
  );
});
