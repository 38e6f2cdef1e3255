import { expect, it } from "vitest";
import { digestOfText, openSeal } from "../../src/actions/report-seal.ts";

it("seals alike on every server with the same secret, and otherwise with another", () => {
  const digest = digestOfText("{}");
  const [one, other] = [openSeal("the secret"), openSeal("the secret")];
  expect(other.publicKey).toBe(one.publicKey);
  expect(other.sign(digest)).toBe(one.sign(digest));
  expect(openSeal("another").publicKey).not.toBe(one.publicKey);
  expect(digest.toString("hex")).toBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
});
