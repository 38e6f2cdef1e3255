/**
 * Where the demo's services listen. The ports stand in platform.yaml too, as they would for any platform (a test compares them).
 */

/** What the demo runs, by the slug of its service. */
export const demoServices = [
  "web-app",
  "sign-in",
  "course-media",
  "live-sessions",
  "api",
  "search",
  "exports",
  "mail",
  "database",
  "name-service",
] as const;
export type DemoService = (typeof demoServices)[number];

/** Where alerts and the news of a subscriber arrive: no service of the platform. */
export const receiverPort = 18410;

/** A TCP or UDP port on 127.0.0.1 for each service that listens; the exports job calls instead of listening. */
export type Places = Record<Exclude<DemoService, "exports">, number>;

export const places: Places = {
  "web-app": 18401,
  "sign-in": 18402,
  "course-media": 18403,
  "live-sessions": 18404,
  api: 18405,
  search: 18406,
  mail: 18407,
  database: 18408,
  "name-service": 18409,
};
