using Mesh.Abstractions.Reports;
using Orleans.Concurrency;

namespace Mesh.Abstractions.Grains;

/// <summary>A listener as it lives (key: <c>workspace/name</c>): where it is bound, where it failed and why.</summary>
[Alias("mesh.IListenerGrain")]
public interface IListenerGrain : IGrainWithStringKey
{
    [Alias("Observe")]
    Task Observe(Guid edge, ListenerReport[] states);

    [Alias("Read"), AlwaysInterleave]
    Task<ListenerReading[]> Read();
}

[GenerateSerializer, Immutable, Alias("mesh.listener-reading")]
public sealed record ListenerReading(Guid Edge, DateTimeOffset SeenAt, ListenerReport State);
