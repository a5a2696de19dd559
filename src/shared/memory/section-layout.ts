/**
 * The sections of a connection's memory that hold not single words but an entry for each slot, each
 * timer, each byte: who may touch an entry. Where they lie is said in layout.ts.
 */
import { guardedBy } from './words.js';

export const sectionDeclarations = {
  ...guardedBy('send lock', {
    deadlines: 'when each timer of timers.ts is due, Infinity if it is off',
    slotState: 'SlotState of slot-states.ts: who owns the payload',
    slotLength: 'payload bytes, and FIN_BIT if the stream ends there',
    slotTimesSent: 'transmissions so far',
    slotPrevious: 'the slot before in its list, or NONE',
    slotFollowing: 'the slot after in its list, or NONE',
    slotCause: 'LossCause: why a lost slot was found lost',
    slotFirstSent: 'when the slot was sent first',
    slotLastSent: 'when the slot was sent last',
    slotAgainSegment:
      'one past the last segment of this slot that was delivered after it was sent again; 0 for none',
    slotAgainLateness:
      'how much later than RACK expected its first transmission came; 0 if nobody can tell',
    token: 'what a retry brought, to be shown in our next openings',
    peerAddress: 'UTF-8: where the peer is now; written by the listener, or before the start',
    slotDelivered: 'P.delivered: deliveredBytes when the slot was sent last',
    slotDeliveredAt: 'P.delivered_time: deliveredAt when the slot was sent last',
    slotFlightSentAt: 'P.first_sent_time: flightSentAt when the slot was sent last',
    slotInFlight: 'P.tx_in_flight: inFlightBytes when the slot was sent last, with it',
    slotLost: 'P.lost: lostBytes when the slot was sent last',
    slotLimited: 'P.is_app_limited: 1 if the application had too little to send then',
    scratch: 'header of a segment without a slot, from its composing to the flush',
    headers: 'header of each send slot, from its composing to the flush',
    partHeaders: 'headers of parts, from their composing to the flush',
    responseToken: 'the token that responseBytes speaks of',
  }),
  ...guardedBy('receive lock', {
    duplicates: 'segment numbers that arrived again and are not yet reported',
    receivedLength:
      '0 for an empty slot, else 1 + payload bytes; the owner of the slot may read it without the lock',
  }),
  ...guardedBy('start', {
    padding: 'zeros: nobody ever writes them',
  }),
  ...guardedBy('owner', {
    failureText:
      'UTF-8; whoever won failureClaim writes it, anyone reads it once failureCode is set',
    slotChecksum: 'CRC-32 of the payload; owned as the payload is',
    sendPayload: 'the application from free to open, nobody from queued on: it stays as it is',
    receivePayload: 'the listener from receiveNext on, the application from readNext to there',
  }),
} as const;
