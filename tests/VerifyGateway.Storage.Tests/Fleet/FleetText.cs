using System.Globalization;
using System.Text;
using VerifyGateway.Storage.Fleet;

namespace VerifyGateway.Storage.Tests.Fleet;

/// <summary>Small fleet files as text, and what importing them says.</summary>
internal static class FleetText
{
    public const string Hash1 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    public static string Acquirer { get; } = """{"kind":"acquirer","acquirer_id":"01020000","name_code":"TEST-1","acquirer_kind":"BANK"}""";

    public static string Identity { get; } =
        $$"""{"kind":"identity","acquirer_id":"01020000","identity_id":"ID-1","state":"VERIFIED","document_valid_to":"2099-12-31","subject_kind":"PERSON","document_hash":"{{Hash1}}","document_hash_key":"k1"}""";

    public static string Card { get; } =
        $$"""{"kind":"card","acquirer_id":"01020000","card_fingerprint":"{{Hash1}}","card_fingerprint_key":"k1","card_mask":"999999****0001","identity_id":"ID-1"}""";

    public static string Merchant { get; } =
        $$"""{"kind":"merchant","acquirer_id":"01020000","merchant_no":"898440300000001","identity_id":"ID-1","state":"ACTIVE","merchant_kind":"MICRO","region":"440100","mcc":"5812","account_class":"CLASS2","card_fingerprint":"{{Hash1}}"}""";

    public static string Hold { get; } =
        """{"kind":"hold","acquirer_id":"01020000","hold_id":"H-1","hold_kind":"RISK","merchant_no":"898440300000001","effective_at":"2026-01-01T08:00:00+08:00"}""";

    public static string Terminal(int number) => string.Create(CultureInfo.InvariantCulture,
        $$"""{"kind":"terminal","acquirer_id":"01020000","terminal_sn":"000057022801TEST{{number:D4}}","terminal_no":"{{number:D8}}","merchant_no":"898440300000001","state":"ACTIVE"}""");

    public static string Lines(params IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    public static async Task<(FleetImportResult Result, List<FleetProblem> Problems)> ImportAsync(
        ISystemOfRecord store, byte[] bytes, bool strict = false, int batchLines = 20_000)
    {
        using var stream = new MemoryStream(bytes);
        var problems = new List<FleetProblem>();
        var result = await FleetImporter.ImportAsync(store, stream, new FleetImportOptions { Strict = strict, BatchLines = batchLines, Report = problems.Add });
        return (result, problems);
    }

    public static Task<(FleetImportResult Result, List<FleetProblem> Problems)> ImportAsync(ISystemOfRecord store, string text, bool strict = false, int batchLines = 20_000) =>
        ImportAsync(store, Encoding.UTF8.GetBytes(text), strict, batchLines);

    public static async Task<string> ExportAsync(ISystemOfRecord store)
    {
        using var stream = new MemoryStream();
        await FleetExporter.ExportAsync(store, stream, static _ => { });
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    public static IEnumerable<(int Line, string Field, string Rule)> Brief(IEnumerable<FleetProblem> problems) =>
        problems.Select(problem => (problem.Line, problem.Field, problem.Rule));
}
