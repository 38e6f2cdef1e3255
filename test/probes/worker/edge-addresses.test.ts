import { expect, it } from "vitest";
import { isEdgeAddress } from "../../../probes/worker/edge-addresses.ts";

it.each([
  ["104.15.255.255", false],
  ["104.16.0.0", true],
  ["104.23.255.255", true],
  ["104.28.0.0", false],
  ["192.0.2.10", false],
  ["2606:4700::1111", true],
  ["2606:4701::1", false],
  ["2a06:98c7::1", true],
  ["2a06:98c8::1", false],
  ["::1", false],
  ["beacon.example", false],
])("%s is one of Cloudflare's own: %s", (address, is) => {
  expect(isEdgeAddress(address)).toBe(is);
});
