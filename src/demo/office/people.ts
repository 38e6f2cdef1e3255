/** Who works in the demo's office: two who run the platform, two who answer for the contracts. Whoever proposes never approves. */
export const ida = "Ida Lund";
export const jonas = "Jonas Berg";
export const mette = "Mette Holm";
export const lars = "Lars Vik";
