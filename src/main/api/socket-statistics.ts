/** What `stats()` of a socket returns: names that stay, whatever the transport counts inside. */
import type { TransportStatistics } from '../../shared/memory/statistics.js';

/** Counts since the connection began; times in milliseconds, null before the first measurement. */
export interface SocketStatistics {
  readonly roundTripTimeMs: number | null;
  readonly minimumRoundTripTimeMs: number | null;
  readonly retransmissionTimeoutMs: number;
  /** How much later than expected a segment may come before it counts as lost. */
  readonly reorderingExtentMs: number;
  /** Bytes of our stream sent at least once, and those of them the peer has acknowledged. */
  readonly bytesSent: number;
  readonly bytesAcknowledged: number;
  /** Bytes of the peer's stream that have arrived, and those of them that were read. */
  readonly bytesReceived: number;
  readonly bytesDelivered: number;
  /** Every kind of datagram, with retransmissions and acknowledgments. */
  readonly datagramsSent: number;
  readonly datagramBytesSent: number;
  /** First transmissions. */
  readonly segmentsSent: number;
  readonly segmentsRetransmitted: number;
  /** Retransmissions that the peer did not need. */
  readonly spuriousRetransmissions: number;
  readonly retransmissionTimeouts: number;
  readonly segmentsReceived: number;
  readonly duplicatesReceived: number;
  readonly receivedOutOfOrder: number;
}

export function socketStatistics(transport: TransportStatistics): SocketStatistics {
  return {
    roundTripTimeMs: transport.smoothedRttMs,
    minimumRoundTripTimeMs: transport.minimumRttMs,
    retransmissionTimeoutMs: transport.retransmissionTimeoutMs,
    reorderingExtentMs: transport.reorderingExtentMs,
    bytesSent: transport.payloadBytesSent,
    bytesAcknowledged: transport.payloadBytesAcknowledged,
    bytesReceived: transport.payloadBytesReceived,
    bytesDelivered: transport.payloadBytesDelivered,
    datagramsSent: transport.datagramsSent,
    datagramBytesSent: transport.datagramBytesSent,
    segmentsSent: transport.dataSegmentsSent,
    segmentsRetransmitted:
      transport.retransmittedByReordering +
      transport.retransmittedByTimeout +
      transport.retransmittedByProbe,
    spuriousRetransmissions: transport.spuriousRetransmissions,
    retransmissionTimeouts: transport.timeouts,
    segmentsReceived: transport.dataSegmentsReceived,
    duplicatesReceived: transport.duplicates,
    receivedOutOfOrder: transport.outOfOrder,
  };
}
