/** Platform files of tests, read as a machine without ping would, or with it. */
import type { PlatformDefinition, ServiceCheckDefinition } from "../../src/domain/status/platform.ts";
import { parsePlatformFile } from "../../src/platform-file/platform-file.ts";

export function parse(text: string): PlatformDefinition {
  return parsePlatformFile(text, { file: "platform.yaml", capabilities: { icmp: true } });
}

/** The one check of a file that has one service with one check of these lines. */
export function parseCheck(lines: string, rest = ""): ServiceCheckDefinition {
  const indented = lines.replaceAll("\n", "\n        ");
  const text = `platform: { name: Acme, time_zone: Asia/Tokyo }\nservices:\n  beacon:\n    checks:\n      web:\n        ${indented}\n${rest}`;
  return parse(text).services[0]!.checks[0]!;
}
