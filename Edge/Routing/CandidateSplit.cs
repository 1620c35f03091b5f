using System.Globalization;
using Mesh.Edge.Collections;

namespace Mesh.Edge.Routing;

/// <summary>Many candidates, looked up by a value of the request, so that a thousand tenants told apart by a header cost one probe.</summary>
internal sealed class CandidateSplit : CandidateSet
{
    /// <summary>Characters of a header value; candidates with a longer one are not indexed.</summary>
    public const int MaxIndexedLength = 256;

    private readonly SplitTrail trail;
    private readonly PrefixTree<CandidateSet>? byValue;

    /// <summary>Candidates to which the dimension says nothing.</summary>
    private readonly CandidateSet? others;

    /// <summary>For SNI only: all candidates, for requests without TLS, which ignore the condition.</summary>
    private readonly CandidateSet? unconditional;

    private CandidateSplit(SplitTrail trail, PrefixTree<CandidateSet>? byValue, CandidateSet? others, CandidateSet? unconditional)
    {
        this.trail = trail;
        this.byValue = byValue;
        this.others = others;
        this.unconditional = unconditional;
    }

    public static CandidateSet Of(Candidate[] candidates, SplitDimension dimension, SplitTrail? above)
    {
        CandidateSet split = new CandidateSplit(new SplitTrail(dimension, above), null, null, null);
        foreach (Candidate candidate in candidates)
        {
            split = split.Add(candidate);
        }

        return split;
    }

    public override CandidateSet Add(Candidate candidate)
    {
        CandidateSet? all = IsSni ? Joined(unconditional, candidate) : null;
        if (trail.Dimension.ValuesOf(candidate) is not { } values)
        {
            return new CandidateSplit(trail, byValue, Joined(others, candidate), all);
        }

        PrefixTree<CandidateSet>? changed = byValue;
        foreach (string value in values)
        {
            changed = PrefixTree<CandidateSet>.Change(changed, value, (Split: this, candidate), (set, add) => add.Split.Joined(set, add.candidate));
        }

        return new CandidateSplit(trail, changed, others, all);
    }

    public override CandidateSet? Remove(Candidate candidate)
    {
        CandidateSet? all = unconditional?.Remove(candidate);
        if (trail.Dimension.ValuesOf(candidate) is not { } values)
        {
            return Remaining(byValue, others?.Remove(candidate), all);
        }

        PrefixTree<CandidateSet>? changed = byValue;
        foreach (string value in values)
        {
            changed = PrefixTree<CandidateSet>.Change(changed, value, candidate, (set, removed) => set?.Remove(removed));
        }

        return Remaining(changed, others, all);
    }

    public override void Search(ref RouteSearch search)
    {
        if (IsSni && !search.Query.Secure)
        {
            unconditional?.Search(ref search);
            return;
        }

        if (trail.Dimension.Header is { } header)
        {
            foreach (string? value in header.Read(search.Query.Headers))
            {
                SearchLowerCased(value, ref search);
            }
        }
        else if (trail.Dimension.Address is { } dimension)
        {
            SearchAddress(dimension, ref search);
        }
        else
        {
            PrefixTree<CandidateSet>.Find(byValue, IsSni ? search.Query.Sni : search.Query.Method)?.Search(ref search);
        }

        others?.Search(ref search);
    }

    private bool IsSni => ReferenceEquals(trail.Dimension, SplitDimension.Sni);

    private void SearchLowerCased(ReadOnlySpan<char> value, ref RouteSearch search)
    {
        if (value.Length <= MaxIndexedLength)
        {
            Span<char> key = stackalloc char[MaxIndexedLength];
            PrefixTree<CandidateSet>.Find(byValue, key[..value.ToLowerInvariant(key)])?.Search(ref search);
        }
    }

    private void SearchAddress(AddressDimension dimension, ref RouteSearch search)
    {
        if (dimension.OfPort)
        {
            Span<char> digits = stackalloc char[AddressDimension.MaxPortLength];
            dimension.PortOf(search.Query.Ends).TryFormat(digits, out int length, provider: CultureInfo.InvariantCulture);
            PrefixTree<CandidateSet>.Find(byValue, digits[..length])?.Search(ref search);
        }
        else if (dimension.AddressOf(search.Query.Ends) is { } address)
        {
            Span<char> bits = stackalloc char[AddressBits.Width];
            AddressBits.Write(AddressBits.Of(address), bits);
            foreach (CandidateSet range in PrefixTree<CandidateSet>.Walk(byValue, bits))
            {
                range.Search(ref search);
            }
        }
    }

    private CandidateSet Joined(CandidateSet? set, Candidate candidate) => set?.Add(candidate) ?? CandidateList.Of(candidate, trail);

    private CandidateSplit? Remaining(PrefixTree<CandidateSet>? values, CandidateSet? others, CandidateSet? all)
    {
        bool same = ReferenceEquals(values, byValue) && ReferenceEquals(others, this.others) && ReferenceEquals(all, unconditional);
        return same ? this
            : values is null && others is null ? null
            : new CandidateSplit(trail, values, others, all);
    }
}
