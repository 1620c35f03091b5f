using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Mesh.Abstractions.Entities;
using Mesh.Edge.Telemetry.Exposition;

namespace Mesh.Edge.Plugins.Prometheus;

/// <summary>
/// The counters of all series that requests made. Names come from the configuration and from consumers, so they are
/// bounded: what is beyond <see cref="MaxLabelSets"/> or <see cref="MaxSlots"/> is counted in the one series
/// <see cref="OtherLabel"/>.
/// </summary>
internal sealed class MetricsRegistry
{
    /// <summary>Distinct combinations of service, route and consumer.</summary>
    public const int MaxLabelSets = 20_000;

    /// <summary>Counters, each with a copy for every core: two megabytes a core.</summary>
    public const int MaxSlots = 256 * 1024;

    /// <summary>Service and route of what was not told apart.</summary>
    public const string OtherLabel = "__other__";

    /// <summary>For <see cref="Other"/>: its histograms and every status there is.</summary>
    private const int ReservedSlots = 4096;

    private readonly ConcurrentDictionary<(string Service, string Route, bool IsStream), RouteSeries> routes = new();

    /// <summary>So that names need not be put together for each request; goes with the route's revision.</summary>
    private readonly ConditionalWeakTable<Route, Known> byRoute = [];
    private int labelSets;

    public MetricsRegistry()
    {
        Other = new RouteSeries(this, OtherLabel, OtherLabel, isStream: false, MaxSlots + ReservedSlots);
        OtherStreams = new RouteSeries(this, OtherLabel, OtherLabel, isStream: true, MaxSlots + ReservedSlots);
    }

    public SlotBank Bank { get; } = new(MaxSlots + ReservedSlots);

    public RouteSeries Other { get; }

    public RouteSeries OtherStreams { get; }

    public IEnumerable<RouteSeries> Routes => [.. routes.Values, Other, OtherStreams];

    public RouteSeries OtherOf(RouteSeries series) => series.IsStream ? OtherStreams : Other;

    public RouteSeries For(Service? service, Route route, bool isStream = false)
    {
        if (byRoute.TryGetValue(route, out Known? known) && ReferenceEquals(known.Service, service))
        {
            return known.Series;
        }

        RouteSeries series = Find(service?.Name ?? service?.Host ?? "", route.Name ?? route.Id.ToString(), isStream);
        byRoute.AddOrUpdate(route, new Known(service, series));
        return series;
    }

    public bool MayAddLabels()
    {
        if (Interlocked.Increment(ref labelSets) <= MaxLabelSets)
        {
            return true;
        }

        Interlocked.Decrement(ref labelSets);
        return false;
    }

    private RouteSeries Find(string service, string route, bool isStream)
    {
        if (routes.TryGetValue((service, route, isStream), out RouteSeries? series))
        {
            return series;
        }

        return MayAddLabels() ? routes.GetOrAdd((service, route, isStream), new RouteSeries(this, service, route, isStream, MaxSlots)) : isStream ? OtherStreams : Other;
    }

    private sealed record Known(Service? Service, RouteSeries Series);
}
