import { useQuery } from "@tanstack/react-query";
import type { Role } from "../../../src/contracts/caller.ts";
import { sessionQuery } from "./session.ts";

const ROLES: readonly Role[] = ["viewer", "operator", "admin"];

/** Whether whoever looks at the page may do what takes this role; no as long as that is not known. */
export function useRole(needed: Role): boolean {
  const { data } = useQuery(sessionQuery);
  return data !== undefined && ROLES.indexOf(data.role) >= ROLES.indexOf(needed);
}
