/** Contracts of tests, written as files write them. */
import type { Agreements } from "../../src/domain/sla/promise/agreement-plan.ts";
import type { ContractClauses } from "../../src/domain/sla/promise/clauses.ts";
import type { ContractDefinition } from "../../src/domain/sla/promise/contract-versions.ts";
import type { CalendarDefinition } from "../../src/domain/time/calendar-definition.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";

const platform = `platform: { name: Acme, time_zone: Europe/Copenhagen }
groups: { product: Product }
services:
  beacon: { group: product, checks: { web: { http: https://beacon.example/ } } }
  lamp: { checks: { web: { http: https://lamp.example/ } } }
  software: { checks: { web: { http: https://software.example/ } } }
`;

/** What a file agrees on, whose platform has the services beacon, lamp and software. */
export function agreementsOf(yaml: string): Agreements {
  const text = platform + yaml;
  return parsePlatformFile(text, { file: "platform.yaml", capabilities: { icmp: false } }).agreements!;
}

/** A contract of Acme from 2026 on with these lines, as flow or block YAML indented by nothing. */
export function contractOf(lines: string, rest = ""): ContractDefinition {
  const indented = lines
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
  return agreementsOf(
    `customers: { acme: Acme }\ncontracts:\n  acme-all:\n    customer: acme\n    starts: 2026-01-01\n${indented}\n${rest}`,
  ).contracts[0]!;
}

/** The clauses of its first version. */
export function clausesOf(lines: string, rest = ""): ContractClauses {
  return contractOf(lines, rest).versions[0]!.clauses;
}

/** The calendar that one line of `calendars` says. */
export function hoursOf(line: string): CalendarDefinition {
  const { slug: _, ...definition } = agreementsOf(`calendars:\n  ${line}\n`).calendars[0]!;
  return definition;
}
