"""Bindings as they were, lists under writes, and watches that are cut off and resumed. Others write by vgctl, beside the gateway."""

import json
import os
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request

import grpc

import gateway
from gateway import b

COUNT = int(os.environ.get("TERMINALS", "0"))


def put(*rows):
    """Writes rows into the gateway's store."""
    with tempfile.NamedTemporaryFile("w", suffix=".ndjson", encoding="utf-8") as file:
        file.write("".join(json.dumps(dict(acquirer_id=gateway.ACQUIRER, **row)) + "\n" for row in rows))
        file.flush()
        done = subprocess.run(["dotnet", os.environ["VGCTL"], "fleet", "import", file.name, *json.loads(os.environ["STORE"])], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def identity(name):
    return {"kind": "identity", "identity_id": name, "state": "VERIFIED", "document_valid_to": None, "holder_mask": "000000********0001"}


def merchant(number, name, mask=1):
    return {"kind": "merchant", "merchant_no": number, "identity_id": name, "state": "ACTIVE", "settlement_card_mask": f"999999******{mask:04}"}


def terminal(n, number, state="ACTIVE"):
    return {"kind": "terminal", "terminal_sn": f"0000570228X{n:08}", "terminal_no": f"X{n:07}", "merchant_no": number, "state": state}


def key(sn):
    return b.BindingKey(acquirer_id=gateway.ACQUIRER, terminal_sn=sn)


class Copy:
    """What a back end keeps of a watch: merchants, terminals, and where to go on."""

    def __init__(self):
        self.merchants, self.terminals, self.resume, self.checkpoint, self.exact = {}, {}, None, 0, 0

    def apply(self, message):
        kind = message.WhichOneof("message")
        if kind in ("snapshot_page", "event"):
            part = getattr(message, kind)
            self.merchants.update((it.merchant_no, it) for it in part.merchants)
            self.terminals.update((it.terminal_sn, it) for it in part.terminals)
        if kind == "event":
            assert message.event.revision > max(self.checkpoint, self.resume or 0), message
            self.resume = message.event.revision
        elif kind == "snapshot_end":
            self.resume, self.exact = message.snapshot_end.revision, message.snapshot_end.exact_from_revision
        elif kind == "checkpoint":
            assert message.checkpoint.revision >= self.checkpoint, message
            self.resume = self.checkpoint = message.checkpoint.revision

    def bindings(self):
        made = []
        for sn, it in sorted(self.terminals.items()):
            of = self.merchants[it.merchant_no]
            made.append(b.Binding(
                acquirer_id=gateway.ACQUIRER, terminal_sn=sn, terminal_no=it.terminal_no, merchant_no=it.merchant_no, terminal_state=it.terminal_state,
                merchant_state=of.merchant_state, identity_state=of.identity_state, holder_mask=of.holder_mask, settlement_card_mask=of.settlement_card_mask,
                version=it.version, revision=max(it.revision, of.revision), document_valid_to=of.document_valid_to, holds=list(it.holds) + list(of.holds)))
        return made


class Bindings(gateway.GatewayTest):
    def list_all(self, size=1000, between=lambda: None, **fields):
        found, token = [], ""
        while True:
            page = self.bindings.ListBindings(b.ListBindingsRequest(acquirer_id=gateway.ACQUIRER, page_size=size, page_token=token, **fields))
            found += page.bindings
            token = page.next_page_token
            if not token:
                return found, page.revision
            between()

    def watch(self, **fields):
        return self.bindings.WatchBindings(b.WatchBindingsRequest(acquirer_id=gateway.ACQUIRER, checkpoint_interval_ms=100, **fields))

    def follow(self, stream, copy, revision):
        while copy.checkpoint < revision:
            copy.apply(next(stream))

    def wait_until_cut_off(self):
        for _ in range(600):
            with urllib.request.urlopen(os.environ["OPS"] + "metrics") as page:
                if b'verifygateway_watch_ends_total{reason="slow_reader"} 1\n' in page.read():
                    return
            time.sleep(0.05)
        self.fail("the gateway has not cut the reader off")

    def test_binding_as_it_was(self):
        sn = "0000570228X00000001"
        put(identity("ID-X"), merchant("8984403X0000001", "ID-X"), merchant("8984403X0000002", "ID-X"), terminal(1, "8984403X0000001"))
        first = self.bindings.GetBinding(b.GetBindingRequest(key=key(sn)))
        then = int(time.time() * 1000)
        time.sleep(0.01)
        put(terminal(1, "8984403X0000002", "SUSPENDED"))
        self.assertEqual("8984403X0000002", self.bindings.GetBinding(b.GetBindingRequest(key=key(sn))).binding.merchant_no)
        for point in ({"as_of_revision": first.revision}, {"as_of_unix_ms": then}):
            self.assertEqual(first.binding, self.bindings.GetBinding(b.GetBindingRequest(key=key(sn), **point)).binding)
            self.assertEqual(first.binding, self.bindings.BatchGetBindings(b.BatchGetBindingsRequest(keys=[key(sn)], **point)).results[0].binding)
        self.fails(grpc.StatusCode.NOT_FOUND, self.bindings.GetBinding, b.GetBindingRequest(key=key(sn), as_of_revision=1))
        error = self.fails(grpc.StatusCode.OUT_OF_RANGE, self.bindings.GetBinding, b.GetBindingRequest(key=key(sn), as_of_revision=10**9))
        self.assertEqual("HISTORY_FUTURE", gateway.details(error, "ErrorInfo").reason)

    def test_list_page_by_page_while_others_write(self):
        put(identity("ID-X"), merchant("8984403X0000003", "ID-X"), *[terminal(n, "8984403X0000003") for n in range(100, 200, 2)])
        done = threading.Event()

        def write():
            n = 101
            while not done.is_set():
                put(terminal(n, "8984403X0000003"), terminal(100, "8984403X0000003", "SUSPENDED" if n % 4 == 1 else "ACTIVE"))
                n += 2

        writer = threading.Thread(target=write)
        writer.start()
        heads = set()
        try:
            # As often as it takes to see writes between pages.
            while len(heads) < 3:
                found, head = self.list_all(size=3, merchant_no="8984403X0000003")
                heads.add(head)
                serials = [it.terminal_sn for it in found]
                self.assertEqual(sorted(set(serials)), serials)
                self.assertLessEqual({f"0000570228X{n:08}" for n in range(100, 200, 2)}, set(serials))
        finally:
            done.set()
            writer.join()
        error = self.fails(grpc.StatusCode.INVALID_ARGUMENT, self.bindings.ListBindings, b.ListBindingsRequest(acquirer_id=gateway.ACQUIRER, page_size=1, page_token="forged"))
        self.assertIn("begin the list anew", error.details())

    def test_watch_from_a_snapshot_cut_off_and_resumed(self):
        copy = Copy()
        stream = self.watch(snapshot=b.WatchFromSnapshot())
        self.follow(stream, copy, 1)
        found, head = self.list_all()
        self.assertEqual(head, copy.checkpoint)
        self.assertEqual(found, copy.bindings())
        put(identity("ID-X"), merchant("8984403X0000004", "ID-X", 4), terminal(300, "8984403X0000004"))
        self.follow(stream, copy, copy.checkpoint + 2)
        stream.cancel()
        # Written while nobody watches.
        put(terminal(301, "8984403X0000004"), terminal(300, "8984403X0000004", "LOST"))
        put(merchant("8984403X0000004", "ID-X", 5))
        found, head = self.list_all()
        self.follow(self.watch(after_revision=copy.resume), copy, head)
        self.assertEqual(found, copy.bindings())
        error = self.fails(grpc.StatusCode.OUT_OF_RANGE, self.watch, after_revision=10**9)
        self.assertEqual("FEED_FUTURE", gateway.details(error, "ErrorInfo").reason)
        self.assertGreater(int(gateway.details(error, "ErrorInfo").metadata["head"]), 0)

    @unittest.skipIf(COUNT == 0, "there is no fleet of that size")
    def test_reader_too_slow_is_cut_off_and_goes_on(self):
        head = self.bindings.ListBindings(b.ListBindingsRequest(acquirer_id=gateway.ACQUIRER, page_size=1)).revision
        # Everything since the beginning, more than buffers and windows hold, and it is read so late that the gateway has given up.
        # A channel that learns how quick the connection is would take in megabytes that nobody reads.
        narrow = grpc.insecure_channel(gateway.ADDRESS, options=[("grpc.http2.bdp_probe", 0)])
        self.addCleanup(narrow.close)
        stream = gateway.bindings(narrow).WatchBindings(b.WatchBindingsRequest(acquirer_id=gateway.ACQUIRER, earliest=b.WatchFromEarliest()))
        copy = Copy()
        copy.apply(next(stream))
        self.wait_until_cut_off()
        with self.assertRaises(grpc.RpcError) as cut:
            while True:
                copy.apply(next(stream))
        self.assertEqual(grpc.StatusCode.RESOURCE_EXHAUSTED, cut.exception.code())
        info = gateway.details(cut.exception, "ErrorInfo")
        self.assertEqual(("SLOW_READER", str(copy.resume)), (info.reason, info.metadata["resume_after_revision"]))
        self.assertLess(len(copy.terminals), COUNT)
        self.follow(self.watch(after_revision=int(info.metadata["resume_after_revision"])), copy, head)
        self.assertGreaterEqual(len(copy.terminals), COUNT)
        found, head = self.list_all()
        self.follow(self.watch(after_revision=copy.resume), copy, head)
        self.assertEqual(found, copy.bindings())


if __name__ == "__main__":
    gateway.run()
