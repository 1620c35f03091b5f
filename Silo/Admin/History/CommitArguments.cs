using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Grains.Schemas;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.History;

/// <summary>The filters of <c>/commits</c>.</summary>
internal static class CommitArguments
{
    /// <exception cref="AdminRefusal">One cannot be followed.</exception>
    public static CommitQuery Read(AdminContext context)
    {
        string? kind = context.Query("kind") is { } name ? Kind(context, "kind", name) : null;
        Guid? entity = null;
        if (context.Query("entity") is { } named)
        {
            int colon = named.IndexOf(':');
            if (!Guid.TryParseExact(named[(colon + 1)..], "D", out Guid id))
            {
                throw Refused("entity", "expected an id or kind:id");
            }

            entity = id;
            kind = colon < 0 ? kind : Kind(context, "entity", named[..colon]);
        }

        return new CommitQuery(PageAnswer.Before(context), PageAnswer.Size(context), kind, entity, context.Query("author"), TimeText.Query(context, "since"), TimeText.Query(context, "until"));
    }

    /// <summary>As in documents (<c>key_sets</c>) or in paths (<c>key-sets</c>).</summary>
    public static string Kind(AdminContext context, string option, string name)
    {
        EntitySchemas schemas = context.Schemas;
        EntitySchema? schema = schemas.Find(name) ?? schemas.FindByAdminName(name);
        return schema?.Kind ?? throw Refused(option, $"unknown kind '{name}'");
    }

    private static AdminRefusal Refused(string option, string reason) => new(ProblemAnswer.InvalidOption(option, reason));
}
