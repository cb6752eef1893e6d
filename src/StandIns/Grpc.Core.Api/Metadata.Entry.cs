using System.Buffers;
using System.Text;

namespace Grpc.Core;

public sealed partial class Metadata
{
    /// <summary>One key with its value. Immutable.</summary>
    public class Entry
    {
        private static readonly SearchValues<char> KeyCharacters = SearchValues.Create(
            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.");

        // One of the two is there, and which one is the kind of entry.
        private readonly string? _text;
        private readonly byte[]? _bytes;

        /// <summary>Makes an entry from a copy of the bytes.</summary>
        /// <param name="key">The key, which ends in <see cref="BinaryHeaderSuffix"/>.</param>
        /// <param name="valueBytes">The bytes.</param>
        public Entry(string key, byte[] valueBytes)
        {
            Key = Normal(key);
            if (!IsBinaryKey(Key))
            {
                throw new ArgumentException($"The key of a binary value must end in '{BinaryHeaderSuffix}', and '{key}' does not.", nameof(key));
            }

            ArgumentNullException.ThrowIfNull(valueBytes);
            _bytes = [.. valueBytes];
        }

        /// <summary>Makes an entry from text.</summary>
        /// <param name="key">The key, which does not end in <see cref="BinaryHeaderSuffix"/>.</param>
        /// <param name="value">The text.</param>
        public Entry(string key, string value)
        {
            Key = Normal(key);
            if (IsBinaryKey(Key))
            {
                throw new ArgumentException($"The key of a text must not end in '{BinaryHeaderSuffix}', and '{key}' does.", nameof(key));
            }

            ArgumentNullException.ThrowIfNull(value);
            _text = value;
        }

        /// <summary>The key in lower case.</summary>
        public string Key { get; }

        /// <summary>A copy of the bytes; of a text, its ASCII.</summary>
        public byte[] ValueBytes => _bytes is null ? Encoding.ASCII.GetBytes(_text!) : [.. _bytes];

        /// <summary>The text; bytes have none.</summary>
        /// <exception cref="InvalidOperationException">The value is bytes.</exception>
        public string Value => _text ?? throw new InvalidOperationException($"The value of '{Key}' is binary and has no text.");

        /// <summary>Whether the value is bytes.</summary>
        public bool IsBinary => _bytes is not null;

        /// <summary>The key with its text in one line; bytes are not shown.</summary>
        /// <returns>The line.</returns>
        public override string ToString() => _bytes is null
            ? $"[Entry: key={Key}, value={_text}]"
            : $"[Entry: key={Key}, valueBytes={_bytes}]";

        internal bool HasKey(string key) => string.Equals(Key, key, StringComparison.OrdinalIgnoreCase);

        private static bool IsBinaryKey(string key) => key.EndsWith(BinaryHeaderSuffix, StringComparison.Ordinal);

        private static string Normal(string key)
        {
            ArgumentNullException.ThrowIfNull(key);

            // Checked before lower-casing: afterwards a letter of another script could have become one that is allowed.
            return key.AsSpan().ContainsAnyExcept(KeyCharacters)
                ? throw new ArgumentException($"'{key}' is no key: only letters, digits, '_', '-' and '.' make one.", nameof(key))
                : key.ToLowerInvariant();
        }
    }
}
