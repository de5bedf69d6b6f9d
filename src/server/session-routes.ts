import { SessionView } from "../contracts/session.ts";
import { getSession, signIn, signOut } from "./handlers/sessions.ts";
import { type Route, route } from "./route.ts";

/** For browsers: a key is typed once, and a cookie that scripts cannot read stands for it. */
export const sessionRoutes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/session",
    operation: "session.get",
    summary: "Who asks, what they may do, and the token that changes by cookie need",
    responses: { 200: { description: "As whom the request was let in", schema: SessionView } },
    handle: getSession,
  }),
  route({
    method: "post",
    path: "/api/session",
    operation: "session.create",
    summary: "Signs in: sent with a key, answered with a session's cookie",
    role: "viewer",
    responses: { 200: { description: "Signed in", schema: SessionView } },
    handle: signIn,
  }),
  route({
    method: "delete",
    path: "/api/session",
    operation: "session.delete",
    summary: "Signs out: the session is over, wherever its cookie was copied to",
    role: "viewer",
    responses: { 204: { description: "Signed out", mediaTypes: [] } },
    handle: signOut,
  }),
];
