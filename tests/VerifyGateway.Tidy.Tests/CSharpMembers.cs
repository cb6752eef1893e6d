using System.Text.RegularExpressions;

namespace VerifyGateway.Tidy.Tests;

/// <summary>A member of a type, or a statement at the top of a file.</summary>
/// <param name="Head">What stands before its body or its initial value, attributes left out, as blanked text.</param>
/// <param name="Attributes">Its attributes, as blanked text.</param>
/// <param name="Body">The whole of it after the head.</param>
/// <param name="FirstLine">Its first line, attributes left out.</param>
/// <param name="LastLine">Its last line.</param>
/// <param name="InType">False for a statement at the top of a file.</param>
internal sealed record CSharpMember(string Head, string Attributes, string Body, int FirstLine, int LastLine, bool InType)
{
    public int Lines => LastLine - FirstLine + 1;

    /// <summary>True for a method, a constructor, an operator or a local function at the top of a file.</summary>
    public bool IsMethod => CSharpMembers.MethodHead().IsMatch(Head) && (InType || !CSharpMembers.ControlHead().IsMatch(Head));
}

/// <summary>Finds the members of all types in a file by matching braces.</summary>
internal static partial class CSharpMembers
{
    public static List<CSharpMember> Of(string source)
    {
        var members = new List<CSharpMember>();
        var text = CSharpText.Blank(source);
        Walk(text, 0, inType: false, members);
        return members;
    }

    /// <summary>Reads members up to the brace that closes the body; the place after it.</summary>
    private static int Walk(string text, int at, bool inType, List<CSharpMember> members)
    {
        while (true)
        {
            at = SkipSpace(text, at);
            if (at >= text.Length)
            {
                return at;
            }

            if (text[at] == '}')
            {
                return at + 1;
            }

            var attributesStart = at;
            while (at < text.Length && text[at] == '[')
            {
                at = SkipSpace(text, Close(text, at));
            }

            at = Member(text, attributesStart, at, inType, members);
        }
    }

    private static int Member(string text, int attributesStart, int start, bool inType, List<CSharpMember> members)
    {
        var headEnd = HeadEnd(text, start);
        var head = text[start..headEnd];
        if (headEnd < text.Length && text[headEnd] == '{' && Regex.IsMatch(head, @"^\s*namespace\b"))
        {
            return Walk(text, headEnd + 1, inType: false, members);
        }

        if (headEnd < text.Length && text[headEnd] == '{' && TypeHead().IsMatch(head))
        {
            return EnumHead().IsMatch(head) ? Close(text, headEnd) : Walk(text, headEnd + 1, inType: true, members);
        }

        var end = MemberEnd(text, headEnd);
        if (!TypeHead().IsMatch(head))
        {
            members.Add(new CSharpMember(head.Trim(), text[attributesStart..start], text[headEnd..end], LineOf(text, start), LineOf(text, end - 1), inType));
        }

        return end;
    }

    /// <summary>The place of the body, the arrow, the initial value or the semicolon.</summary>
    private static int HeadEnd(string text, int at)
    {
        while (at < text.Length && text[at] is not ('{' or ';' or '}'))
        {
            if (text[at] == '=' && !Regex.IsMatch(text[Math.Max(0, at - 12)..at], @"operator\s*[<>!=]*$"))
            {
                return at;
            }

            at = text[at] is '(' or '[' ? Close(text, at) : at + 1;
        }

        return at;
    }

    private static int MemberEnd(string text, int at)
    {
        if (at < text.Length && text[at] == '{')
        {
            var end = Close(text, at);
            var next = SkipSpace(text, end);
            return next < text.Length && text[next] == '=' ? Semicolon(text, next) : end;
        }

        return Semicolon(text, at);
    }

    private static int Semicolon(string text, int at)
    {
        while (at < text.Length && text[at] is not (';' or '}'))
        {
            at = text[at] is '(' or '[' or '{' ? Close(text, at) : at + 1;
        }

        return Math.Min(at + (at < text.Length && text[at] == ';' ? 1 : 0), text.Length);
    }

    /// <summary>The place after the bracket that closes the one at this place.</summary>
    private static int Close(string text, int at)
    {
        var depth = 0;
        for (; at < text.Length; at++)
        {
            depth += text[at] switch { '(' or '[' or '{' => 1, ')' or ']' or '}' => -1, _ => 0 };
            if (depth == 0)
            {
                return at + 1;
            }
        }

        return at;
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        return at;
    }

    private static int LineOf(string text, int at) => text.AsSpan(0, Math.Min(at, text.Length)).Count('\n') + 1;

    [GeneratedRegex(@"^(\s*(public|private|protected|internal|file|static|sealed|abstract|partial|readonly|ref|unsafe|new)\b)*\s*(class|struct|interface|enum|record)\s+\w")]
    private static partial Regex TypeHead();

    [GeneratedRegex(@"\benum\s+\w")]
    private static partial Regex EnumHead();

    [GeneratedRegex(@"[\w>]\s*(<[^()]*>)?\(.*\)|operator", RegexOptions.Singleline)]
    internal static partial Regex MethodHead();

    [GeneratedRegex(@"^(if|for|foreach|while|switch|using|lock|catch|fixed|do|else|try|return|await|var|throw|global|delegate)\b|^\w+(\.\w+)*\s*\(")]
    internal static partial Regex ControlHead();
}
