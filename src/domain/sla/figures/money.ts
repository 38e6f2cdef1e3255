/**
 * Money (sla-semantics 11): whole minor units of a currency, with as many decimals as ISO 4217 gives it. Amounts are net of VAT.
 */
import { InvalidInput } from "../../errors.ts";
import { withPoint } from "./exact.ts";

/** The active codes of ISO 4217, by the number of decimals their minor unit stands for. */
const currencies: Record<number, string> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  2:
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC " +
    "CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD " +
    "KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN " +
    "QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED " +
    "VES WST XCD XCG YER ZAR ZMW ZWG",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};

const decimalsOf = new Map(
  Object.entries(currencies).flatMap(([decimals, codes]) =>
    codes.split(" ").map((code): [string, number] => [code, Number(decimals)]),
  ),
);

export function isCurrency(code: string): boolean {
  return decimalsOf.has(code);
}

/** Every code there is. */
export const currencyCodes: readonly string[] = [...decimalsOf.keys()];

/** How many decimals an amount in this currency has: 2 for DKK, 0 for ISK, 3 for KWD. */
export function currencyDecimals(code: string): number {
  const decimals = decimalsOf.get(code);
  if (decimals === undefined) {
    throw new InvalidInput("currency", `There is no currency "${code}" in ISO 4217.`);
  }
  return decimals;
}

/** Minor units of an amount as people write it: "4000.00" in DKK → 400000. As many decimals as the currency has, or none. */
export function parseAmount(text: string, currency: string): number {
  const decimals = currencyDecimals(currency);
  const parts = /^(\d{1,15})(?:\.(\d+))?$/.exec(text);
  const written = parts?.[2]?.length ?? 0;
  const minor = Number(`${parts?.[1] ?? ""}${(parts?.[2] ?? "").padEnd(decimals, "0")}`);
  if (parts === null || (written !== 0 && written !== decimals) || !Number.isSafeInteger(minor)) {
    const wanted = decimals === 0 ? "no decimals" : `${decimals} decimals, or none`;
    throw new InvalidInput("amount", `An amount in ${currency} is written with ${wanted}, not "${text}".`);
  }
  return minor;
}

/** "185.00" for 18500 in DKK. */
export function printAmount(minor: number, currency: string): string {
  return withPoint(BigInt(minor), currencyDecimals(currency));
}
