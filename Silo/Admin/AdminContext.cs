using Mesh.Abstractions.Grains;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin.Commits;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Silo.Admin;

/// <summary>One request while it is answered.</summary>
internal sealed class AdminContext(HttpContext http, AdminServices services, string workspace)
{
    public HttpContext Http { get; } = http;

    public AdminServices Services { get; } = services;

    /// <summary>Name of the workspace that the path means.</summary>
    public string WorkspaceName { get; } = workspace;

    public IGrainFactory Grains => Services.Grains;

    public EntitySchemas Schemas => Services.Schemas;

    public IWorkspaceGrain Workspace => Grains.GetGrain<IWorkspaceGrain>(WorkspaceName);

    public IHistoryGrain History => Grains.GetGrain<IHistoryGrain>(WorkspaceName);

    public Committer Committer => new(this);

    /// <summary>The request target as it stood on the wire.</summary>
    public string Target => Http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;

    public CancellationToken Cancel => Http.RequestAborted;

    /// <summary>The first value of a query argument; null when absent.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? "" : null;

    /// <summary>A query argument that is present and not <c>0</c> or <c>false</c>.</summary>
    public bool QueryFlag(string name) => Query(name) is { } text and not "0" and not "false";
}
