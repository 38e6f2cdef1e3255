import { describe, expect, it } from "vitest";
import {
  alertKey,
  followTroubles,
  type OpenAlert,
  patienceMs,
  recoveryMs,
  type Trouble,
} from "../../../src/domain/alerting/alert.ts";

const now = Date.UTC(2026, 6, 3, 8, 15);

function down(subject: string, more: Partial<Trouble> = {}): Trouble {
  return {
    kind: "service_down",
    subject,
    facts: { service: subject },
    certain: true,
    behind: [],
    parents: [],
    ...more,
  };
}

function opened(subject: string, more: Partial<OpenAlert> = {}): OpenAlert {
  return {
    id: 7,
    key: `service_down ${subject}`,
    kind: "service_down",
    facts: { service: subject },
    openedAt: now - 600_000,
    heldBackBy: null,
    ...more,
  };
}

const gateway = "service_down gateway";
const child = down("beacon", { behind: [gateway], parents: [gateway] });
const orphan = down("beacon", { parents: [gateway] });
const never = new Map<string, number>();

describe("an alert", () => {
  it("opens with its trouble, once, and closes when that no longer stands", () => {
    const first = followTroubles([], [down("beacon")], never, now);
    expect(first).toEqual({
      open: [
        { key: "service_down beacon", kind: "service_down", facts: { service: "beacon" }, heldBackBy: null },
      ],
      close: [],
      hold: [],
    });
    const nothing = { open: [], close: [], hold: [] };
    expect(followTroubles([opened("beacon")], [down("beacon")], never, now)).toEqual(nothing);
    expect(followTroubles([opened("beacon")], [], never, now)).toEqual({
      ...nothing,
      close: [opened("beacon")],
    });
  });

  it("neither opens nor closes while nobody can see whether its trouble stands", () => {
    const unsure = down("beacon", { certain: false });
    const nothing = { open: [], close: [], hold: [] };
    expect(followTroubles([], [unsure], never, now)).toEqual(nothing);
    expect(followTroubles([opened("beacon")], [unsure], never, now)).toEqual(nothing);
  });

  it("is one for one subject of one kind", () => {
    expect(alertKey(down("beacon"))).not.toBe(alertKey({ ...down("beacon"), kind: "probe_silent" }));
    expect(followTroubles([], [down("beacon"), down("beacon")], never, now).open).toHaveLength(1);
  });
});

describe("an alert about a child", () => {
  it("is held back while its parent is down, whichever of the two was seen first", () => {
    const together = followTroubles([], [child, down("gateway")], never, now).open;
    expect(together.map(({ key, heldBackBy }) => [key, heldBackBy])).toEqual([
      ["service_down beacon", gateway],
      [gateway, null],
    ]);
    const later = followTroubles([opened("gateway")], [child, down("gateway")], never, now).open;
    expect(later).toMatchObject([{ heldBackBy: gateway }]);
  });

  it("waits half a minute for its parent to fail too, and is then told as its own trouble", () => {
    const [fresh] = followTroubles([], [orphan], never, now).open;
    expect(fresh!.heldBackBy).toBe(gateway);
    const waiting = opened("beacon", { openedAt: now, heldBackBy: gateway });
    const at = (ms: number) => followTroubles([waiting], [orphan], never, now + ms).hold;
    expect(at(patienceMs - 1)).toEqual([]);
    expect(at(patienceMs)).toEqual([{ id: 7, heldBackBy: null }]);
  });

  it("is told when the parent has recovered and the child has not followed within a minute", () => {
    const held = opened("beacon", { heldBackBy: gateway });
    const parent = opened("gateway", { id: 8 });
    const recovering = followTroubles([held, parent], [orphan], never, now);
    expect(recovering).toEqual({ open: [], close: [parent], hold: [] });
    const at = (ms: number) => followTroubles([held], [orphan], new Map([[gateway, now]]), now + ms).hold;
    expect(at(recoveryMs - 1)).toEqual([]);
    expect(at(recoveryMs)).toEqual([{ id: 7, heldBackBy: null }]);
  });

  it("closes without a word when it recovers with its parent", () => {
    const held = opened("beacon", { heldBackBy: gateway });
    expect(followTroubles([held], [], new Map([[gateway, now]]), now).close).toEqual([held]);
  });

  it("goes on being held back by the next parent that is down", () => {
    const held = opened("beacon", { heldBackBy: gateway });
    const other = down("beacon", { behind: ["service_down database"], parents: [gateway] });
    expect(followTroubles([held], [other, down("database")], never, now).hold).toEqual([
      { id: 7, heldBackBy: "service_down database" },
    ]);
  });

  it("is told when what is behind it has no alert of its own", () => {
    const held = opened("beacon", { heldBackBy: gateway });
    expect(followTroubles([held], [child], never, now).hold).toEqual([{ id: 7, heldBackBy: null }]);
  });

  it("is not taken back once it was told", () => {
    const steps = followTroubles([opened("beacon")], [child, down("gateway")], never, now);
    expect(steps.hold).toEqual([]);
    expect(steps.open.map(({ key }) => key)).toEqual([gateway]);
  });
});
