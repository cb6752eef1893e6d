using System.Globalization;
using System.Text.Json;
using NBomber.Contracts;
using NBomber.Contracts.Stats;

namespace NBomber.Config;

/// <summary>
/// A condition in JSON: <c>{ "OkLatency": "p99 &lt; 50" }</c>, of a step with StepName, of a status code with
/// <c>{ "StatusCode": ["503", "Percent &lt; 5"] }</c>; with AbortWhenErrorCount and StartCheckAfter as in code.
/// </summary>
internal static class ThresholdConfig
{
    public static Threshold Of(JsonElement settings, string path)
    {
        string? step = null;
        int? abort = null;
        TimeSpan? after = null;
        (Func<MeasurementStats, MeasurementStats, bool> Check, string Expression)? condition = null;
        foreach (var (name, value, where) in JsonConfig.Members(settings, path))
        {
            switch (name)
            {
                case "StepName":
                    step = JsonConfig.Text(value, where);
                    break;
                case "AbortWhenErrorCount":
                    abort = JsonConfig.Number(value, where);
                    break;
                case "StartCheckAfter":
                    after = JsonConfig.Time(value, where);
                    break;
                default:
                    condition = condition is null ? Condition(name, value, where) : throw JsonConfig.Wrong(path, "one condition");
                    break;
            }
        }

        var (check, expression) = condition ?? throw JsonConfig.Wrong(path, "one condition");
        return step is null
            ? Threshold.Create(stats => check(stats.Ok, stats.Fail), abort, after, expression)
            : Threshold.Create(step, stats => check(stats.Ok, stats.Fail), abort, after, expression);
    }

    private static (Func<MeasurementStats, MeasurementStats, bool> Check, string Expression) Condition(string name, JsonElement value, string where)
    {
        if (name == "StatusCode")
        {
            if (JsonConfig.Elements(value, where).ToArray() is not [var code, var body])
            {
                throw JsonConfig.Wrong(where, "a list of a code and a condition");
            }

            var (wanted, text) = (JsonConfig.Text(code.Value, code.Where), JsonConfig.Text(body.Value, body.Where));
            var (metric, holds) = Parse(text, body.Where);
            return metric == "percent"
                ? ((ok, fail) => holds((ok.StatusCodes.Find(wanted) ?? fail.StatusCodes.Find(wanted))?.Percent ?? 0), $"StatusCode {wanted} {text}")
                : throw JsonConfig.Wrong(body.Where, "a condition on Percent");
        }

        var condition = JsonConfig.Text(value, where);
        var (what, compare) = Parse(condition, where);
        var figure = (name, what) switch
        {
            ("OkRequest", "rps") => (ok, _) => ok.Request.RPS,
            ("OkRequest", "percent") => (ok, _) => ok.Request.Percent,
            ("FailRequest", "rps") => (_, fail) => fail.Request.RPS,
            ("FailRequest", "percent") => (_, fail) => fail.Request.Percent,
            ("OkLatency", _) => (ok, _) => Latency(ok.Latency, what, where),
            ("OkDataTransfer", _) => (ok, _) => Bytes(ok.DataTransfer, what, where),
            ("OkRequest" or "FailRequest", _) => throw JsonConfig.Wrong(where, "a condition on RPS or Percent"),
            _ => (Func<MeasurementStats, MeasurementStats, double>?)null,
        } ?? throw JsonConfig.Unknown(where);

        // What cannot be asked for is refused now, not when it is first checked.
        _ = figure(new MeasurementStats(), new MeasurementStats());
        return ((ok, fail) => compare(figure(ok, fail)), $"{name} {condition}");
    }

    private static (string Metric, Func<double, bool> Holds) Parse(string condition, string where)
    {
        if (condition.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is not [var metric, var comparison, var text]
            || !double.TryParse(text, CultureInfo.InvariantCulture, out var limit))
        {
            throw JsonConfig.Wrong(where, "a figure, a comparison and a number, with spaces between them");
        }

        Func<double, bool> holds = comparison switch
        {
            "<" => value => value < limit,
            "<=" => value => value <= limit,
            ">" => value => value > limit,
            ">=" => value => value >= limit,
            "=" or "==" => value => value.Equals(limit),
            "!=" or "<>" => value => !value.Equals(limit),
            _ => throw JsonConfig.Wrong(where, "a condition with <, <=, >, >=, == or !="),
        };
        return (metric.ToLowerInvariant(), holds);
    }

    private static double Latency(LatencyStats stats, string metric, string where) => metric switch
    {
        "min" => stats.MinMs,
        "mean" => stats.MeanMs,
        "max" => stats.MaxMs,
        "p50" => stats.Percent50,
        "p75" => stats.Percent75,
        "p95" => stats.Percent95,
        "p99" => stats.Percent99,
        _ => throw JsonConfig.Wrong(where, "a condition on min, mean, max, p50, p75, p95 or p99"),
    };

    private static double Bytes(DataTransferStats stats, string metric, string where) => metric switch
    {
        "min" => stats.MinBytes,
        "mean" => stats.MeanBytes,
        "max" => stats.MaxBytes,
        "p50" => stats.Percent50,
        "p75" => stats.Percent75,
        "p95" => stats.Percent95,
        "p99" => stats.Percent99,
        _ => throw JsonConfig.Wrong(where, "a condition on min, mean, max, p50, p75, p95 or p99"),
    };
}
