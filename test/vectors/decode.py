#!/usr/bin/env python3
"""The receiving half of the format: a datagram to its fields, or the reason for refusing it.

    python3 test/vectors/decode.py      holds itself against accepted.json and refused.json
"""
import json
import pathlib
import struct
import zlib


TOKEN_KINDS = ["retry", "proof", "challenge", "response"]


class Refused(Exception):
    """Its text is a name of docs/wire-format.md, A.7."""


class Cursor:
    def __init__(self, datagram):
        self.datagram, self.at = datagram, 0

    def take(self, count):
        if self.at + count > len(self.datagram):
            raise Refused("truncated")
        self.at += count
        return self.datagram[self.at - count : self.at]

    def integer(self, count):
        return int.from_bytes(self.take(count), "big")

    def varint(self):
        first = self.integer(1)
        length = 1 << (first >> 6)
        if length == 8:
            raise Refused("truncated")
        return (first & 0x3F) << 8 * (length - 1) | self.integer(length - 1)


def expand(low, length, reference):
    half, size = 1 << (8 * length - 1), 1 << (8 * length)
    return (reference + (low - reference + half) % size - half) % 2**32


def refuse_if(condition, reason):
    if condition:
        raise Refused(reason)


def decode(datagram, context):
    """Returns the fields, named as in the vectors, and the payload."""
    cursor, segment = Cursor(datagram), {}
    control, destination = cursor.integer(1), cursor.integer(4)
    opens, numbered, fin = control & 0x20, control & 0x10, control & 0x08
    length = (control & 3) + 1
    refuse_if(control >> 6 != 1, "version")
    refuse_if(destination not in (0, context["localConnectionId"]), "destination")
    refuse_if(fin and not numbered, "finWithoutNumber")
    checked = context["integrity"] != "none" or opens or destination == 0
    refuse_if(not checked and length != 4, "numberLength")
    check = cursor.integer(4) if checked else None

    extension = cursor.integer(1) if control & 0x04 else 0
    if destination:
        segment["destinationConnectionId"] = destination
        low = cursor.integer(length)
        segment["cumulativeAck"] = expand(low, length, context["sendUnacknowledged"])
    if numbered:
        segment["segmentNumber"] = expand(cursor.integer(length), length, context["receiveNext"])
    resets = extension & 0x10
    refuse_if(control & 0x04 and not extension, "emptyExtension")
    refuse_if(extension & 0x80, "reservedBit")
    refuse_if(resets and (numbered or opens), "resetWithOther")
    refuse_if(extension & 0x40 and (not numbered or opens), "partPlace")
    refuse_if(not destination and extension & 0x07, "reportWithoutAck")
    refuse_if(not destination and not opens and not resets, "noDestination")
    if fin:
        segment["fin"] = True
    if extension & 0x08:
        segment["acknowledgeNow"] = True

    if opens:
        segment["opening"] = decode_opening(cursor)
    decode_reports(cursor, extension, segment)
    if resets:
        segment["reset"] = {"reason": cursor.integer(1), "rejectedConnectionId": cursor.integer(4)}
        nothing = not destination and not segment["reset"]["rejectedConnectionId"]
        refuse_if(nothing, "rejectedId")
    if extension & 0x20:
        segment["token"] = decode_token(cursor)
        refuse_if(not may_carry_token(segment), "tokenPlace")
    if extension & 0x40:
        segment["part"] = {"offset": cursor.varint(), "totalBytes": cursor.varint()}
    payload = datagram[cursor.at :]
    judge_payload(segment, len(payload))

    sender = segment["opening"]["sourceConnectionId"] if opens else context["peerConnectionId"]
    ack = segment.get("cumulativeAck", 0)
    if kind_of_token(segment) == "retry":
        sender = ack = 0
    if resets and not destination:
        sender = 0
    pseudo = struct.pack(">III", sender, segment.get("segmentNumber", 0), ack)
    header = datagram[:5] + datagram[9 : cursor.at]
    wrong = checked and zlib.crc32(header + pseudo, zlib.crc32(payload)) != check
    refuse_if(wrong, "checksum")
    return segment, payload


def decode_token(cursor):
    kind, length = cursor.integer(1), cursor.varint()
    refuse_if(kind >= len(TOKEN_KINDS), "tokenKind")
    refuse_if(length > 64, "tokenLength")
    return {"kind": TOKEN_KINDS[kind], "bytes": cursor.take(length).hex()}


def kind_of_token(segment):
    return segment.get("token", {}).get("kind")


def may_carry_token(segment):
    if "segmentNumber" in segment or "reset" in segment:
        return False
    if kind_of_token(segment) == "retry":
        return "opening" not in segment and "destinationConnectionId" in segment
    return kind_of_token(segment) != "proof" or "opening" in segment


def judge_payload(segment, length):
    part = segment.get("part")
    if "segmentNumber" not in segment:
        refuse_if(length and kind_of_token(segment) != "challenge", "payloadWithoutNumber")
    elif length == 0:
        refuse_if(part or "fin" not in segment, "emptyData")
    elif part:
        beyond = part["offset"] + length > part["totalBytes"]
        refuse_if(beyond or part["totalBytes"] > 65503, "partRange")


def decode_opening(cursor):
    source, sent_at, maximum = cursor.integer(4), cursor.integer(4), cursor.integer(2)
    window, integrity = cursor.varint(), cursor.integer(1)
    refuse_if(source == 0, "sourceId")
    refuse_if(maximum < 512, "maximumDatagram")
    refuse_if(not 1 <= window <= 2**22, "window")
    refuse_if(integrity > 1, "integrity")
    return {
        "sourceConnectionId": source,
        "sentAtMillis": sent_at,
        "maximumDatagramBytes": maximum,
        "windowSegments": window,
        "integrity": ["none", "crc32"][integrity],
    }


def decode_reports(cursor, extension, segment):
    if extension & 0x01:
        segment["windowSegments"] = cursor.varint()
        refuse_if(segment["windowSegments"] > 2**22, "window")
    if extension & 0x04:
        count = cursor.varint()
        refuse_if(not 1 <= count <= 16, "duplicateCount")
        codes = [cursor.varint() for _ in range(count)]
        behind = [code // 2 if code % 2 == 0 else -(code + 1) // 2 for code in codes]
        segment["duplicates"] = [(segment["cumulativeAck"] - by) % 2**32 for by in behind]
    if extension & 0x02:
        segment["sack"] = decode_ranges(cursor, segment["cumulativeAck"])


def decode_ranges(cursor, ack):
    count = cursor.varint()
    refuse_if(not 1 <= count <= 512, "sackCount")
    ranges, ahead = [], 0
    for _ in range(count):
        start = ahead + cursor.varint() + 1
        ahead = start + cursor.varint() + 1
        refuse_if(ahead >= 2**31, "sackRange")
        ranges.append([(ack + start) % 2**32, (ack + ahead) % 2**32])
    return ranges


def main():
    folder = pathlib.Path(__file__).parent
    for vector in json.loads((folder / "accepted.json").read_text()):
        segment, payload = decode(bytes.fromhex(vector["datagram"]), vector["context"])
        assert (segment, payload.hex()) == (vector["segment"], vector["payload"]), vector["name"]
    for vector in json.loads((folder / "refused.json").read_text()):
        try:
            decode(bytes.fromhex(vector["datagram"]), vector["context"])
        except Refused as refused:
            assert str(refused) == vector["reason"], (vector["name"], str(refused))
        else:
            raise AssertionError(f"{vector['name']} was accepted")


if __name__ == "__main__":
    main()
