"""Messages of protocol buffers written by hand, and one real gRPC call: h2load counts HTTP statuses, gRPC's own is in the trailers."""
import struct

import grpc


def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def number_field(number, value):
    return varint(number << 3) + varint(value)


def bytes_field(number, data):
    data = data.encode() if isinstance(data, str) else data
    return varint(number << 3 | 2) + varint(len(data)) + data


def check(terminal):
    """CheckStatusRequest of a terminal of a fleet file: a sale."""
    return bytes_field(2, terminal["acquirer_id"]) + bytes_field(3, terminal["terminal_sn"]) + bytes_field(4, terminal["terminal_no"]) \
        + bytes_field(5, terminal["merchant_no"]) + number_field(6, 1)


def frame(message):
    return b"\0" + struct.pack(">I", len(message)) + message


def call(port, path, message):
    """The answer's message; an exception when the status is not OK."""
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        return raw(channel, path)(message, timeout=60, wait_for_ready=True)


def raw(channel, path):
    return channel.unary_unary(path, request_serializer=bytes, response_deserializer=bytes)
