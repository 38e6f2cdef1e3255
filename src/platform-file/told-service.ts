/**
 * A service in the words of the platform file, as it would have to be written: for forms that change it, for the API, and to be moved into
 * a file. Read again it is the same service. Secrets stand in it as `${sealed:kept}` where they were typed.
 */
import type { JsonExpectation, StatusRange, Target } from "../../probes/protocol.ts";
import type { ServiceDefinition } from "../domain/status/platform.ts";
import type { CheckDefinition } from "../domain/monitoring/check-definition.ts";
import { printDuration } from "../domain/time/duration.ts";
import { mapSecretTexts, referencesIn } from "./secrets.ts";
import { keptSecret } from "./written-service.ts";

type Words = Record<string, unknown>;

/** The service as it would be written. */
export function tellService({ title, description, group, isPrivate, checks }: ServiceDefinition): Words {
  return {
    title,
    ...(description === "" ? {} : { description }),
    ...(group === null ? {} : { group }),
    ...(isPrivate === true ? { private: true } : {}),
    checks: Object.fromEntries(checks.map(({ slug, ...check }) => [slug, tellCheck(check)])),
  };
}

/** One check as it would be written, with everything that would otherwise come of defaults. */
export function tellCheck(check: CheckDefinition): Words {
  const { target, intervalMs, timeoutMs, slowAboveMs, family, locations, parent } = check;
  const { confirmDown, confirmUp, quorumFail, counts } = check;
  return {
    [target.kind]: tellTarget(withoutSealed(target)),
    interval: printDuration(intervalMs),
    timeout: printDuration(timeoutMs),
    slow_above: slowAboveMs === null ? "never" : printDuration(slowAboveMs),
    family,
    locations,
    confirm: {
      down: confirmDown,
      up: confirmUp,
      ...(quorumFail === null ? {} : { locations: quorumFail }),
    },
    counts,
    ...(parent === null ? {} : { parent }),
  };
}

function withoutSealed(target: Target): Target {
  return mapSecretTexts(target, (text) =>
    referencesIn(text).some(({ from }) => from === "sealed") ? keptSecret : text,
  );
}

function tellTarget(target: Target): Words {
  switch (target.kind) {
    case "http": {
      const { url, method, headers, body, basicAuth, bearerToken } = target;
      return {
        ...{ url, method },
        ...some("headers", headers),
        ...(body === undefined ? {} : { body }),
        ...(basicAuth === undefined ? {} : { basic_auth: basicAuth }),
        ...(bearerToken === undefined ? {} : { bearer_token: bearerToken }),
        expect: {
          status: target.expectStatus.map(tellStatus),
          ...some(
            "headers",
            Object.fromEntries(target.expectHeaders.map(({ name, matches }) => [name, matches])),
          ),
          ...some("text", target.expectText),
          ...some("no_text", target.refuseText),
          ...some("json", target.expectJson.map(tellExpectation)),
        },
        redirects: target.maxRedirects,
        max_body_bytes: target.maxBodyBytes,
        verify_certificate: target.verifyCertificate,
        keep_connection: target.keepConnection,
      };
    }
    case "tcp": {
      const { host, port } = target;
      return { host, port, ...dialogue(target) };
    }
    case "tls": {
      const { host, port, serverName, minDays, warnDays, verifyChain } = target;
      return {
        ...{ host, port, server_name: serverName },
        ...{ min_days: minDays, warn_days: warnDays, verify_chain: verifyChain },
      };
    }
    case "dns": {
      const { name, record, resolver, expectAnswers } = target;
      return {
        name,
        record,
        ...(resolver === undefined ? {} : { resolver }),
        ...some("expect", expectAnswers),
      };
    }
    case "icmp":
      return { host: target.host };
    case "websocket": {
      const { url, headers, verifyCertificate } = target;
      return { url, ...some("headers", headers), ...dialogue(target), verify_certificate: verifyCertificate };
    }
    case "check-in": {
      const { periodMs, cron, graceMs } = target;
      const grace = printDuration(graceMs);
      return cron === undefined
        ? { period: printDuration(periodMs!), grace }
        : { cron: cron.expression, time_zone: cron.timeZone, grace };
    }
  }
}

function tellStatus({ from, to }: StatusRange): string | number {
  return from === to ? from : `${from}-${to}`;
}

function tellExpectation({ path, equals, matches, exists }: JsonExpectation): Words {
  return {
    path,
    ...(equals === undefined ? {} : { equals }),
    ...(matches === undefined ? {} : { matches }),
    ...(exists === undefined ? {} : { exists }),
  };
}

function dialogue({ send, expect }: { send?: string; expect?: string }): Words {
  return { ...(send === undefined ? {} : { send }), ...(expect === undefined ? {} : { expect }) };
}

/** Left out when there is nothing in it. */
function some(name: string, value: object): Words {
  return Object.keys(value).length === 0 ? {} : { [name]: value };
}
