namespace VerifyGateway.Tidy.Tests;

/// <summary>
/// C# source with comments, directives and the insides of literals blanked out, so that braces and words can be counted. Line breaks
/// stay where they are, so that places in the blanked text are places in the source.
/// </summary>
internal sealed class CSharpText
{
    private readonly string _source;
    private readonly char[] _kept;
    private int _at;

    private CSharpText(string source)
    {
        _source = source;
        _kept = [.. source.Select(letter => letter == '\n' ? '\n' : ' ')];
    }

    /// <summary>The blanked text, of the same length.</summary>
    public static string Blank(string source)
    {
        var text = new CSharpText(source);
        text.Code(untilBrace: false);
        return new string(text._kept);
    }

    private bool Here(string what) => string.CompareOrdinal(_source, _at, what, 0, what.Length) == 0;

    /// <summary>Keeps code up to the end, or up to the closing brace of a hole in an interpolated string.</summary>
    private void Code(bool untilBrace)
    {
        var depth = 0;
        while (_at < _source.Length)
        {
            if (SkipCommentOrDirective() || SkipLiteral())
            {
                continue;
            }

            var letter = _source[_at];
            if (untilBrace && depth == 0 && letter is '}')
            {
                return;
            }

            depth += letter switch { '{' => 1, '}' => -1, _ => 0 };
            _kept[_at] = letter;
            _at++;
        }
    }

    private bool SkipCommentOrDirective()
    {
        if (Here("//") || (_source[_at] == '#' && IsFirstOnLine()))
        {
            SkipTo("\n", 0);
            return true;
        }

        if (Here("/*"))
        {
            _at += 2;
            SkipTo("*/", 2);
            return true;
        }

        return false;
    }

    private bool IsFirstOnLine() => string.IsNullOrWhiteSpace(_source[(_source.LastIndexOf('\n', Math.Max(_at - 1, 0)) + 1).._at]);

    private void SkipTo(string end, int further)
    {
        var found = _source.IndexOf(end, _at, StringComparison.Ordinal);
        _at = found < 0 ? _source.Length : found + further;
    }

    /// <summary>Skips a character, string, verbatim, interpolated or raw string; false when there is none here.</summary>
    private bool SkipLiteral()
    {
        if (_source[_at] == '\'')
        {
            _at++;
            SkipPlain('\'');
            return true;
        }

        var start = _at;
        var dollars = 0;
        var verbatim = false;
        for (; _at < _source.Length && _source[_at] is '$' or '@'; _at++)
        {
            dollars += _source[_at] == '$' ? 1 : 0;
            verbatim |= _source[_at] == '@';
        }

        var quotes = CountHere('"');
        if (quotes == 0)
        {
            _at = start;
            return false;
        }

        Mark(start);
        if (quotes >= 3)
        {
            _at += quotes;
            SkipString(new string('"', quotes), raw: true, escapes: false, doubled: false, dollars);
        }
        else
        {
            _at++;
            SkipString("\"", raw: false, escapes: !verbatim, doubled: verbatim, dollars);
        }

        return true;
    }

    private int CountHere(char letter)
    {
        var count = 0;
        while (_at + count < _source.Length && _source[_at + count] == letter)
        {
            count++;
        }

        return count;
    }

    /// <summary>Leaves a quotation mark where a literal begins, so that it still counts as something.</summary>
    private void Mark(int at) => _kept[at] = '"';

    private void SkipPlain(char end)
    {
        while (_at < _source.Length && _source[_at] != end)
        {
            _at += _source[_at] == '\\' ? 2 : 1;
        }

        _at++;
    }

    private void SkipString(string end, bool raw, bool escapes, bool doubled, int dollars)
    {
        while (_at < _source.Length)
        {
            if (Here(end) && !(doubled && Here("\"\"")))
            {
                // Quotation marks beyond those needed belong to the raw string, before its end.
                _at += raw ? CountHere('"') : 1;
                return;
            }

            if (dollars > 0 && _source[_at] == '{')
            {
                SkipBracesOrHole(raw ? dollars : 1, raw);
            }
            else
            {
                _at += (escapes && _source[_at] == '\\') || (doubled && _source[_at] == '"') ? 2 : 1;
            }
        }
    }

    private void SkipBracesOrHole(int needed, bool raw)
    {
        var braces = CountHere('{');
        _at += braces;
        var isHole = raw ? braces >= needed : braces % 2 == 1;
        if (isHole)
        {
            Code(untilBrace: true);
            _at = Math.Min(_at + needed, _source.Length);
        }
    }
}
