using System.Globalization;
using VerifyGateway.Storage.Rows;

namespace VerifyGateway.Storage.Fleet;

/// <summary>A good line.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Row">What it brings: a row of the store.</param>
internal readonly record struct FleetItem(int Line, object Row);

/// <summary>Lines that are written together.</summary>
internal sealed class FleetBatch
{
    /// <summary>Good lines, in the order of the file.</summary>
    public List<FleetItem> Items { get; } = [];

    /// <summary>What is wrong with the others.</summary>
    public List<FleetProblem> Problems { get; } = [];

    /// <summary>The last line that was looked at.</summary>
    public int LastLine { get; set; }

    /// <summary>Bytes of the file that have been read so far, compressed ones where it is.</summary>
    public long BytesRead { get; set; }
}

/// <summary>Reads a fleet file batch by batch; no I/O but that of the stream. One thread at a time.</summary>
internal sealed class FleetReader(Stream stream) : IDisposable
{
    private readonly FleetLines _lines = new(stream);
    private readonly FleetFields _fields = new();
    private readonly KeySet _keys = new();
    private int _endLine;
    private bool _endIsGood;
    private bool _isAtEnd;

    /// <summary>Lines that hold something, so far.</summary>
    public long Filled { get; private set; }

    /// <summary>True once the file has been read to its end, or as far as it can be.</summary>
    public bool IsAtEnd => _isAtEnd;

    /// <summary>What was skipped without harm, in the words of a problem.</summary>
    public IEnumerable<FleetProblem> Notices()
    {
        if (_lines.HasMark)
        {
            yield return new FleetProblem(1, "", FleetRules.Mark);
        }

        if (_lines.HasCarriageReturns)
        {
            yield return new FleetProblem(0, "", FleetRules.CarriageReturn);
        }
    }

    /// <summary>Passes lines that an earlier run has done, remembering their keys; what was wrong with them was told then.</summary>
    public void Pass(int lastLine, CancellationToken cancel)
    {
        List<FleetProblem> told = [];
        while (!_isAtEnd && _lines.Number < lastLine)
        {
            cancel.ThrowIfCancellationRequested();
            told.Clear();
            _ = ReadLine(told);
        }
    }

    /// <summary>Reads until the batch is full; null after the end of the file.</summary>
    public FleetBatch? ReadBatch(int mostLines, CancellationToken cancel)
    {
        if (_isAtEnd)
        {
            return null;
        }

        var batch = new FleetBatch();
        var first = _lines.Number;
        while (!_isAtEnd && _lines.Number - first < mostLines)
        {
            cancel.ThrowIfCancellationRequested();
            if (ReadLine(batch.Problems) is { } row)
            {
                batch.Items.Add(new FleetItem(_lines.Number, row));
            }
        }

        batch.LastLine = _lines.Number;
        return batch;
    }

    public void Dispose() => _lines.Dispose();

    /// <summary>The row of the next line; null when it brings none. A stream that fails ends the file with a problem.</summary>
    private object? ReadLine(List<FleetProblem> problems)
    {
        ReadOnlySpan<byte> text;
        try
        {
            if (!_lines.TryRead(out text))
            {
                _isAtEnd = true;
                return null;
            }
        }
        catch (Exception failed) when (failed is InvalidDataException or IOException)
        {
            _isAtEnd = true;
            if (_endIsGood)
            {
                // Everything that was written is here, whatever stands behind it: for example a gzip of several members.
                return null;
            }

            problems.Add(new FleetProblem(_lines.Number + 1, "", failed is InvalidDataException ? FleetRules.Gzip : FleetRules.Read));
            return null;
        }

        if (_lines.IsTooLong)
        {
            Filled++;
            problems.Add(new FleetProblem(_lines.Number, "", FleetRules.LineLength));
            return null;
        }

        return text.ContainsAnyExcept((byte)' ', (byte)'\t') ? Parse(text, problems) : null;
    }

    private object? Parse(ReadOnlySpan<byte> text, List<FleetProblem> problems)
    {
        Filled++;
        _fields.Read(text, _lines.Number, problems);
        if (_fields.IsGood && _endLine > 0)
        {
            _fields.Refuse("", FleetRules.AfterEnd);
        }

        if (!_fields.IsGood)
        {
            return null;
        }

        if (_fields.Has(FleetField.Kind) && _fields.Utf8Of(FleetField.Kind).SequenceEqual("end"u8))
        {
            CheckEnd();
            return null;
        }

        var parsed = FleetRowParser.Parse(_fields);
        if (_fields.IsGood && parsed is { } it && !_keys.Add(it.KeyField, it.Acquirer, it.Key))
        {
            _fields.Refuse(FleetField.NameOf(it.KeyField), FleetRules.KeyTwice);
        }

        return _fields.IsGood ? parsed!.Value.Row : null;
    }

    /// <summary>Compares what the last line says about the lines above it with what they were.</summary>
    private void CheckEnd()
    {
        _endLine = _lines.Number;
        _fields.AllowOnly(FleetField.Lines, FleetField.Sha256);
        var count = _fields.Has(FleetField.Lines) && int.TryParse(_fields.Utf8Of(FleetField.Lines), NumberStyles.None, CultureInfo.InvariantCulture, out var lines) ? lines : -1;
        if (count != _endLine - 1)
        {
            _fields.Refuse(FleetField.NameOf(FleetField.Lines), FleetRules.Count);
        }

        var sum = _fields.Required<KeyedHash>(FleetField.Sha256, KeyedHash.TryParse);
        if (!sum.IsEmpty && sum.ToString() != _lines.HashAbove())
        {
            _fields.Refuse(FleetField.NameOf(FleetField.Sha256), FleetRules.Checksum);
        }

        _endIsGood = _fields.IsGood;
    }
}
