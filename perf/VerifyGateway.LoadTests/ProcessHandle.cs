using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace VerifyGateway.LoadTests;

/// <summary>A process that may be sent signals: this one and no other that gets its number later.</summary>
internal sealed class ProcessHandle
{
    /// <summary>Behind the name in brackets: the state is the first field, the start the twentieth.</summary>
    private const int StartField = 19;

    private readonly string _start;

    private ProcessHandle(int id, string start) => (Id, _start) = (id, start);

    public int Id { get; }

    /// <summary>T while it stands still by a signal.</summary>
    public char State => Fields(Id)?[0][0] ?? 'X';

    /// <summary>The process of that number; refuses those that nobody wants to stop.</summary>
    public static ProcessHandle Of(int id)
    {
        if (id <= 1 || id == Environment.ProcessId)
        {
            throw new ArgumentException($"Process {id} is no gateway and no Redis.");
        }

        return Fields(id) is { } fields ? new ProcessHandle(id, fields[StartField]) : throw new ArgumentException($"There is no process {id} on this machine.");
    }

    /// <summary>Sends a signal by name.</summary>
    public void Signal(string name)
    {
        if (Fields(Id) is not { } fields || fields[StartField] != _start)
        {
            throw new InvalidOperationException($"Process {Id} is gone.");
        }

        try
        {
            using var kill = Process.Start("kill", ["-" + name, Id.ToString(CultureInfo.InvariantCulture)]);
            kill.WaitForExit();
            if (kill.ExitCode != 0)
            {
                throw new InvalidOperationException($"Signal {name} could not be sent to process {Id}.");
            }
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException("There is no program 'kill'.", missing);
        }
    }

    private static string[]? Fields(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
