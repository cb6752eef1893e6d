using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Measuring;

/// <summary>Counts the runs of one step.</summary>
internal sealed class StepRecorder(string name, int sortIndex)
{
    private readonly Measurements _ok = new(isError: false, hasSchedule: false);
    private readonly Measurements _fail = new(isError: true, hasSchedule: false);

    public void Record(long serviceNs, IResponse response) => (response.IsError ? _fail : _ok).Record(serviceNs, serviceNs, response);

    public StepStats ToStats(double seconds)
    {
        var all = _ok.Count + _fail.Count;
        return new StepStats { StepName = name, Ok = _ok.ToStats(all, seconds), Fail = _fail.ToStats(all, seconds), SortIndex = sortIndex, Distribution = _ok.Distribution() };
    }
}
