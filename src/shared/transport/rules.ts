/**
 * The rules that a peer is held to, by the names that errors and the reset on the wire give them
 * (docs/wire-format.md, B.12). What honest peers, late and repeated datagrams and strangers may do is
 * no violation of any.
 */
export const RULES = {
  size: 'no datagram and no segment is larger than the openings allow',
  opening: 'all openings of one connection say the same',
  early: 'at most 64 segments are under way while segments carry an opening',
  window: 'no segment lies beyond the receive window',
  windowEdge: 'the receive window never shrinks',
  afterFin: 'nothing follows the end of a stream',
  fin: 'a stream ends once, and behind all that was sent',
  changed: 'a segment that is sent again is the same',
  parts: 'the parts of a segment belong together',
  acknowledgment: 'only what was sent can be acknowledged',
  report: 'only what was sent can be reported as received',
} as const;

export type Rule = keyof typeof RULES;

const names = Object.keys(RULES) as Rule[];

/** Reasons of a reset below it are those of every connection. */
const FIRST_RULE_REASON = 16;

/** Why the violator is reset, on the wire. */
export function reasonFor(rule: Rule): number {
  return FIRST_RULE_REASON + names.indexOf(rule);
}

/** The rule that a reset names, if it does. */
export function ruleIn(reason: number): Rule | undefined {
  return reason < FIRST_RULE_REASON ? undefined : names.at(reason - FIRST_RULE_REASON);
}

/** The rule in words, with its name. */
export function describeRule(rule: Rule): string {
  return `rule "${rule}": ${RULES[rule]}`;
}
