using Mesh.Abstractions.Grains;
using Mesh.Grains.Schemas;
using Mesh.Grains.Secrets;
using Mesh.Silo.Admin.Access;
using Mesh.Silo.Admin.Commits;
using Microsoft.AspNetCore.Http.Features;

namespace Mesh.Silo.Admin;

/// <summary>One request while it is answered.</summary>
internal sealed class AdminContext(HttpContext http, AdminServices services, string workspace, Caller caller)
{
    private SecretMask? mask;

    public HttpContext Http { get; } = http;

    public AdminServices Services { get; } = services;

    /// <summary>Who asks; the path is theirs.</summary>
    public Caller Caller { get; } = caller;

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

    /// <summary>A stored document as this caller may see it: only who may see secrets gets them.</summary>
    public byte[] Shown(string kind, byte[] document) => Caller.SeesSecrets ? document : (mask ??= new SecretMask(Schemas)).Mask(kind, document);

    /// <summary>The first value of a query argument; null when absent.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var values) && values.Count > 0 ? values[0] ?? "" : null;

    /// <summary>A query argument that is present and not <c>0</c> or <c>false</c>.</summary>
    public bool QueryFlag(string name) => Query(name) is { } text and not "0" and not "false";
}
