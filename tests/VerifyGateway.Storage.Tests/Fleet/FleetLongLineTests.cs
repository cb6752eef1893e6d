using System.Text;
using VerifyGateway.Storage.Fleet;
using VerifyGateway.TestKit;

namespace VerifyGateway.Storage.Tests.Fleet;

/// <summary>Tests that measure the whole process, and so run while no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class FleetLongLineTests
{
    [Fact]
    public async Task A_line_of_ten_megabytes_is_reported_and_costs_no_memory()
    {
        using var folder = new TempFolder();
        using var store = Make.Store(folder.File("vg.db"));
        using var stream = new LongLine(10_000_000, Encoding.UTF8.GetBytes(FleetText.Lines(FleetText.Acquirer, FleetText.Identity, FleetText.Card, FleetText.Merchant, FleetText.Terminal(1))));
        var before = GC.GetTotalAllocatedBytes();
        var problems = new List<FleetProblem>();
        var result = await FleetImporter.ImportAsync(store, stream, new FleetImportOptions { Report = problems.Add });
        Assert.Equal([(1, "", "FLEET_LINE_LENGTH")], FleetText.Brief(problems));
        Assert.Equal(5, result.Records);
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 4_000_000);
    }

    /// <summary>One long line that is never in memory as a whole, and then others.</summary>
    private sealed class LongLine(int length, byte[] rest) : MemoryStream(rest)
    {
        private int _left = length;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_left == 0)
            {
                return base.Read(buffer, offset, count);
            }

            var now = Math.Min(count, _left);
            buffer.AsSpan(offset, now).Fill((byte)'x');
            _left -= now;
            if (_left == 0)
            {
                buffer[offset + now - 1] = (byte)'\n';
            }

            return now;
        }
    }
}
