using Mesh.Silo.Admin.Entities;

namespace Mesh.Silo.Admin;

/// <summary>What a path stands for: one handler per method it knows.</summary>
internal sealed record AdminResource
{
    public Func<AdminContext, Task<AdminAnswer>>? Get { get; init; }
    public Func<AdminContext, Task<AdminAnswer>>? Post { get; init; }
    public Func<AdminContext, Task<AdminAnswer>>? Put { get; init; }
    public Func<AdminContext, Task<AdminAnswer>>? Patch { get; init; }
    public Func<AdminContext, Task<AdminAnswer>>? Delete { get; init; }

    /// <summary>Bodies may be as long as a whole document.</summary>
    public bool TakesDocument { get; init; }

    /// <summary>What it names when it is of entities: a batch writes them by the same paths.</summary>
    public EntityTarget? Target { get; init; }

    /// <summary>Value of the <c>Allow</c> header, in Kong's order.</summary>
    public string Allow => string.Join(", ", Methods());

    /// <summary>Null: the path does not know the method.</summary>
    public Func<AdminContext, Task<AdminAnswer>>? Handler(string method) => method switch
    {
        "GET" or "HEAD" => Get,
        "POST" => Post,
        "PUT" => Put,
        "PATCH" => Patch,
        "DELETE" => Delete,
        _ => null,
    };

    private IEnumerable<string> Methods()
    {
        if (Delete is not null)
        {
            yield return "DELETE";
        }

        if (Get is not null)
        {
            yield return "GET";
            yield return "HEAD";
        }

        yield return "OPTIONS";
        if (Patch is not null)
        {
            yield return "PATCH";
        }

        if (Post is not null)
        {
            yield return "POST";
        }

        if (Put is not null)
        {
            yield return "PUT";
        }
    }
}
