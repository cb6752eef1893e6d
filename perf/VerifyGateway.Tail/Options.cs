using System.Globalization;

namespace VerifyGateway.Tail;

/// <summary>What is measured how long, and what makes a measure invalid.</summary>
internal sealed record Options
{
    /// <summary>How late the generator may begin one call in a thousand at half of saturation, milliseconds.</summary>
    public const double MostLateAtHalfMs = 1;

    /// <summary>How late it may begin one call in a hundred at the low rate, milliseconds.</summary>
    public const double MostLateAtLowMs = 0.25;

    /// <summary>The most of the processors that other programs and the machine's host may take.</summary>
    public const double MostOfOthers = 0.05;

    /// <summary>Terminals of the large fleet; it has three merchants for four of them.</summary>
    public int Terminals { get; private init; } = 40_000_000;

    /// <summary>Terminals of the small one.</summary>
    public int Few { get; private init; } = 1_000;

    /// <summary>Rounds that are to be valid.</summary>
    public int Rounds { get; private init; } = 5;

    /// <summary>How long each load of a round lasts.</summary>
    public int Seconds { get; private init; } = 10;

    /// <summary>Checks a second of the low load.</summary>
    public int Low { get; private init; } = 1_000;

    /// <summary>Checks a second of the high load; 0 for half of what saturates the slower gateway.</summary>
    public int Rate { get; private init; }

    /// <summary>The most memory for copies of each gateway, MiB.</summary>
    public int MemoryMiB { get; private init; } = 5_700;

    /// <summary>Where random terminals begin.</summary>
    public int Seed { get; private init; } = 1;

    /// <summary>Null when an argument makes no sense.</summary>
    public static Options? Read(string[] arguments)
    {
        var options = new Options();
        for (var i = 0; i < arguments.Length; i++)
        {
            if (arguments[i] == "--quick")
            {
                // Shows that everything works; says nothing about the gateway.
                options = options with { Terminals = 20_000, Rounds = 1, Seconds = 1, Rate = 2_000, MemoryMiB = 64 };
                continue;
            }

            if (i + 1 == arguments.Length || !int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
            {
                return null;
            }

            var with = arguments[i++] switch
            {
                "--terminals" => options with { Terminals = number },
                "--few" => options with { Few = number },
                "--rounds" => options with { Rounds = number },
                "--seconds" => options with { Seconds = number },
                "--low" => options with { Low = number },
                "--rate" => options with { Rate = number },
                "--memory" => options with { MemoryMiB = number },
                "--seed" => options with { Seed = number },
                _ => null,
            };
            if (with is null)
            {
                return null;
            }

            options = with;
        }

        return options;
    }
}
