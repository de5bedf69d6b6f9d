import { z } from "zod";
import { LimitChanges, ProviderLimits } from "../contracts/provider.ts";
import { ProviderList, ProviderTest } from "../contracts/provider-list.ts";
import { setProviderLimits } from "./handlers/provider-limits.ts";
import { listProviders, testProvider } from "./handlers/providers.ts";
import { jsonOf, type Route, route } from "./route.ts";

/** Where work is done beyond this machine. */
export const providerRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/providers",
    operation: "providers.list",
    summary:
      "The configured providers with their limits and prices, and how they are; nobody is asked anything",
    responses: { 200: { description: "All of them, and this machine", schema: ProviderList } },
    handle: listProviders,
  }),
  route({
    method: "post",
    path: "/api/providers/:name/test",
    operation: "providers.test",
    summary: "Asks a provider whether it is there and takes the key; nothing is generated or billed",
    params: z.strictObject({ name: z.string().min(1).max(40) }),
    responses: { 200: { description: "What it said, or why it did not", schema: ProviderTest } },
    handle: testProvider,
  }),
  route({
    method: "put",
    path: "/api/providers/:name/limits",
    operation: "providers.limits",
    role: "admin",
    summary:
      "Sets what may be spent at a provider, over what its configuration says; what was held goes on where there is room",
    params: z.strictObject({ name: z.string().min(1).max(40) }),
    body: jsonOf(LimitChanges),
    responses: { 200: { description: "The limits that hold now, of all workers", schema: ProviderLimits } },
    handle: setProviderLimits,
  }),
];
