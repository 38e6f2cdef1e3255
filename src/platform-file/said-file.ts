/** A platform file as it was written, once its shape is known to be right: before anything in it is resolved. */
import type { platformFile } from "./described-file.ts";
import type { ValueOf } from "./shapes.ts";

export type SaidFile = ValueOf<typeof platformFile>;

export type SaidService = ValueOf<NonNullable<(typeof platformFile)["keys"]["services"]>["value"]["value"]>;
