/**
 * What a connection counts, all Float64 and all from 0 at the start; nothing but display and a few
 * limits depends on them.
 */
import { guardedBy } from './words.js';

export const sendCounterDeclarations = guardedBy('send lock', {
  datagramsSent: 'datagrams handed to the port, of every kind',
  datagramBytesSent: 'their UDP payload bytes',
  dataSegmentsSent: 'segments with a number, first transmissions',
  payloadBytesSent: 'stream bytes of first transmissions',
  payloadBytesAcknowledged: 'stream bytes the peer is known to hold',
  payloadBytesWritten: 'stream bytes that the application has given',
  payloadBytesReleased: 'stream bytes before sendUnacknowledged, whose slots are free again',
  retransmittedByReordering: 'retransmissions: RACK found the segment lost',
  retransmittedByTimeout: 'retransmissions: the retransmission time-out expired',
  retransmittedByProbe: 'retransmissions: tail loss probe',
  spuriousRetransmissions: 'retransmissions the peer reported as duplicates',
  timeouts: 'expiries of the retransmission timer',
  windowProbesSent: 'probes of a closed window',
  keepAlivesSent: 'probes of a silent peer',
  acknowledgmentsPiggybacked: 'acknowledgments due that rode on data',
  acknowledgmentsDelayed: 'empty acknowledgments sent when the delay ran out',
  acknowledgmentsImmediate: 'empty acknowledgments sent at once',
  resetsSent: 'resets, to the peer and to strangers',
  partsSent: 'datagrams with a part of a segment that is too large for the path',
  pathProbesSent: 'padded challenges that look for a larger datagram size',
  pathProbesLost: 'those without an answer',
  pathBlackHoles: 'how often a datagram size that had worked was given up',
});

export const receiveCounterDeclarations = guardedBy('receive lock', {
  dataSegmentsReceived: 'segments with a number, new ones',
  payloadBytesReceived: 'stream bytes of those',
  payloadBytesDelivered: 'stream bytes handed to the application',
  duplicates: 'segments that had arrived before',
  outOfOrder: 'new segments that left a gap before them',
  beyondWindow: 'segments there was no room for',
});

export const portCounterDeclarations = guardedBy('listener', {
  datagramsReceived: 'datagrams that arrived, of any content; read by others for display only',
  datagramBytesReceived: 'their UDP payload bytes',
  corrupt: 'datagrams whose check failed',
  malformed: 'datagrams that are not a segment',
  strangers: 'segments of another connection or another sender',
  violations: 'segments of the peer that broke a rule of the protocol',
  simulatedDropped: 'datagrams the simulator lost',
  simulatedCorrupted: 'datagrams the simulator changed',
  simulatedDelayed: 'datagrams the simulator held back',
});
