namespace Mesh.Abstractions.Schemas;

/// <summary>What the control plane must know of a plugin to check its configuration; behaviour lives on the edge.</summary>
public sealed record PluginSchema
{
    public required string Name { get; init; }
    public required string Version { get; init; }

    /// <summary>Plugins with a higher number run earlier.</summary>
    public required int Priority { get; init; }

    /// <summary>Fields of <c>config</c>.</summary>
    public required IReadOnlyList<Field> Config { get; init; }

    /// <summary>Rules over the whole plugin entity, as Kong's: fields of <c>config</c> are named <c>config.x</c>.</summary>
    public IReadOnlyList<EntityCheck> Checks { get; init; } = [];

    /// <summary>Protocols of the routes and services that it can stand on.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = ["grpc", "grpcs", "http", "https"];

    /// <summary>Those of them that stand in <c>protocols</c> when it is not given; null: all.</summary>
    public IReadOnlyList<string>? DefaultProtocols { get; init; }
    public bool AllowsConsumer { get; init; } = true;
    public bool AllowsRoute { get; init; } = true;
    public bool AllowsService { get; init; } = true;
}
