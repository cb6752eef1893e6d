using System.Globalization;
using System.Net;
using System.Text;

namespace NBomber.Reports;

/// <summary>An axis: what stands at its ends, and where its marks are. Positions go from 0 to 1.</summary>
internal sealed record Axis(Func<double, double> PositionOf, IReadOnlyList<(double Value, string Text)> Marks, string Title)
{
    private static readonly double[] Steps = [1, 2, 5, 10];
    private static readonly double[] Shares = [0, 50, 75, 90, 95, 99, 99.9, 99.99, 99.999];

    /// <summary>From 0, or from a value, in equal steps of 1, 2 or 5.</summary>
    public static Axis Linear(double from, double to, string title)
    {
        to = to > from ? to : from + 1;
        var raw = (to - from) / 6;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = Steps.Select(digit => digit * power).First(step => step >= raw);
        List<(double, string)> marks = [];
        for (var mark = Math.Ceiling(from / step) * step; mark <= to + (step / 1000); mark += step)
        {
            marks.Add((mark, mark.ToString("#,0.###", CultureInfo.InvariantCulture)));
        }

        return new Axis(value => (value - from) / (to - from), marks, title);
    }

    /// <summary>Each power of ten as long as the next, so that a stall does not flatten all the rest.</summary>
    public static Axis Logarithmic(double from, double to, string title)
    {
        var (lowest, highest) = (Math.Floor(Math.Log10(from)), Math.Ceiling(Math.Log10(to)));
        highest = highest > lowest ? highest : lowest + 1;
        var marks = Enumerable.Range(0, (int)(highest - lowest) + 1).Select(power => Math.Pow(10, lowest + power));
        return new Axis(value => (Math.Log10(Math.Max(value, 1e-9)) - lowest) / (highest - lowest),
            [.. marks.Select(mark => (mark, mark.ToString("#,0.######", CultureInfo.InvariantCulture)))], title);
    }

    /// <summary>
    /// By the number of nines: 90, 99 and 99.9 % are equally far apart. 100 % is infinitely far; it stands at the end of the axis, half
    /// a nine behind the last share below it.
    /// </summary>
    /// <param name="most">The last share below 100 %.</param>
    /// <param name="title">What stands under it.</param>
    public static Axis Nines(double most, string title)
    {
        var end = Nines(most) + 0.5;
        var marks = Shares.Where(mark => mark <= most).Append(100);
        return new Axis(percent => percent >= 100 ? 1 : Nines(percent) / end, [.. marks.Select(mark => (mark, mark.ToString(CultureInfo.InvariantCulture) + " %"))], title);

        static double Nines(double percent) => percent <= 0 ? 0 : -Math.Log10(1 - (percent / 100));
    }
}

/// <summary>A line of a plot; a point without a value interrupts it.</summary>
internal sealed record Line(string Name, string Style, IReadOnlyList<(double X, double? Y)> Points, bool Filled = false);

/// <summary>Draws lines as SVG; colours and fonts come from the page.</summary>
internal static class Plot
{
    private const int Width = 880;
    private const int Height = 300;
    private const int Left = 66;
    private const int Right = 28;
    private const int Top = 14;
    private const int Bottom = 46;

    public static string Draw(string title, Axis x, Axis y, IReadOnlyList<Line> lines)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{Text(title)}\">");
        foreach (var (value, text) in y.Marks)
        {
            var at = Y(y, value);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{at:F1}\" y2=\"{at:F1}\"/><text class=\"mark\" text-anchor=\"end\" x=\"{Left - 8}\" y=\"{at + 4:F1}\">{Text(text)}</text>");
        }

        foreach (var (value, text) in x.Marks)
        {
            var at = X(x, value);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{at:F1}\" x2=\"{at:F1}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text class=\"mark\" text-anchor=\"middle\" x=\"{at:F1}\" y=\"{Height - Bottom + 17}\">{Text(text)}</text>");
        }

        foreach (var line in lines)
        {
            AppendLine(svg, x, y, line);
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" text-anchor=\"middle\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\">{Text(x.Title)}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"axis\" text-anchor=\"middle\" transform=\"translate(14 {(Top + Height - Bottom) / 2}) rotate(-90)\">{Text(y.Title)}</text></svg>");
        return $"<figure><figcaption><b>{Text(title)}</b>{string.Concat(lines.Select(Legend))}</figcaption>{svg}</figure>";
    }

    private static void AppendLine(StringBuilder svg, Axis x, Axis y, Line line)
    {
        var path = new StringBuilder();
        var area = new StringBuilder();
        var (pen, lastX) = (false, 0.0);
        for (var index = 0; index < line.Points.Count; index++)
        {
            var (valueX, valueY) = line.Points[index];
            if (valueY is not { } value)
            {
                pen = false;
                continue;
            }

            var (atX, atY) = (X(x, valueX), Y(y, value));
            path.Append(CultureInfo.InvariantCulture, $"{(pen ? 'L' : 'M')}{atX:F1} {atY:F1}");
            area.Append(CultureInfo.InvariantCulture, $"{(area.Length == 0 ? $"M{atX:F1} {Height - Bottom}L" : "L")}{atX:F1} {atY:F1}");
            if (!pen && (index + 1 == line.Points.Count || line.Points[index + 1].Y is null))
            {
                // Between two gaps there is no line to see, and it may be the one second that matters.
                svg.Append(CultureInfo.InvariantCulture, $"<circle class=\"dot {line.Style}\" cx=\"{atX:F1}\" cy=\"{atY:F1}\" r=\"3\"/>");
            }

            (pen, lastX) = (true, atX);
        }

        if (line.Filled && area.Length > 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<path class=\"area {line.Style}\" d=\"{area}L{lastX:F1} {Height - Bottom}Z\"/>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<path class=\"line {line.Style}\" d=\"{path}\"/>");
    }

    private static string Legend(Line line) =>
        $"<span class=\"key\"><svg viewBox=\"0 0 26 10\" aria-hidden=\"true\"><path class=\"line {line.Style}\" d=\"M1 5H25\"/></svg>{Text(line.Name)}</span>";

    private static double X(Axis axis, double value) => Left + (Math.Clamp(axis.PositionOf(value), 0, 1) * (Width - Left - Right));

    private static double Y(Axis axis, double value) => Height - Bottom - (Math.Clamp(axis.PositionOf(value), 0, 1) * (Height - Top - Bottom));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
