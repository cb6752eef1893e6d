using System.Text.Json;
using NBomber.Contracts;
using NBomber.CSharp;

namespace NBomber.Config;

/// <summary>A part of a load in JSON: <c>{ "Inject": [100, "00:00:01", "00:01:00"] }</c>, the numbers as the methods take them.</summary>
internal static class SimulationConfig
{
    public static LoadSimulation Of(JsonElement settings, string path)
    {
        if (JsonConfig.Members(settings, path).ToArray() is not [var (name, value, where)])
        {
            throw JsonConfig.Wrong(path, "an object of one simulation");
        }

        if (name == "Pause")
        {
            return Simulation.Pause(JsonConfig.Time(value, where));
        }

        var parts = JsonConfig.Elements(value, where).ToArray();
        return (name, parts.Length) switch
        {
            ("RampingConstant", 2) => Simulation.RampingConstant(Number(0), Time(1)),
            ("KeepConstant", 2) => Simulation.KeepConstant(Number(0), Time(1)),
            ("IterationsForConstant", 2) => Simulation.IterationsForConstant(Number(0), Number(1)),
            ("RampingInject", 3) => Simulation.RampingInject(Number(0), Time(1), Time(2)),
            ("Inject", 3) => Simulation.Inject(Number(0), Time(1), Time(2)),
            ("InjectRandom", 4) => Simulation.InjectRandom(Number(0), Number(1), Time(2), Time(3)),
            ("IterationsForInject", 3) => Simulation.IterationsForInject(Number(0), Time(1), Number(2)),
            ("RampingConstant" or "KeepConstant" or "IterationsForConstant", _) => throw JsonConfig.Wrong(where, "a list of two"),
            ("RampingInject" or "Inject" or "IterationsForInject", _) => throw JsonConfig.Wrong(where, "a list of three"),
            ("InjectRandom", _) => throw JsonConfig.Wrong(where, "a list of four"),
            _ => throw JsonConfig.Unknown(where),
        };

        int Number(int index) => JsonConfig.Number(parts[index].Value, parts[index].Where);
        TimeSpan Time(int index) => JsonConfig.Time(parts[index].Value, parts[index].Where);
    }
}
