/**
 * Who works in the demo's office: four who run the platform and take turns at being called, two who answer for the contracts. Whoever
 * proposes never approves.
 */
export const ida = "Ida Lund";
export const jonas = "Jonas Berg";
export const sara = "Sara Nygaard";
export const amir = "Amir Haddad";
export const mette = "Mette Holm";
export const lars = "Lars Vik";
