/**
 * Where jobs call: `/check-in/<token>` says that all went well, `/check-in/<token>/fail` that it did not. GET, POST or HEAD, so that
 * any tool can do it; whatever body comes along is not read.
 */
import { Hono } from "hono";
import { NotFound } from "../domain/errors.ts";
import type { ApiDeps } from "./api/deps.ts";
import { checkOfToken } from "./check-in-address.ts";

/** The routes that jobs call. HEAD is answered as GET. */
export function checkInRoutes(deps: ApiDeps): Hono {
  const routes = new Hono();
  const called = async (token: string, outcome: "ok" | "fail") => {
    const checkId = checkOfToken(deps.secretKey, token);
    if (checkId === null) {
      throw new NotFound("check_in_not_found", "This is not the address of a check-in.");
    }
    await deps.checkedIn(checkId, deps.now(), outcome);
  };
  routes.on(["GET", "POST"], "/check-in/:token", async (c) => {
    await called(c.req.param("token"), "ok");
    return c.text("ok\n", 200, { "Cache-Control": "no-store" });
  });
  routes.on(["GET", "POST"], "/check-in/:token/fail", async (c) => {
    await called(c.req.param("token"), "fail");
    return c.text("failure noted\n", 200, { "Cache-Control": "no-store" });
  });
  return routes;
}
