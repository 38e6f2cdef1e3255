/** Somebody takes the duty of a rota for a while, or lets a colleague take it; or takes that back, and it is whose turn it was. */
import { checkedTakeover, type TakeoverWish } from "../domain/alerting/takeover.ts";
import { changeOf } from "../domain/audit/recorded-change.ts";
import { Conflict, InvalidInput, NotFound } from "../domain/errors.ts";
import type { Instant } from "../domain/time/interval.ts";
import { appendAudit } from "../store/audit.ts";
import type { Database } from "../store/database.ts";
import {
  getOverride,
  insertOverride,
  type RecordedOverride,
  withdrawOverride,
} from "../store/rota-overrides.ts";
import { readDutyGround } from "./read-circumstances.ts";

/** @throws NotFound rota_not_found; InvalidInput takeover */
export function takeDuty(
  db: Database,
  wish: TakeoverWish,
  author: string,
  now: Instant,
): Promise<RecordedOverride> {
  const checked = checkedTakeover(wish, now);
  return db.transaction(async (tx) => {
    const { rules, personOf } = await readDutyGround(tx, wish);
    if (!rules.rotas.some(({ slug }) => slug === checked.rota)) {
      throw new NotFound("rota_not_found", `There is no rota "${checked.rota}".`);
    }
    const person = personOf(checked.person);
    if (person === undefined) {
      throw new InvalidInput("takeover", "Nobody can be called under this name.", [
        { pointer: "/person", detail: "Nobody who works here and can sign in is known so." },
      ]);
    }
    const override = await insertOverride(tx, { ...checked, person, author, createdAt: now });
    await appendAudit(tx, {
      ...{ kind: "duty", subject: `duty ${override.id}`, event: "taken", author, recordedAt: now },
      ...changeOf(null, override),
    });
    return override;
  });
}

/** @throws NotFound override_not_found; Conflict override_over */
export function giveDutyBack(
  db: Database,
  id: number,
  author: string,
  now: Instant,
): Promise<RecordedOverride> {
  return db.transaction(async (tx) => {
    const override = await getOverride(tx, id);
    if (override.end <= now || !(await withdrawOverride(tx, id, author, now))) {
      throw new Conflict("override_over", "This is over, or was taken back already.");
    }
    const after = { ...override, withdrawnBy: author, withdrawnAt: now };
    await appendAudit(tx, {
      ...{ kind: "duty", subject: `duty ${id}`, event: "given back", author, recordedAt: now },
      ...changeOf(override, after),
    });
    return after;
  });
}
