using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using VerifyGateway.Domain.Policies.Files;

namespace VerifyGateway.Domain.Policies;

/// <summary>
/// Reads a policy file, JSON in UTF-8, and compiles it. Every error goes into one report with its place; when there is one, nothing
/// is compiled. Pure, safe from any thread.
/// </summary>
public static class PolicyFile
{
    /// <summary>The largest file, bytes.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Reads and compiles.</summary>
    public static bool TryLoad(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out PolicySnapshot? snapshot, out ImmutableArray<PolicyError> errors)
    {
        var found = new ErrorList();
        var set = Read(utf8, found);
        if (set is not null)
        {
            PolicyCompiler.Check(set, found);
        }

        errors = found.ToArray();
        snapshot = errors.IsEmpty ? PolicyCompiler.Compile(set!) : null;
        return snapshot is not null;
    }

    private static PolicySet? Read(ReadOnlySpan<byte> utf8, ErrorList errors)
    {
        if (utf8.Length > MaxBytes)
        {
            errors.Add("", "FILE_TOO_LARGE", $"A policy file has at most {MaxBytes / 1024 / 1024} MiB.");
            return null;
        }

        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        var text = utf8.StartsWith(mark) ? utf8[mark.Length..] : utf8;
        try
        {
            var root = new FieldReader(new SourceText(text), errors, "", JsonValue.Parse(text));
            return ReadSet(root);
        }
        catch (JsonException broken)
        {
            var place = string.Create(CultureInfo.InvariantCulture, $"line {(broken.LineNumber ?? 0) + 1}, column {(broken.BytePositionInLine ?? 0) + 1}");
            errors.Add(place, "JSON", "Here the text stops being JSON: look for a missing comma, quote or bracket just before.");
            return null;
        }
        catch (BadTextException bad)
        {
            errors.Add(new SourceText(text).Place("", bad.Offset), "ENCODING", "This text is not UTF-8, or has an escape that is half a character.");
            return null;
        }
    }

    private static PolicySet ReadSet(FieldReader root)
    {
        var set = new PolicySet
        {
            Label = root.Text("label") ?? "",
            Defaults = root.Object("defaults") is { } defaults ? Finished(defaults, SettingReader.Rules(defaults, new AcquirerRules())) : new AcquirerRules(),
        };
        set = set with
        {
            LabelPlace = root.PlaceOf("label"),
            DefaultsPlace = root.PlaceOf("defaults"),
            PoliciesPlace = root.PlaceOf("policies"),
            Acquirers = Sound(root.Objects("acquirers"), acquirer => SettingReader.Acquirer(acquirer, set.Defaults)),
            Policies = Sound(root.Objects("policies"), RuleReader.Policy),
            Windows = Sound(root.Objects("maintenance"), RuleReader.Window),
        };
        root.Finish();
        return set;
    }

    /// <summary>The objects that could be read; the others are in the report already.</summary>
    private static ImmutableArray<T> Sound<T>(IEnumerable<FieldReader> objects, Func<FieldReader, T> read)
    {
        var sound = ImmutableArray.CreateBuilder<T>();
        foreach (var fields in objects)
        {
            var value = Finished(fields, read(fields));
            if (fields.IsSound)
            {
                sound.Add(value);
            }
        }

        return sound.ToImmutable();
    }

    private static T Finished<T>(FieldReader fields, T value)
    {
        fields.Finish();
        return value;
    }
}
