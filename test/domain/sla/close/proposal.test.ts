import { describe, expect, it } from "vitest";
import { Conflict, Forbidden, InvalidInput } from "../../../../src/domain/errors.ts";
import {
  correctionWindowEnd,
  proposalState,
  refuseDraft,
  refuseLate,
  refuseStep,
  type Proposal,
  type ProposalStep,
} from "../../../../src/domain/sla/close/proposal.ts";

const day = 86_400_000;

function proposal(...steps: ProposalStep[]): Proposal {
  return {
    reference: "COR-2026-0001",
    author: "Ann",
    recordedAt: 1,
    steps: steps.map((step) => ({ step, reason: "", author: "Bo", recordedAt: 2 })),
  };
}

describe("a proposal", () => {
  it("stands as its last step says", () => {
    expect(proposalState(proposal())).toBe("proposed");
    expect(proposalState(proposal("approved"))).toBe("approved");
    expect(proposalState(proposal("approved", "revoked"))).toBe("revoked");
  });

  it("is not approved by whoever proposed it, and may be taken back by them", () => {
    expect(() => refuseStep(proposal(), "approved", "Ann")).toThrow(Forbidden);
    expect(() => refuseStep(proposal(), "approved", "Ann")).toThrow(/another person/);
    expect(() => refuseStep(proposal(), "approved", "Bo")).not.toThrow();
    expect(() => refuseStep(proposal(), "rejected", "Ann")).not.toThrow();
  });

  it("takes no step twice, and none that does not follow", () => {
    expect(() => refuseStep(proposal("approved"), "approved", "Bo")).toThrow(Conflict);
    expect(() => refuseStep(proposal("approved"), "rejected", "Bo")).toThrow(/Possible from here: revoked/);
    expect(() => refuseStep(proposal("rejected"), "approved", "Bo")).toThrow(Conflict);
    expect(() => refuseStep(proposal(), "revoked", "Bo")).toThrow(Conflict);
    expect(() => refuseStep(proposal("approved", "revoked"), "revoked", "Bo")).toThrow(Conflict);
  });

  it("judges only time that is over, with a reason", () => {
    const draft = { start: 10, end: 20, reason: "The probe stood behind a broken switch.", evidence: "" };
    expect(() => refuseDraft(draft, 20)).not.toThrow();
    expect(() => refuseDraft(draft, 19)).toThrow(InvalidInput);
    expect(() => refuseDraft({ ...draft, end: 10 }, 20)).toThrow(InvalidInput);
    expect(() => refuseDraft({ ...draft, reason: " " }, 20)).toThrow(InvalidInput);
  });
});

describe("the time to correct", () => {
  it("is over so many days after the cycle, the last instant included", () => {
    expect(correctionWindowEnd(100, 90)).toBe(100 + 90 * day);
    const cycle = { contract: "acme-gold", label: "2026-06", end: 100, correctionDays: 90 };
    expect(() => refuseLate([cycle], 100 + 90 * day, false)).not.toThrow();
    expect(() => refuseLate([cycle], 101 + 90 * day, false)).toThrow(/acme-gold 2026-06: an admin/);
    expect(() => refuseLate([cycle], 101 + 90 * day, false)).toThrow(Forbidden);
  });

  it("is extended by an admin", () => {
    const cycle = { contract: "acme-gold", label: "2026-06", end: 0, correctionDays: 0 };
    expect(() => refuseLate([cycle], day, true)).not.toThrow();
  });
});
