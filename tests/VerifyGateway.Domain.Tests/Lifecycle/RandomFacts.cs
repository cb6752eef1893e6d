namespace VerifyGateway.Domain.Tests.Lifecycle;

/// <summary>Facts drawn by chance, each property by its type: the ends of the range and values that no enum defines included.</summary>
internal static class RandomFacts
{
    private static readonly long[] Instants = [long.MinValue, -1, 0, 1, Given.Now - 1, Given.Now, Given.Now + 1, long.MaxValue];
    private static readonly int[] Counts = [int.MinValue, -1, 0, 1, 2, 5, int.MaxValue];
    private static readonly string?[] Names = [null, "", "p1", "p2", "p3"];
    private static readonly DateOnly?[] Days = [null, DateOnly.MinValue, Given.Day("2026-06-01"), DateOnly.MaxValue];

    public static TFacts Of<TFacts>(Random random)
        where TFacts : struct
    {
        object facts = default(TFacts);
        foreach (var property in typeof(TFacts).GetProperties().Where(property => property.CanWrite))
        {
            var type = property.PropertyType;
            object? value = type == typeof(bool) ? random.Next(2) == 0
                : type == typeof(long) ? Pick(Instants)
                : type == typeof(int) ? Pick(Counts)
                : type == typeof(string) ? Pick(Names)
                : type == typeof(DateOnly?) ? Pick(Days)
                : type.IsEnum ? Enum.ToObject(type, random.Next(12))
                : null;
            property.SetValue(facts, value);
        }

        return (TFacts)facts;

        T Pick<T>(T[] of) => of[random.Next(of.Length)];
    }
}
