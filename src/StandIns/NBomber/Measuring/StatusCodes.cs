using System.Collections.Concurrent;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Measuring;

/// <summary>Counts status codes. After so many different ones the rest count as one, so that a code with an id in it fills no memory.</summary>
internal sealed class StatusCodes(bool isError)
{
    public const int MostCodes = 200;
    public const string Others = "(others)";

    private readonly ConcurrentDictionary<string, Cell> _cells = new(StringComparer.Ordinal);

    public void Record(IResponse response)
    {
        if (response.StatusCode.Length == 0 && response.Message.Length == 0)
        {
            return;
        }

        if (!_cells.TryGetValue(response.StatusCode, out var cell))
        {
            var code = _cells.Count < MostCodes ? response.StatusCode : Others;
            cell = _cells.GetOrAdd(code, static (_, message) => new Cell(message), response.Message);
        }

        Interlocked.Increment(ref cell.Count);
    }

    public StatusCodeStats[] ToStats(long all) =>
    [
        .. _cells.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new StatusCodeStats
        {
            StatusCode = pair.Key,
            IsError = isError,
            Message = pair.Value.Message,
            Count = Figures.Int(pair.Value.Count),
            Percent = Figures.Percent(pair.Value.Count, all),
        }),
    ];

    private sealed class Cell(string message)
    {
        public string Message => message;

        public long Count;
    }
}
