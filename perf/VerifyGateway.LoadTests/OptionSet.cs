using System.CommandLine;

namespace VerifyGateway.LoadTests;

/// <summary>The options of a scenario on the command line, with its own defaults.</summary>
internal sealed class OptionSet
{
    private readonly LoadScenario _scenario;
    private readonly Option<Uri[]> _address = Many("--address", "URL", "gRPC address of a gateway, http://127.0.0.1:8081; again for further ones. The first takes writes. The fleet must be that of 'loadtest fleet'.");
    private readonly Option<Uri[]> _metrics = Many("--metrics", "URL", "Operations address of a gateway, http://127.0.0.1:9090, for its own figures; again for further ones.");
    private readonly Option<int> _gateways;
    private readonly Option<string[]> _set = new("--set") { Description = "A setting for the gateways that are started here, Key=Value; again for further ones.", HelpName = "KEY=VALUE" };
    private readonly Option<int> _first;
    private readonly Option<int> _terminals;
    private readonly Option<int> _rate;
    private readonly Option<string> _duration;
    private readonly Option<string> _warmUp;
    private readonly Option<int> _connections;
    private readonly Option<int> _calls;
    private readonly Option<string> _deadline;
    private readonly Option<double> _p99;
    private readonly Option<int> _bound;
    private readonly Option<int> _growth;
    private readonly Option<string> _every;
    private readonly Option<string> _drill;
    private readonly Option<int?> _pid = new("--pid") { Description = "The process that the drill signals, when --address names gateways on this machine; no other is signalled.", HelpName = "N" };
    private readonly Option<string> _command = new("--command") { Description = "What the drill 'command' runs with /bin/sh, and has to end within a minute.", HelpName = "COMMAND" };
    private readonly Option<string> _restore = new("--restore") { Description = "What is run with /bin/sh at the end of the drill, to mend what it broke.", HelpName = "COMMAND" };
    private readonly Option<string> _outage;
    private readonly Option<string> _recovery;
    private readonly Option<string> _report;
    private readonly Option<FileInfo> _baseline = new Option<FileInfo>("--baseline") { Description = "The JSON report of an earlier run of this scenario, to compare with.", HelpName = "FILE" }.AcceptExistingOnly();
    private readonly Option<double> _noise;
    private readonly Option<FileInfo> _config = new("--config") { Description = "NBomber's settings in JSON; they outrank these options.", HelpName = "FILE" };

    public OptionSet(LoadScenario scenario)
    {
        var defaults = scenario.Defaults;
        _scenario = scenario;
        _gateways = Number("--gateways", defaults.Gateways, "Gateways to start when no address is given.", 1);
        _first = Number("--first", defaults.First, "Number of the first of them: others than a standing gateway has in memory.", 0);
        _terminals = Number("--terminals", defaults.Terminals, "Terminals that load asks for.", 1);
        _rate = Number("--rate", defaults.Rate, "Starts a second.", 0);
        _duration = Time("--duration", defaults.Duration, "How long load is counted: 30s, 5m, 8h.");
        _warmUp = Time("--warm-up", defaults.WarmUp, "Load before that, which is not counted.");
        _connections = Number("--connections", defaults.Connections, "Connections, spread over the gateways.", 1);
        _calls = Number("--calls", defaults.Calls, "Calls under way at a time; who comes later waits, and that is latency.", 1);
        _deadline = Time("--deadline", defaults.Deadline, "How long a caller waits for an answer.");
        _p99 = new Option<double>("--p99-ms") { Description = "The objective for 99 % of the checks, milliseconds from the intended start.", HelpName = "MS", DefaultValueFactory = _ => defaults.P99Ms };
        _bound = Number("--bound-ms", defaults.BoundMs, "The gateways' bound on staleness, Cache:FreshForMs.", 100);
        _growth = Number("--growth", defaults.Growth, "By how many percent each step of the ramp is higher.", 1);
        _every = Time("--every", defaults.Every, "Time from one storm to the next.");
        _drill = new Option<string>("--drill") { Description = "What breaks.", DefaultValueFactory = _ => defaults.Drill }.AcceptOnlyFromAmong(Drill.Names);
        _outage = Time("--outage", defaults.Outage, "How long it stays broken.");
        _recovery = Time("--recovery", defaults.Recovery, "How long recovery may take.");
        _noise = new Option<double>("--noise") { Description = "Changes against the baseline by so many percent of its figure, up or down, count as noise.", HelpName = "PERCENT", DefaultValueFactory = _ => defaults.Noise };
        _report = new Option<string>("--report") { Description = "Folder for the reports.", HelpName = "FOLDER", DefaultValueFactory = _ => Path.Combine("artifacts", "load", scenario.Name) };
    }

    /// <summary>Those that mean something to this scenario.</summary>
    public IEnumerable<Option> All =>
    [
        _address, _metrics, _gateways, _set, _terminals, _first, .. _scenario.Defaults.Rate > 0 ? [_rate] : Array.Empty<Option>(), _duration, _warmUp, _connections, _calls, _deadline, _p99, _bound,
        .. _scenario.Name == "ramp" ? [_growth] : Array.Empty<Option>(), .. _scenario.Name == "reconnect-storm" ? [_every] : Array.Empty<Option>(),
        .. IsChaos ? [_drill, _pid, _command, _restore, _outage, _recovery] : Array.Empty<Option>(),

        // A ramp is many runs, each at a rate of its own.
        .. _scenario.Name == "ramp" ? Array.Empty<Option>() : [_baseline, _noise], _report, _config,
    ];

    private bool IsChaos => _scenario.Defaults.Drill.Length > 0;

    public LoadOptions Read(ParseResult parsed) => new()
    {
        Addresses = parsed.GetValue(_address) ?? [],
        Operations = parsed.GetValue(_metrics) ?? [],
        Gateways = parsed.GetValue(_gateways),
        Settings = parsed.GetValue(_set) ?? [],
        First = parsed.GetValue(_first),
        Terminals = parsed.GetValue(_terminals),
        Rate = All.Contains(_rate) ? parsed.GetValue(_rate) : 0,
        Duration = Read(parsed, _duration),
        WarmUp = Read(parsed, _warmUp),
        Connections = parsed.GetValue(_connections),
        Calls = parsed.GetValue(_calls),
        Deadline = Read(parsed, _deadline),
        P99Ms = parsed.GetValue(_p99),
        BoundMs = parsed.GetValue(_bound),
        Growth = All.Contains(_growth) ? parsed.GetValue(_growth) : _scenario.Defaults.Growth,
        Every = All.Contains(_every) ? Read(parsed, _every) : _scenario.Defaults.Every,
        Drill = IsChaos ? parsed.GetValue(_drill)! : "",
        Pid = IsChaos ? parsed.GetValue(_pid) : null,
        Command = IsChaos ? parsed.GetValue(_command) : null,
        Restore = IsChaos ? parsed.GetValue(_restore) : null,
        Outage = IsChaos ? Read(parsed, _outage) : _scenario.Defaults.Outage,
        Recovery = IsChaos ? Read(parsed, _recovery) : _scenario.Defaults.Recovery,
        Baseline = All.Contains(_baseline) ? parsed.GetValue(_baseline)?.FullName : null,
        Noise = All.Contains(_noise) ? parsed.GetValue(_noise) : _scenario.Defaults.Noise,
        Folder = parsed.GetValue(_report)!,
        Config = parsed.GetValue(_config)?.FullName,
    };

    private static TimeSpan Read(ParseResult parsed, Option<string> option) => Durations.TryParse(parsed.GetValue(option)!, out var time) ? time : TimeSpan.Zero;

    private static Option<Uri[]> Many(string name, string what, string description) => new(name)
    {
        Description = description,
        HelpName = what,
        CustomParser = static result =>
        {
            var addresses = new List<Uri>();
            foreach (var token in result.Tokens)
            {
                if (Uri.TryCreate(token.Value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
                {
                    addresses.Add(address);
                }
                else
                {
                    result.AddError($"'{token.Value}' is no address such as http://127.0.0.1:8081.");
                }
            }

            return [.. addresses];
        },
    };

    private static Option<int> Number(string name, int value, string description, int least)
    {
        var option = new Option<int>(name) { Description = description, HelpName = "N", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var number) && number < least)
            {
                result.AddError($"{name} is at least {least}.");
            }
        });
        return option;
    }

    private static Option<string> Time(string name, TimeSpan value, string description)
    {
        var option = new Option<string>(name) { Description = description, HelpName = "TIME", DefaultValueFactory = _ => Durations.Text(value) };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && !Durations.TryParse(result.Tokens[0].Value, out _))
            {
                result.AddError($"{name} is a time such as 500ms, 30s, 5m or 8h.");
            }
        });
        return option;
    }
}
