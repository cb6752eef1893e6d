using VerifyGateway.Domain.Records;

namespace VerifyGateway.Cli.Generating;

/// <summary>What a country's fleet is made of. Shares are rounded from public statistics where there are any, else plausible; docs/fleet-format.md says which.</summary>
internal static class FleetShares
{
    /// <summary>Provinces (GB/T 2260) by inhabitants of the census of 2020, in 100,000.</summary>
    public static Shares<int> Provinces { get; } = new(
        (11, 219), (12, 139), (13, 746), (14, 349), (15, 240), (21, 426), (22, 241), (23, 319), (31, 249), (32, 847), (33, 646), (34, 610),
        (35, 415), (36, 452), (37, 1015), (41, 994), (42, 578), (43, 664), (44, 1260), (45, 501), (46, 101), (50, 321), (51, 837), (52, 386),
        (53, 472), (54, 36), (61, 395), (62, 250), (63, 59), (64, 72), (65, 259));

    /// <summary>Cities of a province: the capital, a second and a third.</summary>
    public static Shares<int> Cities { get; } = new((1, 50), (2, 30), (3, 20));

    /// <summary>The one city of Beijing, Tianjin, Shanghai and Chongqing.</summary>
    public static Shares<int> OneCity { get; } = new((1, 1));

    /// <summary>Terminals of one merchant, as ranges: most have one or two, chains hundreds. The mean is 2.5.</summary>
    public static Shares<(int Least, int Most)> Sizes { get; } = new(
        ((1, 1), 620), ((2, 2), 200), ((3, 3), 80), ((4, 5), 50), ((6, 10), 30), ((11, 30), 15), ((31, 100), 4), ((101, 400), 1));

    /// <summary>Types of terminals (characters 7 and 8 of a serial number), per mille.</summary>
    public static Shares<int> TerminalTypes { get; } = new(
        (1, 10), (2, 280), (3, 120), (4, 220), (5, 10), (6, 20), (7, 2), (8, 18), (9, 30), (10, 180), (11, 80), (12, 20), (13, 10));

    /// <summary>Makers of terminals: numbers at the end of the range, which are marked as test data here.</summary>
    public static Shares<int> Vendors { get; } = new((990, 30), (991, 20), (992, 15), (993, 10), (994, 8), (995, 6), (996, 5), (997, 3), (998, 2), (999, 1));

    /// <summary>Categories of shops and services, per mille.</summary>
    public static Shares<string> Categories { get; } = new(
        ("4121", 10), ("4900", 5), ("5200", 30), ("5311", 15), ("5331", 60), ("5411", 140), ("5499", 90), ("5533", 20), ("5541", 15), ("5651", 60),
        ("5661", 20), ("5691", 30), ("5712", 15), ("5722", 20), ("5732", 30), ("5812", 160), ("5814", 85), ("5912", 40), ("5942", 15), ("5944", 10),
        ("5999", 60), ("7011", 30), ("7230", 50), ("7538", 20));

    /// <summary>Categories of institutions.</summary>
    public static Shares<string> InstitutionCategories { get; } = new(("8062", 40), ("8220", 30), ("8398", 5), ("9399", 25));

    private static Shares<MerchantKind> SmallKinds { get; } = new(
        (MerchantKind.Micro, 25), (MerchantKind.SoleTrader, 50), (MerchantKind.Enterprise, 22), (MerchantKind.Institution, 3));

    private static Shares<MerchantKind> MiddleKinds { get; } = new(
        (MerchantKind.SoleTrader, 30), (MerchantKind.Enterprise, 60), (MerchantKind.Institution, 10));

    private static Shares<MerchantKind> LargeKinds { get; } = new(
        (MerchantKind.Enterprise, 30), (MerchantKind.Institution, 10), (MerchantKind.Chain, 60));

    /// <summary>Kinds of merchants with so many terminals.</summary>
    public static Shares<MerchantKind> KindsOf(int terminals) => terminals <= 3 ? SmallKinds : terminals <= 10 ? MiddleKinds : LargeKinds;

    /// <summary>Number of acquirers of a fleet: 3 for 100 terminals, two more with each doubling.</summary>
    public static int AcquirersOf(int terminals) => 3 + (2 * int.Log2(Math.Max(1, terminals / 100)));

    /// <summary>Acquirers by size: the second half as large as the first, the third a third, and so on.</summary>
    public static Shares<int> Acquirers(int count) => new([.. Enumerable.Range(1, count).Select(static number => (number, 1_000_000 / number))]);
}
