using Mesh.Abstractions.Configuration;
using Mesh.Abstractions.Schemas;
using Mesh.Silo.Admin.Errors;

namespace Mesh.Silo.Admin.Entities;

/// <summary>The resources that every kind of entity has.</summary>
internal static class EntityEndpoints
{
    /// <summary><c>/E</c> and <c>/F/{F}/E</c>.</summary>
    public static AdminResource Collection(EntitySchema schema, EntityParent? parent) => new()
    {
        Get = context => EntityReads.List(context, schema, parent),
        Post = context => EntityWrites.Write(context, schema, MutationVerb.Create, key: null, parent),
        Target = new(schema, Key: null, parent),
    };

    /// <summary>A collection under a second name, to be read only.</summary>
    public static AdminResource Listing(EntitySchema schema, EntityParent parent) => new() { Get = context => EntityReads.List(context, schema, parent) };

    /// <summary><c>/E/{key}</c>.</summary>
    public static AdminResource One(EntitySchema schema, string key) => Nested(schema, key, parent: null);

    /// <summary><c>/F/{F}/E/{key}</c>.</summary>
    public static AdminResource Nested(EntitySchema schema, string key, EntityParent? parent)
    {
        if (EntityKeys.MustBeId(schema, parent) && !EntityKeys.IsId(key))
        {
            return WithoutId;
        }

        return new()
        {
            Get = context => EntityReads.Read(context, schema, key, parent),
            Put = context => EntityWrites.Write(context, schema, MutationVerb.Put, key, parent),
            Patch = context => EntityWrites.Write(context, schema, MutationVerb.Patch, key, parent),
            Delete = context => EntityWrites.Delete(context, schema, key, parent),
            Target = new(schema, key, parent),
        };
    }

    /// <summary>At a key that can name nothing of its kind.</summary>
    private static AdminResource WithoutId { get; } = new()
    {
        Get = _ => Task.FromResult(ProblemAnswer.InvalidPrimaryKey),
        Put = _ => Task.FromResult(ProblemAnswer.InvalidPrimaryKey),
        Patch = _ => Task.FromResult(ProblemAnswer.InvalidPrimaryKey),
        Delete = _ => Task.FromResult(ProblemAnswer.InvalidPrimaryKey),
    };

    /// <summary><c>/E/{key}/{f}</c>: the entity that a foreign field refers to. It cannot be deleted through its child.</summary>
    public static AdminResource ParentOf(EntitySchema child, string childKey, Field foreign)
    {
        if (EntityKeys.MustBeId(child, parent: null) && !EntityKeys.IsId(childKey))
        {
            return WithoutId with { Delete = null };
        }

        return new()
        {
            Get = context => Through(context, (parent, key) => EntityReads.Read(context, parent, key, parent: null)),
            Put = context => ParentWrites.Put(context, child, childKey, foreign),
            Patch = context => Through(context, (parent, key) => EntityWrites.Write(context, parent, MutationVerb.Patch, key, parent: null)),
        };

        async Task<AdminAnswer> Through(AdminContext context, Func<EntitySchema, string, Task<AdminAnswer>> act)
        {
            string? key = await EntityReads.ForeignKey(context, child, childKey, foreign);
            return key is not null && context.Schemas.Find(foreign.Reference!) is { } parent ? await act(parent, key) : AdminAnswer.NotFound;
        }
    }
}
