#!/usr/bin/env python3
"""The smallest complete peer of docs/wire-format.md: a fixed timer, a window of 64 segments, and
neither duplicates nor selective ranges of its own. It plays a role of the classroom test against
the product, losing a share of what it sends:

    node dist/main.js --role 1 8000 8001        python3 test/vectors/peer.py 2 8000 8001 0.1
"""
import random
import select
import socket
import sys
import time

from decode import Refused, decode
from generate import encode

WINDOW = 64
EARLY = 64
IN_FLIGHT = 32
TIMEOUT_S = 0.3
ACKNOWLEDGMENT_DELAY_S = 0.02
TIME_WAIT_S = 2
PAYLOAD_BYTES = 1440
COMPLETE = 0


def distance(a, b):
    return (a - b + 2**31) % 2**32 - 2**31


class Peer:
    def __init__(self, local_port, remote_port, loss):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", local_port))
        self.remote, self.loss = ("127.0.0.1", remote_port), loss
        self.id, self.peer, self.known = random.randrange(1, 2**32), 0, False
        # Sending: (payload, FIN) by number; the oldest unacknowledged, the next, the right edge.
        self.segments, self.sent_at = [], {}
        self.unacknowledged, self.next, self.edge, self.full = 0, 0, EARLY, 0
        # Receiving.
        self.expected, self.held, self.stream, self.ended = 0, {}, bytearray(), False
        self.acknowledge_at, self.reset = None, None

    # What the application calls.

    def send(self, data):
        cuts = range(0, len(data), PAYLOAD_BYTES)
        self.segments += [(data[at : at + PAYLOAD_BYTES], False) for at in cuts]

    def receive(self, size):
        while len(self.stream) < size:
            self.turn()
            if self.reset is not None:
                raise ConnectionResetError(f"reason {self.reset}")
        data = bytes(self.stream[:size])
        del self.stream[:size]
        return data

    def close(self):
        we_were_first = not self.ended
        self.segments.append((b"", True))
        while self.unacknowledged < len(self.segments) or not self.ended:
            self.turn()
            if self.reset is not None:
                return
        if we_were_first:
            end = time.monotonic() + TIME_WAIT_S
            while time.monotonic() < end and self.reset is None:
                self.turn()
        else:
            self.transmit(reset={"reason": COMPLETE, "rejectedConnectionId": self.id})

    # One turn: repeat what is late, send what fits, acknowledge what is due, take one datagram.

    def turn(self):
        now = time.monotonic()
        for number in range(self.unacknowledged, self.next):
            if now - self.sent_at[number] > TIMEOUT_S:
                self.transmit_segment(number)
        while self.may_send_next():
            self.next += 1
            self.transmit_segment(self.next - 1)
        if self.peer and self.acknowledge_at is not None and now >= self.acknowledge_at:
            self.transmit()
        if select.select([self.socket], [], [], 0.005)[0]:
            self.arrived(self.socket.recv(65536))

    def may_send_next(self):
        in_flight = self.next - self.unacknowledged
        return self.next < min(len(self.segments), self.edge) and in_flight < IN_FLIGHT

    def transmit_segment(self, number):
        payload, fin = self.segments[number]
        self.sent_at[number] = time.monotonic()
        self.transmit(payload, segmentNumber=number, fin=fin)

    def transmit(self, payload=b"", **fields):
        if self.peer:
            fields.update(destinationConnectionId=self.peer, cumulativeAck=self.expected)
        if not self.known and "reset" not in fields:
            fields["opening"] = {
                "sourceConnectionId": self.id,
                "sentAtMillis": int(time.time() * 1000) % 2**32,
                "maximumDatagramBytes": 1472,
                "windowSegments": WINDOW,
                "integrity": "crc32",
            }
        # Neither number is ever 128 from what the peer refers it to: N = 1 does.
        datagram = encode(payload, 1, sender=self.id, **fields)
        self.acknowledge_at = None
        if random.random() >= self.loss:
            self.socket.sendto(datagram, self.remote)

    def arrived(self, datagram):
        context = {
            "localConnectionId": self.id,
            "peerConnectionId": self.peer,
            "receiveNext": self.expected,
            "sendUnacknowledged": self.unacknowledged,
            "integrity": "crc32",
        }
        try:
            segment, payload = decode(datagram, context)
        except Refused:
            return
        if "reset" in segment:
            if segment["reset"]["rejectedConnectionId"] == self.peer:
                self.reset = segment["reset"]["reason"]
        elif self.is_from_peer(segment):
            self.known |= "destinationConnectionId" in segment
            if self.known and "cumulativeAck" in segment:
                self.acknowledged(segment)
            if segment.get("acknowledgeNow"):
                self.acknowledge_at = 0
            if "segmentNumber" in segment:
                self.keep(segment, payload)

    def is_from_peer(self, segment):
        opening = segment.get("opening")
        if opening and opening["sourceConnectionId"] == self.id:
            return False
        if opening and not self.peer:
            self.peer, self.full = opening["sourceConnectionId"], opening["windowSegments"]
            self.edge = self.full
        return not opening or opening["sourceConnectionId"] == self.peer

    def acknowledged(self, segment):
        ack = segment["cumulativeAck"]
        if self.unacknowledged <= ack <= self.next:
            self.unacknowledged = ack
            self.edge = max(self.edge, ack + segment.get("windowSegments", self.full))

    def keep(self, segment, payload):
        number = segment["segmentNumber"]
        ahead = distance(number, self.expected)
        if 0 <= ahead < WINDOW:
            self.held.setdefault(number, (payload, "fin" in segment))
        while self.expected in self.held:
            data, fin = self.held.pop(self.expected)
            self.stream += data
            self.ended |= fin
            self.expected = (self.expected + 1) % 2**32
        due = time.monotonic() + ACKNOWLEDGMENT_DELAY_S if ahead == 0 else 0
        if self.acknowledge_at is None or due < self.acknowledge_at:
            self.acknowledge_at = due


def main():
    role, port1, port2 = map(int, sys.argv[1:4])
    loss = float(sys.argv[4]) if len(sys.argv) > 4 else 0
    text = b"".join(b"%d " % number for number in range(1000))
    peer = Peer(port1, port2, loss) if role == 1 else Peer(port2, port1, loss)
    if role == 2:
        peer.send(text)
    if peer.receive(len(text)) != text:
        sys.exit("the numbers are not those expected")
    print(f"STAGE {role} TEST PASSED!")
    if role == 1:
        peer.send(text)
    peer.close()


if __name__ == "__main__":
    main()
