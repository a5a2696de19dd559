/** From a host name to the addresses it may mean, by `dns.lookup` or the caller's own. */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import { inspect } from 'node:util';
import { HawserError } from '../../shared/errors.js';
import type { Lookup } from './options/connect-options.js';

export interface NameQuery {
  readonly host: string;
  readonly family: 0 | 4 | 6;
  readonly hints: number;
  readonly lookup: Lookup | undefined;
}

/**
 * Every address of the host, in the resolver's order; a numeric host is its own.
 * @throws {HawserError} `ERR_HAWSER_NAME_NOT_FOUND`, `ERR_HAWSER_ADDRESS_INVALID`.
 */
export async function resolveHost(query: NameQuery): Promise<readonly LookupAddress[]> {
  const { host, family } = query;
  const numericFamily = isIP(host);
  if (numericFamily === 0) return askResolver(query);
  if (family === 0 || family === numericFamily) return [{ address: host, family: numericFamily }];
  const text = `${host} is no IPv${family} address, and family is ${family}`;
  throw new HawserError('ERR_HAWSER_ADDRESS_INVALID', text);
}

function askResolver(query: NameQuery): Promise<readonly LookupAddress[]> {
  const { host, family, hints, lookup = dnsLookup } = query;
  return new Promise((resolve, reject) => {
    lookup(host, { all: true, family, hints }, (cause, addresses) => {
      if (cause !== null) reject(notFound(host, cause.code ?? cause.message, cause));
      else if (!areNumeric(addresses)) reject(badAnswer(host, addresses));
      else if (addresses.length === 0) reject(notFound(host, 'it has no address'));
      else resolve(addresses);
    });
  });
}

/** A caller's own resolver may say anything. */
function areNumeric(answer: unknown): boolean {
  if (!Array.isArray(answer)) return false;
  return answer.every((found: Partial<LookupAddress> | null) => isIP(found?.address ?? '') !== 0);
}

function badAnswer(host: string, answer: unknown): HawserError {
  const text = `lookup found ${inspect(answer)} for ${host}; it must call back with (null, [{ address, family }]), each address numeric`;
  return new HawserError('ERR_HAWSER_ADDRESS_INVALID', text);
}

function notFound(host: string, why: string, cause?: Error): HawserError {
  const text = `the name ${host} leads to no address: ${why}`;
  return new HawserError('ERR_HAWSER_NAME_NOT_FOUND', text, { cause });
}
