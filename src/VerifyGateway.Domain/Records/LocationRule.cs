using VerifyGateway.Domain.Identifiers;

namespace VerifyGateway.Domain.Records;

/// <summary>How the place of a terminal is looked at. Numbers are stored.</summary>
public enum LocationRuleKind : byte
{
    /// <summary>Not at all.</summary>
    None = 0,
    /// <summary>A fixed terminal: within a distance of its registered address.</summary>
    Address = 1,
    /// <summary>A mobile terminal: within a region.</summary>
    Region = 2,
}

/// <summary>Where a terminal may be used (银发〔2021〕259号: terminals are used at the place that was registered).</summary>
/// <param name="Kind">How it is looked at.</param>
/// <param name="LatitudeMicrodegrees">With <see cref="LocationRuleKind.Address"/>: latitude of the address, WGS 84, millionths of a degree, -90,000,000 to 90,000,000.</param>
/// <param name="LongitudeMicrodegrees">With <see cref="LocationRuleKind.Address"/>: longitude of the address, -180,000,000 to 180,000,000.</param>
/// <param name="RadiusMetres">With <see cref="LocationRuleKind.Address"/>: the farthest that the terminal may be from it, metres, 0 or more; a terminal exactly that far away is still there.</param>
/// <param name="Region">With <see cref="LocationRuleKind.Region"/>: the region. One that ends in 0000 is a whole province, one that ends in 00 a whole city.</param>
public readonly record struct LocationRule(
    LocationRuleKind Kind, int LatitudeMicrodegrees, int LongitudeMicrodegrees, int RadiusMetres, RegionCode Region)
{
    private const double EarthRadiusMetres = 6_371_008.8;
    private const double RadiansPerMicrodegree = Math.PI / 180_000_000;
    private const double MostMetresPerMicrodegree = EarthRadiusMetres * RadiansPerMicrodegree;

    /// <summary>A rule for a fixed terminal.</summary>
    public static LocationRule Around(int latitudeMicrodegrees, int longitudeMicrodegrees, int radiusMetres) =>
        new(LocationRuleKind.Address, latitudeMicrodegrees, longitudeMicrodegrees, radiusMetres, default);

    /// <summary>A rule for a mobile terminal.</summary>
    public static LocationRule Within(RegionCode region) => new(LocationRuleKind.Region, 0, 0, 0, region);

    /// <summary>
    /// True when a point is no farther from the registered address than the radius. Most terminals stand where they belong: a way along
    /// a meridian and then a parallel that is short enough answers without a sine, and the distance is never longer than that way.
    /// </summary>
    public bool IsWithinRadius(int latitudeMicrodegrees, int longitudeMicrodegrees)
    {
        var way = Math.Abs((double)latitudeMicrodegrees - LatitudeMicrodegrees) + Math.Abs((double)longitudeMicrodegrees - LongitudeMicrodegrees);
        return way * MostMetresPerMicrodegree <= RadiusMetres || MetresFrom(latitudeMicrodegrees, longitudeMicrodegrees) <= RadiusMetres;
    }

    /// <summary>Distance from the registered address along the surface of a sphere, whole metres rounded to the nearest.</summary>
    public int MetresFrom(int latitudeMicrodegrees, int longitudeMicrodegrees)
    {
        var (lat1, lat2) = (LatitudeMicrodegrees * RadiansPerMicrodegree, latitudeMicrodegrees * RadiansPerMicrodegree);
        var halfLat = Math.Sin((lat2 - lat1) / 2);
        var halfLon = Math.Sin((longitudeMicrodegrees - (double)LongitudeMicrodegrees) * RadiansPerMicrodegree / 2);
        var chord = (halfLat * halfLat) + (Math.Cos(lat1) * Math.Cos(lat2) * halfLon * halfLon);
        return (int)Math.Round(2 * EarthRadiusMetres * Math.Asin(Math.Min(1, Math.Sqrt(chord))));
    }
}
