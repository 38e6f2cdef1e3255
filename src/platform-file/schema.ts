/**
 * The JSON Schema of the platform file, for editors: made from the same description that the reader follows. What needs more than one
 * value (names that refer to each other, bounds of durations, time zones) only the reader can judge.
 */
import { platformFile } from "./described-file.ts";
import type { JsonSchema, Keys, SectionShape, Shape } from "./shapes.ts";

/** Draft 2020-12. */
export function platformSchema(): JsonSchema {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Fournines platform file",
    ...toSchema(platformFile),
  };
}

/** The schema of any part of the description. */
export function toSchema(shape: Shape): JsonSchema {
  switch (shape.shape) {
    case "scalar":
      return shape.schema;
    case "section":
      return sectionSchema(shape);
    case "table":
      return {
        type: "object",
        propertyNames: shape.key.schema,
        additionalProperties: toSchema(shape.value),
        ...(shape.min > 0 ? { minProperties: shape.min } : {}),
      };
    case "list":
      return {
        type: "array",
        items: toSchema(shape.each),
        ...(shape.min > 0 ? { minItems: shape.min } : {}),
      };
    case "choice":
      return {
        anyOf: [shape.scalar, shape.mapping, shape.list].filter((way) => way !== null).map(toSchema),
      };
  }
}

function sectionSchema({ keys, required, oneOf, extensible }: SectionShape<Keys>): JsonSchema {
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(keys).map(([name, { value, meaning }]) => [
        name,
        { description: meaning, ...toSchema(value) },
      ]),
    ),
    additionalProperties: false,
    ...(extensible ? { patternProperties: { "^x-": {} } } : {}),
    ...(required.length > 0 ? { required: [...required] } : {}),
    ...(oneOf.length > 0 ? { oneOf: oneOf.map((name) => ({ required: [name] })) } : {}),
  };
}
