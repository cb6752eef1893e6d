using BenchmarkDotNet.Attributes;
using VerifyGateway.Domain.Policies;

namespace VerifyGateway.Benchmarks;

/// <summary>What it costs to put ten thousand policies in force: compiled from objects, and read from a file's text and compiled.</summary>
[MemoryDiagnoser]
public class PolicyBenchmark
{
    private const int Count = 10_000;

    private PolicySet _set = null!;
    private byte[] _file = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _set = BenchmarkFleet.Policies(Count);
        _file = BenchmarkFleet.File(_set);
        if (LoadFile().Policies.Length != Count || Compile().Policies.Length != Count)
        {
            throw new InvalidOperationException("The benchmark does not measure what it says.");
        }
    }

    [Benchmark]
    public PolicySnapshot Compile() => BenchmarkFleet.Compile(_set);

    [Benchmark]
    public PolicySnapshot LoadFile() =>
        PolicyFile.TryLoad(_file, out var snapshot, out var errors) ? snapshot : throw new InvalidOperationException(errors[0].ToString());
}
