/** What a caller of the API shows to be let in, each way by its name: as the description of the API lists them, and as routes name them. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { headerNames } from "../../../probes/request.ts";

const bearer = { type: "http", scheme: "bearer" } as const;
const signature = { type: "apiKey", in: "header", name: headerNames.signature } as const;

/** OpenAPI has no word for a signature: it is a header whose value is made anew for every request. */
export const securitySchemes = {
  token: { ...bearer, description: "A token; the first one is printed at the first start." },
  invitation: {
    ...bearer,
    description: "An invitation of a probe (`fnp_…`), in place of a token: it lets one probe join.",
  },
  signature: {
    ...signature,
    description:
      `Made anew for every request with the key of a probe that has joined: Ed25519, base64, over method, path with query, ${headerNames.sentAt} and the hex ` +
      `SHA-256 of the body, a line each. ${headerNames.probe} and ${headerNames.sentAt} go with it.`,
  },
  batch: {
    ...signature,
    description:
      "Of the batch itself: Ed25519, base64, over the body as it is sent, by the key of the probe that the batch names.",
  },
} as const;
export type SecurityScheme = keyof typeof securitySchemes;

/** Puts them into the description. */
export function nameSecuritySchemes({ openAPIRegistry }: OpenAPIHono): void {
  for (const [name, scheme] of Object.entries(securitySchemes)) {
    openAPIRegistry.registerComponent("securitySchemes", name, scheme);
  }
}
