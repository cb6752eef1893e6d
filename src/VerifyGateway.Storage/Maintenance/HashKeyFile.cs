using System.Text.Json;
using System.Text.Json.Serialization;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Maintenance;

/// <summary>
/// Reads the file that names the keys of hashes:
/// <c>{"keys": [{"id": "k1", "secret_file": "k1.key"}, {"id": "k2", "over": "k1", "secret": "base64"}], "current": "k2"}</c>.
/// A secret is given in base64, in the file itself or as the content of another file, named from the folder of this one.
/// </summary>
public static class HashKeyFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
    };

    /// <summary>Reads the keys.</summary>
    /// <param name="path">The file; only its owner may have rights on it, and on the files of secrets.</param>
    /// <exception cref="FormatException">Something is wrong with it; the message says all that is, one line each, and no secret.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static HashKeys Load(string path)
    {
        var errors = new List<string>();
        RequirePrivate(path, errors);
        KeyFile? file = null;
        try
        {
            file = JsonSerializer.Deserialize<KeyFile>(File.ReadAllBytes(path), Form);
        }
        catch (JsonException malformed)
        {
            // The parser's own sentence may repeat what stands there.
            throw new FormatException($"{path}: the file is not JSON of the form {{\"keys\": [{{\"id\", \"over\", \"secret_file\" or \"secret\"}}], \"current\"}} (line {(malformed.LineNumber ?? 0) + 1}).");
        }

        var chain = file is { Keys: { } keys, Current: { } current } ? ChainOf(keys, current, Path.GetDirectoryName(Path.GetFullPath(path))!, errors) : null;
        if (chain is null)
        {
            errors.Add("'keys' and 'current' are needed.");
        }

        return errors.Count == 0 ? new HashKeys(chain!) : throw new FormatException(string.Join(Environment.NewLine, errors.Select(error => $"{path}: {error}")));
    }

    private static List<(HashKeyId, byte[])> ChainOf(IReadOnlyList<KeyEntry?> keys, string current, string folder, List<string> errors)
    {
        var known = new Dictionary<string, (KeyEntry Entry, HashKeyId Id, byte[] Secret)>();
        foreach (var entry in keys)
        {
            var name = entry?.Id ?? "";
            if (!HashKeyId.TryParse(name, out var id, out var broken) || entry is null)
            {
                errors.Add($"key '{name}': {(broken ?? HashKeyId.Form).Sentence}");
            }
            else if (!known.TryAdd(name, (entry, id, SecretOf(entry, folder, errors))))
            {
                errors.Add($"key '{name}' is there twice.");
            }
        }

        foreach (var group in known.Values.GroupBy(static key => key.Entry.Over ?? "").Where(static group => group.Count() > 1))
        {
            errors.Add($"keys {string.Join(", ", group.Select(static key => $"'{key.Id}'"))} all {(group.Key.Length == 0 ? "lie over none" : $"lie over '{group.Key}'")}; one key follows the other.");
        }

        foreach (var (entry, id, _) in known.Values.Where(key => key.Entry.Over is { } over && !known.ContainsKey(over)))
        {
            errors.Add($"key '{id}' lies over '{entry.Over}', which is not in the file.");
        }

        return Walk(known, current, errors);
    }

    private static List<(HashKeyId, byte[])> Walk(Dictionary<string, (KeyEntry Entry, HashKeyId Id, byte[] Secret)> known, string current, List<string> errors)
    {
        var chain = new List<(HashKeyId Id, byte[] Secret)>();
        if (!known.ContainsKey(current))
        {
            errors.Add($"the current key '{current}' is not in the file.");
            return chain;
        }

        for (string? at = current; at is not null && known.TryGetValue(at, out var key); at = key.Entry.Over)
        {
            if (chain.Any(one => one.Id == key.Id))
            {
                errors.Add($"key '{at}' lies over itself, by way of others.");
                return chain;
            }

            chain.Add((key.Id, key.Secret));
        }

        if (chain.Count < known.Count && errors.Count == 0)
        {
            errors.Add($"keys {string.Join(", ", known.Values.Where(key => chain.TrueForAll(one => one.Id != key.Id)).Select(static key => $"'{key.Id}'"))} are not below the current key '{current}'.");
        }

        chain.Reverse();
        return chain;
    }

    private static byte[] SecretOf(KeyEntry entry, string folder, List<string> errors)
    {
        var text = entry.Secret;
        if ((entry.Secret is null) == (entry.SecretFile is null))
        {
            errors.Add($"key '{entry.Id}' needs 'secret_file' or 'secret', and not both.");
            return [];
        }

        if (entry.SecretFile is { } name)
        {
            var path = Path.Combine(folder, name);
            try
            {
                RequirePrivate(path, errors);
                text = File.ReadAllText(path).Trim();
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                errors.Add($"key '{entry.Id}': the file of its secret cannot be read: {refused.Message}");
                return [];
            }
        }

        var secret = new byte[text!.Length];
        if (!Convert.TryFromBase64String(text, secret, out var length))
        {
            errors.Add($"key '{entry.Id}': the secret is not base64.");
        }
        else if (length < HashKeys.LeastKeyBytes)
        {
            errors.Add($"key '{entry.Id}': the secret has {length} bytes; it needs {HashKeys.LeastKeyBytes} or more.");
        }

        return secret[..length];
    }

    private static void RequirePrivate(string path, List<string> errors)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            errors.Add($"others than its owner have rights on '{Path.GetFileName(path)}'; take them away (chmod 600).");
        }
    }

    private sealed record KeyFile(IReadOnlyList<KeyEntry?>? Keys, string? Current);

    private sealed record KeyEntry(string? Id, string? Over, string? SecretFile, string? Secret);
}
