/** An incident as the API tells it and is told of it: the shapes that its routes share. */
import { z } from "@hono/zod-openapi";
import { ownUpdates } from "../../domain/status/incident-words.ts";
import { type Incident, incidentImpacts, incidentStates } from "../../domain/status/incident.ts";
import { publishedPostmortem } from "../../domain/status/postmortem.ts";
import { isoInstant } from "../../domain/time/written-instant.ts";
import { referenceInput, slugInput } from "../input.ts";
import { instantOutput } from "./answer.ts";

const translationsOutput = z
  .record(z.string(), z.string())
  .openapi({ example: { da: "Vi undersøger det." }, description: "The same in other languages, by code." });

export const postmortemOutput = z
  .object({
    message: z.string().openapi({ description: "Markdown." }),
    language: z.string(),
    translations: translationsOutput,
    published_at: instantOutput.nullable(),
  })
  .openapi("Postmortem");

export const incidentOutput = z
  .object({
    reference: z.string().openapi({ example: "INC-2026-0001" }),
    title: z.string(),
    language: z.string().openapi({ example: "en", description: "In which the title is written." }),
    titles: translationsOutput,
    state: z.enum(incidentStates),
    priority: z.string().nullable().openapi({ example: "p2" }),
    started_at: instantOutput,
    declared_at: instantOutput,
    resolved_at: instantOutput.nullable(),
    updates: z
      .array(
        z.object({
          number: z.int().nullable().openapi({
            description: "By which its words can be corrected; null: it was said in another incident.",
          }),
          state: z.enum(incidentStates),
          message: z.string().openapi({ description: "Markdown." }),
          language: z.string(),
          translations: translationsOutput,
          at: instantOutput,
          edited_at: instantOutput.nullable(),
          next_update_at: instantOutput
            .nullable()
            .openapi({ description: "Until when more was promised by it." }),
          from: z.string().nullable().openapi({
            description: "Reference of the incident in which it was said and that became part of this one.",
          }),
        }),
      )
      .openapi({ description: "Oldest first." }),
    impacts: z
      .array(
        z.object({
          service: z.string(),
          impact: z.enum(incidentImpacts),
          start: instantOutput,
          end: instantOutput.nullable(),
        }),
      )
      .openapi({
        description:
          "What it does to each service, from when until when; those of one service never overlap.",
      }),
    parts: z
      .array(z.object({ reference: z.string(), title: z.string(), merged_at: instantOutput }))
      .openapi({ description: "Incidents that became part of it." }),
    merged_into: z.string().nullable().openapi({ description: "The incident that it became part of." }),
    postmortem: postmortemOutput.nullable().openapi({ description: "Once it is published." }),
    version: z
      .int()
      .openapi({ description: "Counts its changes; `ETag` holds it, and `If-Match` takes it." }),
  })
  .openapi("Incident");

export const affectedInput = z
  .array(z.strictObject({ service: slugInput, impact: z.enum(incidentImpacts) }))
  .openapi({ example: [{ service: "beacon", impact: "partial_outage" }] });

/** Words in other languages, by code. */
export const translationsInput = z
  .record(z.string(), z.string())
  .openapi({ example: { da: "Vi undersøger det." } });

export const referenceParameter = z.object({
  reference: referenceInput.openapi({ example: "INC-2026-0001" }),
});

/** An incident as the API tells it. Who wrote is not public, nor is what was not published. */
export function toIncidentJson(incident: Incident) {
  const own = ownUpdates(incident);
  return {
    reference: incident.reference,
    title: incident.title,
    language: incident.language,
    titles: { ...incident.titles },
    state: incident.state,
    priority: incident.priority,
    started_at: isoInstant(incident.startedAt),
    declared_at: isoInstant(incident.declaredAt),
    resolved_at: isoInstant(incident.resolvedAt),
    updates: incident.updates.map((update) => ({
      number: update.from === null ? own.indexOf(update) + 1 : null,
      state: update.state,
      message: update.message,
      language: update.language,
      translations: { ...update.translations },
      at: isoInstant(update.at),
      edited_at: isoInstant(update.editedAt),
      next_update_at: isoInstant(update.nextUpdateAt ?? null),
      from: update.from,
    })),
    impacts: incident.impacts.map(({ serviceSlug, impact, start, end }) => ({
      service: serviceSlug,
      impact,
      start: isoInstant(start),
      end: isoInstant(end),
    })),
    parts: incident.parts.map(({ reference, title, mergedAt }) => ({
      ...{ reference, title },
      merged_at: isoInstant(mergedAt),
    })),
    merged_into: incident.mergedInto,
    postmortem: toPostmortemJson(publishedPostmortem(incident)),
    version: incident.version,
  };
}

/** A postmortem as the API tells it; null: there is none to tell. */
export function toPostmortemJson(postmortem: Incident["postmortem"]) {
  return (
    postmortem && {
      message: postmortem.message,
      language: postmortem.language,
      translations: { ...postmortem.translations },
      published_at: isoInstant(postmortem.publishedAt),
    }
  );
}

export function addressOf(incident: Incident): string {
  return `/api/v1/incidents/${incident.reference}`;
}

export function toAffected<Impact>({ service, impact }: { service: string; impact: Impact }) {
  return { serviceSlug: service, impact };
}
