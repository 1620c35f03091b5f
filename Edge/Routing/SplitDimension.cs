namespace Mesh.Edge.Routing;

/// <summary>A condition by whose values a large set of candidates is looked up: a header, the SNI, the method, or where a connection comes from and goes to.</summary>
internal sealed class SplitDimension
{
    /// <summary>Copies that a split may make of a set, because a candidate stands under each of its values.</summary>
    private const int MaxCopies = 8;

    public static readonly SplitDimension Sni = new(" sni", null);
    public static readonly SplitDimension Method = new(" method", null);

    private static readonly SplitDimension[] Addresses =
    [
        new(" destination", null, new AddressDimension(OfSource: false, OfPort: false)),
        new(" destination port", null, new AddressDimension(OfSource: false, OfPort: true)),
        new(" source", null, new AddressDimension(OfSource: true, OfPort: false)),
        new(" source port", null, new AddressDimension(OfSource: true, OfPort: true)),
    ];

    private SplitDimension(string key, HeaderName? header, AddressDimension? address = null)
    {
        Key = key;
        Header = header;
        Address = address;
    }

    /// <summary>The header's canonical name; the others have a space in front, which no header has.</summary>
    public string Key { get; }

    public HeaderName? Header { get; }

    /// <summary>Set for sources and destinations.</summary>
    public AddressDimension? Address { get; }

    /// <summary>
    /// The values one of which a request must have for the candidate to match (of addresses: begin with); null when the condition cannot say.
    /// </summary>
    public IReadOnlyCollection<string>? ValuesOf(Candidate candidate)
    {
        if (candidate.Conditions is not { } conditions)
        {
            return null;
        }

        if (Header is not null)
        {
            return Array.Find(conditions.Headers, condition => condition.Indexable && condition.Name.Canonical == Key)?.Values;
        }

        if (Address is not null)
        {
            return Address.ValuesOf(conditions);
        }

        if (ReferenceEquals(this, Method))
        {
            return conditions.Methods is { Length: > 0 } methods ? methods : null;
        }

        return conditions.Snis.Length > 0 && conditions.Snis.All(sni => sni.Kind == NameKind.Exact)
            ? [.. conditions.Snis.Select(sni => sni.Text)]
            : null;
    }

    /// <summary>The dimension that leaves the fewest candidates to be tried for one request; null when none helps.</summary>
    public static SplitDimension? Choose(Candidate[] candidates, SplitTrail? trail)
    {
        SplitDimension? best = null;
        int least = candidates.Length;
        IEnumerable<SplitDimension> headers = candidates
            .SelectMany(candidate => candidate.Conditions?.Headers ?? [])
            .Where(condition => condition.Indexable)
            .DistinctBy(condition => condition.Name.Canonical)
            .Select(condition => new SplitDimension(condition.Name.Canonical, condition.Name));
        foreach (SplitDimension dimension in headers.Append(Sni).Append(Method).Concat(Addresses))
        {
            if (!SplitTrail.Has(trail, dimension) && dimension.Worst(candidates) is var worst && worst < least)
            {
                (best, least) = (dimension, worst);
            }
        }

        return best;
    }

    /// <summary>Candidates that remain for the most common value.</summary>
    private int Worst(Candidate[] candidates)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        int others = 0;
        foreach (Candidate candidate in candidates)
        {
            if (ValuesOf(candidate) is not { } values)
            {
                others++;
                continue;
            }

            foreach (string value in values.Distinct(StringComparer.Ordinal))
            {
                counts[value] = counts.GetValueOrDefault(value) + 1;
            }
        }

        bool affordable = counts.Values.Sum() <= candidates.Length * MaxCopies;
        return affordable && counts.Count > 0 ? others + counts.Values.Max() : candidates.Length;
    }
}
