#pragma warning disable CS1591, CA1822
using System.Collections.Concurrent;
using VerifyGateway.Domain.Records;

namespace VerifyGateway.Caching.Memory;

public readonly record struct RecordHash(ulong Low, ulong High);

public sealed class RecordHasher
{
    private readonly ulong _seed;
    public RecordHasher(ReadOnlySpan<byte> key) => _seed = BitConverter.ToUInt64(key);
    public static RecordHasher Random() => new(Guid.NewGuid().ToByteArray());
    public RecordHash Of(in TerminalKey key) => Mix(key.Acquirer.ToString() + "t" + key.Sn);
    public RecordHash Of(in MerchantKey key) => Mix(key.Acquirer.ToString() + "m" + key.No);
    private RecordHash Mix(string s) { ulong a = _seed, b = ~_seed; foreach (var c in s) { a = (a ^ c) * 1099511628211; b = (b + c) * 6364136223846793005 + 1442695040888963407; } a ^= a >> 29; b ^= b >> 31; return new(a * 0x9E3779B97F4A7C15, b * 0xBF58476D1CE4E5B9); }
}

public sealed class FleetMemory : IDisposable
{
    private readonly ConcurrentDictionary<RecordHash, (TerminalRecord? R, long Rev)> _t = new(1, 31);
    private readonly ConcurrentDictionary<RecordHash, (MerchantRecord? R, long Rev)> _m = new(1, 31);
    public FleetMemory(RecordHasher hasher, long maxBytes, Action<int> onTerminalsEvicted, Action<int> onMerchantsEvicted) { Hasher = hasher; }
    public RecordHasher Hasher { get; }
    public bool TryGet(in TerminalKey key, in RecordHash hash, out TerminalRecord? record, out long revision) { var f = _t.TryGetValue(hash, out var v); (record, revision) = v; return f; }
    public bool TryGet(in MerchantKey key, in RecordHash hash, out MerchantRecord? record, out long revision) { var f = _m.TryGetValue(hash, out var v); (record, revision) = v; return f; }
    public void Put(in RecordHash hash, TerminalRecord? record, long revision) { if (!_t.TryGetValue(hash, out var v) || v.Rev <= revision) { _t[hash] = (record, revision); } }
    public void Put(in RecordHash hash, MerchantRecord? record, long revision) { if (!_m.TryGetValue(hash, out var v) || v.Rev <= revision) { _m[hash] = (record, revision); } }
    public bool ReplaceTerminal(in RecordHash hash, TerminalRecord? record, long revision) { if (_t.TryGetValue(hash, out var v) && v.Rev <= revision) { _t[hash] = (record, revision); return true; } return false; }
    public bool ReplaceMerchant(in RecordHash hash, MerchantRecord? record, long revision) { if (_m.TryGetValue(hash, out var v) && v.Rev <= revision) { _m[hash] = (record, revision); return true; } return false; }
    public bool HoldsTerminal(in RecordHash hash) => _t.ContainsKey(hash);
    public bool HoldsMerchant(in RecordHash hash) => _m.ContainsKey(hash);
    public void RemoveTerminal(in RecordHash hash, long olderThan) { if (_t.TryGetValue(hash, out var v) && v.Rev < olderThan) { _t.TryRemove(hash, out _); } }
    public void RemoveMerchant(in RecordHash hash, long olderThan) { if (_m.TryGetValue(hash, out var v) && v.Rev < olderThan) { _m.TryRemove(hash, out _); } }
    public void Clear() { _t.Clear(); _m.Clear(); }
    public long TerminalCount => _t.Count;
    public long MerchantCount => _m.Count;
    public long TerminalBytes => 0;
    public long MerchantBytes => 0;
    public void Dispose() { }
}
