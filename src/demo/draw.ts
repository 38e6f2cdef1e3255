/** Chance that can be repeated: the same seed, stream and number always give the same draw, in any order of asking. */

/** A number in [0, 1), evenly spread. `stream` and `index` are integers. */
export function draw(seed: number, stream: number, index: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(stream + 0x7f4a7c15, 0xc2b2ae35);
  h = mix(h ^ Math.imul(index | 0, 0x27d4eb2f));
  h = mix(h ^ Math.imul(Math.floor(index / 0x1_0000_0000), 0x165667b1) ^ stream);
  return (h >>> 0) / 0x1_0000_0000;
}

/** A number around 0 with a spread of about 1, never beyond ±3: three draws added up. */
export function drawAround(seed: number, stream: number, index: number): number {
  const sum = draw(seed, stream, index) + draw(seed, stream + 101, index) + draw(seed, stream + 202, index);
  return (sum - 1.5) * 2;
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
