#!/usr/bin/env python3
"""Writes accepted.json and refused.json, the test vectors of docs/wire-format.md.

    python3 test/vectors/generate.py

This is a second implementation of the format, written from the document and sharing no code with
the product: the tests under test/wire hold the product against what stands here. Run it after a
change of the format, and look at the difference before you commit it.

Each vector has the datagram in hexadecimal, what its receiver knows (`context`), and either the
fields that come out or the reason for refusing it. All integers are unsigned.
"""
import json
import pathlib
import struct
import zlib

A, B = 0xA1B2C3D4, 0x0BADCAFE  # connection IDs: A sends, B receives
FULL = 2**32 - 1
TOKEN_KINDS = ["retry", "proof", "challenge", "response"]


def varint(value, length=None):
    length = length or (1 if value < 2**6 else 2 if value < 2**14 else 4)
    prefix = {1: 0, 2: 1, 4: 2}[length] << (8 * length - 2)
    return (value | prefix).to_bytes(length, "big")


def zigzag(value):
    return 2 * value if value >= 0 else -2 * value - 1


def low(number, length):
    return (number & FULL).to_bytes(4, "big")[4 - length :]


def encode(payload=b"", number_bytes=1, integrity="crc32", sender=A, varints=None, **f):
    """One datagram; `f` holds the fields of the vector that are present, and no others."""
    number, ack = f.get("segmentNumber"), f.get("cumulativeAck")
    opening, reset = f.get("opening"), f.get("reset")
    destination = f.get("destinationConnectionId", 0)

    extension = 0
    extension |= 1 if "windowSegments" in f else 0
    extension |= 2 if "sack" in f else 0
    extension |= 4 if "duplicates" in f else 0
    extension |= 8 if f.get("acknowledgeNow") else 0
    extension |= 16 if reset else 0
    extension |= 32 if "token" in f else 0
    extension |= 64 if "part" in f else 0

    control = 0x40 | (number_bytes - 1)
    control |= 0x20 if opening else 0
    control |= 0x10 if number is not None else 0
    control |= 0x08 if f.get("fin") else 0
    control |= 0x04 if extension else 0

    head = struct.pack(">BI", control, destination)
    rest = bytes([extension]) if extension else b""
    rest += low(ack, number_bytes) if ack is not None else b""
    rest += low(number, number_bytes) if number is not None else b""
    if opening:
        rest += struct.pack(
            ">IIH",
            opening["sourceConnectionId"],
            opening["sentAtMillis"],
            opening["maximumDatagramBytes"],
        )
        rest += varint(opening["windowSegments"], varints)
        rest += bytes([{"none": 0, "crc32": 1}[opening["integrity"]]])
    if "windowSegments" in f:
        rest += varint(f["windowSegments"], varints)
    if "duplicates" in f:
        rest += varint(len(f["duplicates"]), varints)
        for duplicate in f["duplicates"]:
            ahead = (ack - duplicate + 2**31) % 2**32 - 2**31
            rest += varint(zigzag(ahead), varints)
    if "sack" in f:
        rest += varint(len(f["sack"]), varints)
        previous_end = ack
        for start, end in f["sack"]:
            rest += varint((start - previous_end) % 2**32 - 1, varints)
            rest += varint((end - start) % 2**32 - 1, varints)
            previous_end = end
    if reset:
        rest += struct.pack(">BI", reset["reason"], reset["rejectedConnectionId"])
    if "token" in f:
        token = bytes.fromhex(f["token"]["bytes"])
        rest += bytes([TOKEN_KINDS.index(f["token"]["kind"])]) + varint(len(token), varints) + token
    if "part" in f:
        rest += varint(f["part"]["offset"], varints) + varint(f["part"]["totalBytes"], varints)

    if integrity == "none" and not opening and destination:
        return head + rest + payload
    if "token" in f and f["token"]["kind"] == "retry":
        return seal(head, rest, payload, 0, 0, 0)
    return seal(head, rest, payload, sender if destination or opening else 0, number or 0, ack or 0)


def seal(head, rest, payload, sender, number, ack):
    pseudo = struct.pack(">III", sender, number & FULL, ack & FULL)
    check = zlib.crc32(head + rest + pseudo, zlib.crc32(payload))
    return head + struct.pack(">I", check) + rest + payload


def context(receive_next=0, send_unacknowledged=0, peer=A, integrity="crc32"):
    return {
        "localConnectionId": B,
        "peerConnectionId": peer,
        "receiveNext": receive_next,
        "sendUnacknowledged": send_unacknowledged,
        "integrity": integrity,
    }


def opening(**changes):
    offer = {
        "sourceConnectionId": A,
        "sentAtMillis": 0x9A3C5D10,
        "maximumDatagramBytes": 1472,
        "windowSegments": 1024,
        "integrity": "crc32",
    }
    return {**offer, **changes}


def accepted():
    def vector(name, receiver, payload=b"", number_bytes=1, varints=None, **fields):
        datagram = encode(
            payload, number_bytes, integrity=receiver["integrity"], varints=varints, **fields
        )
        return {
            "name": name,
            "datagram": datagram.hex(),
            "context": receiver,
            "numberBytes": number_bytes,
            "shortest": varints is None,
            "segment": fields,
            "payload": payload.hex(),
        }

    def to_b(**fields):
        return {"destinationConnectionId": B, **fields}

    stranger = context(peer=0)
    return [
        vector("opening that carries the first data", stranger, b"0 1 2 3 ",
               opening=opening(), segmentNumber=0),
        vector("opening without data", stranger, opening=opening()),
        vector("opening that knows its peer and acknowledges", stranger, b"hello",
               opening=opening(), **to_b(cumulativeAck=3, segmentNumber=0)),
        vector("opening that offers no integrity and the largest window", stranger,
               opening=opening(integrity="none", windowSegments=2**22, maximumDatagramBytes=65507)),
        vector("opening of a stream that is empty", stranger,
               opening=opening(), segmentNumber=0, fin=True),
        vector("data with a piggy-backed acknowledgment", context(7, 2), b"42 43 ",
               **to_b(cumulativeAck=5, segmentNumber=7)),
        vector("last data of the stream", context(9, 5), b"999 ",
               **to_b(cumulativeAck=5, segmentNumber=9, fin=True)),
        vector("FIN that takes a segment of its own", context(10, 5),
               **to_b(cumulativeAck=5, segmentNumber=10, fin=True)),
        vector("bare acknowledgment", context(4, 120), **to_b(cumulativeAck=121)),
        vector("probe", context(4, 120), **to_b(cumulativeAck=121, acknowledgeNow=True)),
        vector("data that asks for an answer at once", context(4, 120), b"x",
               **to_b(cumulativeAck=121, segmentNumber=4, acknowledgeNow=True)),
        vector("receiver without room", context(4, 120),
               **to_b(cumulativeAck=121, windowSegments=0)),
        vector("two-byte numbers", context(300, 1000), b"data", 2,
               **to_b(cumulativeAck=1200, segmentNumber=290)),
        vector("three-byte numbers", context(70000, 70000), b"data", 3,
               **to_b(cumulativeAck=100000, segmentNumber=90000)),
        vector("four-byte numbers", context(2**31 - 3, 2**23), b"data", 4,
               **to_b(cumulativeAck=2**23 + 9, segmentNumber=2**31 + 5)),
        vector("numbers about to wrap", context(FULL - 1, FULL), b"data", 1,
               **to_b(cumulativeAck=FULL, segmentNumber=2)),
        vector("retransmission of a number before the wrap", context(3, 5), b"data", 2,
               **to_b(cumulativeAck=FULL - 2, segmentNumber=FULL)),
        vector("three selective ranges", context(4, 100), number_bytes=1,
               **to_b(cumulativeAck=100, sack=[[102, 103], [105, 110], [200, 300]])),
        vector("selective range across the wrap", context(4, FULL - 4), number_bytes=1,
               **to_b(cumulativeAck=FULL - 4, sack=[[FULL - 1, 5]])),
        vector("duplicates on both sides of the acknowledgment", context(4, 100), number_bytes=1,
               **to_b(cumulativeAck=100, duplicates=[99, 20, 103], sack=[[103, 104]])),
        vector("everything that reports at once, on data", context(4, 100), b"data",
               **to_b(cumulativeAck=100, segmentNumber=4, acknowledgeNow=True, windowSegments=70,
                      duplicates=[99], sack=[[102, 104]])),
        vector("512 selective ranges", context(4, 100), number_bytes=2,
               **to_b(cumulativeAck=100, sack=[[102 + 2 * i, 103 + 2 * i] for i in range(512)])),
        vector("varints longer than they need be", context(4, 100), varints=4,
               **to_b(cumulativeAck=100, windowSegments=70, duplicates=[99], sack=[[102, 104]])),
        vector("reset of an unknown connection", context(),
               reset={"reason": 3, "rejectedConnectionId": B}),
        vector("reset, complete", context(10, 6),
               **to_b(cumulativeAck=6, reset={"reason": 0, "rejectedConnectionId": A})),
        vector("data without integrity", context(7, 2, integrity="none"), b"42 43 ", 4,
               **to_b(cumulativeAck=5, segmentNumber=7)),
        vector("opening although no integrity was agreed", context(7, 2, integrity="none"), b"42 ",
               opening=opening(integrity="none"), **to_b(cumulativeAck=5, segmentNumber=7)),
        vector("retry", stranger,
               **to_b(cumulativeAck=0, token={"kind": "retry", "bytes": "00112233445566778899"})),
        vector("opening that brings back the token of a retry", stranger,
               opening=opening(), token={"kind": "proof", "bytes": "00112233445566778899"}),
        vector("challenge", context(4, 120),
               **to_b(cumulativeAck=121, token={"kind": "challenge", "bytes": "c0ffee"})),
        vector("challenge with padding, a probe of the path", context(4, 120), bytes(1200),
               **to_b(cumulativeAck=121, token={"kind": "challenge", "bytes": "05c00001"})),
        vector("challenge beside everything that reports", context(4, 100), b"pad",
               **to_b(cumulativeAck=100, acknowledgeNow=True, windowSegments=70, duplicates=[99],
                      sack=[[102, 104]], token={"kind": "challenge", "bytes": "ff" * 64})),
        vector("challenge in an opening that knows its peer", stranger,
               opening=opening(), **to_b(cumulativeAck=1, token={"kind": "challenge", "bytes": "01"})),
        vector("response", context(4, 120),
               **to_b(cumulativeAck=121, token={"kind": "response", "bytes": "05c00001"})),
        vector("response to a challenge without bytes", context(4, 120),
               **to_b(cumulativeAck=121, token={"kind": "response", "bytes": ""})),
        vector("first part of a segment", context(7, 2), b"42 43 44 ",
               **to_b(cumulativeAck=5, segmentNumber=7, part={"offset": 0, "totalBytes": 20})),
        vector("last part of the last segment", context(9, 5), b"999 ",
               **to_b(cumulativeAck=5, segmentNumber=9, fin=True,
                      part={"offset": 65499, "totalBytes": 65503})),
        vector("part beside a window, without integrity", context(7, 2, integrity="none"), b"42 43 ",
               4, **to_b(cumulativeAck=5, segmentNumber=7, windowSegments=70,
                         part={"offset": 1160, "totalBytes": 1440})),
        vector("reset of one who opens, refused", stranger,
               reset={"reason": 5, "rejectedConnectionId": B}),
        vector("reset of an unknown connection although no integrity was agreed",
               context(integrity="none"), reset={"reason": 3, "rejectedConnectionId": B}),
    ]


def refused():
    known = context(7, 2)
    stranger = context(peer=0)
    data = encode(b"42 43 ", destinationConnectionId=B, cumulativeAck=5, segmentNumber=7)
    bare = struct.pack(">BI", 0x40, B)
    extended = struct.pack(">BI", 0x44, B)

    def vector(name, reason, datagram, receiver=known):
        return {"name": name, "datagram": datagram.hex(), "context": receiver, "reason": reason}

    def sealed(head, rest, payload=b"", number=0, ack=0, sender=A):
        return seal(head, rest, payload, sender, number, ack)

    def flip(datagram, byte, bits):
        return datagram[:byte] + bytes([datagram[byte] ^ bits]) + datagram[byte + 1 :]

    return [
        vector("nothing at all", "truncated", b""),
        vector("four bytes", "truncated", data[:4]),
        vector("cut within the check field", "truncated", data[:8]),
        vector("cut within the numbers", "truncated", data[:10]),
        vector("opening cut short", "truncated",
               encode(opening=opening())[:-1], stranger),
        vector("reset cut short", "truncated", sealed(extended, b"\x10\x05\x03\x00\x00"), known),
        vector("integer of eight bytes", "truncated",
               sealed(extended, b"\x01\x05" + b"\xc0" + bytes(7), ack=5)),
        vector("version 0", "version", flip(data, 0, 0x40)),
        vector("version 3", "version", flip(data, 0, 0x80)),
        vector("for another connection", "destination",
               encode(b"42 ", destinationConnectionId=B + 1, cumulativeAck=5, segmentNumber=7)),
        vector("neither destination, nor opening, nor reset", "noDestination",
               seal(struct.pack(">BI", 0x50, 0), b"\x07", b"42 ", A, 7, 0)),
        vector("extension bit of the future", "reservedBit",
               sealed(extended, b"\x88\x05", ack=5)),
        vector("extension byte of zero", "emptyExtension", sealed(extended, b"\x00\x05", ack=5)),
        vector("window without destination", "reportWithoutAck",
               encode(opening=opening(), windowSegments=5), stranger),
        vector("FIN without a number", "finWithoutNumber",
               sealed(struct.pack(">BI", 0x48, B), b"\x05", ack=5)),
        vector("reset that carries data", "resetWithOther",
               encode(b"42 ", destinationConnectionId=B, cumulativeAck=5, segmentNumber=7,
                      reset={"reason": 1, "rejectedConnectionId": A})),
        vector("reset that opens", "resetWithOther",
               encode(opening=opening(), reset={"reason": 1, "rejectedConnectionId": A}), stranger),
        vector("short numbers without integrity", "numberLength",
               encode(b"42 ", integrity="none", destinationConnectionId=B, cumulativeAck=5,
                      segmentNumber=7), context(7, 2, integrity="none")),
        vector("source 0", "sourceId",
               encode(sender=0, opening=opening(sourceConnectionId=0)), stranger),
        vector("maximum datagram of 511 bytes", "maximumDatagram",
               encode(opening=opening(maximumDatagramBytes=511)), stranger),
        vector("opening without a window", "window",
               encode(opening=opening(windowSegments=0)), stranger),
        vector("opening with too large a window", "window",
               encode(opening=opening(windowSegments=2**22 + 1)), stranger),
        vector("too large a window", "window",
               encode(destinationConnectionId=B, cumulativeAck=5, windowSegments=2**22 + 1)),
        vector("unknown integrity", "integrity",
               sealed(struct.pack(">BI", 0x60, 0),
                      struct.pack(">IIH", A, 0, 1472) + b"\x44\x00\x02"), stranger),
        vector("no duplicates", "duplicateCount",
               encode(destinationConnectionId=B, cumulativeAck=5, duplicates=[])),
        vector("seventeen duplicates", "duplicateCount",
               encode(destinationConnectionId=B, cumulativeAck=5, duplicates=list(range(17)))),
        vector("no ranges", "sackCount",
               encode(destinationConnectionId=B, cumulativeAck=5, sack=[])),
        vector("513 ranges", "sackCount",
               encode(destinationConnectionId=B, cumulativeAck=5,
                      sack=[[7 + 2 * i, 8 + 2 * i] for i in range(513)])),
        vector("ranges beyond half the numbers", "sackRange",
               sealed(extended, b"\x02\x05\x02" + b"\xbf\xff\xff\xff" * 4, ack=5)),
        vector("reset that rejects nothing", "rejectedId",
               encode(reset={"reason": 3, "rejectedConnectionId": 0})),
        vector("number without payload or FIN", "emptyData",
               encode(destinationConnectionId=B, cumulativeAck=5, segmentNumber=7)),
        vector("payload without a number", "payloadWithoutNumber",
               sealed(bare, b"\x05", b"42 ", ack=5)),
        vector("trailing byte", "payloadWithoutNumber",
               encode(destinationConnectionId=B, cumulativeAck=5) + b"\x00"),
        vector("trailing byte after a response", "payloadWithoutNumber",
               encode(b"x", destinationConnectionId=B, cumulativeAck=5,
                      token={"kind": "response", "bytes": "01"})),
        vector("token of the future", "tokenKind", sealed(extended, b"\x20\x05\x04\x00", ack=5)),
        vector("token of 65 bytes", "tokenLength",
               encode(destinationConnectionId=B, cumulativeAck=5,
                      token={"kind": "challenge", "bytes": "00" * 65})),
        vector("token cut short", "truncated",
               sealed(extended, b"\x20\x05\x02\x08\x01\x02\x03", ack=5)),
        vector("challenge on data", "tokenPlace",
               encode(b"42 ", destinationConnectionId=B, cumulativeAck=5, segmentNumber=7,
                      token={"kind": "challenge", "bytes": "01"})),
        vector("proof on an opening that carries data", "tokenPlace",
               encode(b"42 ", opening=opening(), segmentNumber=0,
                      token={"kind": "proof", "bytes": "01"}), stranger),
        vector("proof without an opening", "tokenPlace",
               encode(destinationConnectionId=B, cumulativeAck=5,
                      token={"kind": "proof", "bytes": "01"})),
        vector("retry in an opening", "tokenPlace",
               encode(opening=opening(), destinationConnectionId=B, cumulativeAck=0,
                      token={"kind": "retry", "bytes": "01"}), stranger),
        vector("token in a reset", "tokenPlace",
               encode(destinationConnectionId=B, cumulativeAck=5,
                      reset={"reason": 1, "rejectedConnectionId": A},
                      token={"kind": "response", "bytes": "01"})),
        vector("challenge of nobody", "noDestination",
               seal(struct.pack(">BI", 0x44, 0), b"\x20\x02\x00", b"", A, 0, 0)),
        vector("part of an opening", "partPlace",
               encode(b"42 ", opening=opening(), segmentNumber=0,
                      part={"offset": 0, "totalBytes": 9}), stranger),
        vector("part without a number", "partPlace",
               encode(destinationConnectionId=B, cumulativeAck=5,
                      part={"offset": 0, "totalBytes": 9})),
        vector("part that reaches beyond its segment", "partRange",
               encode(b"42 ", destinationConnectionId=B, cumulativeAck=5, segmentNumber=7,
                      part={"offset": 7, "totalBytes": 9})),
        vector("part of a segment larger than any", "partRange",
               encode(b"42 ", destinationConnectionId=B, cumulativeAck=5, segmentNumber=7,
                      part={"offset": 7, "totalBytes": 65504})),
        vector("part without payload", "emptyData",
               encode(destinationConnectionId=B, cumulativeAck=5, segmentNumber=7, fin=True,
                      part={"offset": 0, "totalBytes": 9})),
        vector("a bit of the padding flipped", "checksum",
               flip(encode(bytes(40), destinationConnectionId=B, cumulativeAck=5,
                           token={"kind": "challenge", "bytes": "01"}), 30, 0x04)),
        vector("a bit of the payload flipped", "checksum", flip(data, len(data) - 1, 0x10)),
        vector("a bit of the acknowledgment flipped", "checksum", flip(data, 9, 0x01)),
        vector("a bit of the check field flipped", "checksum", flip(data, 5, 0x80)),
        vector("payload cut short", "checksum", data[:-1]),
        vector("number that expands to another", "checksum", data, context(7 + 256, 2)),
        vector("acknowledgment that expands to another", "checksum", data, context(7, 2 + 256)),
        vector("datagram of an earlier incarnation of the sender", "checksum", data,
               context(7, 2, peer=A ^ 1)),
        vector("datagram before the peer is known", "checksum", data, context(7, 2, peer=0)),
    ]


def write(name, vectors):
    # One vector a line: a change shows as the lines of the vectors that changed.
    body = ",\n".join("  " + json.dumps(vector) for vector in vectors)
    path = pathlib.Path(__file__).with_name(name)
    path.write_text("[\n" + body + "\n]\n")


if __name__ == "__main__":
    write("accepted.json", accepted())
    write("refused.json", refused())
